using System.Runtime;
using Holdfast.Config.Keepalived;
using Holdfast.Linux;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Epoll;
using Holdfast.Linux.Files;
using Holdfast.Linux.Netlink;
using Holdfast.Linux.Processes;
using Holdfast.Primitives;
using Holdfast.Runtime.Continuity;
using Holdfast.Runtime.Logging;
using Holdfast.Runtime.Processes;
using Holdfast.Runtime.Vrrp.Dumps;
using Holdfast.Vrrp.Sync;

namespace Holdfast.Runtime.Vrrp;

/// <summary>
/// The process named <c>keepalived</c>: one thread that owns the VRRP sockets, and nothing else that could delay it.
/// </summary>
/// <remarks>
/// It starts with a snapshot from the supervisor, runs until it is told to stop, and hands over in order when the
/// supervisor is gone. Scripts, files, logs to disk and clients are the supervisor's.
/// </remarks>
public sealed partial class VrrpProcess : IReadyHandler, IDisposable
{
    private const string DefaultName = "keepalived";
    private static readonly TimeSpan ReloadMax = TimeSpan.FromSeconds(5);

    private readonly EpollLoop _loop = new();
    private readonly RouteNetlink _netlink = RouteNetlink.Open();
    private readonly ChildChannel _channel;
    private readonly VrrpProcessOptions _options;
    private readonly Log _log;
    private readonly SignalFd _signals = new(SignalSet.Daemon);
    private readonly RouteWatch _routes;
    private VrrpNode? _node;
    private long _overruns;
    private StateBoard? _board;
    private FdHandle? _nextBoard;
    private uint _generation;
    private readonly SupervisorRevival _revival;
    private int _supervisorPid = OwnProcess.ParentId;
    private bool _stopping;
    private bool _done;

    private VrrpProcess(ChildChannel channel, VrrpProcessOptions options, Log log)
    {
        _channel = channel;
        _options = options;
        _log = log;
        _revival = new SupervisorRevival(_loop);
        _netlink.Progress = () => _board?.MarkProgress(MonotonicClock.Now);
        _routes = new RouteWatch(_loop, options.LogAddresses ? log.Info : null);
        _loop.Add(channel.Fd, EpollEvents.EPOLLIN, this);
        _loop.Add(_signals.Fd, EpollEvents.EPOLLIN, new SignalHandler(this));
    }

    /// <summary>Runs until the end of the process.</summary>
    /// <param name="channel">To the supervisor.</param>
    /// <param name="options">What the command line says.</param>
    /// <param name="log">For what happens rarely.</param>
    /// <returns>The exit status.</returns>
    public static int Run(ChildChannel channel, VrrpProcessOptions options, Log log)
    {
        using var process = new VrrpProcess(channel, options, log);
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
                return; // the next one is heard in the next turn
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
        _node?.Dispose();
        _routes.Dispose();
        _netlink.Dispose();
        _board?.Dispose();
        _nextBoard?.Dispose();
        _revival.Dispose();
        _signals.Dispose();
        _loop.Dispose();
    }

    private void Loop()
    {
        while (!_done)
        {
            MonotonicTime deadline
                = MonotonicTime.Min(_node?.NextDeadline ?? MonotonicTime.Never, _log.RepeatsDeadline);
            _board?.MarkProgress(MonotonicClock.Now, deadline);
            _loop.Wait(deadline);
            _node?.HearWhenLate();
            _loop.Dispatch();
            _log.FlushRepeats(MonotonicClock.Now);
            if (_node is not { } node)
            {
                continue;
            }
            node.RunDeadlines();
            node.EndTurn();
            RestoreWhatIsMissing(node);
            if (_stopping && node.HasEnded)
            {
                _channel.TrySend(new StoppedMessage(node.EndedInOrder));
                _done = true;
            }
        }
    }

    private void Handle(MessageKind kind)
    {
        switch (kind)
        {
            case MessageKind.Board:
                _nextBoard?.Dispose();
                _nextBoard = _channel.TakeDescriptor();
                break;
            case MessageKind.Lineage when _channel.TryRead(out LineageMessage lineage):
                ReadLineage(lineage);
                break;
            case MessageKind.Configuration when _channel.TryRead(out ConfigurationMessage configuration):
                Configure(configuration.Generation);
                break;
            case MessageKind.Reload when _channel.TryRead(out ReloadMessage reload):
                Reload(reload.Generation);
                break;
            case MessageKind.TrackerChanged when _channel.TryRead(out TrackerChangedMessage change):
                if (change.Generation == _generation)
                {
                    _node?.OnTracker(change); // one of before a reload is told again after it
                }
                break;
            case MessageKind.Stop:
                Stop();
                break;
            case MessageKind.StopNow:
                Stop();
                _node?.StopNow();
                break;
            case MessageKind.StatusRequest when _channel.TryRead(out StatusRequestMessage request):
                Reply(request);
                break;
            case MessageKind.FactsRequest when _channel.TryRead(out FactsRequestMessage facts):
                _node?.TellFacts(facts);
                break;
            case MessageKind.DumpRequest when _channel.TryRead(out DumpRequestMessage dump):
                Dump(dump.Dump);
                break;
            default:
                break;
        }
    }

    private void Configure(uint generation)
    {
        if (_node is not null || ReadPlan(generation) is not { } plan)
        {
            _log.Error("the supervisor sent no usable configuration");
            _done = true;
            return;
        }
        _generation = generation;
        ProcessPriority.Apply(plan.Model.Global, _log);
        OwnProcess.SetName(plan.Model.Global.VrrpProcessName ?? DefaultName);
        _board = TakeBoard(plan, generation);
        _node = new VrrpNode(plan, _loop, _netlink, _channel, Warn, _board);
        HashSet<string> broken = StaticEntries.Install(plan.Model, _netlink, _routes, _log.Warning);
        _node.SetBrokenTrackGroups(broken);
        _routes.Attach(_node.Links);
        StartOrResume(_node);
        if (_options.DumpAtStart)
        {
            foreach (string line in DataDump.Write(_node).Split('\n', StringSplitOptions.RemoveEmptyEntries))
            {
                _log.Info(line);
            }
        }
        SettleMemory();
        _channel.TrySend(new ReadyMessage(generation, plan.Instances.Length));
    }

    private void Reload(uint generation)
    {
        // Parsing takes its time, and nothing can be said in the middle of it.
        _board?.MarkProgress(MonotonicClock.Now, MonotonicClock.Now + ReloadMax);
        if (_node is { } before && !_stopping && ReadPlan(generation, isReload: true) is { } plan)
        {
            ReloadMap map = VrrpNode.MapFrom(before, plan);
            string? saveDirectory = plan.Model.Global.ConfigSaveDirectory;
            VrrpDump.Save(before, saveDirectory, generation, "pre", _log.Warning);
            StateBoard? board = TakeBoard(plan, generation);
            var node = new VrrpNode(
                plan, _loop, _netlink, _channel, Warn, board, before.PlansOf(map.Leaving));
            before.TellEnded(map);
            // From its commit on the board is that of the new configuration: if this process dies, its successor goes
            // on with that one, and before with the old one.
            node.Adopt(before, map);
            node.Commit();
            _generation = generation;
            // Indexes before this message are those of the old configuration, those after it are of the new one.
            _channel.TrySend(new ReloadDoneMessage(generation, IsApplied: true));
            OwnProcess.SetName(plan.Model.Global.VrrpProcessName ?? DefaultName);
            node.SetBrokenTrackGroups(
                StaticEntries.Move(before.Plan.Model, plan.Model, _netlink, _routes, _log.Warning));
            node.TakeOver(before, map);
            _node = node;
            _routes.Attach(node.Links);
            node.EndTurn();
            MoveToBoard(node, board);
            VrrpDump.Save(node, saveDirectory, generation, "post", _log.Warning);
        }
        else
        {
            _channel.TrySend(new ReloadDoneMessage(generation, IsApplied: false));
        }
    }

    /// <summary>
    /// Something is gone that may be ours, or something came that an entry of ours has waited for. What a static entry
    /// misses is a fault for its track group.
    /// </summary>
    private void RestoreWhatIsMissing(VrrpNode node)
    {
        if (_routes.HasChanged)
        {
            _routes.CatchUp();
            _routes.HasChanged = false;
            if (_routes.OverrunCount != _overruns)
            {
                _overruns = _routes.OverrunCount;
                _log.Warning("the kernel's queue of changes overran: all was read again");
            }
            if (!_stopping)
            {
                node.FindMissing(_routes, StaticEntries.Any(node.Plan.Model));
                node.EndTurn();
            }
        }
        if (node.StaticEntriesAreDue)
        {
            node.StaticEntriesAreDue = false;
            if (!_stopping)
            {
                node.SetBrokenTrackGroups(
                    StaticEntries.Restore(node.Plan.Model, _netlink, _routes, _log.Warning));
                node.EndTurn();
            }
        }
    }

    private VrrpPlan? ReadPlan(uint generation, bool isReload = false)
    {
        FdHandle memory = _channel.TakeDescriptor();
        VrrpPlan? plan = ReadPlan(memory, isReload);
        if (plan is null)
        {
            memory.Dispose();
        }
        else
        {
            _revival.Keep(memory, generation);
        }
        return plan;
    }

    private static VrrpPlan? ReadPlan(FdHandle memory, bool isReload)
    {
        if (memory.IsInvalid || !SealedMemory.IsSealed(memory.Number)
            || SealedMemory.TryRead(memory.Number, KeepalivedSnapshot.SizeMax, out byte[] bytes) != Errno.Success)
        {
            return null;
        }
        KeepalivedParseResult result = KeepalivedSnapshot.Parse(bytes);
        return result.HasErrors ? null
            : VrrpPlan.From(result.Model, MonotonicClock.Now - MonotonicTime.Zero, isReload);
    }

    private void Stop()
    {
        if (_node is not { } node)
        {
            _done = true;
            return;
        }
        if (_options.KeepsAddresses)
        {
            // -V: all stays as it is, and nobody is told to take over.
            node.Abandon();
            _channel.TrySend(new StoppedMessage(InOrder: false));
            _done = true;
        }
        else if (!_stopping)
        {
            _stopping = true;
            node.Stop();
            StaticEntries.Remove(node.Plan.Model, _netlink, _routes, _log.Warning);
        }
    }

    /// <summary>What others cause, they can cause a thousand times a second.</summary>
    private void Warn(string message) => _log.WriteRepeatable(LogLevel.Warning, message);

    private void Reply(in StatusRequestMessage request)
    {
        if (_node is null)
        {
            return;
        }
        ReadOnlyMemory<byte> json = VrrpStatus.Write(_node, request.Status, request.Instance);
        if (SealedMemory.TryCreate("status", json.Span, out FdHandle memory) == Errno.Success)
        {
            using (memory)
            {
                _channel.TrySend(new StatusReplyMessage(request.Id, json.Length), memory.Number);
            }
        }
    }

    private void Dump(DumpKind kind)
    {
        if (_node is { } node)
        {
            VrrpDump.Write(node, kind, _log.Warning);
        }
    }

    /// <summary>
    /// All that start-up has left is collected now, so that steady state begins with an empty heap. Not after a reload:
    /// an Active must not stop for it, and nothing in steady state will.
    /// </summary>
    private static void SettleMemory()
    {
        GCSettings.LargeObjectHeapCompactionMode = GCLargeObjectHeapCompactionMode.CompactOnce;
        GC.Collect(2, GCCollectionMode.Aggressive, blocking: true, compacting: true);
    }
}
