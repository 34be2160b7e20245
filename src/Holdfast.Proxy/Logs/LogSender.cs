using Holdfast.Linux;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Files;
using Holdfast.Linux.Sockets;
using Holdfast.Proxy.Options;

namespace Holdfast.Proxy.Logs;

/// <summary>Sends lines to one target, and never waits for it: what it does not take is counted.</summary>
/// <remarks>
/// All loops share one: each line is one datagram, whole. The socket is connected when the process starts, so that a
/// target outside of a chroot is reached; one whose reader was started anew is connected again, once a second at most.
/// </remarks>
public sealed class LogSender : IDisposable
{
    private const long RetryNanoseconds = 1_000_000_000;
    private const int PrefixSizeMax = 128;
    private const int LineSizeMax = 65_535;

    [ThreadStatic]
    private static byte[]? t_line;

    private readonly LogTargetOptions _options;
    private readonly TimeProvider _time;
    private readonly Lock _gate = new();
    private volatile FdHandle _socket = FdHandle.None;
    private long _retryAt;
    private long _dropped;
    private long _lines;

    /// <summary>Connects to the target; what cannot be reached is tried again.</summary>
    public LogSender(LogTargetOptions options, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        _time = time;
        Connect();
    }

    /// <summary>Lines that the target did not take.</summary>
    public long DroppedCount => Volatile.Read(ref _dropped);

    /// <summary>Sends a line.</summary>
    /// <param name="level">Syslog's severity, 0 to 7.</param>
    /// <param name="text">The text, without a line feed.</param>
    /// <param name="structured">What RFC 5424 has for machines, in brackets; empty: none.</param>
    public void Send(int level, ReadOnlySpan<byte> text, ReadOnlySpan<byte> structured = default)
    {
        if (level > _options.MaximumLevel
            || (_options.Sampling is { } sampling && !sampling.Takes(Interlocked.Increment(ref _lines) - 1)))
        {
            return;
        }
        int size = Math.Min(_options.Length, LineSizeMax);
        Span<byte> line = stackalloc byte[PrefixSizeMax + 1024];
        if (size > line.Length)
        {
            // Only with a 'len' of one's own.
            t_line = t_line is { } kept && kept.Length >= size ? kept : new byte[size];
            line = t_line;
        }
        line = line[..size];
        LogText target = new(line[..^1]);
        LogPrefix.Put(
            ref target, _options, Math.Max(level, _options.MinimumLevel), _time.GetLocalNow(), structured);
        target.Put(text);
        line[target.Length] = (byte)'\n';
        if (!TrySend(line[..(target.Length + 1)]))
        {
            _ = Interlocked.Increment(ref _dropped);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _socket.Dispose();

    private bool TrySend(ReadOnlySpan<byte> line)
    {
        if (_options.Fd >= 0)
        {
            return DescriptorIo.TryWriteLine(_options.Fd, line) == Errno.Success;
        }
        for (int attempt = 0; attempt < 2; attempt++)
        {
            FdHandle socket = _socket;
            Errno errno = socket.IsInvalid ? Errno.ENOTCONN : UnixMessage.Send(socket.Number, line);
            if (errno is Errno.Success or Errno.EAGAIN)
            {
                return errno == Errno.Success;
            }
            // UDP: the last line found nobody. A Unix socket: its reader has gone.
            if (_options.Path is not null && !TryReconnect(socket))
            {
                return false;
            }
        }
        return false;
    }

    private bool TryReconnect(FdHandle broken)
    {
        lock (_gate)
        {
            if (_socket != broken)
            {
                return true; // another loop was here first
            }
            long now = MonotonicClock.Now.Nanoseconds;
            if (now < _retryAt)
            {
                return false;
            }
            _retryAt = now + RetryNanoseconds;
            broken.Dispose();
            Connect();
            return !_socket.IsInvalid;
        }
    }

    private void Connect()
    {
        _socket = FdHandle.None;
        if (_options.Path is { } path && UnixSocket.TryConnectDatagram(path, out FdHandle local) == Errno.Success)
        {
            _socket = local;
        }
        else if (_options.Endpoint is { } peer && ProbeSocket.Connect(
            ProbeTransport.Udp, new ProbeTarget(peer.Address, peer.Port), out int fd) == Errno.Success)
        {
            _socket = new FdHandle(fd);
        }
    }
}
