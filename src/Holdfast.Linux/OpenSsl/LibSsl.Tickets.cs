using System.Runtime.InteropServices;

namespace Holdfast.Linux.OpenSsl;

/// <summary>What session tickets are encrypted with: openssl/evp.h, openssl/rand.h, openssl/params.h.</summary>
internal static unsafe partial class LibSsl
{
    internal const uint OSSL_PARAM_UTF8_STRING = 4;
    internal const uint OSSL_PARAM_OCTET_STRING = 5;

    [LibraryImport(Crypto)]
    internal static partial void* EVP_aes_128_cbc();

    [LibraryImport(Crypto)]
    internal static partial void* EVP_aes_256_cbc();

    [LibraryImport(Crypto)]
    internal static partial int EVP_EncryptInit_ex(void* context, void* cipher, void* engine, byte* key, byte* iv);

    [LibraryImport(Crypto)]
    internal static partial int EVP_DecryptInit_ex(void* context, void* cipher, void* engine, byte* key, byte* iv);

    [LibraryImport(Crypto)]
    internal static partial int EVP_MAC_CTX_set_params(void* context, OsslParam* parameters);

    [LibraryImport(Crypto)]
    internal static partial int RAND_bytes(byte* into, int count);

    /// <summary>OSSL_PARAM.</summary>
    internal struct OsslParam
    {
        internal byte* Key;
        internal uint DataType;
        internal void* Data;
        internal nuint DataSize;
        internal nuint ReturnSize;
    }
}
