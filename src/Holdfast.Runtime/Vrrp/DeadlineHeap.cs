using Holdfast.Primitives;

namespace Holdfast.Runtime.Vrrp;

/// <summary>The next deadline of each of a fixed number of instances, the earliest first. Never allocates.</summary>
internal sealed class DeadlineHeap
{
    private readonly MonotonicTime[] _deadlines;
    private readonly int[] _heap;
    private readonly int[] _positions;

    /// <summary>A heap in which no instance has a deadline.</summary>
    public DeadlineHeap(int count)
    {
        _deadlines = new MonotonicTime[count];
        _heap = new int[count];
        _positions = new int[count];
        for (int index = 0; index < count; index++)
        {
            _deadlines[index] = MonotonicTime.Never;
            _heap[index] = index;
            _positions[index] = index;
        }
    }

    /// <summary>The earliest deadline of all.</summary>
    public MonotonicTime Earliest => _heap.Length == 0 ? MonotonicTime.Never : _deadlines[_heap[0]];

    /// <summary>The instance whose deadline is <see cref="Earliest"/>.</summary>
    public int EarliestIndex => _heap[0];

    /// <summary>Sets the deadline of an instance.</summary>
    public void Set(int index, MonotonicTime deadline)
    {
        MonotonicTime before = _deadlines[index];
        if (before == deadline)
        {
            return;
        }
        _deadlines[index] = deadline;
        if (deadline < before)
        {
            SiftUp(_positions[index]);
        }
        else
        {
            SiftDown(_positions[index]);
        }
    }

    private void SiftUp(int position)
    {
        while (position > 0)
        {
            int parent = (position - 1) / 2;
            if (_deadlines[_heap[parent]] <= _deadlines[_heap[position]])
            {
                return;
            }
            Swap(position, parent);
            position = parent;
        }
    }

    private void SiftDown(int position)
    {
        while (true)
        {
            int child = (position * 2) + 1;
            if (child >= _heap.Length)
            {
                return;
            }
            if (child + 1 < _heap.Length && _deadlines[_heap[child + 1]] < _deadlines[_heap[child]])
            {
                child++;
            }
            if (_deadlines[_heap[position]] <= _deadlines[_heap[child]])
            {
                return;
            }
            Swap(position, child);
            position = child;
        }
    }

    private void Swap(int a, int b)
    {
        (_heap[a], _heap[b]) = (_heap[b], _heap[a]);
        _positions[_heap[a]] = a;
        _positions[_heap[b]] = b;
    }
}
