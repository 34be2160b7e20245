using System.Collections.Immutable;
using Holdfast.Config.Keepalived;
using Holdfast.Config.Keepalived.Model;
using Holdfast.Health.Services;
using Holdfast.Layer4;
using Holdfast.Layer4.Model;
using Holdfast.Linux;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Epoll;
using Holdfast.Linux.Files;
using Holdfast.Linux.Netlink;
using Holdfast.Linux.Processes;
using Holdfast.Primitives;
using Holdfast.Runtime.Checks.Notifications;
using Holdfast.Runtime.Logging;
using Holdfast.Runtime.Notifications.Mail;
using Holdfast.Runtime.Processes;
using Holdfast.Runtime.Scripts;
using Holdfast.Runtime.Supervision;
using Holdfast.Runtime.Trackers;
using Holdfast.Runtime.Vrrp;

namespace Holdfast.Runtime.Checks.Process;

/// <summary>
/// The process named <c>holdfast-checks</c>: checks the real servers of all virtual servers, and keeps the plane that
/// forwards to them as they are.
/// </summary>
/// <remarks>
/// One thread, one loop, its own scripts. Its memory is the plane: what is in there when it is killed is what its
/// successor begins with. Within a turn, entries change first, in one go, and are told afterwards.
/// </remarks>
public sealed partial class CheckProcess : IReadyHandler, IDisposable
{
    private const string DefaultName = "holdfast-checks";

    private readonly EpollLoop _loop = new();
    private readonly ChildChannel _channel;
    private readonly CheckProcessOptions _options;
    private readonly Log _log;
    private readonly SignalFd? _signals;
    private readonly ChildRegistry _children;
    private readonly ScriptRunner _scripts;
    private readonly CheckEngine _engine;
    private readonly ServiceBoard _board;
    private readonly ServicePlane _plane;
    private readonly AddressPresence _presence;
    private readonly FileTracker _files;
    private readonly ServiceNotifier _notifier;
    private readonly List<Action> _news = [];
    private readonly int _supervisorPid = OwnProcess.ParentId;
    private ImmutableArray<TrackFileModel> _trackFiles = [];
    private KeepalivedModel? _model;
    private bool[] _suspended = [];
    private HashSet<string> _suspendedNames = new(StringComparer.Ordinal);
    private bool _hasHeir;
    private MonotonicTime _endBy = MonotonicTime.Never;
    private MonotonicTime _planeAt = MonotonicTime.Never;
    private MonotonicTime _planeUntil;
    private PlaneWait? _planeTold;
    private bool _done;

    private CheckProcess(ChildChannel channel, CheckProcessOptions options, Log log)
    {
        _channel = channel;
        _options = options;
        _log = log;
        _children = new ChildRegistry(_loop);
        _scripts = new ScriptRunner(
            _children, options.Environment, options.Program,
            Path.Combine(options.RunDirectory, ScriptService.SocketName));
        var engine = new CheckEngineOptions
        {
            // Two directors with one file must not knock at the same servers at the same moments.
            Seed = (ulong)MonotonicClock.Now.Nanoseconds ^ ((ulong)System.Environment.ProcessId << 32),
            Scripts = _scripts,
            Prepare = command => PreparedNotifications.Command(command, Model.Global, log),
        };
        _engine = new CheckEngine(_loop, engine, OnReport);
        _board = new ServiceBoard(OnChange);
        _notifier = new ServiceNotifier(_scripts, new MailAlerts(
            _children, options.Environment, options.Program, TimeProvider.System, log), log);
        _plane = new ServicePlane(options.OpenPlane ?? OpenPlane, log);
        _presence = new AddressPresence(_loop);
        _files = new FileTracker(_loop, log, (index, value) => _engine.SetFile(_trackFiles[index].Name, value));
        _loop.Add(channel.Fd, EpollEvents.EPOLLIN, this);
        if (options.OwnsProcess)
        {
            _signals = new SignalFd(SignalSet.Daemon);
            _loop.Add(_signals.Fd, EpollEvents.EPOLLIN, new SignalHandler(this));
        }
    }

    private KeepalivedModel Model => _model!;

    /// <summary>Runs until the end of the process.</summary>
    /// <param name="channel">To the supervisor.</param>
    /// <param name="options">What the command line says.</param>
    /// <param name="log">Told what checks find.</param>
    /// <returns>The exit status.</returns>
    public static int Run(ChildChannel channel, CheckProcessOptions options, Log log)
    {
        using var process = new CheckProcess(channel, options, log);
        _ = channel.TrySend(new StartedMessage(0)); // who is gone needs no answer
        process.Loop();
        return 0;
    }

    /// <inheritdoc/>
    public void OnReady(EpollEvents events)
    {
        while (!_done)
        {
            Errno errno = _channel.TryReceive(out MessageKind kind);
            if (errno == Errno.EAGAIN)
            {
                return;
            }
            if (errno == Errno.EPIPE)
            {
                SupervisorIsGone();
                return;
            }
            if (errno == Errno.Success)
            {
                Handle(kind);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _notifier.Dispose();
        _engine.Dispose();
        _presence.Dispose();
        _files.Dispose();
        _plane.Dispose();
        _scripts.Dispose();
        _children.Dispose();
        _signals?.Dispose();
        _loop.Dispose();
    }

    private void Loop()
    {
        while (!_done)
        {
            MonotonicTime deadline = MonotonicTime.Min(_endBy, MonotonicTime.Min(_engine.Deadline, _plane.Deadline));
            deadline = MonotonicTime.Min(deadline, _planeAt);
            _ = _loop.RunOnce(MonotonicTime.Min(deadline, _log.RepeatsDeadline)); // EINTR is a turn like any other
            MonotonicTime now = MonotonicClock.Now;
            _engine.OnTime(now);
            _log.FlushRepeats(now);
            if (!_endBy.IsNever)
            {
                EndWhenToldAll(now);
            }
            else if (!_done && _model is not null)
            {
                _plane.OnTime(now);
                EndTurn();
                TellPlane(now);
            }
        }
    }

    private void Handle(MessageKind kind)
    {
        if (!_endBy.IsNever && kind != MessageKind.Ping)
        {
            return; // it only waits for scripts to begin: there is nothing any more that could be reloaded or shown
        }
        switch (kind)
        {
            case MessageKind.ChecksConfiguration when _channel.TryRead(out ChecksConfigurationMessage first):
                Configure(first);
                break;
            case MessageKind.Reload when _channel.TryRead(out ReloadMessage reload):
                Reload(reload.Generation);
                break;
            case MessageKind.Stop or MessageKind.StopNow:
                Stop();
                break;
            case MessageKind.Retire:
                Stop(isRetired: true);
                break;
            case MessageKind.Ping:
                _channel.TrySend(new PongMessage(0));
                break;
            case MessageKind.DumpRequest when _channel.TryRead(out DumpRequestMessage dump):
                Dump(dump.Dump);
                break;
            case MessageKind.StatusRequest when _channel.TryRead(out StatusRequestMessage request):
                Reply(request);
                break;
            default:
                break;
        }
    }

    private NetlinkResult OpenPlane(out ILayer4Plane? plane) => Layer4Planes.TryOpen(Model.Global.Plane switch
    {
        ForwardingPlane.Ipvs => PlaneChoice.Ipvs,
        ForwardingPlane.Xdp => PlaneChoice.Xdp,
        ForwardingPlane.Nftables => PlaneChoice.Nftables,
        _ => PlaneChoice.Automatic,
    }, out plane);

    private void Configure(ChecksConfigurationMessage message)
    {
        if (_model is not null || ReadModel() is not { } model)
        {
            _log.Error("the supervisor sent no usable configuration");
            _done = true;
            return;
        }
        _model = model;
        _hasHeir = message.HasHeir;
        if (_options.OwnsProcess)
        {
            ProcessPriority.Apply(model.Global.Lvs.Process, _log);
        }
        bool isOpen = _plane.TryOpen();
        if (isOpen && !message.Continues && model.Global.Lvs.Flush)
        {
            _plane.Flush();
        }
        ImmutableArray<ObservedPool> seen = message.Continues ? _plane.Observe() : [];
        if (message.Continues)
        {
            _log.Warning(seen.IsEmpty
                ? "Going on for a process that was ended: nothing is known of the servers"
                : "Going on for a process that was ended: servers are as they are forwarded to");
        }
        Apply(model, seen.IsEmpty ? null : new PlaneMemory(model, seen));
        EndTurn(); // who hears that we are ready may look into the plane
        _channel.TrySend(new ReadyMessage(message.Generation, model.VirtualServers.Length));
        _planeAt = MonotonicClock.Now;
        _planeUntil = _planeAt + s_planeLimit;
        TellPlane(_planeAt);
    }

    private void Reload(uint generation)
    {
        if (_model is not null && ReadModel() is { } model)
        {
            EndTurn(); // what is known of servers is by the indexes of the old configuration
            _model = model;
            Apply(model, null);
            EndTurn();
            _channel.TrySend(new ReloadDoneMessage(generation, IsApplied: true));
        }
        else
        {
            _log.Error("the supervisor sent no usable configuration: the one before stays");
            _channel.TrySend(new ReloadDoneMessage(generation, IsApplied: false));
        }
    }

    private void Apply(KeepalivedModel model, PlaneMemory? memory)
    {
        if (_options.OwnsProcess)
        {
            OwnProcess.SetName(model.Global.Lvs.Process.Name ?? DefaultName);
            DescriptorLimit.Raise(model, _log);
        }
        ImmutableArray<ServiceState> before = _board.States;
        _news.Add(() => _notifier.Apply(model, before)); // the first of the turn: it tells of what has gone
        _plane.Apply(model);
        _engine.Apply(model, MonotonicClock.Now, memory is null ? null : memory.Of);
        _board.Apply(model, memory is null ? null : memory.Of);
        foreach (string problem in _engine.Problems)
        {
            _log.Error(problem);
        }
        _presence.Apply(model);
        ApplyPresence();
        ApplyTrackFiles(model);
    }

    /// <summary>The supervisor initialises files; here they are only read, again after every crash.</summary>
    private void ApplyTrackFiles(KeepalivedModel model)
    {
        HashSet<string> names = [.. model.VirtualServers.SelectMany(static v => v.RealServers)
            .SelectMany(static r => r.Checkers).OfType<FileCheckModel>().Select(static f => f.TrackFile)];
        _trackFiles = [.. model.TrackFiles.Where(f => names.Contains(f.Name))
            .Select(static f => f with { InitialValue = null })];
        _files.Apply(_trackFiles);
    }

    private void ApplyPresence()
    {
        _presence.HasChanged = false;
        string[] names = ServiceNames.Of(Model);
        bool[] isSuspended = new bool[names.Length];
        var suspended = new HashSet<string>(StringComparer.Ordinal);
        for (int service = 0; service < names.Length; service++)
        {
            VirtualServerModel virtualServer = Model.VirtualServers[service];
            isSuspended[service] = virtualServer.SuspendWithoutAddress && !_presence.Has(Model, virtualServer);
            if (isSuspended[service])
            {
                suspended.Add(names[service]);
            }
            if (isSuspended[service] != _suspendedNames.Contains(names[service]))
            {
                CheckLog.WriteSuspension(_log, virtualServer, isSuspended[service]);
            }
        }
        _suspended = isSuspended;
        _suspendedNames = suspended;
        // All of them, not those that differ: a reload brings checkers that know nothing of it to a service that is
        // suspended, and keeps suspended ones of a service that may have lost its ha_suspend.
        _engine.SetSuspended(isSuspended, MonotonicClock.Now);
    }

    private void OnReport(ServerReport report)
    {
        ServiceState before = _board.StateOf(report.Id.Service);
        CheckLog.Write(_log, Model, in report, before.Servers[report.Id.Server].IsDown[report.Id.Checker]);
        _board.OnReport(report);
        ServiceState now = _board.StateOf(report.Id.Service);
        _news.Add(() => _notifier.OnReport(report, before, now));
    }

    private void OnChange(ServiceChange change)
    {
        _plane.Set(change.Service, change.Table);
        _news.Add(() => Tell(change));
    }

    /// <summary>What this turn has changed goes to the plane, and is told when it is there.</summary>
    private void EndTurn()
    {
        if (_presence.HasChanged)
        {
            ApplyPresence();
        }
        _plane.EndTurn();
        TellNews();
    }

    private void TellNews()
    {
        foreach (Action news in _news)
        {
            news();
        }
        _news.Clear();
    }

    private KeepalivedModel? ReadModel()
    {
        using FdHandle memory = _channel.TakeDescriptor();
        if (memory.IsInvalid || !SealedMemory.IsSealed(memory.Number)
            || SealedMemory.TryRead(memory.Number, KeepalivedSnapshot.SizeMax, out byte[] bytes) != Errno.Success)
        {
            return null;
        }
        KeepalivedParseResult result = KeepalivedSnapshot.Parse(bytes);
        return result.HasErrors ? null : result.Model;
    }
}
