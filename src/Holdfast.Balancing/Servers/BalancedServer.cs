using Holdfast.Primitives;

namespace Holdfast.Balancing.Servers;

/// <summary>A server of a backend, as all event loops see it.</summary>
/// <remarks>
/// Its numbers are atomics; a reader gets each of them whole, but two of them need not be of the same moment. What
/// decides about new work (<see cref="Weight"/>, <see cref="IsUsable"/>) is written under the pool's lock alone.
/// </remarks>
public sealed class BalancedServer
{
    private int _served;
    private int _queued;
    private int _weight;
    private int _userWeight;
    private volatile bool _isUsable;
    private volatile ServerState _state = ServerState.Running;
    private volatile AdministrativeStates _administrative;
    private volatile ServerSettings _settings;
    private long _changedAt;

    internal BalancedServer(ServerSettings settings, int index)
    {
        _settings = Resolve(settings, index);
        Index = index;
        _userWeight = settings.Weight;
    }

    /// <summary>Its configuration, with defaults resolved; its limits may change.</summary>
    public ServerSettings Settings
    {
        get => _settings;
        internal set => _settings = value;
    }

    /// <summary>Its place in the backend, from 0. One that is removed leaves it to who is added next.</summary>
    public int Index { get; }

    /// <summary>Whether there is no server in this place: one may be added.</summary>
    internal bool IsVacant { get; set; }

    /// <summary>Requests or connections that it has now.</summary>
    public int Served => Volatile.Read(ref _served);

    /// <summary>Requests that wait for it, and for no other server.</summary>
    public int Queued => Volatile.Read(ref _queued);

    /// <summary>The weight the operator sees, 0 to 256: of the file, or what was set since.</summary>
    public int UserWeight
    {
        get => Volatile.Read(ref _userWeight);
        internal set => Volatile.Write(ref _userWeight, value);
    }

    /// <summary>
    /// The weight that counts: for an algorithm with dynamic weights the user's times 16, in a slow start a part of
    /// that; for a static one the user's divided by the greatest common divisor of the backend.
    /// </summary>
    public int Weight
    {
        get => Volatile.Read(ref _weight);
        internal set => Volatile.Write(ref _weight, value);
    }

    /// <summary>Whether it gets new work: up, neither in maintenance nor draining, and its weight is not 0.</summary>
    public bool IsUsable
    {
        get => _isUsable;
        internal set => _isUsable = value;
    }

    /// <summary>Whether what sticks to it goes there: up, and not in maintenance.</summary>
    public bool TakesPersistentWork
        => _state != ServerState.Stopped && (_administrative & AdministrativeStates.AnyMaintenance) == 0;

    /// <summary>What health checks say.</summary>
    public ServerState State
    {
        get => _state;
        internal set => _state = value;
    }

    /// <summary>What the operator says.</summary>
    public AdministrativeStates Administrative
    {
        get => _administrative;
        internal set => _administrative = value;
    }

    /// <summary>When it has last come up or gone down.</summary>
    public MonotonicTime ChangedAt
    {
        get => new(Volatile.Read(ref _changedAt));
        internal set => Volatile.Write(ref _changedAt, value.Nanoseconds);
    }

    /// <summary>Weights of servers that stand before this one in its group: where its share of a rest begins.</summary>
    internal int CumulativeWeight { get; set; }

    /// <summary>Settings with defaults resolved.</summary>
    internal static ServerSettings Resolve(ServerSettings settings, int index)
    {
        // As the original does: the greater of the two is the limit, and a limit alone does not move.
        int limit = Math.Max(settings.MaxConnections, settings.MinConnections);
        return settings with
        {
            Id = settings.Id > 0 ? settings.Id : index + 1,
            MaxConnections = limit,
            MinConnections = settings.MinConnections is 0 ? limit : Math.Min(limit, settings.MinConnections),
        };
    }

    internal void CountServed(int difference) => Interlocked.Add(ref _served, difference);

    internal void CountQueued(int difference) => Interlocked.Add(ref _queued, difference);

    /// <summary>Takes a slot if fewer than <paramref name="limit"/> are taken.</summary>
    internal bool TryTakeSlot(int limit)
    {
        int served = Served;
        while (served < limit)
        {
            int seen = Interlocked.CompareExchange(ref _served, served + 1, served);
            if (seen == served)
            {
                return true;
            }
            served = seen;
        }
        return false;
    }
}
