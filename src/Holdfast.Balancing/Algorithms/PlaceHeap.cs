using System.Diagnostics.CodeAnalysis;

namespace Holdfast.Balancing.Algorithms;

/// <summary>A server's place on the position wheel.</summary>
internal sealed class Place(int server)
{
    /// <summary>Whose place this is.</summary>
    public int Server { get; } = server;

    /// <summary>What heaps are ordered by; among equals, who came first is first.</summary>
    public long Key { get; set; }

    /// <summary>Order of arrival.</summary>
    public long Arrival { get; set; }

    /// <summary>Where on the wheel the server was last served.</summary>
    public long Last { get; set; }

    /// <summary>Where it is served next.</summary>
    public long Next { get; set; }

    /// <summary>What of the last division is not yet used, in units of one position divided by its weight.</summary>
    public long Remainder { get; set; }

    /// <summary>The heap it is in.</summary>
    public PlaceHeap? Heap { get; set; }

    /// <summary>Its index there.</summary>
    public int Index { get; set; }
}

/// <summary>Places by key, then by arrival; any of them can be taken out. Fixed capacity, no allocation.</summary>
internal sealed class PlaceHeap(int capacity)
{
    private readonly Place[] _items = new Place[capacity];
    private int _count;

    /// <summary>The first place.</summary>
    public bool TryPeek([NotNullWhen(true)] out Place? place)
    {
        place = _count > 0 ? _items[0] : null;
        return place is not null;
    }

    /// <summary>Puts a place in, behind those with the same key.</summary>
    public void Add(Place place, long key, long arrival)
    {
        place.Key = key;
        place.Arrival = arrival;
        place.Heap = this;
        SiftUp(_count++, place);
    }

    /// <summary>Takes a place out.</summary>
    public void Remove(Place place)
    {
        int hole = place.Index;
        Place last = _items[--_count];
        place.Heap = null;
        if (last == place)
        {
            return;
        }
        if (hole > 0 && IsBefore(last, _items[(hole - 1) / 2]))
        {
            SiftUp(hole, last);
        }
        else
        {
            SiftDown(hole, last);
        }
    }

    private static bool IsBefore(Place a, Place b) => a.Key != b.Key ? a.Key < b.Key : a.Arrival < b.Arrival;

    private void SiftUp(int hole, Place place)
    {
        while (hole > 0)
        {
            int parent = (hole - 1) / 2;
            if (!IsBefore(place, _items[parent]))
            {
                break;
            }
            Set(hole, _items[parent]);
            hole = parent;
        }
        Set(hole, place);
    }

    private void SiftDown(int hole, Place place)
    {
        for (int child = (2 * hole) + 1; child < _count; child = (2 * hole) + 1)
        {
            if (child + 1 < _count && IsBefore(_items[child + 1], _items[child]))
            {
                child++;
            }
            if (!IsBefore(_items[child], place))
            {
                break;
            }
            Set(hole, _items[child]);
            hole = child;
        }
        Set(hole, place);
    }

    private void Set(int index, Place place)
    {
        _items[index] = place;
        place.Index = index;
    }
}
