using System.Runtime.InteropServices;

namespace Holdfast.Linux.OpenSsl;

/// <summary>SSL_CTX: openssl/ssl.h, openssl/tls1.h.</summary>
internal static unsafe partial class LibSsl
{
    internal const int SSL_VERIFY_FAIL_IF_NO_PEER_CERT = 2;
    internal const int SSL_CTRL_MODE = 33;
    internal const int SSL_CTRL_SET_SESS_CACHE_SIZE = 42;
    internal const int SSL_CTRL_SET_SESS_CACHE_MODE = 44;
    internal const int SSL_CTRL_SET_TLSEXT_SERVERNAME_CB = 53;
    internal const int SSL_CTRL_SET_TLSEXT_STATUS_REQ_CB = 63;
    internal const int SSL_CTRL_SET_TLSEXT_STATUS_REQ_CB_ARG = 64;
    internal const int SSL_CTRL_SET_TLSEXT_STATUS_REQ_OCSP_RESP = 71;
    internal const int SSL_CTRL_CHAIN_CERT = 89;
    internal const int SSL_CTRL_GET_CHAIN_CERTS = 115;
    internal const int SSL_CTRL_SET_GROUPS_LIST = 92;
    internal const int SSL_CTRL_SET_SIGALGS_LIST = 98;
    internal const int SSL_CTRL_SET_CLIENT_SIGALGS_LIST = 102;
    internal const int SSL_CTRL_SET_DH_AUTO = 118;
    internal const int SSL_CTRL_SET_MIN_PROTO_VERSION = 123;
    internal const int SSL_CTRL_SET_MAX_PROTO_VERSION = 124;
    internal const int SSL_MODE_ENABLE_PARTIAL_WRITE = 1;
    internal const int SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER = 2;
    internal const int SSL_MODE_RELEASE_BUFFERS = 0x10;
    internal const int SSL_SESS_CACHE_OFF = 0;
    internal const int SSL_SESS_CACHE_CLIENT = 1;
    internal const int SSL_SESS_CACHE_SERVER = 2;
    internal const int SSL_SESS_CACHE_NO_AUTO_CLEAR = 0x80;
    internal const int SSL_SESS_CACHE_NO_INTERNAL = 0x300;
    internal const ulong SSL_OP_ALL = 0x80000850;
    internal const ulong SSL_OP_NO_TICKET = 1 << 14;
    internal const ulong SSL_OP_NO_SESSION_RESUMPTION_ON_RENEGOTIATION = 1 << 16;
    internal const ulong SSL_OP_NO_COMPRESSION = 1 << 17;
    internal const ulong SSL_OP_PRIORITIZE_CHACHA = 1 << 21;
    internal const ulong SSL_OP_CIPHER_SERVER_PREFERENCE = 1 << 22;
    internal const ulong SSL_OP_NO_RENEGOTIATION = 1 << 30;
    internal const int SSL_TLSEXT_ERR_OK = 0;
    internal const int SSL_TLSEXT_ERR_ALERT_FATAL = 2;
    internal const int SSL_TLSEXT_ERR_NOACK = 3;
    internal const int OPENSSL_NPN_NEGOTIATED = 1;
    internal const int SSL_CLIENT_HELLO_SUCCESS = 1;
    internal const int SSL_CLIENT_HELLO_ERROR = 0;
    internal const uint X509_V_FLAG_CRL_CHECK = 4;
    internal const uint X509_V_FLAG_CRL_CHECK_ALL = 8;

    [LibraryImport(Library)]
    internal static partial void* TLS_server_method();

    [LibraryImport(Library)]
    internal static partial void SSL_CTX_set_msg_callback(
        void* context, delegate* unmanaged<int, int, int, byte*, nuint, void*, void*, void> callback);

    [LibraryImport(Library)]
    internal static partial void SSL_CTX_set_keylog_callback(
        void* context, delegate* unmanaged<void*, byte*, void> callback);

    [LibraryImport(Library)]
    internal static partial int SSL_CTX_up_ref(void* context);

    [LibraryImport(Library)]
    internal static partial ulong SSL_CTX_set_options(void* context, ulong options);

    [LibraryImport(Library)]
    internal static partial ulong SSL_CTX_get_options(void* context);

    [LibraryImport(Library)]
    internal static partial void SSL_CTX_set_verify_depth(void* context, int depth);

    [LibraryImport(Library)]
    internal static partial ulong SSL_CTX_clear_options(void* context, ulong options);

    [LibraryImport(Library)]
    internal static partial nint SSL_CTX_ctrl(void* context, int command, nint number, void* pointer);

    [LibraryImport(Library)]
    internal static partial nint SSL_CTX_callback_ctrl(void* context, int command, void* callback);

    [LibraryImport(Library)]
    internal static partial nint SSL_CTX_set_timeout(void* context, nint seconds);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int SSL_CTX_set_cipher_list(void* context, string list);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int SSL_CTX_set_ciphersuites(void* context, string list);

    [LibraryImport(Library)]
    internal static partial int SSL_CTX_use_certificate(void* context, void* certificate);

    [LibraryImport(Library)]
    internal static partial int SSL_CTX_use_PrivateKey(void* context, void* key);

    [LibraryImport(Library)]
    internal static partial void SSL_CTX_set1_cert_store(void* context, void* store);

    [LibraryImport(Library)]
    internal static partial void SSL_CTX_set_client_CA_list(void* context, void* list);

    [LibraryImport(Library)]
    internal static partial void* SSL_CTX_get0_certificate(void* context);

    [LibraryImport(Library)]
    internal static partial int SSL_CTX_check_private_key(void* context);

    [LibraryImport(Library)]
    internal static partial int SSL_CTX_set0_tmp_dh_pkey(void* context, void* key);

    [LibraryImport(Library)]
    internal static partial int SSL_CTX_set_session_id_context(void* context, byte* id, uint count);

    [LibraryImport(Library)]
    internal static partial void SSL_CTX_set_client_hello_cb(
        void* context, delegate* unmanaged<void*, int*, void*, int> callback, void* argument);

    [LibraryImport(Library)]
    internal static partial void SSL_CTX_set_alpn_select_cb(void* context,
        delegate* unmanaged<void*, byte**, byte*, byte*, uint, void*, int> callback, void* argument);

    [LibraryImport(Library)]
    internal static partial int SSL_CTX_set_alpn_protos(void* context, byte* protocols, uint count);

    [LibraryImport(Library)]
    internal static partial int SSL_select_next_proto(
        byte** chosen, byte* chosenCount, byte* ours, uint ourCount, byte* theirs, uint theirCount);

    [LibraryImport(Library)]
    internal static partial int SSL_CTX_set_tlsext_ticket_key_evp_cb(
        void* context, delegate* unmanaged<void*, byte*, byte*, void*, void*, int, int> callback);

    [LibraryImport(Library)]
    internal static partial int SSL_CTX_set_ex_data(void* context, int index, void* data);

    [LibraryImport(Library)]
    internal static partial void* SSL_CTX_get_ex_data(void* context, int index);

    [LibraryImport(Library)]
    internal static partial void* SSL_CTX_get_cert_store(void* context);

    [LibraryImport(Library)]
    internal static partial int SSL_CTX_add_client_CA(void* context, void* certificate);

    [LibraryImport(Library)]
    internal static partial int SSL_CTX_set_default_verify_paths(void* context);

    [LibraryImport(Library)]
    internal static partial int SSL_CTX_set_num_tickets(void* context, nuint count);

    [LibraryImport(Library)]
    internal static partial void SSL_CTX_sess_set_new_cb(
        void* context, delegate* unmanaged<void*, void*, int> callback);

    [LibraryImport(Library)]
    internal static partial int SSL_CTX_add_server_custom_ext(void* context, uint type,
        delegate* unmanaged<void*, uint, byte**, nuint*, int*, void*, int> add, void* release, void* argument,
        delegate* unmanaged<void*, uint, byte*, nuint, int*, void*, int> parse, void* parseArgument);

    [LibraryImport(Library)]
    internal static partial int SSL_CTX_get_verify_mode(void* context);

    [LibraryImport(Library)]
    internal static partial void* SSL_CTX_get_client_CA_list(void* context);

    [LibraryImport(Library)]
    internal static partial void* SSL_dup_CA_list(void* list);

    [LibraryImport(Crypto)]
    internal static partial int X509_STORE_add_cert(void* store, void* certificate);

    [LibraryImport(Crypto)]
    internal static partial int X509_STORE_add_crl(void* store, void* list);

    [LibraryImport(Crypto)]
    internal static partial int X509_STORE_set_flags(void* store, uint flags);

    [LibraryImport(Crypto)]
    internal static partial void* X509_STORE_CTX_get_ex_data(void* context, int index);

    [LibraryImport(Crypto)]
    internal static partial int X509_STORE_CTX_get_error(void* context);

    [LibraryImport(Crypto)]
    internal static partial int X509_STORE_CTX_get_error_depth(void* context);

    [LibraryImport(Library)]
    internal static partial int SSL_get_ex_data_X509_STORE_CTX_idx();
}
