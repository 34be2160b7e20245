namespace Holdfast.Balancing.Queues;

/// <summary>All requests that wait in a backend: any number of queues over one table of fixed size.</summary>
/// <remarks>
/// Each queue is a skew heap whose links stand in the entries, so that queues need no memory of their own, and anyone
/// can leave from the middle. Putting in and taking out is O(log n) amortised; 48 bytes for each place.
/// One thread at a time.
/// </remarks>
internal sealed class WaitingTable
{
    private const int None = -1;

    private Entry[] _entries;
    private readonly int[] _heads;
    private int _free;
    private long _arrivals;

    public WaitingTable(int capacity, int queues)
    {
        _entries = new Entry[capacity];
        for (int index = 0; index < capacity; index++)
        {
            _entries[index].Left = index + 1 < capacity ? index + 1 : None;
        }
        _free = capacity > 0 ? 0 : None;
        _heads = new int[queues];
        Array.Fill(_heads, None);
    }

    /// <summary>How many places there are.</summary>
    public int Capacity => _entries.Length;

    /// <summary>Makes more places, when all are used.</summary>
    /// <param name="capacity">How many there are then.</param>
    public void Grow(int capacity)
    {
        int old = _entries.Length;
        Array.Resize(ref _entries, capacity);
        for (int index = old; index < capacity; index++)
        {
            _entries[index].Left = index + 1 < capacity ? index + 1 : _free;
        }
        _free = old;
    }

    /// <summary>Whether a queue is empty.</summary>
    public bool IsEmpty(int queue) => _heads[queue] == None;

    /// <summary>Puts a request into a queue.</summary>
    public bool TryAdd(int queue, WaitingPriority priority, long milliseconds, long owner, out WaitingTicket ticket)
    {
        int index = _free;
        if (index == None)
        {
            ticket = default;
            return false;
        }
        ref Entry entry = ref _entries[index];
        _free = entry.Left;
        entry = entry with
        {
            Class = priority.Class,
            Time = milliseconds + priority.OffsetMilliseconds,
            Arrival = _arrivals++,
            Owner = owner,
            Queue = (short)queue,
            Left = None,
            Right = None,
            IsUsed = true,
        };
        _heads[queue] = Merge(_heads[queue], index);
        _entries[_heads[queue]].Parent = None;
        ticket = new(index, entry.Generation);
        return true;
    }

    /// <summary>Of two queues the one whose head goes first; one of them may be empty.</summary>
    public int FirstOf(int a, int b)
        => IsEmpty(a) ? b : IsEmpty(b) ? a : IsBefore(_heads[a], _heads[b]) ? a : b;

    /// <summary>Takes the head out of a queue that is not empty.</summary>
    public long Take(int queue)
    {
        int head = _heads[queue];
        long owner = _entries[head].Owner;
        Remove(head);
        return owner;
    }

    /// <summary>Takes a request out that still waits.</summary>
    public bool TryRemove(WaitingTicket ticket, out int queue)
    {
        queue = None;
        if ((uint)ticket.Index >= (uint)_entries.Length || !_entries[ticket.Index].IsUsed
            || _entries[ticket.Index].Generation != ticket.Generation)
        {
            return false;
        }
        queue = _entries[ticket.Index].Queue;
        Remove(ticket.Index);
        return true;
    }

    private void Remove(int index)
    {
        ref Entry entry = ref _entries[index];
        int rest = Merge(entry.Left, entry.Right);
        if (rest != None)
        {
            _entries[rest].Parent = entry.Parent;
        }
        if (entry.Parent == None)
        {
            _heads[entry.Queue] = rest;
        }
        else if (_entries[entry.Parent].Left == index)
        {
            _entries[entry.Parent].Left = rest;
        }
        else
        {
            _entries[entry.Parent].Right = rest;
        }
        entry.IsUsed = false;
        entry.Generation++;
        entry.Left = _free;
        _free = index;
    }

    private int Merge(int a, int b)
    {
        if (a == None || b == None)
        {
            return a == None ? b : a;
        }
        if (IsBefore(b, a))
        {
            (a, b) = (b, a);
        }
        int root = a;
        while (true)
        {
            ref Entry entry = ref _entries[a];
            int next = entry.Right;
            entry.Right = entry.Left;
            if (next != None && IsBefore(b, next))
            {
                (next, b) = (b, next);
            }
            entry.Left = next == None ? b : next;
            _entries[entry.Left].Parent = a;
            if (next == None)
            {
                return root;
            }
            a = next;
        }
    }

    private bool IsBefore(int a, int b)
    {
        ref readonly Entry left = ref _entries[a];
        ref readonly Entry right = ref _entries[b];
        return left.Class != right.Class ? left.Class < right.Class
            : left.Time != right.Time ? left.Time < right.Time : left.Arrival < right.Arrival;
    }

    /// <summary>A place. Free ones are chained by <see cref="Left"/>.</summary>
    private record struct Entry
    {
        public long Time;
        public long Arrival;
        public long Owner;
        public int Left;
        public int Right;
        public int Parent;
        public uint Generation;
        public short Class;
        public short Queue;
        public bool IsUsed;
    }
}
