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

    private static readonly byte[][] s_months =
    [
        "Jan"u8.ToArray(), "Feb"u8.ToArray(), "Mar"u8.ToArray(), "Apr"u8.ToArray(), "May"u8.ToArray(),
        "Jun"u8.ToArray(), "Jul"u8.ToArray(), "Aug"u8.ToArray(), "Sep"u8.ToArray(), "Oct"u8.ToArray(),
        "Nov"u8.ToArray(), "Dec"u8.ToArray(),
    ];

    private readonly LogTargetOptions _options;
    private readonly TimeProvider _time;
    private readonly Lock _gate = new();
    private volatile FdHandle _socket = FdHandle.None;
    private long _retryAt;
    private long _dropped;

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
    public void Send(int level, ReadOnlySpan<byte> text)
    {
        if (level > _options.MaximumLevel)
        {
            return;
        }
        int size = Math.Min(_options.Length, LineSizeMax);
        Span<byte> line = stackalloc byte[PrefixSizeMax + 1024];
        line = size > line.Length ? new byte[size] : line[..size]; // only with a 'len' of one's own
        LogText target = new(line[..^1]);
        PutPrefix(ref target, Math.Max(level, _options.MinimumLevel));
        target.Put(text);
        line[target.Length] = (byte)'\n';
        if (!TrySend(line[..(target.Length + 1)]))
        {
            _ = Interlocked.Increment(ref _dropped);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _socket.Dispose();

    private void PutPrefix(ref LogText line, int level)
    {
        if (_options.Layout == LogLayout.Raw)
        {
            return;
        }
        line.Put("<"u8);
        line.Put((long)(_options.Layout == LogLayout.Short ? level : (_options.Facility * 8) + level));
        line.Put(">"u8);
        if (_options.Layout != LogLayout.Syslog)
        {
            return;
        }
        DateTimeOffset now = _time.GetLocalNow();
        line.Put(s_months[now.Month - 1]);
        line.Put(" "u8);
        line.PutTwoDigits(now.Day, (byte)' ');
        line.Put(" "u8);
        line.PutTwoDigits(now.Hour, (byte)'0');
        line.Put(":"u8);
        line.PutTwoDigits(now.Minute, (byte)'0');
        line.Put(":"u8);
        line.PutTwoDigits(now.Second, (byte)'0');
        line.Put(" "u8);
        line.Put(_options.Tag);
        line.Put("["u8);
        line.Put((long)Environment.ProcessId);
        line.Put("]: "u8);
    }

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
