using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace Holdfast.Linux.OpenSsl;

/// <summary>Puts profiles, certificates and authorities into a context (SSL_CTX).</summary>
internal static unsafe class TlsSettings
{
    private const ulong NoTls10 = 1UL << 26;
    private const ulong NoTls11 = 1UL << 28;
    private const ulong NoTls12 = 1UL << 27;
    private const ulong NoTls13 = 1UL << 29;

    // The original's, so that sessions go on when one follows the other with the same ticket keys.
    private static readonly byte[] s_sessionContext = "haproxy"u8.ToArray();

    internal static ulong Last => LibSsl.ERR_peek_error();

    /// <summary>What the library says of the last failure.</summary>
    internal static string Reason()
    {
        ulong error = LibSsl.ERR_peek_last_error();
        LibSsl.ERR_clear_error();
        return error == 0 ? "unknown error" : TlsConnection.ReasonOf(error);
    }

    /// <summary>Versions, ciphers and curves.</summary>
    /// <returns>What is wrong; null when nothing is.</returns>
    internal static string? Apply(void* context, TlsProfile profile, bool isServer)
    {
        ulong options = LibSsl.SSL_OP_ALL | LibSsl.SSL_OP_NO_COMPRESSION | LibSsl.SSL_OP_NO_RENEGOTIATION
            | LibSsl.SSL_OP_NO_SESSION_RESUMPTION_ON_RENEGOTIATION;
        if (isServer && !profile.PrefersClientCiphers)
        {
            options |= LibSsl.SSL_OP_CIPHER_SERVER_PREFERENCE | LibSsl.SSL_OP_PRIORITIZE_CHACHA;
        }
        options |= profile.Tickets ? 0 : LibSsl.SSL_OP_NO_TICKET;
        foreach (TlsVersion version in profile.Without)
        {
            options |= version switch
            {
                TlsVersion.Tls10 => NoTls10,
                TlsVersion.Tls11 => NoTls11,
                TlsVersion.Tls12 => NoTls12,
                TlsVersion.Tls13 => NoTls13,
                _ => 0,
            };
        }
        _ = LibSsl.SSL_CTX_set_options(context, options);
        _ = LibSsl.SSL_CTX_ctrl(context, LibSsl.SSL_CTRL_MODE, LibSsl.SSL_MODE_ENABLE_PARTIAL_WRITE
            | LibSsl.SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | LibSsl.SSL_MODE_RELEASE_BUFFERS, null);
        _ = LibSsl.SSL_CTX_ctrl(
            context, LibSsl.SSL_CTRL_SET_MIN_PROTO_VERSION, (int)profile.MinimumVersion, null);
        _ = LibSsl.SSL_CTX_ctrl(
            context, LibSsl.SSL_CTRL_SET_MAX_PROTO_VERSION, (int)profile.MaximumVersion, null);
        return profile.Ciphers is { } ciphers && LibSsl.SSL_CTX_set_cipher_list(context, ciphers) != 1
                ? $"unable to set SSL cipher list to '{ciphers}'"
            : profile.Ciphersuites is { } suites && LibSsl.SSL_CTX_set_ciphersuites(context, suites) != 1
                ? $"unable to set TLS 1.3 cipher suites to '{suites}'"
            : profile.Curves is { } curves && !SetList(context, LibSsl.SSL_CTRL_SET_GROUPS_LIST, curves)
                ? $"unable to set SSL curves list to '{curves}'"
            : profile.SignatureAlgorithms is { } algorithms
                && !SetList(context, LibSsl.SSL_CTRL_SET_SIGALGS_LIST, algorithms)
                ? $"unable to set SSL Signature Algorithm list to '{algorithms}'"
            : profile.ClientSignatureAlgorithms is { } clients
                && !SetList(context, LibSsl.SSL_CTRL_SET_CLIENT_SIGALGS_LIST, clients)
                ? $"unable to set SSL Client Signature Algorithm list to '{clients}'" : null;
    }

    /// <summary>Sessions are accepted by whoever has this context.</summary>
    internal static void SetSessionContext(void* context) => SetSessionContext(context, s_sessionContext);

    /// <summary>Sessions are accepted by a certificate at a place, with the same authorities.</summary>
    internal static void SetSessionContext(void* context, TlsCertificate certificate, int place)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(BitConverter.GetBytes(place));
        hash.AppendData(certificate.Certificate.Bytes);
        hash.AppendData(certificate.Profile.Authorities?.Bytes ?? []);
        hash.AppendData(certificate.Profile.MoreAuthorities?.Bytes ?? []);
        SetSessionContext(context, hash.GetHashAndReset());
    }

    private static void SetSessionContext(void* context, byte[] bytes)
    {
        fixed (byte* id = bytes)
        {
            _ = LibSsl.SSL_CTX_set_session_id_context(context, id, (uint)bytes.Length);
        }
    }

    /// <summary>Authorities, revocation lists, and what is demanded.</summary>
    internal static string? SetVerify(void* context, TlsProfile profile, bool isServer)
    {
        void* store = LibSsl.SSL_CTX_get_cert_store(context);
        if (profile.VerifyDepth >= 0)
        {
            LibSsl.SSL_CTX_set_verify_depth(context, profile.VerifyDepth);
        }
        foreach (TlsFile? file in new[] { profile.Authorities, profile.MoreAuthorities })
        {
            bool tells = isServer && profile.SendsAuthorityNames && file == profile.Authorities;
            if (file is not null && AddAuthorities(context, store, file, tells) == 0)
            {
                return $"unable to load CA file '{file.Path}'";
            }
        }
        if (profile.RevocationLists is { } lists)
        {
            if (AddRevocationLists(store, lists) == 0)
            {
                return $"unable to configure CRL file '{lists.Path}'";
            }
            _ = LibSsl.X509_STORE_set_flags(store, LibSsl.X509_V_FLAG_CRL_CHECK | LibSsl.X509_V_FLAG_CRL_CHECK_ALL);
        }
        LibSsl.ERR_clear_error();
        return null;
    }

    /// <summary>Parameters of finite-field key exchange.</summary>
    internal static string? SetDh(void* context, TlsFile? file, TlsFile certificate, int bits)
    {
        void* parameters = file is null ? null : ReadParameters(file.Bytes);
        if (file is not null && parameters is null)
        {
            return $"unable to load DH parameters from file '{file.Path}'";
        }
        parameters = parameters is null ? ReadParameters(certificate.Bytes) : parameters;
        LibSsl.ERR_clear_error();
        if (parameters is not null)
        {
            return LibSsl.SSL_CTX_set0_tmp_dh_pkey(context, parameters) == 1 ? null
                : $"unable to use DH parameters of '{(file ?? certificate).Path}': {Reason()}";
        }
        _ = LibSsl.SSL_CTX_ctrl(context, LibSsl.SSL_CTRL_SET_DH_AUTO, bits > 0 ? 1 : 0, null);
        return null;
    }

    private static bool SetList(void* context, int command, string list)
    {
        fixed (byte* text = Utf8Strings.Terminated(list))
        {
            return LibSsl.SSL_CTX_ctrl(context, command, 0, text) == 1;
        }
    }

    private static int AddAuthorities(void* context, void* store, TlsFile file, bool tells)
    {
        int count = 0;
        fixed (byte* bytes = file.Bytes)
        {
            void* bio = LibSsl.BIO_new_mem_buf(bytes, file.Bytes.Length);
            for (void* one; (one = LibSsl.PEM_read_bio_X509_AUX(bio, null, null, null)) is not null; count++)
            {
                _ = LibSsl.X509_STORE_add_cert(store, one);
                if (tells)
                {
                    _ = LibSsl.SSL_CTX_add_client_CA(context, one);
                }
                LibSsl.X509_free(one);
            }
            _ = LibSsl.BIO_free(bio);
        }
        return count;
    }

    private static int AddRevocationLists(void* store, TlsFile file)
    {
        int count = 0;
        fixed (byte* bytes = file.Bytes)
        {
            void* bio = LibSsl.BIO_new_mem_buf(bytes, file.Bytes.Length);
            for (void* one; (one = LibSsl.PEM_read_bio_X509_CRL(bio, null, null, null)) is not null; count++)
            {
                _ = LibSsl.X509_STORE_add_crl(store, one);
                LibSsl.X509_CRL_free(one);
            }
            _ = LibSsl.BIO_free(bio);
        }
        return count;
    }

    private static void* ReadParameters(byte[] file)
    {
        fixed (byte* bytes = file)
        {
            void* bio = LibSsl.BIO_new_mem_buf(bytes, file.Length);
            // Parameters of curves may stand in front of keys: those are not what is looked for.
            void* found = file.AsSpan().IndexOf("BEGIN DH PARAMETERS"u8) < 0 ? null
                : LibSsl.PEM_read_bio_Parameters(bio, null);
            _ = LibSsl.BIO_free(bio);
            return found;
        }
    }

    internal static string Text(byte* terminated)
        => terminated is null ? "" : Encoding.UTF8.GetString(
            MemoryMarshal.CreateReadOnlySpanFromNullTerminated(terminated));
}
