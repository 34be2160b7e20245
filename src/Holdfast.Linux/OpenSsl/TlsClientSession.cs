namespace Holdfast.Linux.OpenSsl;

/// <summary>How a step of a TLS connection ended.</summary>
public enum TlsStatus : byte
{
    /// <summary>As it should.</summary>
    Done,

    /// <summary>Go on when the socket is readable.</summary>
    WantRead,

    /// <summary>Go on when the socket is writable.</summary>
    WantWrite,

    /// <summary>The peer has ended TLS in order.</summary>
    Closed,

    /// <summary>The peer has ended the connection without ending TLS.</summary>
    Truncated,

    /// <summary>It failed.</summary>
    Failed,
}

/// <summary>One TLS connection of a client over a nonblocking socket that someone else owns.</summary>
public sealed unsafe class TlsClientSession : IDisposable
{
    private void* _ssl;

    /// <summary>Begins a connection; nothing is sent yet.</summary>
    /// <param name="context">What it trusts and shows.</param>
    /// <param name="fd">The connected socket.</param>
    /// <param name="serverName">Name sent as SNI; null: none.</param>
    /// <param name="verifiedName">Name that a verified certificate has to hold; null: any.</param>
    public TlsClientSession(TlsClientContext context, int fd, string? serverName, string? verifiedName)
    {
        ArgumentNullException.ThrowIfNull(context);
        _ssl = LibSsl.SSL_new(context.Handle);
        Verifies = context.Verifies;
        _ = LibSsl.SSL_set_fd(_ssl, fd);
        if (serverName is not null)
        {
            fixed (byte* name = Utf8Strings.Terminated(serverName))
            {
                _ = LibSsl.SSL_ctrl(_ssl, LibSsl.SSL_CTRL_SET_TLSEXT_HOSTNAME, 0, name);
            }
        }
        if (context.Verifies && verifiedName is not null)
        {
            _ = LibSsl.SSL_set1_host(_ssl, verifiedName);
        }
    }

    /// <summary>Whether the server's certificate has to be valid.</summary>
    public bool Verifies { get; }

    /// <summary>X509_V_ERR_* of the server's certificate; 0 when it is valid or was not looked at.</summary>
    public int VerificationCode => (int)LibSsl.SSL_get_verify_result(_ssl);

    /// <summary>Reason code of the last failure; 0 when there is none.</summary>
    public int Reason { get; private set; }

    /// <summary>Goes on with the handshake.</summary>
    public TlsStatus Handshake()
    {
        LibSsl.ERR_clear_error();
        int result = LibSsl.SSL_connect(_ssl);
        return result == 1 ? TlsStatus.Done : Status(result);
    }

    /// <summary>Sends.</summary>
    public TlsStatus Write(ReadOnlySpan<byte> data, out int written)
    {
        LibSsl.ERR_clear_error();
        fixed (byte* pointer = data)
        {
            int result = LibSsl.SSL_write(_ssl, pointer, data.Length);
            written = Math.Max(0, result);
            return result > 0 ? TlsStatus.Done : Status(result);
        }
    }

    /// <summary>Receives.</summary>
    public TlsStatus Read(Span<byte> buffer, out int read)
    {
        LibSsl.ERR_clear_error();
        fixed (byte* pointer = buffer)
        {
            int result = LibSsl.SSL_read(_ssl, pointer, buffer.Length);
            read = Math.Max(0, result);
            return result > 0 ? TlsStatus.Done : Status(result);
        }
    }

    /// <summary>Tells the peer that we are done, and frees the connection; the socket stays open.</summary>
    public void Dispose()
    {
        if (_ssl is not null)
        {
            LibSsl.ERR_clear_error();
            _ = LibSsl.SSL_shutdown(_ssl);
            LibSsl.SSL_free(_ssl);
            _ssl = null;
        }
    }

    private TlsStatus Status(int result)
    {
        const int UnexpectedEnd = 294; // SSL_R_UNEXPECTED_EOF_WHILE_READING
        switch (LibSsl.SSL_get_error(_ssl, result))
        {
            case LibSsl.SSL_ERROR_WANT_READ:
                return TlsStatus.WantRead;
            case LibSsl.SSL_ERROR_WANT_WRITE:
                return TlsStatus.WantWrite;
            case LibSsl.SSL_ERROR_ZERO_RETURN:
                return TlsStatus.Closed;
            default:
                Reason = (int)((uint)LibSsl.ERR_get_error() & LibSsl.ERR_REASON_MASK);
                return Reason == UnexpectedEnd ? TlsStatus.Truncated : TlsStatus.Failed;
        }
    }
}
