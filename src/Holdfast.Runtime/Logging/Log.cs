using System.Globalization;
using Holdfast.Linux;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Files;

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

    /// <summary>Logs a message.</summary>
    public void Write(LogLevel level, string message)
    {
        if (!IsEnabled(level))
        {
            return;
        }
        lock (_gate)
        {
            DateTimeOffset now = _time.GetLocalNow();
            Span<byte> line = stackalloc byte[LogLine.SizeMax];
            int size = LogLine.Format(line, _options, Environment.ProcessId, now, level, message);
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
        _file.Dispose();
        _syslog.Dispose();
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
