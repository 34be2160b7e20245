using Holdfast.Balancing.Algorithms;
using Holdfast.Balancing.Hashing;
using Holdfast.Balancing.Servers;
using Holdfast.Primitives;
using Holdfast.Proxy.Counters;
using Holdfast.Proxy.Engine;
using Holdfast.Proxy.Http;

namespace Holdfast.Proxy.Upstreams;

/// <summary>A backend as one loop sees it: idle connections, and counters of its own.</summary>
internal sealed class LoopBackend<TTransport>
    where TTransport : struct, ITransport
{
    private readonly EventLoop<TTransport> _loop;

    internal LoopBackend(EventLoop<TTransport> loop, Backend backend, WaitingRoom.LoopRoom room, RandomSource random)
    {
        _loop = loop;
        Backend = backend;
        Room = room;
        Random = random;
        Counters = backend.Counters.Of(loop.State.Index);
        Upstreams = new UpstreamPool<TTransport>(loop, backend);
    }

    internal Backend Backend { get; }

    internal WaitingRoom.LoopRoom Room { get; }

    internal RandomSource Random { get; }

    internal CounterBlock Counters { get; }

    internal UpstreamPool<TTransport> Upstreams { get; }

    /// <summary>The present of the loop.</summary>
    internal MonotonicTime Now => new(_loop.State.Now * 1_000_000);

    internal CounterBlock CountersOf(Server server) => server.Counters.Of(_loop.State.Index);

    /// <summary>A request, or a connection, is tried once more.</summary>
    internal void CountRetry(Server failed)
    {
        Counters.Add(TrafficCounter.Retries);
        CountersOf(failed).Add(TrafficCounter.Retries);
    }

    /// <summary>A server was chosen again: another one, or the same for want of others, which is a retry.</summary>
    /// <returns>Whether it is another one.</returns>
    internal bool CountMove(Server from, Server to)
    {
        if (from == to)
        {
            CountRetry(from);
            return false;
        }
        Counters.Add(TrafficCounter.Redispatches);
        CountersOf(from).Add(TrafficCounter.Redispatches);
        return true;
    }

    /// <summary>Chooses a server by the backend's algorithm; takes no slot.</summary>
    /// <param name="key">What the request is hashed by.</param>
    /// <param name="avoid">The server that has just failed; null: none.</param>
    internal SelectionResult Select(HashKey key, Server? avoid) => Backend.Pool.Select(new Selection
    {
        Key = key, Avoid = avoid?.Balanced, Now = Now, Random = Random,
    });

    /// <summary>Gives back a slot of a server.</summary>
    internal void Release(Server server) => Backend.Release(server, Now);

    /// <summary>Chooses, and takes a slot whatever the limits; null: no server is usable.</summary>
    internal Server? Take(Server? avoid)
    {
        SelectionResult result = Select(default, avoid);
        BalancedServer? chosen = result.Server ?? (result.Outcome == SelectionOutcome.AllFull
            ? Backend.Pool.Servers.FirstOrDefault(static one => one.IsUsable) : null);
        if (chosen is null)
        {
            return null;
        }
        Backend.Pool.Take(chosen);
        return Backend.ServerOf(chosen);
    }
}
