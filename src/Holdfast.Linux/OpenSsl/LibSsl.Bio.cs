using System.Runtime.InteropServices;

namespace Holdfast.Linux.OpenSsl;

/// <summary>BIO, PEM and memory: openssl/bio.h, openssl/pem.h, openssl/crypto.h.</summary>
internal static unsafe partial class LibSsl
{
    internal const int BIO_TYPE_SOURCE_SINK = 0x0400;
    internal const int BIO_FLAGS_READ = 0x01;
    internal const int BIO_FLAGS_WRITE = 0x02;
    internal const int BIO_FLAGS_SHOULD_RETRY = 0x08;
    internal const int BIO_FLAGS_ALL_RETRY = 0x0F;
    internal const int BIO_CTRL_FLUSH = 11;
    internal const int BIO_CTRL_INFO = 3;
    internal const int CRYPTO_EX_INDEX_SSL = 0;
    internal const int CRYPTO_EX_INDEX_SSL_CTX = 1;

    [LibraryImport(Crypto)]
    internal static partial int BIO_get_new_index();

    [LibraryImport(Crypto, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial void* BIO_meth_new(int type, string name);

    [LibraryImport(Crypto)]
    internal static partial int BIO_meth_set_read(void* method, delegate* unmanaged<void*, byte*, int, int> read);

    [LibraryImport(Crypto)]
    internal static partial int BIO_meth_set_write(void* method, delegate* unmanaged<void*, byte*, int, int> write);

    [LibraryImport(Crypto)]
    internal static partial int BIO_meth_set_ctrl(
        void* method, delegate* unmanaged<void*, int, nint, void*, nint> control);

    [LibraryImport(Crypto)]
    internal static partial void* BIO_new(void* method);

    [LibraryImport(Crypto)]
    internal static partial void* BIO_new_mem_buf(byte* bytes, int count);

    [LibraryImport(Crypto)]
    internal static partial void* BIO_s_mem();

    [LibraryImport(Crypto)]
    internal static partial nint BIO_ctrl(void* bio, int command, nint number, void* pointer);

    [LibraryImport(Crypto)]
    internal static partial int BIO_up_ref(void* bio);

    [LibraryImport(Crypto)]
    internal static partial int BIO_free(void* bio);

    [LibraryImport(Crypto)]
    internal static partial void BIO_set_data(void* bio, void* data);

    [LibraryImport(Crypto), SuppressGCTransition]
    internal static partial void* BIO_get_data(void* bio);

    [LibraryImport(Crypto)]
    internal static partial void BIO_set_init(void* bio, int isReady);

    [LibraryImport(Crypto), SuppressGCTransition]
    internal static partial void BIO_set_flags(void* bio, int flags);

    [LibraryImport(Crypto), SuppressGCTransition]
    internal static partial void BIO_clear_flags(void* bio, int flags);

    [LibraryImport(Crypto)]
    internal static partial void* PEM_read_bio_X509(void* bio, void** into, void* password, void* argument);

    [LibraryImport(Crypto)]
    internal static partial void* PEM_read_bio_X509_AUX(void* bio, void** into, void* password, void* argument);

    [LibraryImport(Crypto)]
    internal static partial void* PEM_read_bio_X509_CRL(void* bio, void** into, void* password, void* argument);

    [LibraryImport(Crypto)]
    internal static partial void* PEM_read_bio_PrivateKey(void* bio, void** into, void* password, void* argument);

    [LibraryImport(Crypto)]
    internal static partial void* PEM_read_bio_Parameters(void* bio, void** into);

    [LibraryImport(Crypto, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial void* CRYPTO_malloc(nuint count, string file, int line);

    [LibraryImport(Crypto, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial void CRYPTO_free(void* memory, string file, int line);

    [LibraryImport(Crypto)]
    internal static partial int CRYPTO_get_ex_new_index(
        int kind, nint argument, void* argumentPointer, void* make, void* copy, void* release);

    [LibraryImport(Crypto)]
    internal static partial void EVP_PKEY_free(void* key);

    [LibraryImport(Crypto)]
    internal static partial int EVP_PKEY_get_bits(void* key);

    [LibraryImport(Crypto)]
    internal static partial int EVP_PKEY_get_base_id(void* key);

    [LibraryImport(Crypto)]
    internal static partial nuint ERR_peek_error();

    [LibraryImport(Crypto)]
    internal static partial nuint ERR_peek_last_error();

    [LibraryImport(Crypto)]
    internal static partial byte* ERR_reason_error_string(nuint error);
}
