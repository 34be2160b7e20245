using System.Collections.Immutable;
using System.Text;

namespace Holdfast.Linux.OpenSsl;

/// <summary>For which names a certificate is, and with what kind of key it signs.</summary>
/// <param name="Names">Its alternative names of hosts, then its common names.</param>
/// <param name="Kind">The kind of its key.</param>
internal sealed unsafe record TlsCertificateFacts(ImmutableArray<string> Names, TlsKeyKind Kind)
{
    /// <summary>Reads those of a context's certificate.</summary>
    internal static TlsCertificateFacts Read(void* context)
    {
        void* certificate = LibSsl.SSL_CTX_get0_certificate(context);
        TlsKeyKind kind = LibSsl.EVP_PKEY_get_base_id(LibSsl.X509_get0_pubkey(certificate)) switch
        {
            LibSsl.EVP_PKEY_RSA or LibSsl.EVP_PKEY_RSA_PSS => TlsKeyKind.Rsa,
            LibSsl.EVP_PKEY_EC => TlsKeyKind.Ecdsa,
            _ => TlsKeyKind.Other,
        };
        ImmutableArray<string>.Builder names = ImmutableArray.CreateBuilder<string>();
        AddAlternatives(certificate, names);
        void* subject = LibSsl.X509_get_subject_name(certificate);
        for (int at = -1; (at = LibSsl.X509_NAME_get_index_by_NID(subject, LibSsl.NID_commonName, at)) >= 0;)
        {
            Add(LibSsl.X509_NAME_ENTRY_get_data(LibSsl.X509_NAME_get_entry(subject, at)), names);
        }
        return new TlsCertificateFacts(names.ToImmutable(), kind);
    }

    /// <summary>Its alternative names of hosts.</summary>
    internal static ImmutableArray<string> AlternativesOf(void* certificate)
    {
        ImmutableArray<string>.Builder names = ImmutableArray.CreateBuilder<string>();
        AddAlternatives(certificate, names);
        return names.ToImmutable();
    }

    private static void AddAlternatives(void* certificate, ImmutableArray<string>.Builder names)
    {
        void* alternatives = LibSsl.X509_get_ext_d2i(certificate, LibSsl.NID_subject_alt_name, null, null);
        if (alternatives is null)
        {
            return;
        }
        for (int i = 0; i < LibSsl.OPENSSL_sk_num(alternatives); i++)
        {
            int kind;
            void* value = LibSsl.GENERAL_NAME_get0_value(LibSsl.OPENSSL_sk_value(alternatives, i), &kind);
            if (kind == LibSsl.GEN_DNS)
            {
                Add(value, names);
            }
        }
        LibSsl.GENERAL_NAMES_free(alternatives);
    }

    private static void Add(void* text, ImmutableArray<string>.Builder names)
    {
        byte* bytes;
        int length = LibSsl.ASN1_STRING_to_UTF8(&bytes, text);
        if (length < 0)
        {
            return;
        }
        // A name with a zero byte in it is nobody's (CVE-2009-2408).
        string name = Encoding.UTF8.GetString(bytes, length);
        LibSsl.CRYPTO_free(bytes, "", 0);
        if (name.Length > 0 && !name.Contains('\0', StringComparison.Ordinal))
        {
            names.Add(name);
        }
    }
}
