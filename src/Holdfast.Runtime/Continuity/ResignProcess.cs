using Holdfast.Config.Keepalived;
using Holdfast.Linux;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Epoll;
using Holdfast.Linux.Files;
using Holdfast.Linux.Netlink;
using Holdfast.Primitives;
using Holdfast.Runtime.Processes;
using Holdfast.Runtime.Vrrp;
using Holdfast.Vrrp.Machine;
using Holdfast.Vrrp.Wire;

namespace Holdfast.Runtime.Continuity;

/// <summary>
/// The last act for VRRP processes that crash again and again: a small process that hands over what they held.
/// </summary>
/// <remarks>
/// It sends priority 0 for every Active instance of the board, lets the addresses stay until the successor has
/// announced them, at the latest for the longest skew and a margin, removes them and ends. It runs no state machine.
/// </remarks>
public sealed class ResignProcess : IReadyHandler, IDisposable
{
    private static readonly TimeSpan s_startMax = TimeSpan.FromSeconds(5);

    private readonly EpollLoop _loop = new();
    private readonly RouteNetlink _netlink = RouteNetlink.Open();
    private readonly ChildChannel _channel;
    private readonly Action<string> _warn;
    private FdHandle _boardHandle = FdHandle.None;
    private VrrpPlan? _plan;
    private StateBoard? _board;

    private ResignProcess(ChildChannel channel, Action<string> warn)
    {
        _channel = channel;
        _warn = warn;
        _loop.Add(channel.Fd, EpollEvents.EPOLLIN, this);
    }

    /// <summary>How long it may take in all: more means that it hangs.</summary>
    public static TimeSpan TimeMax(VrrpPlan plan) => s_startMax + LingerMax(plan) + TimeSpan.FromSeconds(1);

    /// <summary>Runs until everything is handed over.</summary>
    /// <param name="channel">To the supervisor, which sends board and configuration.</param>
    /// <param name="warn">Told of what does not work.</param>
    /// <returns>The exit status: 0 when nothing of ours is left.</returns>
    public static int Run(ChildChannel channel, Action<string> warn)
    {
        using var process = new ResignProcess(channel, warn);
        MonotonicTime limit = MonotonicClock.Now + s_startMax;
        while (process._plan is null && MonotonicClock.Now < limit)
        {
            process._loop.RunOnce(limit);
        }
        return process.HandOver() ? 0 : 1;
    }

    /// <inheritdoc/>
    public void OnReady(EpollEvents events)
    {
        while (_plan is null && _channel.TryReceive(out MessageKind kind) == Errno.Success)
        {
            if (kind == MessageKind.Board)
            {
                _boardHandle.Dispose();
                _boardHandle = _channel.TakeDescriptor();
            }
            else if (kind == MessageKind.Configuration)
            {
                ReadPlan();
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _boardHandle.Dispose();
        _board?.Dispose();
        _netlink.Dispose();
        _loop.Dispose();
    }

    private static TimeSpan LingerMax(VrrpPlan plan)
        => plan.Instances.Length == 0 ? TimeSpan.Zero
            : plan.Instances.Max(static i => VrrpTimers.LongestSkew(i.Machine) + i.Machine.LingerMargin);

    private void ReadPlan()
    {
        using FdHandle memory = _channel.TakeDescriptor();
        if (!memory.IsInvalid
            && SealedMemory.TryRead(memory.Number, KeepalivedSnapshot.SizeMax, out byte[] bytes) == Errno.Success)
        {
            KeepalivedParseResult parsed = KeepalivedSnapshot.Parse(bytes);
            _plan = VrrpPlan.From(parsed.Model, TimeSpan.MaxValue);
            _board = StateBoard.TryOpen(_boardHandle, BoardShape.Of(parsed.Model));
        }
    }

    private bool HandOver()
    {
        if (_plan is null || _board is null)
        {
            _warn("cannot resign: the supervisor sent no usable state");
            return false;
        }
        var held = new HeldInstances(_plan, _board, _netlink, _warn);
        using var successors = new SuccessorWatch(
            _loop, held.Instances, new AddressOwners(held.Instances), index => held.Remove(held.Instances[index]));
        foreach (VrrpInstance instance in held.Held)
        {
            successors.Watch(instance.Index);
        }
        foreach (VrrpInstance instance in held.Held)
        {
            if (_board.Read(instance.Index).State.Role == Role.Active)
            {
                Resign(instance);
            }
        }
        MonotonicTime end = MonotonicClock.Now + LingerMax(_plan);
        while (held.Held.Count > 0 && MonotonicClock.Now < end)
        {
            _loop.RunOnce(end);
        }
        held.RemoveAll();
        return true;
    }

    private void Resign(VrrpInstance instance)
    {
        VrrpInstancePlan plan = instance.Plan;
        IpAddress local = plan.Model.IsUnicast ? instance.SourceAddress : plan.Model.MulticastGroup;
        try
        {
            using var channel = new AdvertChannel(
                _loop, Deaf.Instance, new(plan.Model.Family, instance.SocketInterface, local), receiveBufferBytes: 0);
            Errno errno = channel.SendAdvert(instance, Priority.Resignation, plan.Model.AdvertInterval);
            if (errno != Errno.Success)
            {
                _warn($"({instance.Name}) cannot resign: {errno}");
            }
        }
        catch (LinuxException e)
        {
            _warn($"({instance.Name}) cannot resign: {e.Message}");
        }
    }

    /// <summary>Adverts are of no interest any more: only the announcement of the successor counts.</summary>
    private sealed class Deaf : IAdvertReceiver
    {
        internal static readonly Deaf Instance = new();

        public bool HearsUnknownVrids => false;

        public void OnPacket(VrrpInstance first, in ReceivedPacket packet)
        {
        }

        public void OnUnknownVrid(byte vrid, IpAddress source)
        {
        }

        public void OnKeptAway(ulong count)
        {
        }

        public void OnFlood(AdvertChannel channel)
        {
        }
    }
}
