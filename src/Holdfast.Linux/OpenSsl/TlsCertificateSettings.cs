using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace Holdfast.Linux.OpenSsl;

/// <summary>Puts a certificate, those of its issuers, and its key into a context (SSL_CTX).</summary>
internal static unsafe class TlsCertificateSettings
{
    private const int NoStartLine = 108; // PEM_R_NO_START_LINE: the file is over
    private const int IsIssuer = 0; // X509_V_OK

    /// <summary>Puts in all that there are.</summary>
    /// <returns>What is wrong; null when nothing is.</returns>
    internal static string? Set(void* context, TlsCertificate all)
    {
        if (all.IsRefused)
        {
            return null;
        }
        string? problem = Set(context, all.Certificate, all.Key, all.Profile, all.Passwords);
        foreach ((TlsFile certificate, TlsFile key) in all.More)
        {
            problem ??= Set(context, certificate, key, all.Profile, all.Passwords);
        }
        return problem;
    }

    /// <summary>Puts them in.</summary>
    /// <returns>What is wrong; null when nothing is.</returns>
    internal static string? Set(void* context, TlsFile certificate, TlsFile key, TlsProfile profile,
        ImmutableArray<byte[]> passwords = default)
    {
        LibSsl.ERR_clear_error();
        fixed (byte* bytes = certificate.Bytes)
        {
            void* bio = LibSsl.BIO_new_mem_buf(bytes, certificate.Bytes.Length);
            void* leaf = LibSsl.PEM_read_bio_X509_AUX(bio, null, null, null);
            string? problem = leaf is null
                ? $"unable to load certificate from file '{certificate.Path}': {TlsSettings.Reason()}"
                : LibSsl.SSL_CTX_use_certificate(context, leaf) != 1
                    ? $"unable to load SSL certificate into SSL Context '{certificate.Path}': {TlsSettings.Reason()}"
                    : null;
            if (problem is null)
            {
                int count = AddChain(context, bio, profile);
                problem = (TlsSettings.Last & LibSsl.ERR_REASON_MASK) is 0 or NoStartLine ? null
                    : $"unable to load certificate chain from file '{certificate.Path}': {TlsSettings.Reason()}";
                if (count == 0 && problem is null)
                {
                    Complete(context, leaf, profile);
                }
            }
            LibSsl.X509_free(leaf);
            _ = LibSsl.BIO_free(bio);
            LibSsl.ERR_clear_error();
            return problem ?? SetKey(context, certificate, key, passwords.IsDefault ? [] : passwords);
        }
    }

    /// <summary>Takes what is left of a file for the chain.</summary>
    /// <returns>How many certificates there were.</returns>
    private static int AddChain(void* context, void* bio, TlsProfile profile)
    {
        int count = 0;
        for (void* one; (one = LibSsl.PEM_read_bio_X509(bio, null, null, null)) is not null; count++)
        {
            if (profile.SkipsSelfIssued && LibSsl.X509_check_issued(one, one) == IsIssuer)
            {
                LibSsl.X509_free(one);
                continue;
            }
            _ = LibSsl.SSL_CTX_ctrl(context, LibSsl.SSL_CTRL_CHAIN_CERT, 0, one); // it is the context's now
        }
        return count;
    }

    /// <summary>Looks for a chain whose first certificate has issued this one.</summary>
    private static void Complete(void* context, void* leaf, TlsProfile profile)
    {
        foreach (TlsFile file in profile.Issuers)
        {
            fixed (byte* bytes = file.Bytes)
            {
                void* bio = LibSsl.BIO_new_mem_buf(bytes, file.Bytes.Length);
                void* first = LibSsl.PEM_read_bio_X509(bio, null, null, null);
                bool isIssuer = first is not null && LibSsl.X509_check_issued(first, leaf) == IsIssuer;
                LibSsl.X509_free(first);
                _ = LibSsl.BIO_free(bio);
                if (isIssuer)
                {
                    bio = LibSsl.BIO_new_mem_buf(bytes, file.Bytes.Length);
                    _ = AddChain(context, bio, profile);
                    _ = LibSsl.BIO_free(bio);
                    return;
                }
            }
        }
    }

    private static string? SetKey(
        void* context, TlsFile certificate, TlsFile key, ImmutableArray<byte[]> passwords)
    {
        void* read = ReadKey(key, null);
        for (int i = 0; i < passwords.Length && read is null; i++)
        {
            LibSsl.ERR_clear_error();
            read = ReadKey(key, passwords[i]);
        }
        if (read is null)
        {
            return $"unable to load private key from file '{key.Path}': {TlsSettings.Reason()}";
        }
        bool isUsed = LibSsl.SSL_CTX_use_PrivateKey(context, read) == 1;
        LibSsl.EVP_PKEY_free(read);
        bool fits = isUsed && LibSsl.SSL_CTX_check_private_key(context) == 1;
        LibSsl.ERR_clear_error();
        return fits ? null : $"inconsistencies between private key and certificate loaded '{certificate.Path}'";
    }

    /// <param name="key">The key, PEM.</param>
    /// <param name="password">Its password; null: it has none.</param>
    private static void* ReadKey(TlsFile key, byte[]? password)
    {
        fixed (byte* bytes = key.Bytes)
        fixed (byte* secret = password)
        {
            Password given = new() { Bytes = secret, Length = password?.Length ?? 0 };
            void* bio = LibSsl.BIO_new_mem_buf(bytes, key.Bytes.Length);
            void* read = LibSsl.PEM_read_bio_PrivateKey(
                bio, null, (delegate* unmanaged<byte*, int, int, void*, int>)&GivePassword, &given);
            _ = LibSsl.BIO_free(bio);
            return read;
        }
    }

    private struct Password
    {
        internal byte* Bytes;
        internal int Length;
    }

    /// <summary>A daemon asks nobody for a password: it has one, or it refuses.</summary>
    [UnmanagedCallersOnly]
    private static int GivePassword(byte* into, int count, int isWriting, void* data)
    {
        var given = (Password*)data;
        if (given->Bytes is null)
        {
            return -1;
        }
        int length = Math.Min(count, given->Length);
        NativeMemory.Copy(given->Bytes, into, (nuint)length);
        return length;
    }
}
