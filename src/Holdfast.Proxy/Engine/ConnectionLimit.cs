namespace Holdfast.Proxy.Engine;

/// <summary>Connections at the same time over several listeners and loops: <c>maxconn</c>.</summary>
/// <remarks>
/// Counting is atomic. Loops that accept at the same moment may exceed the limit by one connection each; what waits in
/// the kernel is accepted as soon as there is room again, whichever loop made it.
/// </remarks>
/// <param name="max">Connections at most.</param>
/// <param name="whole">A limit that these count for, too; null: none.</param>
public sealed class ConnectionLimit(int max, ConnectionLimit? whole)
{
    private readonly Lock _gate = new();
    private readonly List<Action> _wakers = [];
    private int _count;
    private int _max = max;

    /// <summary>Connections at most.</summary>
    public int Max => Volatile.Read(ref _max);

    /// <summary>Connections that are open.</summary>
    public int Count => Volatile.Read(ref _count);

    internal bool HasRoom => Count < Max && (whole is null || whole.HasRoom);

    /// <summary>Names who is to look again when there is room: a listener that may have stopped to accept.</summary>
    /// <param name="waker">Called on any thread.</param>
    internal void Watch(Action waker)
    {
        lock (_gate)
        {
            _wakers.Add(waker);
        }
        whole?.Watch(waker);
    }

    /// <summary>Changes the limit; who is connected stays. May be called on any thread.</summary>
    public void SetMax(int value)
    {
        Volatile.Write(ref _max, value);
        Wake();
    }

    internal void Enter()
    {
        _ = Interlocked.Increment(ref _count);
        whole?.Enter();
    }

    internal void Leave()
    {
        if (Interlocked.Decrement(ref _count) == Max - 1)
        {
            Wake();
        }
        whole?.Leave();
    }

    private void Wake()
    {
        Action[] wakers;
        lock (_gate)
        {
            wakers = [.. _wakers];
        }
        foreach (Action waker in wakers)
        {
            waker();
        }
    }
}
