using System.Globalization;
using Holdfast.Linux;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Files;
using Holdfast.Primitives;

namespace Holdfast.Runtime.Logging;

/// <summary>Writes messages to standard error, syslog and a file, and never waits for any of them.</summary>
/// <remarks>
/// It allocates, so it is not for hot paths. Messages that a slow reader did not take are counted, and the count is
/// reported before the next one that it takes. May be used by several threads.
/// </remarks>
public sealed class Log : IDisposable
{
    private const int StandardError = 2;

    private readonly LogOptions _options;
    private readonly TimeProvider _time;
    private readonly Lock _gate = new();
    private readonly RepeatFilter _repeats = new();
    private long _repeatsDeadline = MonotonicTime.Never.Nanoseconds;
    private FdHandle _syslog = FdHandle.None;
    private FdHandle _file = FdHandle.None;
    private int _lostOnConsole;

    /// <summary>Opens what <paramref name="options"/> name. What cannot be opened is tried again later.</summary>
    public Log(LogOptions options, TimeProvider time)
    {
        _options = options;
        _time = time;
        Reopen();
    }

    /// <summary>Whether messages of <paramref name="level"/> go anywhere.</summary>
    public bool IsEnabled(LogLevel level) => level <= _options.Level;

    /// <summary>Logs that something does not work.</summary>
    public void Error(string message) => Write(LogLevel.Error, message);

    /// <summary>Logs that something may not work.</summary>
    public void Warning(string message) => Write(LogLevel.Warning, message);

    /// <summary>Logs something uncommon.</summary>
    public void Notice(string message) => Write(LogLevel.Notice, message);

    /// <summary>Logs what happens.</summary>
    public void Info(string message) => Write(LogLevel.Info, message);

    /// <summary>Logs a detail.</summary>
    public void Debug(string message) => Write(LogLevel.Debug, message);

    /// <summary>When <see cref="FlushRepeats"/> is to be called; never while nothing was held back.</summary>
    public MonotonicTime RepeatsDeadline => new(Volatile.Read(ref _repeatsDeadline));

    /// <summary>Logs a message.</summary>
    /// <param name="level">How important it is.</param>
    /// <param name="message">What a person reads.</param>
    /// <param name="about">What a program reads.</param>
    public void Write(LogLevel level, string message, LogEvent? about = null)
    {
        if (!IsEnabled(level))
        {
            return;
        }
        lock (_gate)
        {
            WriteLine(level, message, about);
        }
    }

    /// <summary>
    /// Logs a message whose cause others have in their hands, such as a packet: equal ones beyond
    /// <see cref="RepeatFilter.FreeInWindow"/> in a minute are counted, and the count is logged then.
    /// </summary>
    public void WriteRepeatable(LogLevel level, string message)
    {
        if (!IsEnabled(level))
        {
            return;
        }
        lock (_gate)
        {
            bool admitted = _repeats.Admits(level, message, MonotonicClock.Now);
            Volatile.Write(ref _repeatsDeadline, _repeats.Deadline.Nanoseconds);
            if (admitted)
            {
                WriteLine(level, message, about: null);
            }
        }
    }

    /// <summary>Logs how often messages were held back as repeats, once their minute is over.</summary>
    /// <param name="now">The present; <see cref="MonotonicTime.Never"/>: all of them.</param>
    public void FlushRepeats(MonotonicTime now)
    {
        if (now < RepeatsDeadline)
        {
            return;
        }
        lock (_gate)
        {
            bool all = now.IsNever;
            foreach ((LogLevel level, string text, int count, TimeSpan time) in _repeats.TakeDue(
                all ? MonotonicClock.Now : now, all))
            {
                int seconds = (int)Math.Ceiling(time.TotalSeconds);
                LogEvent about = new LogEvent("repeated").With("count", count).With("seconds", seconds);
                WriteLine(level, string.Create(CultureInfo.InvariantCulture,
                    $"repeated {count} times in {seconds} s: {text}"), about);
            }
            Volatile.Write(ref _repeatsDeadline, _repeats.Deadline.Nanoseconds);
        }
    }

    /// <summary>Opens the file and the socket again, after a rotation for example.</summary>
    public void Reopen()
    {
        lock (_gate)
        {
            _file.Dispose();
            _syslog.Dispose();
            _file = FdHandle.None;
            _syslog = FdHandle.None;
            if (_options.File is { } path
                && DescriptorIo.TryOpenAppend(path, 0x1A4, out FdHandle file) == Errno.Success)
            {
                _file = file;
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        FlushRepeats(MonotonicTime.Never);
        _file.Dispose();
        _syslog.Dispose();
    }

    private void WriteLine(LogLevel level, string message, LogEvent? about)
    {
        DateTimeOffset now = _time.GetLocalNow();
        Span<byte> line = stackalloc byte[LogLine.SizeMax];
        int size = LogLine.Format(line, _options, Environment.ProcessId, now, level, message, about);
        _options.Sink?.Invoke(level, message);
        if (_options.Console)
        {
            WriteConsole(line[..size]);
        }
        if (!_file.IsInvalid)
        {
            _ = DescriptorIo.Write(_file.Number, line[..size], out _); // a full disk must not stop a failover
        }
        if (_options.Syslog)
        {
            size = LogLine.FormatSyslog(line, _options, Environment.ProcessId, now, level, message);
            WriteSyslog(line[..size]);
        }
    }

    private void WriteConsole(ReadOnlySpan<byte> line)
    {
        if (_lostOnConsole > 0)
        {
            Span<byte> notice = stackalloc byte[64];
            System.Text.Encoding.ASCII.TryGetBytes(
                string.Create(CultureInfo.InvariantCulture, $"({_lostOnConsole} messages lost)\n"),
                notice,
                out int size);
            if (DescriptorIo.TryWriteLine(StandardError, notice[..size]) == Errno.Success)
            {
                _lostOnConsole = 0;
            }
        }
        if (DescriptorIo.TryWriteLine(StandardError, line) != Errno.Success)
        {
            _lostOnConsole++;
        }
    }

    private void WriteSyslog(ReadOnlySpan<byte> datagram)
    {
        if (_syslog.IsInvalid
            && UnixSocket.TryConnectDatagram(_options.SyslogPath, out FdHandle socket) == Errno.Success)
        {
            _syslog = socket;
        }
        if (_syslog.IsInvalid)
        {
            return;
        }
        Errno errno = UnixMessage.Send(_syslog.Number, datagram);
        if (errno is not (Errno.Success or Errno.EAGAIN))
        {
            _syslog.Dispose(); // the daemon was restarted: the next message connects again
            _syslog = FdHandle.None;
        }
    }
}
