using System.Globalization;
using System.Text;
using Holdfast.Config.Keepalived.Model;
using Holdfast.Linux;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Epoll;
using Holdfast.Linux.Files;
using Holdfast.Primitives;
using Holdfast.Runtime.Logging;
using Holdfast.Runtime.Processes;

namespace Holdfast.Runtime.Supervision;

/// <summary>Reloads at the time that a file names: <c>reload_time_file</c> and <c>reload_repeat</c>.</summary>
/// <remarks>
/// The time is one of the clock on the wall, which may be set meanwhile, so it is looked at again at least every ten
/// seconds.
/// </remarks>
internal sealed class ReloadSchedule(EpollLoop loop, TimeProvider clock, Log log, Action reload)
    : IReadyHandler, ITimed, IDisposable
{
    private const int LineMax = 64;
    private DirectoryMonitor? _monitor;
    private string? _path;
    private bool _repeats;
    private ReloadTime? _next;

    private static TimeSpan LookAgain => TimeSpan.FromSeconds(10);

    /// <inheritdoc/>
    public MonotonicTime Deadline { get; private set; } = MonotonicTime.Never;

    /// <summary>Follows what a configuration says.</summary>
    public void Apply(GlobalModel global)
    {
        Dispose();
        _path = global.ReloadTimeFile;
        _repeats = global.ReloadRepeat;
        if (_path is null)
        {
            return;
        }
        _monitor = new DirectoryMonitor();
        string directory = Path.GetDirectoryName(_path) ?? "/";
        Errno errno = _monitor.TryAdd(directory);
        if (errno != Errno.Success)
        {
            log.Warning($"reload_time_file {_path}: {directory} cannot be watched ({errno}) until the next reload");
        }
        loop.Add(_monitor.Fd, EpollEvents.EPOLLIN, this);
        Read();
    }

    /// <inheritdoc/>
    public void OnReady(EpollEvents events)
    {
        bool changed = false;
        _monitor?.Drain(path => changed |= path is null || path == _path);
        if (changed)
        {
            Read();
        }
    }

    /// <inheritdoc/>
    public void OnTime(MonotonicTime now)
    {
        if (Deadline > now)
        {
            return;
        }
        if (_next is not { } next || clock.GetUtcNow() < next.When)
        {
            Arm(now);
            return;
        }
        _next = null;
        Deadline = MonotonicTime.Never;
        if (!_repeats)
        {
            _ = FileNames.Remove(_path!); // somebody else has removed it: just as well
        }
        log.Info($"The time in {_path} has come");
        reload();
        if (_repeats && _next is null && _path is not null)
        {
            Read();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_monitor is not null)
        {
            loop.Remove(_monitor.Fd);
            _monitor.Dispose();
            _monitor = null;
        }
        _next = null;
        _path = null;
        Deadline = MonotonicTime.Never;
    }

    private void Read()
    {
        ReloadTime? before = _next;
        _next = null;
        Deadline = MonotonicTime.Never;
        if (FirstLine() is not { } line)
        {
            if (before is not null)
            {
                log.Info($"{_path} is gone: no reload is scheduled any more");
            }
            return;
        }
        DateTimeOffset now = clock.GetUtcNow();
        if (ReloadTime.TryRead(line, now, clock.LocalTimeZone, out ReloadTime time) is { } problem)
        {
            log.Warning($"reload_time_file {_path}: '{line}' is ignored: {problem}");
            return;
        }
        _next = time;
        if (before?.When != time.When)
        {
            log.Info("A reload is scheduled for "
                + time.When.ToString("yyyy-MM-dd HH:mm:sszzz", CultureInfo.InvariantCulture));
        }
        Arm(MonotonicClock.Now);
    }

    private void Arm(MonotonicTime now)
    {
        if (_next is not { } next)
        {
            Deadline = MonotonicTime.Never;
            return;
        }
        TimeSpan left = next.When - clock.GetUtcNow();
        Deadline = now + (left < TimeSpan.Zero ? TimeSpan.Zero : left < LookAgain ? left : LookAgain);
    }

    private string? FirstLine()
    {
        if (DescriptorIo.TryOpenRead(_path!, out FdHandle handle) != Errno.Success)
        {
            return null;
        }
        using (handle)
        {
            byte[] buffer = new byte[LineMax];
            return DescriptorIo.Read(handle.Number, buffer, out int size) != Errno.Success ? null
                : Encoding.UTF8.GetString(buffer, 0, size).Split('\n')[0];
        }
    }
}
