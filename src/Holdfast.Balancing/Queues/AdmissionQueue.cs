using Holdfast.Balancing.Servers;
using Holdfast.Primitives;

namespace Holdfast.Balancing.Queues;

/// <summary>Who gets a slot: the queue of a backend, and the queue of each of its servers.</summary>
/// <remarks>
/// <para>
/// A request that sticks to a server, or was hashed to it, waits for that server; one that found all servers full waits
/// for any. When a slot becomes free, the heads of both queues are compared, by class, then by time: the older one gets
/// it, so neither queue starves. Only a server in charge takes from the backend's queue: a backup server does when no
/// other is left.
/// </para>
/// <para>
/// Any thread may call. One lock for the backend is held for O(log n) steps over the table, and only when somebody
/// waits or has to: "the older of two heads" is a decision over two queues, which no single atomic makes. A slot is
/// never lost: whoever begins to wait publishes that first and then looks at the slots again, and whoever frees a slot
/// looks at the waiting after that; one of the two sees the other. Nothing allocates.
/// </para>
/// <para>
/// With several threads the order is that in which requests entered the lock; a request that comes at the very moment
/// when a slot becomes free may get it before one that waits, as in the original.
/// </para>
/// </remarks>
public sealed class AdmissionQueue
{
    private readonly ServerPool _pool;
    private readonly WaitingTable _table;
    private readonly Lock _gate = new();
    private readonly int _capacity;
    private int _waiting;

    /// <summary>Makes the queues of a pool.</summary>
    /// <param name="pool">The servers; at most 32,766 of them.</param>
    /// <param name="capacity">How many requests may wait in all queues together.</param>
    /// <param name="isLazy">Whether places are made when the first one is needed: no server has a limit yet.</param>
    public AdmissionQueue(ServerPool pool, int capacity, bool isLazy = false)
    {
        ArgumentNullException.ThrowIfNull(pool);
        ArgumentOutOfRangeException.ThrowIfNegative(capacity);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(pool.Servers.Length, short.MaxValue, nameof(pool));
        _pool = pool;
        _capacity = capacity;
        _table = new(isLazy ? 0 : capacity, pool.Servers.Length + 1);
    }

    /// <summary>Requests that wait for any server.</summary>
    public int Waiting => Volatile.Read(ref _waiting);

    private int BackendQueue => _pool.Servers.Length;

    /// <summary>Asks for a slot of the server that balancing or persistence has chosen.</summary>
    /// <param name="server">The server.</param>
    /// <param name="priority">How urgent the request is.</param>
    /// <param name="owner">What the queue gives back when the request's turn comes.</param>
    /// <param name="now">Now.</param>
    public AdmissionResult Admit(BalancedServer server, WaitingPriority priority, long owner, MonotonicTime now)
    {
        ArgumentNullException.ThrowIfNull(server);
        if (server.Queued == 0 && _pool.TryTake(server, now))
        {
            return new(AdmissionOutcome.Admitted, server, default);
        }
        lock (_gate)
        {
            int max = server.Settings.MaxQueue;
            if (max > 0 && server.Queued >= max)
            {
                return new(AdmissionOutcome.ServerQueueFull, null, default);
            }
            bool isFirst = server.Queued == 0;
            if (!TryAdd(server.Index, priority, now, owner, out WaitingTicket ticket))
            {
                return new(AdmissionOutcome.TableFull, null, default);
            }
            _pool.CountQueued(server, 1);
            if (isFirst && _pool.TryTake(server, now))
            {
                Forget(ticket);
                return new(AdmissionOutcome.Admitted, server, default);
            }
            return new(AdmissionOutcome.Queued, null, ticket);
        }
    }

    /// <summary>Waits for any server, because all are full.</summary>
    /// <inheritdoc cref="Admit"/>
    public AdmissionResult AdmitAnywhere(WaitingPriority priority, long owner, MonotonicTime now)
    {
        lock (_gate)
        {
            if (!TryAdd(BackendQueue, priority, now, owner, out WaitingTicket ticket))
            {
                return new(AdmissionOutcome.TableFull, null, default);
            }
            CountWaiting(1);
            if (_waiting == 1)
            {
                PoolView view = _pool.View;
                foreach (BalancedServer server in _pool.Servers)
                {
                    if (view.IsInCharge(server) && server.Queued == 0 && _pool.TryTake(server, now))
                    {
                        Forget(ticket);
                        return new(AdmissionOutcome.Admitted, server, default);
                    }
                }
            }
            return new(AdmissionOutcome.Queued, null, ticket);
        }
    }

    /// <summary>Gives a free slot of a server to who is next. Call until it returns false: after each release, and
    /// when a server has come up or its limit has grown.</summary>
    /// <param name="server">The server.</param>
    /// <param name="now">Now.</param>
    /// <param name="owner">Who has the slot now, and must release it.</param>
    public bool TryDequeue(BalancedServer server, MonotonicTime now, out long owner)
    {
        ArgumentNullException.ThrowIfNull(server);
        owner = 0;
        if (server.Queued == 0 && Waiting == 0)
        {
            return false;
        }
        lock (_gate)
        {
            int queue = Waiting > 0 && _pool.View.IsInCharge(server)
                ? _table.FirstOf(server.Index, BackendQueue) : server.Index;
            if (_table.IsEmpty(queue) || !_pool.TryTake(server, now))
            {
                return false;
            }
            owner = _table.Take(queue);
            CountOut(queue);
            return true;
        }
    }

    /// <summary>A request does not wait any more: timeout, or its client has gone.</summary>
    /// <returns>
    /// False: its turn has come meanwhile. It has a slot, and whoever asks must release it.
    /// </returns>
    public bool Cancel(WaitingTicket ticket)
    {
        lock (_gate)
        {
            return Forget(ticket);
        }
    }

    /// <summary>Takes a request back from a server that has gone down, without a slot: it is balanced again. Call
    /// until it returns false.</summary>
    public bool TryTakeBack(BalancedServer server, out long owner)
    {
        ArgumentNullException.ThrowIfNull(server);
        owner = 0;
        lock (_gate)
        {
            if (_table.IsEmpty(server.Index))
            {
                return false;
            }
            owner = _table.Take(server.Index);
            CountOut(server.Index);
            return true;
        }
    }

    private static long Milliseconds(MonotonicTime now) => now.Nanoseconds / 1_000_000;

    private bool TryAdd(
        int queue, WaitingPriority priority, MonotonicTime now, long owner, out WaitingTicket ticket)
    {
        if (_table.Capacity < _capacity)
        {
            _table.Grow(_capacity);
        }
        return _table.TryAdd(queue, priority, Milliseconds(now), owner, out ticket);
    }

    private bool Forget(WaitingTicket ticket)
    {
        if (!_table.TryRemove(ticket, out int queue))
        {
            return false;
        }
        CountOut(queue);
        return true;
    }

    private void CountOut(int queue)
    {
        if (queue == BackendQueue)
        {
            CountWaiting(-1);
        }
        else
        {
            _pool.CountQueued(_pool.Servers[queue], -1);
        }
    }

    private void CountWaiting(int difference)
    {
        Interlocked.Add(ref _waiting, difference);
        _pool.CountQueued(null, difference);
    }
}
