using System.Runtime.InteropServices;

namespace Holdfast.Linux.OpenSsl;

/// <summary>X509, ASN.1 and OCSP: openssl/x509.h, openssl/x509v3.h, openssl/ocsp.h.</summary>
internal static unsafe partial class LibSsl
{
    internal const int NID_commonName = 13;
    internal const int NID_subject_alt_name = 85;
    internal const int NID_auth_ecdsa = 1047;
    internal const int NID_auth_any = 1064;
    internal const int GEN_DNS = 2;
    internal const int EVP_PKEY_RSA = 6;
    internal const int EVP_PKEY_RSA_PSS = 912;
    internal const int EVP_PKEY_EC = 408;
    internal const int OCSP_RESPONSE_STATUS_SUCCESSFUL = 0;
    internal const uint XN_FLAG_RFC2253 = 0x0111_0317;

    [LibraryImport(Crypto)]
    internal static partial void X509_free(void* certificate);

    /// <summary>Whether a certificate has issued another one, by names and key ids: 0 (X509_V_OK) if so.</summary>
    [LibraryImport(Crypto)]
    internal static partial int X509_check_issued(void* issuer, void* subject);

    [LibraryImport(Crypto)]
    internal static partial void X509_CRL_free(void* list);

    [LibraryImport(Crypto)]
    internal static partial void* X509_get0_pubkey(void* certificate);

    [LibraryImport(Crypto)]
    internal static partial void* X509_get_ext_d2i(void* certificate, int id, int* isCritical, int* index);

    [LibraryImport(Crypto)]
    internal static partial void GENERAL_NAMES_free(void* names);

    [LibraryImport(Crypto)]
    internal static partial void* GENERAL_NAME_get0_value(void* name, int* kind);

    [LibraryImport(Crypto)]
    internal static partial int OPENSSL_sk_num(void* stack);

    [LibraryImport(Crypto)]
    internal static partial void* OPENSSL_sk_value(void* stack, int index);

    [LibraryImport(Crypto)]
    internal static partial int ASN1_STRING_to_UTF8(byte** into, void* text);

    [LibraryImport(Crypto)]
    internal static partial int ASN1_STRING_length(void* text);

    [LibraryImport(Crypto)]
    internal static partial byte* ASN1_STRING_get0_data(void* text);

    [LibraryImport(Crypto)]
    internal static partial void* X509_get_subject_name(void* certificate);

    [LibraryImport(Crypto)]
    internal static partial void* X509_get_issuer_name(void* certificate);

    [LibraryImport(Crypto)]
    internal static partial int X509_NAME_get_index_by_NID(void* name, int id, int after);

    [LibraryImport(Crypto)]
    internal static partial int X509_NAME_entry_count(void* name);

    [LibraryImport(Crypto)]
    internal static partial void* X509_NAME_get_entry(void* name, int index);

    [LibraryImport(Crypto)]
    internal static partial void* X509_NAME_ENTRY_get_data(void* entry);

    [LibraryImport(Crypto)]
    internal static partial void* X509_NAME_ENTRY_get_object(void* entry);

    [LibraryImport(Crypto)]
    internal static partial byte* X509_NAME_oneline(void* name, byte* into, int count);

    [LibraryImport(Crypto)]
    internal static partial int X509_NAME_print_ex(void* bio, void* name, int indent, nuint flags);

    [LibraryImport(Crypto)]
    internal static partial int OBJ_obj2nid(void* thing);

    [LibraryImport(Crypto)]
    internal static partial byte* OBJ_nid2sn(int id);

    [LibraryImport(Crypto)]
    internal static partial nint X509_get_version(void* certificate);

    [LibraryImport(Crypto)]
    internal static partial void* X509_get0_serialNumber(void* certificate);

    [LibraryImport(Crypto)]
    internal static partial void* X509_get0_notBefore(void* certificate);

    [LibraryImport(Crypto)]
    internal static partial void* X509_get0_notAfter(void* certificate);

    [LibraryImport(Crypto)]
    internal static partial int X509_get_signature_nid(void* certificate);

    [LibraryImport(Crypto)]
    internal static partial void* X509_get_X509_PUBKEY(void* certificate);

    [LibraryImport(Crypto)]
    internal static partial int X509_PUBKEY_get0_param(
        void** algorithm, byte** key, int* count, void** identifier, void* publicKey);

    [LibraryImport(Crypto)]
    internal static partial int i2d_X509(void* certificate, byte** into);

    [LibraryImport(Crypto)]
    internal static partial int X509_digest(void* certificate, void* digest, byte* into, uint* count);

    [LibraryImport(Crypto)]
    internal static partial void* EVP_sha1();

    [LibraryImport(Crypto)]
    internal static partial byte* X509_verify_cert_error_string(nint code);

    [LibraryImport(Crypto)]
    internal static partial void* d2i_OCSP_RESPONSE(void** into, byte** bytes, nint count);

    [LibraryImport(Crypto)]
    internal static partial int OCSP_response_status(void* response);

    [LibraryImport(Crypto)]
    internal static partial void* OCSP_response_get1_basic(void* response);

    [LibraryImport(Crypto)]
    internal static partial void OCSP_BASICRESP_free(void* basic);

    [LibraryImport(Crypto)]
    internal static partial void* OCSP_resp_get0(void* basic, int index);

    [LibraryImport(Crypto)]
    internal static partial int OCSP_single_get0_status(
        void* single, int* reason, void** revoked, void** from, void** until);

    [LibraryImport(Crypto)]
    internal static partial void OCSP_RESPONSE_free(void* response);
}
