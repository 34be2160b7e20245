using Holdfast.Linux;
using Holdfast.Linux.Epoll;
using Holdfast.Linux.Netlink;
using Holdfast.Linux.Sockets;
using Holdfast.Primitives;

namespace Holdfast.Runtime.Tests;

/// <summary>An Active and a Backup that hear each other, at intervals of 10 ms.</summary>
internal sealed class NodePair : IDisposable
{
    private readonly EpollLoop _loop;

    private NodePair(EpollLoop loop, NodeBench active, NodeBench backup)
    {
        _loop = loop;
        Active = active;
        Backup = backup;
    }

    internal NodeBench Active { get; }

    internal NodeBench Backup { get; }

    /// <summary>How often either has become Active or stopped being so.</summary>
    internal ulong Transitions => Changes(Active) + Changes(Backup);

    /// <summary>Starts both, each in a new namespace. The calling thread stays in the Backup's.</summary>
    internal static NodePair Start(EpollLoop loop)
    {
        NetworkNamespace.UnshareCurrentThread();
        using NetworkNamespace first = NetworkNamespace.OpenCurrent();
        NetworkNamespace.UnshareCurrentThread();
        using NetworkNamespace second = NetworkNamespace.OpenCurrent();
        using (var route = RouteNetlink.Open())
        {
            route.CreateVeth("eth0", "eth0", first.Descriptor).ThrowIfFailed("create eth0");
        }
        NodeBench backup = NodeBench.Start(loop, second, 1, 100);
        NodeBench active = NodeBench.Start(loop, first, 2, 200);
        active.Begin();
        second.Enter();
        backup.Begin();
        return new NodePair(loop, active, backup);
    }

    /// <summary>Runs both until the Backup has heard so many adverts.</summary>
    internal void RunUntil(ulong adverts, TimeSpan limit)
    {
        MonotonicTime deadline = MonotonicClock.Now + limit;
        while (Backup.Heard < adverts)
        {
            _ = _loop.RunOnce(MonotonicTime.Min(
                deadline, MonotonicTime.Min(Active.Vrrp.NextDeadline, Backup.Vrrp.NextDeadline)));
            Active.Turn();
            Backup.Turn();
            Assert.True(MonotonicClock.Now < deadline);
        }
    }

    public void Dispose()
    {
        Active.Dispose();
        Backup.Dispose();
    }

    private static ulong Changes(NodeBench node)
        => node.Vrrp.Instances[0].Counters.BecameActive + node.Vrrp.Instances[0].Counters.ReleasedActive;
}
