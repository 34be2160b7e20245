using System.Numerics;
using System.Runtime.InteropServices;

namespace Holdfast.Nginx.Limits;

/// <summary>
/// The memory of a zone: pages of 4 KiB, each for entries of one size, a power of two. As many entries fit as into
/// nginx's zone of the same size.
/// </summary>
/// <remarks>
/// Pages are made when they are first needed, and used again; nothing else is allocated. An entry is known by a number
/// that holds until it is given back. Guarded by its zone.
/// </remarks>
internal sealed class SlabPages
{
    /// <summary>Stands for no entry.</summary>
    internal const int None = -1;

    private const int PageSize = 4096;
    private const int SlotBits = 6;
    private const int ShiftMin = 6;
    private const int ShiftMax = 11;

    /// <summary>What nginx's zone has before its pages: its own state, lists, figures.</summary>
    private const int HeaderSize = 712;
    private const int PageStateSize = 24;

    private readonly Page[] _pages;
    private readonly int[] _partial = new int[ShiftMax + 1];
    private readonly Stack<int> _spare = new();
    private int _madeCount;
    private int _freeCount;

    /// <summary>Memory of a zone.</summary>
    /// <param name="size">Bytes of the zone.</param>
    internal SlabPages(long size)
    {
        long states = Math.Max(0, (size - HeaderSize) / (PageSize + PageStateSize));
        long before = (HeaderSize + (states * PageStateSize) + PageSize - 1) / PageSize * PageSize;
        _freeCount = (int)Math.Clamp(Math.Min(states, (size - before) / PageSize), 0, Array.MaxLength >> SlotBits);
        _pages = new Page[_freeCount];
        Array.Fill(_partial, None);
    }

    /// <summary>How many of the smallest entries fit.</summary>
    internal int EntriesMax => _pages.Length << SlotBits;

    /// <summary>Takes room for an entry.</summary>
    /// <param name="size">Its bytes, as nginx counts them.</param>
    /// <returns>Its number; <see cref="None"/>: there is no room.</returns>
    internal int Take(int size)
    {
        int shift = BitOperations.Log2((uint)Math.Max(1, size - 1)) + 1;
        if (shift is < ShiftMin or > ShiftMax)
        {
            // No key is so small; what nginx keeps of the zone is, and then it has a page of its own.
            return TakeWhole((size + PageSize - 1) / PageSize);
        }
        int index = _partial[shift];
        if (index == None)
        {
            index = NewPage(1);
            if (index == None)
            {
                return None;
            }
            int slots = PageSize >> shift;
            _pages[index].Shift = shift;
            _pages[index].Free = _pages[index].AllFree = slots == 64 ? ulong.MaxValue : (1UL << slots) - 1;
            Link(index);
        }
        ref Page page = ref _pages[index];
        int slot = BitOperations.TrailingZeroCount(page.Free);
        page.Free &= ~(1UL << slot);
        if (page.Free == 0)
        {
            Unlink(index);
        }
        return (index << SlotBits) | slot;
    }

    /// <summary>Gives an entry back.</summary>
    internal void Return(int entry)
    {
        int index = entry >> SlotBits;
        ref Page page = ref _pages[index];
        if (page.Shift == 0)
        {
            page.Bytes = page.Span > 1 ? null : page.Bytes;
            FreePage(index);
            return;
        }
        bool wasFull = page.Free == 0;
        page.Free |= 1UL << (entry & 63);
        if (wasFull)
        {
            Link(index);
        }
        if (page.Free == page.AllFree)
        {
            Unlink(index);
            FreePage(index);
        }
    }

    /// <summary>The bytes of an entry; what they are at first is not said.</summary>
    internal Span<byte> BytesOf(int entry)
    {
        ref Page page = ref _pages[entry >> SlotBits];
        return page.Shift == 0 ? page.Bytes : page.Bytes.AsSpan((entry & 63) << page.Shift, 1 << page.Shift);
    }

    /// <summary>An entry's beginning as a structure.</summary>
    internal ref T As<T>(int entry)
        where T : unmanaged
        => ref MemoryMarshal.AsRef<T>(BytesOf(entry));

    private int TakeWhole(int count)
    {
        int index = NewPage(count);
        return index == None ? None : index << SlotBits;
    }

    private int NewPage(int count)
    {
        if (_freeCount < count)
        {
            return None;
        }
        _freeCount -= count;
        if (!_spare.TryPop(out int index))
        {
            index = _madeCount++;
        }
        ref Page page = ref _pages[index];
        page.Shift = 0;
        page.Span = count;
        if (page.Bytes?.Length != count * PageSize)
        {
            page.Bytes = new byte[count * PageSize];
        }
        return index;
    }

    private void FreePage(int index)
    {
        _freeCount += _pages[index].Span;
        _spare.Push(index);
    }

    private void Link(int index)
    {
        ref Page page = ref _pages[index];
        page.Previous = None;
        page.Next = _partial[page.Shift];
        if (page.Next != None)
        {
            _pages[page.Next].Previous = index;
        }
        _partial[page.Shift] = index;
    }

    private void Unlink(int index)
    {
        Page page = _pages[index];
        if (page.Previous == None)
        {
            _partial[page.Shift] = page.Next;
        }
        else
        {
            _pages[page.Previous].Next = page.Next;
        }
        if (page.Next != None)
        {
            _pages[page.Next].Previous = page.Previous;
        }
    }

    private struct Page
    {
        internal byte[]? Bytes;
        internal ulong Free;
        internal ulong AllFree;

        /// <summary>Which power of two its entries have; 0: it is one entry.</summary>
        internal int Shift;

        /// <summary>How many pages it is.</summary>
        internal int Span;

        internal int Previous;
        internal int Next;
    }
}
