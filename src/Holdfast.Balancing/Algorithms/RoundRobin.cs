using System.Collections.Immutable;
using Holdfast.Balancing.Servers;

namespace Holdfast.Balancing.Algorithms;

/// <summary><c>roundrobin</c>: weighted, smooth, with weights that may change at any time.</summary>
/// <remarks>
/// <para>
/// A wheel has as many positions as the servers' weights together. A server that is served moves on by the wheel's
/// length divided by its own weight, and carries the remainder; the next server is the one whose position has come,
/// the heavier first. Servers that wait for their first turn, or whose next turn is beyond this one, stand in a second
/// heap ordered by weight alone, and fill the holes of the wheel; when the wheel is empty the next turn begins.
/// </para>
/// <para>
/// A server that is full is passed over, but moves on as if it had been served. One that was served is chosen in
/// O(log n). With several threads the order is exact: selections follow one another under the pool's lock.
/// </para>
/// </remarks>
internal sealed class RoundRobin : Scheduler
{
    private readonly ServerPool _pool;
    private readonly Place[] _places;
    private readonly Place[] _passed;
    private readonly Wheel _active;
    private readonly Wheel _backup;
    private long _arrivals;

    public RoundRobin(ServerPool pool)
    {
        _pool = pool;
        ImmutableArray<BalancedServer> servers = pool.Servers;
        _places = [.. servers.Select(static s => new Place(s.Index))];
        _passed = new Place[servers.Length];
        _active = new(servers.Length, pool.View.ActiveWeight);
        _backup = new(servers.Length, pool.View.BackupWeight);
        foreach (BalancedServer server in servers.Where(static s => s.IsUsable))
        {
            AddByWeight(WheelOf(server).Waiting, _places[server.Index]);
        }
    }

    public override BalancedServer? Select(in Selection selection)
    {
        lock (_pool.Gate)
        {
            PoolView view = _pool.View;
            return view.LoneBackup
                ?? (view.UsedCount == 0 ? null : Turn(view.UsesBackups ? _backup : _active, selection));
        }
    }

    public override void OnServerChanged(BalancedServer server, int oldWeight)
    {
        Wheel wheel = WheelOf(server);
        Place place = _places[server.Index];
        int weight = server.IsUsable ? server.Weight : 0;
        wheel.NextLength += weight - oldWeight;
        if (weight == 0)
        {
            place.Heap!.Remove(place);
        }
        else if (oldWeight == 0)
        {
            // Who comes back waits for up to its share of a turn, so that it does not get all at once.
            place.Next = wheel.Position + ((wheel.NextLength + wheel.Length - wheel.Position) / weight);
            Queue(wheel, place, weight);
        }
        else
        {
            Reweigh(wheel, place, weight);
        }
    }

    private static void BeginTurn(Wheel wheel)
    {
        (wheel.Waiting, wheel.Later) = (wheel.Later, wheel.Waiting);
        wheel.Length = wheel.NextLength;
        wheel.Position = wheel.Length;
    }

    /// <summary>Whose position has come; else who waits; else whoever is next.</summary>
    private static Place? First(Wheel wheel)
    {
        if (wheel.Current.TryPeek(out Place? current) && current.Next <= wheel.Position)
        {
            return current;
        }
        if (wheel.Waiting.TryPeek(out Place? waiting))
        {
            waiting.Next = 0;
            waiting.Remainder = 0;
            return waiting;
        }
        return current;
    }

    private static void MoveOn(Wheel wheel, Place place, int weight)
    {
        long from = place.Next == 0 ? wheel.Position : place.Next;
        place.Last = from;
        place.Next = from + (wheel.NextLength / weight);
        place.Remainder += wheel.NextLength % weight;
        if (place.Remainder >= weight)
        {
            place.Remainder -= weight;
            place.Next++;
        }
    }

    private BalancedServer? Turn(Wheel wheel, in Selection selection)
    {
        if (wheel.Length == 0)
        {
            wheel.Position = wheel.Length = wheel.NextLength;
        }
        Place? avoided = null;
        Place? chosen = null;
        int passed = 0;
        bool isNextTurn = false;
        while (chosen is null)
        {
            Place? first = First(wheel);
            if (first is null)
            {
                if (isNextTurn)
                {
                    chosen = avoided;
                    break;
                }
                isNextTurn = true;
                BeginTurn(wheel);
                continue;
            }
            BalancedServer server = _pool.Servers[first.Server];
            MoveOn(wheel, first, server.Weight);
            first.Heap!.Remove(first);
            wheel.Position++;
            if (_pool.HasRoom(server, selection.Now))
            {
                if (server != selection.Avoid || avoided is not null)
                {
                    chosen = first;
                    break;
                }
                avoided = first;
            }
            _passed[passed++] = first;
        }
        if (chosen is not null)
        {
            Queue(wheel, chosen, _pool.Servers[chosen.Server].Weight);
        }
        PutBack(wheel, passed, chosen, isNextTurn);
        return chosen is null ? null : _pool.Servers[chosen.Server];
    }

    /// <summary>Those that were passed over return: last out, first in, as the original chains them.</summary>
    private void PutBack(Wheel wheel, int passed, Place? chosen, bool isNextTurn)
    {
        while (passed > 0)
        {
            Place place = _passed[--passed];
            if (place == chosen)
            {
                continue;
            }
            if (isNextTurn)
            {
                // Positions of the turn that has ended mean nothing any more: only the weight counts.
                AddByWeight(wheel.Waiting, place);
            }
            else
            {
                Queue(wheel, place, _pool.Servers[place.Server].Weight);
            }
        }
    }

    private void Reweigh(Wheel wheel, Place place, int weight)
    {
        PlaceHeap heap = place.Heap!;
        heap.Remove(place);
        if (heap == wheel.Waiting)
        {
            AddByWeight(heap, place);
            return;
        }
        if (heap == wheel.Later)
        {
            place.Next += wheel.Length;
        }
        long step = wheel.NextLength / weight;
        place.Next = Math.Min(place.Last + step, place.Next);
        place.Remainder = 0;
        if (place.Next < wheel.Position + 2)
        {
            place.Next = wheel.Position + step;
        }
        Queue(wheel, place, weight);
    }

    /// <summary>Into the wheel if the position is of this turn, else among those of the next.</summary>
    private void Queue(Wheel wheel, Place place, int weight)
    {
        if (place.Next >= 2 * wheel.Length || place.Next >= wheel.Length + wheel.NextLength)
        {
            place.Next -= wheel.Length;
            AddByWeight(wheel.Later, place);
            return;
        }
        long rank = (WeightMax + place.Remainder - weight) / SlowStart.Scale;
        wheel.Current.Add(place, (PositionScale * place.Next) + rank, _arrivals++);
    }

    private void AddByWeight(PlaceHeap heap, Place place)
        => heap.Add(place, WeightMax - _pool.Servers[place.Server].Weight, _arrivals++);

    private Wheel WheelOf(BalancedServer server) => server.Settings.IsBackup ? _backup : _active;

    private const int PositionScale = 256;
    private const int WeightMax = PositionScale * SlowStart.Scale;

    /// <summary>The wheel of one group of servers.</summary>
    private sealed class Wheel(int capacity, long length)
    {
        public PlaceHeap Current { get; } = new(capacity);

        public PlaceHeap Waiting { get; set; } = new(capacity);

        public PlaceHeap Later { get; set; } = new(capacity);

        public long Position { get; set; } = length;

        public long Length { get; set; } = length;

        public long NextLength { get; set; } = length;
    }
}
