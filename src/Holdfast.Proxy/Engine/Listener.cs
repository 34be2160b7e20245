using Holdfast.Proxy.Counters;

namespace Holdfast.Proxy.Engine;

/// <summary>Who takes the connections of a listener.</summary>
public abstract class Acceptor
{
    /// <summary>A client has connected. The acceptor sets the owner, or closes the connection.</summary>
    /// <param name="listener">Where.</param>
    /// <param name="connection">The connection.</param>
    public abstract void OnAccepted(Listener listener, Connection connection);

    /// <summary>The process ends as soon as sessions have: those that wait for a request end now.</summary>
    internal abstract void Drain();

    /// <summary>What was counted. Other threads may ask, and see each number as it is or was.</summary>
    internal abstract FrontendCounters Totals { get; }
}

/// <summary>A listening socket as one event loop sees it.</summary>
/// <param name="fd">The socket, which stays its creator's.</param>
/// <param name="acceptor">Who takes the connections.</param>
/// <param name="connectionsMax">Connections at the same time; more wait in the kernel.</param>
/// <param name="limit">A limit that this listener shares with others; null: none.</param>
public sealed class Listener(int fd, Acceptor acceptor, int connectionsMax, ConnectionLimit? limit = null)
{
    /// <summary>The socket.</summary>
    public int Fd { get; } = fd;

    /// <summary>Who takes the connections.</summary>
    public Acceptor Acceptor { get; } = acceptor;

    /// <summary>Connections at the same time.</summary>
    public int ConnectionsMax { get; } = connectionsMax;

    /// <summary>Connections that are open.</summary>
    public int ConnectionCount { get; private set; }

    /// <summary>Connections that were ever accepted.</summary>
    public long AcceptedCount { get; internal set; }

    internal int Index { get; set; }

    /// <summary>epoll: how many are accepted in one turn: about as many as there were last time.</summary>
    internal int AcceptsExpected { get; set; } = 1;

    /// <summary>Whether no more connections are taken for now.</summary>
    internal bool IsPaused { get; set; }

    /// <summary>io_uring: whether accepting is under way.</summary>
    internal bool IsArmed { get; set; }

    /// <summary>Whether it accepts no more: the process, or what it does, ends.</summary>
    internal bool IsClosed { get; set; }

    /// <summary>Whether an operator wants no clients for now.</summary>
    internal bool IsHeld { get; set; }

    /// <summary>What is accepted in a second, shared with others.</summary>
    internal SessionRateLimit[] Rates { get; init; } = [];

    /// <summary>What this loop has counted of the frontend; null: nobody counts.</summary>
    internal CounterBlock? Counters { get; init; }

    /// <summary>Has the listener looked at again soon, because the rate of sessions will have room again.</summary>
    internal Action? LookAgain { get; set; }

    internal bool HasRoom => !IsClosed && !IsHeld
        && (limit is null ? ConnectionCount < ConnectionsMax : limit.HasRoom) && HasRate();

    /// <summary>A connection has begun.</summary>
    /// <param name="now">Milliseconds of the loop's clock.</param>
    internal void Enter(long now)
    {
        ConnectionCount++;
        limit?.Enter();
        foreach (SessionRateLimit rate in Rates)
        {
            rate.Enter();
        }
        if (Counters is { } counters)
        {
            counters.Add(TrafficCounter.Connections);
            counters.ConnectionRate.Add(now);
        }
    }

    /// <summary>A connection has ended.</summary>
    internal void Leave()
    {
        ConnectionCount--;
        limit?.Leave();
    }

    private bool HasRate()
    {
        foreach (SessionRateLimit rate in Rates)
        {
            if (!rate.HasRoom)
            {
                LookAgain?.Invoke();
                return false;
            }
        }
        return true;
    }
}
