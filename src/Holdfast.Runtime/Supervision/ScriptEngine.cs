using Holdfast.Config.Keepalived.Model;
using Holdfast.Linux;
using Holdfast.Linux.Epoll;
using Holdfast.Primitives;
using Holdfast.Runtime.Logging;
using Holdfast.Runtime.Notifications;
using Holdfast.Runtime.Notifications.Mail;
using Holdfast.Runtime.Processes;
using Holdfast.Runtime.Scripts;
using Holdfast.Runtime.Trackers;

namespace Holdfast.Runtime.Supervision;

/// <summary>All that the supervisor does for the VRRP process: trackers, notify scripts, FIFOs.</summary>
internal sealed class ScriptEngine : ITimed, IDisposable
{
    private readonly Log _log;
    private readonly ScriptRunner _runner;
    private readonly CheckScheduler _checks;
    private readonly FileTracker _files;
    private readonly ProcessTracker _processes;
    private readonly MailAlerts _mail;

    internal ScriptEngine(
        EpollLoop loop, ChildRegistry children, SupervisorOptions options, Log log, Action<TrackerChangedMessage> tell)
    {
        _log = log;
        _runner = new ScriptRunner(
            children, ChildEnvironment.ForChildren(options.Environment), options.Program,
            Path.Combine(options.RunDirectory, ScriptService.SocketName));
        _checks = new CheckScheduler(_runner, log, (index, isUp) => tell(new(TrackerKind.Script, isUp, index, 0)));
        _files = new FileTracker(loop, log, (index, value) => tell(new(TrackerKind.File, true, index, value)));
        _processes = new ProcessTracker(
            loop, log, (index, isUp) => tell(new(TrackerKind.Process, isUp, index, 0)));
        _mail = new MailAlerts(
            children, ChildEnvironment.ForChildren(options.Environment), options.Program, TimeProvider.System, log);
        Notifier = new Notifier(_runner, log) { Mail = _mail };
    }

    internal Notifier Notifier { get; }

    internal ScriptRunner Runner => _runner;

    public MonotonicTime Deadline => MonotonicTime.Min(_checks.Deadline, _processes.Deadline);

    /// <summary>How each <c>vrrp_script</c> stands.</summary>
    internal IEnumerable<CheckReport> CheckReports() => _checks.Reports(MonotonicClock.Now);

    /// <summary>Takes over the trackers of a model, and tells all that is known of them.</summary>
    /// <param name="model">The model.</param>
    /// <param name="now">When.</param>
    /// <param name="known">
    /// What a supervisor before us knew of the script with that index: 0 or 1; null: nothing. A check goes on from
    /// there.
    /// </param>
    internal void ApplyTrackers(KeepalivedModel model, MonotonicTime now, Func<int, int?>? known = null)
    {
        _checks.Apply(PreparedNotifications.Checks(model, _log), now);
        for (int index = 0; known is not null && index < model.Scripts.Length; index++)
        {
            if (known(index) is { } value)
            {
                _checks.Recall(index, value != 0);
            }
        }
        _checks.TellAll();
        _files.Apply(model.TrackFiles);
        _processes.Apply(model.TrackProcesses, now);
    }

    /// <summary>Takes over the notify scripts and FIFOs of a model.</summary>
    internal void ApplyNotifications(KeepalivedModel model)
    {
        Notifier.Apply(PreparedNotifications.Of(model, _log));
        GlobalModel global = model.Global;
        _mail.Apply(global);
        List<FifoRequest> fifos = [];
        AddFifo(global.NotifyFifo, global.NotifyFifoUser, global.NotifyFifoGroup, global.NotifyFifoScript);
        AddFifo(
            global.VrrpNotifyFifo, global.VrrpNotifyFifoUser, global.VrrpNotifyFifoGroup,
            global.VrrpNotifyFifoScript);
        Notifier.Fifos.Apply([.. fifos]);

        void AddFifo(string? path, string? user, string? group, ScriptCommand? reader)
        {
            if (path is not null)
            {
                fifos.Add(new FifoRequest(
                    path, user, group, () => PreparedNotifications.Command(reader, global, _log)));
            }
        }
    }

    /// <summary>Tells again all that is known, to a VRRP process that was started again.</summary>
    internal void TellAll()
    {
        _checks.TellAll();
        _files.TellAll();
        _processes.TellAll();
    }

    public void OnTime(MonotonicTime now)
    {
        _checks.OnTime(now);
        _processes.OnTime(now);
    }

    internal void StopChecks()
    {
        _checks.Stop();
        _mail.Stop();
    }

    /// <summary>Ends the programs that read the FIFOs, after the last line has been written.</summary>
    internal void CloseFifos() => Notifier.Fifos.Close();

    public void Dispose()
    {
        CloseFifos();
        _checks.Stop();
        _files.Dispose();
        _processes.Dispose();
        _runner.Dispose();
    }
}
