using System.Runtime.InteropServices;

namespace Holdfast.Linux.OpenSsl;

/// <summary>What this project uses of libssl 3, by the library's own names. Values: openssl/ssl.h.</summary>
internal static unsafe partial class LibSsl
{
    internal const string Library = "libssl.so.3";
    internal const string Crypto = "libcrypto.so.3";
    internal const int SSL_FILETYPE_PEM = 1;
    internal const int SSL_VERIFY_NONE = 0;
    internal const int SSL_VERIFY_PEER = 1;
    internal const int SSL_CTRL_SET_TLSEXT_HOSTNAME = 55;
    internal const uint X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS = 4;
    internal const int SSL_ERROR_WANT_READ = 2;
    internal const int SSL_ERROR_WANT_WRITE = 3;
    internal const int SSL_ERROR_ZERO_RETURN = 6;
    internal const uint ERR_REASON_MASK = 0x7FFFFF;

    /// <summary>Whether both libraries are on this machine.</summary>
    internal static bool IsAvailable { get; } =
        NativeLibrary.TryLoad(Crypto, out _) && NativeLibrary.TryLoad(Library, out _);

    [LibraryImport(Library)]
    internal static partial void* TLS_client_method();

    [LibraryImport(Library)]
    internal static partial void* SSL_CTX_new(void* method);

    [LibraryImport(Library)]
    internal static partial void SSL_CTX_free(void* context);

    [LibraryImport(Library)]
    internal static partial void SSL_CTX_set_verify(
        void* context, int mode, delegate* unmanaged<int, void*, int> callback);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int SSL_CTX_load_verify_locations(void* context, string file, string? directory);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int SSL_CTX_use_certificate_chain_file(void* context, string file);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int SSL_CTX_use_PrivateKey_file(void* context, string file, int type);

    [LibraryImport(Library)]
    internal static partial void SSL_CTX_set_default_passwd_cb_userdata(void* context, void* password);

    [LibraryImport(Library)]
    internal static partial void* SSL_new(void* context);

    [LibraryImport(Library)]
    internal static partial void SSL_free(void* ssl);

    [LibraryImport(Library)]
    internal static partial int SSL_set_fd(void* ssl, int fd);

    [LibraryImport(Library)]
    internal static partial nint SSL_ctrl(void* ssl, int command, nint number, void* pointer);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int SSL_set1_host(void* ssl, string name);

    [LibraryImport(Library, EntryPoint = "SSL_set1_host")]
    internal static partial int SSL_set1_host_bytes(void* ssl, byte* name);

    [LibraryImport(Library)]
    internal static partial void SSL_set_hostflags(void* ssl, uint flags);

    [LibraryImport(Library)]
    internal static partial int SSL_connect(void* ssl);

    [LibraryImport(Library)]
    internal static partial int SSL_read(void* ssl, byte* buffer, int count);

    [LibraryImport(Library)]
    internal static partial int SSL_write(void* ssl, byte* data, int count);

    [LibraryImport(Library)]
    internal static partial int SSL_shutdown(void* ssl);

    [LibraryImport(Library)]
    internal static partial int SSL_get_error(void* ssl, int result);

    [LibraryImport(Library)]
    internal static partial nint SSL_get_verify_result(void* ssl);

    [LibraryImport(Crypto)]
    internal static partial void ERR_clear_error();

    [LibraryImport(Crypto)]
    internal static partial nuint ERR_get_error();

    [LibraryImport(Crypto)]
    internal static partial void ERR_error_string_n(nuint error, byte* buffer, nuint size);
}
