using Holdfast.HAProxy.LogFormats;
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
    private const int PrefixSizeMax = 1024;

    private readonly LogTargetOptions _options;
    private readonly bool _isOfSeconds;
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
        _isOfSeconds = LogPrefix.IsOfSeconds(options.Layout);
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
        var line = LogLine.OfThread;
        line.Set(text);
        Send(level, line, structured);
    }

    /// <summary>Sends the line of this thread.</summary>
    internal void Send(int level, LogLine line, ReadOnlySpan<byte> structured)
    {
        if (level > _options.MaximumLevel
            || (_options.Sampling is { } sampling && !sampling.Takes(Interlocked.Increment(ref _lines) - 1)))
        {
            return;
        }
        level = Math.Max(level, _options.MinimumLevel);
        DateTimeOffset now = _time.GetUtcNow();
        long second = now.UtcTicks / TimeSpan.TicksPerSecond;
        if (!_isOfSeconds || !line.HasPrefixOf(this, level, second))
        {
            Span<byte> room = stackalloc byte[PrefixSizeMax];
            LogWriter prefix = new(room);
            LogPrefix.Put(ref prefix, _options, level, TimeZoneInfo.ConvertTime(now, _time.LocalTimeZone), structured);
            line.SetPrefix(prefix.Written, _isOfSeconds ? this : null, level, second);
        }
        if (!TrySend(line.Whole(_options.Length)))
        {
            _ = Interlocked.Increment(ref _dropped);
        }
        line.Restore();
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
            Errno errno = socket.IsInvalid ? Errno.ENOTCONN : UnixMessage.Send(socket.Number, line, out int _);
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
