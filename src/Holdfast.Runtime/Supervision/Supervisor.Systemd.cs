using System.Globalization;
using Holdfast.Primitives;
using Holdfast.Runtime.Processes;

namespace Holdfast.Runtime.Supervision;

// What systemd is told: readiness, reloads, a line of status, and that we are not stuck.
public sealed partial class Supervisor
{
    private readonly TimeSpan? _watchdogInterval;
    private MonotonicTime _watchdogAt;
    private string _toldStatus = "";

    /// <summary>How late the VRRP process may be against its own word before it counts as stuck.</summary>
    private static TimeSpan ProgressMargin => TimeSpan.FromSeconds(2);

    private void TellSystemd(Action<string> tell, string? status = null)
    {
        _toldStatus = status ?? StatusLine();
        tell(_toldStatus);
    }

    /// <summary>Feeds the watchdog while the VRRP process gets on; and tells a new line of status with it.</summary>
    private void FeedWatchdog(MonotonicTime now)
    {
        if (_watchdogAt > now || _watchdogInterval is not { } interval)
        {
            return;
        }
        _watchdogAt = now + interval;
        if (GetsOn(now))
        {
            SystemdNotifier.Watchdog();
        }
    }

    /// <summary>
    /// Whether nothing is stuck. That the VRRP process is being started, or is not started any more after many
    /// crashes, is known and said elsewhere; a start of all of it by systemd would not be better.
    /// </summary>
    private bool GetsOn(MonotonicTime now)
        => Phase != SupervisorPhase.Running || _child is not { IsReady: true } || _board is not { } board
            || board.NextWakeAt == MonotonicTime.Zero || now <= board.NextWakeAt + ProgressMargin
            || now <= board.ProgressAt + ProgressMargin;

    /// <summary>Tells the line of status when it is another, at the end of a turn.</summary>
    private void TellStatusLine()
    {
        if (_statusIsStale)
        {
            _statusIsStale = false;
            string line = StatusLine();
            if (line != _toldStatus)
            {
                TellSystemd(SystemdNotifier.Status, line);
            }
        }
    }

    private bool _statusIsStale;

    private string StatusLine()
    {
        if (Phase is not SupervisorPhase.Running)
        {
            return _failure ?? Phase.ToString();
        }
        int[] counts = new int[(int)InstanceState.Deleted + 1];
        for (int index = 0; _board is { } board && index < board.Shape.Instances; index++)
        {
            counts[(int)board.ToldOfInstance(index)]++;
        }
        (InstanceState State, string Word)[] words =
            [(InstanceState.Active, "MASTER"), (InstanceState.Backup, "BACKUP"), (InstanceState.Fault, "FAULT")];
        string states = string.Join(", ", words.Where(w => counts[(int)w.State] > 0).Select(
            w => string.Create(CultureInfo.InvariantCulture, $"{counts[(int)w.State]} {w.Word}")));
        string line = string.Create(
            CultureInfo.InvariantCulture, $"{_configuration.Model.Instances.Length} VRRP instances");
        return states.Length > 0 ? $"{line}: {states}" : line;
    }
}
