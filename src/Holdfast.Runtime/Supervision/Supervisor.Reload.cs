using Holdfast.Config.Keepalived.Planning;
using Holdfast.Config.Text;
using Holdfast.Linux;
using Holdfast.Linux.Abi;
using Holdfast.Primitives;
using Holdfast.Runtime.Logging;
using Holdfast.Runtime.Processes;

namespace Holdfast.Runtime.Supervision;

/// <summary>One who asked for a reload and waits to be told what it did.</summary>
/// <param name="Connection">Where the answer goes.</param>
/// <param name="Colour">Whether its text may have colours.</param>
internal readonly record struct ReloadClient(ControlConnection Connection, bool Colour);

// Reload: the files are read and compared, the VRRP process takes the new configuration as a whole or not at all, and
// what changed is logged and told.
public sealed partial class Supervisor
{
    private const int LoggedItemsMax = 200;

    private readonly List<ReloadClient> _reloadClients = [];
    private readonly List<ReloadClient> _nextReloadClients = [];
    private LoadedConfiguration? _reloading;
    private ReloadPlan _plan = new([]);
    private LoadFindings _findings = new();
    private MonotonicTime _reloadDeadline = MonotonicTime.Never;
    private bool _reloadAgain;
    private uint _runningGeneration = 1;

    /// <summary>After so long who asked is told that the answer is still out. The reload itself goes on.</summary>
    private static TimeSpan ReloadTimeout => TimeSpan.FromSeconds(10);

    /// <summary>Reads the files anew. Errors change nothing.</summary>
    private void Reload(string cause, ReloadClient? client = null)
    {
        if (client is { } asked)
        {
            _nextReloadClients.Add(asked);
        }
        if (_reloading is not null || _checksReload || _awaitsPlane)
        {
            _reloadAgain = true; // one after the other: indexes of messages are those of one configuration
            return;
        }
        _reloadClients.AddRange(_nextReloadClients);
        _nextReloadClients.Clear();
        if (Phase is not (SupervisorPhase.Running or SupervisorPhase.Failed))
        {
            FailReload("the daemon is about to " + (Phase == SupervisorPhase.Starting ? "start" : "end"));
            return;
        }
        _log.Info($"Reloading ({cause})");
        TellSystemd(SystemdNotifier.Reloading);
        LoadedConfiguration? loaded = LoadForReload();
        if (loaded is null)
        {
            string path = _configuration.Model.Global.ReloadCheckLog is { } log ? $"; see {log}" : "";
            _log.Write(_master is null ? LogLevel.Error : LogLevel.Info,
                $"The new configuration has errors, going on with the old one{path}");
            TellSystemd(SystemdNotifier.Ready, "The last reload found errors; the configuration before it runs");
            FailReload("the new configuration has errors, going on with the old one");
            return;
        }
        if (!_restartAt.IsNever)
        {
            RestartChild(); // it goes on with the old configuration first, as if it had never been away
        }
        _generation++;
        _plan = ReloadPlanner.Plan(_configuration.Model, loaded.Model);
        if (_child is null)
        {
            _served.Reload(loaded, _generation);
            StartWith(loaded);
            return;
        }
        DropBoard(ref _nextBoard);
        _nextBoard = CreateBoard(loaded.Model, _generation);
        CopyTold(_configuration.Model, loaded.Model);
        _reloading = loaded;
        _reloadDeadline = MonotonicClock.Now + ReloadTimeout;
        if (SendConfiguration(_child, _nextBoard, new ReloadMessage(_generation), loaded) != Errno.Success)
        {
            OnReloadDone(new ReloadDoneMessage(_generation, IsApplied: false));
        }
    }

    /// <summary>Nothing runs, so there is nothing to keep.</summary>
    private void StartWith(LoadedConfiguration loaded)
    {
        ApplyEnvironment(_configuration.Model, loaded.Model);
        _configuration = loaded;
        _failure = null;
        _restarts.Clear();
        ForgetResigner();
        DropBoard(ref _board);
        StartVrrp();
        if (!ReloadChecks())
        {
            ReportReload();
        }
    }

    private void OnReloadDone(ReloadDoneMessage message)
    {
        if (_reloading is null || message.Generation != _generation)
        {
            return;
        }
        LoadedConfiguration loaded = _reloading;
        _reloading = null;
        _reloadDeadline = MonotonicTime.Never;
        if (message.IsApplied)
        {
            Adopt(loaded, message.Generation);
            if (ReloadChecks())
            {
                return; // the rest follows when they have it, too
            }
            ReportReload();
        }
        else
        {
            DropBoard(ref _nextBoard);
            const string Refused = "the VRRP process did not take the new configuration, going on with the old one";
            _log.Error(Refused);
            TellSystemd(SystemdNotifier.Ready, "The last reload failed; the configuration before it runs");
            FailReload(Refused);
        }
        ReloadAgain();
    }

    private void ReloadAgain()
    {
        if (_reloadAgain)
        {
            _reloadAgain = false;
            Reload("asked for meanwhile");
        }
    }

    /// <summary>The VRRP process runs the new configuration: so do we.</summary>
    private void Adopt(LoadedConfiguration loaded, uint generation)
    {
        _runningGeneration = generation;
        AdoptNextBoard(_configuration.Model, loaded.Model);
        ApplyEnvironment(_configuration.Model, loaded.Model);
        _configuration = loaded;
        _served.Reload(loaded, generation);
        WatchFromNow(loaded.Model);
        _history.Retain(loaded.Model);
        _readiness.Begin(loaded.Model, MonotonicClock.Now);
        ApplyConnectionSync();
        _scripts.ApplyNotifications(loaded.Model);
        _scripts.ApplyTrackers(loaded.Model, MonotonicClock.Now);
        _schedule.Apply(loaded.Model.Global);
        if (loaded.Model.Global.FifoWriteStatesOnReload)
        {
            _scripts.Notifier.WriteStates();
        }
    }

    /// <summary>
    /// The VRRP process has ended in the middle of a reload: if it had got to the end, so has the reload; else the
    /// configuration before goes on.
    /// </summary>
    private void EndReload()
    {
        if (_reloading is not null)
        {
            bool isApplied = _nextBoard is { IsCommitted: true };
            _log.Error("The VRRP process ended during the reload, going on with the "
                + (isApplied ? "new configuration" : "old one"));
            OnReloadDone(new ReloadDoneMessage(_generation, isApplied));
        }
    }

    private void ExpireReload(MonotonicTime now)
    {
        if (_reloadDeadline <= now)
        {
            _reloadDeadline = MonotonicTime.Never;
            if (_checksReload)
            {
                // The one that follows begins with the configuration before, and takes the new one at once.
                _checks.Kill("did not take the new configuration in time");
                return;
            }
            FailReload("the VRRP process has not answered yet; the log will tell what became of the reload");
        }
    }

    private void ReportReload()
    {
        int count = 0;
        foreach (PlannedItem item in _plan.Changed)
        {
            if (count++ == LoggedItemsMax)
            {
                break;
            }
            LogLevel level = item.Verdict == PlannedVerdict.NeedsRestart ? LogLevel.Warning : LogLevel.Info;
            _log.Write(level, $"Reload: {item}");
        }
        _log.Info($"Reload finished: {PlanText.Summary(_plan)}");
        TellSystemd(SystemdNotifier.Ready);
        foreach (ReloadClient client in _reloadClients)
        {
            client.Connection.Reply(Json(ok: true, writer =>
            {
                writer.WriteNumber("generation", _runningGeneration);
                writer.WriteString("text", PlanText.Render(_plan, client.Colour));
                WriteFindings(writer, client.Colour);
                writer.WritePropertyName("plan");
                PlanJson.Write(writer, _plan);
            }));
        }
        _reloadClients.Clear();
    }

    private void FailReload(string error)
    {
        foreach (ReloadClient client in _reloadClients)
        {
            client.Connection.Reply(Json(ok: false, writer =>
            {
                writer.WriteString("error", error);
                WriteFindings(writer, client.Colour);
            }));
        }
        _reloadClients.Clear();
    }

    private void WriteFindings(System.Text.Json.Utf8JsonWriter writer, bool colour)
    {
        if (!_findings.Diagnostics.IsEmpty)
        {
            writer.WriteString(
                "findings", new TextRenderer(_findings.Texts, colour).Render(_findings.Diagnostics));
            writer.WritePropertyName("diagnostics");
            JsonRenderer.Write(writer, _findings.Diagnostics);
        }
    }
}
