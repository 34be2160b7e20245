using System.Collections.Immutable;
using System.Globalization;
using Holdfast.Config.Nginx.Model;
using Holdfast.Linux;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Files;
using Holdfast.Web.Logs;

namespace Holdfast.Runtime.Web.Master;

/// <summary>The error log of a master, and while it starts standard error, too.</summary>
/// <remarks>
/// As in nginx: until a file names logs there is that of the command line (<c>-e</c>); while the program starts, a
/// warning and what is graver is also written to standard error as "nginx: [emerg] …"; afterwards standard error is
/// the log. Used by one thread.
/// </remarks>
public sealed class MasterLog : IDisposable
{
    private const string StandardError = "stderr";
    private const string OwnDescriptors = "/proc/self/fd";
    private const int StandardOutputFd = 1;
    private const int StandardErrorFd = 2;
    private const uint Mode = 0x1A4; // 0644

    private readonly string _errorLog;
    private readonly TextWriter _console;
    private WebLogs _logs;
    private ErrorSink _sink;
    private string? _file;
    private bool _isOnConsole;
    private bool _isStarting = true;

    /// <summary>Opens the log of the command line.</summary>
    /// <param name="errorLog">A path, or <c>stderr</c>.</param>
    /// <param name="prefix">Directory of relative paths, ending in a slash.</param>
    /// <param name="console">Standard error.</param>
    public MasterLog(string errorLog, string prefix, TextWriter console)
    {
        _errorLog = errorLog;
        _console = console;
        _logs = new WebLogs(prefix);
        _sink = ErrorSink.None;
        string? problem = TryUse(_logs, [new ErrorLog(errorLog, "notice")]);
        if (problem is not null)
        {
            _console.WriteLine($"nginx: [alert] could not open error log file: {problem}");
        }
    }

    /// <summary>Opens the logs of a file, and writes there from now on.</summary>
    /// <returns>What cannot be opened, in nginx's words; null when all is. Otherwise nothing has changed.</returns>
    public string? TryUse(WebServing serving)
    {
        ArgumentNullException.ThrowIfNull(serving);
        foreach (string path in serving.LogPaths)
        {
            Errno errno = DescriptorIo.TryOpenAppend(path, Mode, out FdHandle file);
            file.Dispose();
            if (errno != Errno.Success)
            {
                return $"open() \"{path}\" failed ({ErrnoText.Of(errno)})";
            }
        }
        return TryUse(serving.Configuration.Prefix, serving.Configuration.Model.Main.ErrorLogs);
    }

    /// <summary>Opens logs, and writes there from now on.</summary>
    /// <param name="prefix">Directory of relative paths, ending in a slash.</param>
    /// <param name="lines">What a file says; none: the log of the command line.</param>
    /// <returns>What cannot be opened, in nginx's words; null when all is. Otherwise nothing has changed.</returns>
    public string? TryUse(string prefix, ImmutableArray<ErrorLog> lines)
    {
        WebLogs before = _logs;
        var logs = new WebLogs(prefix);
        string? problem = TryUse(logs, WebLogDefaults.Lines(lines, _errorLog));
        if (problem is not null)
        {
            logs.Dispose();
            return problem;
        }
        _logs = logs;
        before.Dispose();
        return null;
    }

    /// <summary>Writes a line.</summary>
    public void Write(ErrorLevel level, string message)
    {
        _sink.Write(level, message);
        if (_isStarting && level <= ErrorLevel.Warn && !_isOnConsole)
        {
            _console.WriteLine($"nginx: [{ErrorLevels.NameOf(level)}] {message}");
        }
    }

    /// <summary>Writes what the parser says: "[emerg] what is wrong in FILE:LINE".</summary>
    public void Report(IEnumerable<string> originalLines)
    {
        ArgumentNullException.ThrowIfNull(originalLines);
        foreach (string line in originalLines)
        {
            int end = line.IndexOf(']', StringComparison.Ordinal);
            Write(ErrorLevels.Of(line[1..end]), line[(end + 2)..]);
        }
    }

    /// <summary>The start is over: standard error becomes the log, if that is a file.</summary>
    /// <param name="isDaemon">Whether standard output goes, too.</param>
    public void EndStart(bool isDaemon)
    {
        _isStarting = false;
        if (!_isOnConsole && _file is { } path
            && DescriptorIo.TryOpenAppend(path, Mode, out FdHandle file) == Errno.Success)
        {
            Replace(StandardErrorFd, file);
            file.Dispose();
        }
        if (isDaemon)
        {
            using FdHandle none = DescriptorIo.OpenNull();
            Replace(0, none);
            Replace(StandardOutputFd, none);
        }
    }

    /// <summary>Opens all files anew.</summary>
    public void Reopen()
    {
        _logs.Reopen();
        if (!_isStarting)
        {
            EndStart(isDaemon: false);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _logs.Dispose();

    /// <summary>
    /// Makes a standard descriptor another file, with all copies that the runtime has made of it: who reads what we
    /// write would wait for the last of them.
    /// </summary>
    private static void Replace(int number, FdHandle file)
    {
        string? before = LinkOf(number);
        _ = DescriptorIo.Replace(number, file.Number);
        foreach (string path in before is null ? [] : Directory.GetFiles(OwnDescriptors))
        {
            if (int.TryParse(Path.GetFileName(path), NumberStyles.None, CultureInfo.InvariantCulture, out int fd)
                && fd > StandardErrorFd && LinkOf(fd) == before)
            {
                _ = DescriptorIo.Replace(fd, file.Number);
            }
        }
    }

    private static string? LinkOf(int fd)
        => new FileInfo(string.Create(CultureInfo.InvariantCulture, $"{OwnDescriptors}/{fd}")).LinkTarget;

    private string? TryUse(WebLogs logs, ImmutableArray<ErrorLog> lines)
    {
        try
        {
            _sink = logs.Errors(lines, ErrorSink.None);
        }
        catch (LinuxException e)
        {
            return $"open() \"{lines[0].Target}\" failed ({ErrnoText.Of(e.Errno)})";
        }
        catch (InvalidOperationException e)
        {
            return e.Message;
        }
        _isOnConsole = lines.Any(static one => one.Target == StandardError);
        _file = logs.Paths.FirstOrDefault();
        return null;
    }
}
