using Holdfast.Linux.Memory;
using Holdfast.Linux.Sockets;

namespace Holdfast.Linux.OpenSsl;

/// <summary>One TLS connection without a socket: it reads and writes what a <see cref="TlsWindow"/> shows.</summary>
/// <remarks>For the thread of its window. Objects may be used again after <see cref="End"/>.</remarks>
public sealed unsafe partial class TlsConnection
{
    private const int UnexpectedEnd = 294; // SSL_R_UNEXPECTED_EOF_WHILE_READING

    private void* _ssl;

    /// <summary>Whether it was begun and not ended.</summary>
    public bool IsBegun => _ssl is not null;

    /// <summary>The error code of the last failure, as ERR_get_error gave it; 0: none.</summary>
    public ulong Error { get; private set; }

    /// <summary>Reason of the last failure in the library's words: "wrong version number". Empty: none.</summary>
    public string ErrorText => Error == 0 ? "" : ReasonOf(Error);

    /// <summary>Whether no message of the handshake was read or written.</summary>
    public bool IsAtStart => LibSsl.SSL_get_state(_ssl) == LibSsl.TLS_ST_BEFORE;

    /// <summary>Bytes that were decrypted and not yet read.</summary>
    public int Pending => LibSsl.SSL_pending(_ssl);

    /// <summary>Begins on the side of the server.</summary>
    /// <param name="server">Certificates and settings.</param>
    /// <param name="window">What it reads and writes.</param>
    /// <returns>False: no memory.</returns>
    public bool TryAccept(TlsServer server, TlsWindow window)
    {
        ArgumentNullException.ThrowIfNull(server);
        ArgumentNullException.ThrowIfNull(window);
        if (!TryBegin(server.First, window))
        {
            return false;
        }
        CaptureSize = server.CaptureSize;
        LibSsl.SSL_set_accept_state(_ssl);
        return true;
    }

    /// <summary>Begins on the side of the client.</summary>
    /// <param name="client">How the server is spoken to.</param>
    /// <param name="window">What it reads and writes.</param>
    /// <param name="loop">Number of the event loop, whose session is resumed.</param>
    /// <param name="serverName">Name that the server is asked for (SNI), bytes; empty: none is sent.</param>
    /// <returns>False: no memory.</returns>
    public bool TryConnect(TlsClient client, TlsWindow window, int loop, ReadOnlySpan<byte> serverName)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(window);
        if (!TryBegin(client.Context, window))
        {
            return false;
        }
        byte* name = stackalloc byte[TlsNames.NameMax + 1];
        if (serverName.Length is > 0 and <= TlsNames.NameMax)
        {
            serverName.CopyTo(new Span<byte>(name, TlsNames.NameMax));
            name[serverName.Length] = 0;
            _ = LibSsl.SSL_ctrl(_ssl, LibSsl.SSL_CTRL_SET_TLSEXT_HOSTNAME, 0, name);
        }
        if (client.Settings.Profile.Verify != TlsPeerVerify.None)
        {
            LibSsl.SSL_set_hostflags(_ssl, LibSsl.X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
            if (client.Settings.VerifyHost is { } host)
            {
                _ = LibSsl.SSL_set1_host(_ssl, host);
            }
            else if (!serverName.IsEmpty)
            {
                _ = LibSsl.SSL_set1_host_bytes(_ssl, name);
            }
        }
        client.Resume(_ssl, loop, serverName);
        LibSsl.SSL_set_connect_state(_ssl);
        return true;
    }

    /// <summary>Goes on with the handshake.</summary>
    public TlsStatus Handshake()
    {
        LibSsl.ERR_clear_error();
        int result = LibSsl.SSL_do_handshake(_ssl);
        return result == 1 ? TlsStatus.Done : StatusOf(result);
    }

    /// <summary>Decrypts.</summary>
    /// <param name="slab">Where the buffer is.</param>
    /// <param name="room">Where to.</param>
    /// <param name="count">How many bytes came out.</param>
    public TlsStatus Read(BufferSlab slab, BufferPart room, out int count)
    {
        ArgumentNullException.ThrowIfNull(slab);
        LibSsl.ERR_clear_error();
        int result = LibSsl.SSL_read(_ssl, TcpSocket.At(slab, room), room.Length);
        count = Math.Max(0, result);
        return result > 0 ? TlsStatus.Done : StatusOf(result);
    }

    /// <summary>Encrypts into one record, at most 16384 bytes.</summary>
    /// <param name="slab">Where the buffer is.</param>
    /// <param name="data">What. The output may be in the same buffer: a record is read whole before it is written.
    /// </param>
    /// <param name="count">How many bytes of the data are in the record.</param>
    /// <returns>WantWrite: the output is full; call again with the same length and another output.</returns>
    public TlsStatus Write(BufferSlab slab, BufferPart data, out int count)
    {
        ArgumentNullException.ThrowIfNull(slab);
        LibSsl.ERR_clear_error();
        int result = LibSsl.SSL_write(_ssl, TcpSocket.At(slab, data), data.Length);
        count = Math.Max(0, result);
        return result > 0 ? TlsStatus.Done : StatusOf(result);
    }

    /// <summary>Writes that no more data come (close_notify), once.</summary>
    public void Shutdown()
    {
        LibSsl.ERR_clear_error();
        _ = LibSsl.SSL_shutdown(_ssl);
    }

    /// <summary>Frees it; nothing is written.</summary>
    /// <param name="isClean">Whether its session may be resumed.</param>
    public void End(bool isClean)
    {
        if (_ssl is null)
        {
            return;
        }
        if (isClean)
        {
            // A session of TLS 1.2 stays in the cache only if the connection counts as ended in order.
            LibSsl.SSL_set_shutdown(_ssl, LibSsl.SSL_SENT_SHUTDOWN | LibSsl.SSL_RECEIVED_SHUTDOWN);
        }
        LibSsl.SSL_free(_ssl);
        _ssl = null;
        Error = 0;
    }

    internal static string ReasonOf(ulong error)
        => System.Runtime.InteropServices.Marshal.PtrToStringUTF8((nint)LibSsl.ERR_reason_error_string((nuint)error))
            ?? FormattableString.Invariant($"error {error:X}");

    private bool TryBegin(void* context, TlsWindow window)
    {
        LibSsl.ERR_clear_error();
        _ssl = LibSsl.SSL_new(context);
        if (_ssl is null)
        {
            return false;
        }
        Error = 0;
        void* bio = window.MakeBio();
        LibSsl.SSL_set_bio(_ssl, bio, bio); // one reference serves both directions
        return true;
    }

    private TlsStatus StatusOf(int result)
    {
        switch (LibSsl.SSL_get_error(_ssl, result))
        {
            case LibSsl.SSL_ERROR_WANT_READ:
                return TlsStatus.WantRead;
            case LibSsl.SSL_ERROR_WANT_WRITE:
                return TlsStatus.WantWrite;
            case LibSsl.SSL_ERROR_ZERO_RETURN:
                return TlsStatus.Closed;
            default:
                Error = LibSsl.ERR_get_error();
                return (Error & LibSsl.ERR_REASON_MASK) == UnexpectedEnd ? TlsStatus.Truncated : TlsStatus.Failed;
        }
    }
}
