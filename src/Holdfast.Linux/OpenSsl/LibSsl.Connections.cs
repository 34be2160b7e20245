using System.Runtime.InteropServices;

namespace Holdfast.Linux.OpenSsl;

/// <summary>SSL, SSL_SESSION and SSL_CIPHER: openssl/ssl.h.</summary>
internal static unsafe partial class LibSsl
{
    internal const int TLS_ST_BEFORE = 0;
    internal const int SSL_SENT_SHUTDOWN = 1;
    internal const int SSL_RECEIVED_SHUTDOWN = 2;
    internal const int TLSEXT_NAMETYPE_host_name = 0;
    internal const int TLSEXT_TYPE_server_name = 0;
    internal const int TLSEXT_TYPE_signature_algorithms = 13;
    internal const int TLSEXT_TYPE_supported_versions = 43;

    [LibraryImport(Library)]
    internal static partial void SSL_set_bio(void* ssl, void* read, void* write);

    [LibraryImport(Library)]
    internal static partial void SSL_set_accept_state(void* ssl);

    [LibraryImport(Library)]
    internal static partial void SSL_set_connect_state(void* ssl);

    [LibraryImport(Library)]
    internal static partial int SSL_do_handshake(void* ssl);

    [LibraryImport(Library)]
    internal static partial int SSL_get_state(void* ssl);

    [LibraryImport(Library), SuppressGCTransition]
    internal static partial int SSL_pending(void* ssl);

    [LibraryImport(Library)]
    internal static partial int SSL_get_shutdown(void* ssl);

    [LibraryImport(Library)]
    internal static partial void SSL_set_shutdown(void* ssl, int mode);

    [LibraryImport(Library)]
    internal static partial void SSL_set_verify(
        void* ssl, int mode, delegate* unmanaged<int, void*, int> callback);

    [LibraryImport(Library)]
    internal static partial void SSL_set_verify_depth(void* ssl, int depth);

    [LibraryImport(Library)]
    internal static partial void SSL_set0_CA_list(void* ssl, void* list);

    [LibraryImport(Library)]
    internal static partial void SSL_set_client_CA_list(void* ssl, void* list);

    [LibraryImport(Library)]
    internal static partial void* SSL_set_SSL_CTX(void* ssl, void* context);

    [LibraryImport(Library)]
    internal static partial void* SSL_get_SSL_CTX(void* ssl);

    [LibraryImport(Library)]
    internal static partial ulong SSL_set_options(void* ssl, ulong options);

    [LibraryImport(Library)]
    internal static partial ulong SSL_clear_options(void* ssl, ulong options);

    [LibraryImport(Library)]
    internal static partial int SSL_client_hello_get0_ext(void* ssl, uint type, byte** bytes, nuint* count);

    [LibraryImport(Library)]
    internal static partial nuint SSL_client_hello_get0_ciphers(void* ssl, byte** bytes);

    [LibraryImport(Library)]
    internal static partial void* SSL_CIPHER_find(void* ssl, byte* code);

    [LibraryImport(Library)]
    internal static partial int SSL_CIPHER_get_auth_nid(void* cipher);

    [LibraryImport(Library)]
    internal static partial int SSL_set_ex_data(void* ssl, int index, void* data);

    [LibraryImport(Library)]
    internal static partial void* SSL_get_ex_data(void* ssl, int index);

    [LibraryImport(Library)]
    internal static partial int SSL_session_reused(void* ssl);

    [LibraryImport(Library)]
    internal static partial byte* SSL_get_version(void* ssl);

    [LibraryImport(Library)]
    internal static partial int SSL_version(void* ssl);

    [LibraryImport(Library)]
    internal static partial void* SSL_get_current_cipher(void* ssl);

    [LibraryImport(Library)]
    internal static partial byte* SSL_CIPHER_get_name(void* cipher);

    [LibraryImport(Library)]
    internal static partial int SSL_CIPHER_get_bits(void* cipher, int* algorithmBits);

    [LibraryImport(Library)]
    internal static partial byte* SSL_get_servername(void* ssl, int type);

    [LibraryImport(Library)]
    internal static partial void SSL_get0_alpn_selected(void* ssl, byte** bytes, uint* count);

    [LibraryImport(Library)]
    internal static partial nuint SSL_get_finished(void* ssl, byte* into, nuint count);

    [LibraryImport(Library)]
    internal static partial nuint SSL_get_peer_finished(void* ssl, byte* into, nuint count);

    [LibraryImport(Library)]
    internal static partial void* SSL_get_peer_cert_chain(void* ssl);

    [LibraryImport(Library)]
    internal static partial void* SSL_get_certificate(void* ssl);

    [LibraryImport(Library)]
    internal static partial void* SSL_get1_peer_certificate(void* ssl);

    [LibraryImport(Library)]
    internal static partial void* SSL_get_session(void* ssl);

    [LibraryImport(Library)]
    internal static partial void* SSL_get1_session(void* ssl);

    [LibraryImport(Library)]
    internal static partial int SSL_set_session(void* ssl, void* session);

    [LibraryImport(Library)]
    internal static partial byte* SSL_SESSION_get_id(void* session, uint* count);

    [LibraryImport(Library)]
    internal static partial int SSL_SESSION_is_resumable(void* session);

    [LibraryImport(Library)]
    internal static partial void SSL_SESSION_free(void* session);

    [LibraryImport(Library)]
    internal static partial nuint SSL_SESSION_get_master_key(void* session, byte* into, nuint count);

    [LibraryImport(Library)]
    internal static partial nuint SSL_get_client_random(void* ssl, byte* into, nuint count);

    [LibraryImport(Library)]
    internal static partial nuint SSL_get_server_random(void* ssl, byte* into, nuint count);

    [LibraryImport(Library)]
    internal static partial int SSL_set_alpn_protos(void* ssl, byte* protocols, uint count);
}
