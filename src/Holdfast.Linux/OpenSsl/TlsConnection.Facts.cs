using System.Runtime.InteropServices;

namespace Holdfast.Linux.OpenSsl;

/// <summary>What is known of a connection once its handshake is done.</summary>
/// <remarks>Spans and certificates are valid until the connection ends.</remarks>
public sealed unsafe partial class TlsConnection
{
    /// <summary>Whether a session was resumed.</summary>
    public bool IsResumed => LibSsl.SSL_session_reused(_ssl) == 1;

    /// <summary>The version, such as "TLSv1.3".</summary>
    public ReadOnlySpan<byte> Version => Text(LibSsl.SSL_get_version(_ssl));

    /// <summary>The cipher, such as "TLS_AES_128_GCM_SHA256"; empty before there is one.</summary>
    public ReadOnlySpan<byte> Cipher
        => LibSsl.SSL_get_current_cipher(_ssl) is var cipher && cipher is null
            ? default : Text(LibSsl.SSL_CIPHER_get_name(cipher));

    /// <summary>Bits of the cipher's key that are secret.</summary>
    public int CipherBits => LibSsl.SSL_CIPHER_get_bits(LibSsl.SSL_get_current_cipher(_ssl), null);

    /// <summary>Bits of the cipher's key.</summary>
    public int AlgorithmBits
    {
        get
        {
            int bits = 0;
            _ = LibSsl.SSL_CIPHER_get_bits(LibSsl.SSL_get_current_cipher(_ssl), &bits);
            return bits;
        }
    }

    /// <summary>The name that the server was asked for (SNI); empty: none.</summary>
    public ReadOnlySpan<byte> ServerName => Text(LibSsl.SSL_get_servername(_ssl, LibSsl.TLSEXT_NAMETYPE_host_name));

    /// <summary>The application protocol; empty: none was agreed on.</summary>
    public ReadOnlySpan<byte> Protocol
    {
        get
        {
            byte* bytes;
            uint count;
            LibSsl.SSL_get0_alpn_selected(_ssl, &bytes, &count);
            return new ReadOnlySpan<byte>(bytes, (int)count);
        }
    }

    /// <summary>Id of the session; empty: it has none.</summary>
    public ReadOnlySpan<byte> SessionId
    {
        get
        {
            void* session = LibSsl.SSL_get_session(_ssl);
            uint count = 0;
            byte* id = session is null ? null : LibSsl.SSL_SESSION_get_id(session, &count);
            return new ReadOnlySpan<byte>(id, (int)count);
        }
    }

    /// <summary>X509_V_ERR_* of the peer's certificate; 0 when it is good or was not looked at.</summary>
    public int VerifyResult => (int)LibSsl.SSL_get_verify_result(_ssl);

    /// <summary><see cref="VerifyResult"/> in the library's words.</summary>
    public ReadOnlySpan<byte> VerifyText => Text(LibSsl.X509_verify_cert_error_string(VerifyResult));

    /// <summary>The first error of the peer's own certificate, whether it mattered or not; 0: none.</summary>
    public int CertificateError => TlsVerification.ErrorOf(_ssl);

    /// <summary>The first error of an authority's certificate; 0: none.</summary>
    public int AuthorityError => TlsVerification.AuthorityErrorOf(_ssl);

    /// <summary>How far above the peer's the certificate of <see cref="AuthorityError"/> is.</summary>
    public int AuthorityErrorDepth => TlsVerification.AuthorityDepthOf(_ssl);

    /// <summary>The bytes that name the handshake (tls-unique, RFC 5929).</summary>
    /// <param name="into">Room for 64 bytes.</param>
    /// <returns>How many there are.</returns>
    public int ReadUniqueId(Span<byte> into)
    {
        fixed (byte* bytes = into)
        {
            // Of both Finished messages the first one on the wire.
            nuint count = IsResumed ? LibSsl.SSL_get_finished(_ssl, bytes, (nuint)into.Length)
                : LibSsl.SSL_get_peer_finished(_ssl, bytes, (nuint)into.Length);
            return (int)Math.Min(count, (nuint)into.Length);
        }
    }

    /// <summary>Random bytes of the client's hello.</summary>
    public int ReadClientRandom(Span<byte> into)
    {
        fixed (byte* bytes = into)
        {
            return (int)LibSsl.SSL_get_client_random(_ssl, bytes, (nuint)into.Length);
        }
    }

    /// <summary>Random bytes of the server's hello.</summary>
    public int ReadServerRandom(Span<byte> into)
    {
        fixed (byte* bytes = into)
        {
            return (int)LibSsl.SSL_get_server_random(_ssl, bytes, (nuint)into.Length);
        }
    }

    /// <summary>The secret of the session.</summary>
    public int ReadSessionKey(Span<byte> into)
    {
        void* session = LibSsl.SSL_get_session(_ssl);
        fixed (byte* bytes = into)
        {
            return session is null ? 0 : (int)LibSsl.SSL_SESSION_get_master_key(session, bytes, (nuint)into.Length);
        }
    }

    /// <summary>What the client has said first, without the message's header; empty: it was not kept.</summary>
    public ReadOnlySpan<byte> ClientHello => TlsCapture.HelloOf(_ssl);

    /// <summary>The most bytes of <see cref="ClientHello"/> that expressions see; 0: it was not kept.</summary>
    public int CaptureSize { get; private set; }

    /// <summary>A secret in hexadecimal digits; empty: there is none, or it was not kept.</summary>
    public ReadOnlySpan<byte> Secret(TlsSecret secret) => TlsCapture.SecretOf(_ssl, secret);

    /// <summary>The certificates that the peer has sent, in DER, one behind the other.</summary>
    /// <param name="into">Where to.</param>
    /// <returns>How many bytes they have; 0: there are none, or they do not fit.</returns>
    public int ReadChainDer(Span<byte> into)
    {
        void* chain = LibSsl.SSL_get_peer_cert_chain(_ssl);
        int length = 0;
        for (int i = 0; chain is not null && i < LibSsl.OPENSSL_sk_num(chain); i++)
        {
            int one = new TlsCertificateView(LibSsl.OPENSSL_sk_value(chain, i), isOwned: false)
                .ReadDer(into[length..]);
            if (one <= 0 || one > into.Length - length)
            {
                return 0;
            }
            length += one;
        }
        return length;
    }

    /// <summary>Name of a cipher by its two bytes on the wire; empty: the library does not know it.</summary>
    public ReadOnlySpan<byte> CipherName(ReadOnlySpan<byte> code)
    {
        byte* bytes = stackalloc byte[2];
        code[..2].CopyTo(new Span<byte>(bytes, 2));
        void* cipher = LibSsl.SSL_CIPHER_find(_ssl, bytes);
        return cipher is null ? default : Text(LibSsl.SSL_CIPHER_get_name(cipher));
    }

    /// <summary>A certificate of the connection.</summary>
    /// <param name="isPeers">The peer's, or our own.</param>
    /// <returns>Absent where there is none.</returns>
    public TlsCertificateView Certificate(bool isPeers)
        => isPeers ? new(LibSsl.SSL_get1_peer_certificate(_ssl), isOwned: true)
            : new(LibSsl.SSL_get_certificate(_ssl), isOwned: false);

    internal static ReadOnlySpan<byte> Text(byte* terminated)
        => terminated is null ? default : MemoryMarshal.CreateReadOnlySpanFromNullTerminated(terminated);
}
