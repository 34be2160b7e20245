using Holdfast.Linux.Abi;

namespace Holdfast.Linux.Bpf;

/// <summary>
/// An array of structures of 32-bit words in the memory that programs see too, so that both can change a word in one
/// step. Several threads may use it.
/// </summary>
public sealed unsafe class BpfCounterArray : IDisposable
{
    private readonly int _words;
    private readonly int _count;
    private readonly nuint _size;
    private int* _address;

    private BpfCounterArray(int* address, nuint size, int words, int count)
    {
        _address = address;
        _size = size;
        _words = words;
        _count = count;
    }

    /// <summary>Maps an array.</summary>
    /// <param name="map">Made with BPF_F_MMAPABLE; it may be disposed of while this is in use.</param>
    /// <param name="array">Null unless it worked.</param>
    /// <returns>EPERM or EINVAL: it was made without.</returns>
    public static Errno TryMap(BpfMap map, out BpfCounterArray? array)
    {
        // The kernel's elements are a multiple of 8 bytes, and the memory is whole pages.
        int stride = (map.ValueSize + 7) / 8 * 8;
        nuint page = (nuint)Environment.SystemPageSize;
        nuint size = (((nuint)stride * (nuint)map.EntriesMax) + page - 1) / page * page;
        void* address = LibC.mmap(null, size, SysMman.PROT_READ | SysMman.PROT_WRITE, SysMman.MAP_SHARED,
            map.Descriptor, 0);
        if (address == (void*)-1)
        {
            array = null;
            return LibC.LastError;
        }
        array = new((int*)address, size, stride / sizeof(int), map.EntriesMax);
        return Errno.Success;
    }

    /// <summary>A word of an element.</summary>
    public int Read(int index, int word) => Volatile.Read(ref Word(index, word));

    /// <summary>Adds to a word of an element.</summary>
    public void Add(int index, int word, int delta) => Interlocked.Add(ref Word(index, word), delta);

    /// <summary>Sets a word of an element.</summary>
    public void Set(int index, int word, int value) => Interlocked.Exchange(ref Word(index, word), value);

    /// <summary>Takes the memory out of this process.</summary>
    public void Dispose()
    {
        if (_address is not null)
        {
            _ = LibC.munmap(_address, _size); // fails only for an address that is not ours
            _address = null;
        }
    }

    private ref int Word(int index, int word)
    {
        ObjectDisposedException.ThrowIf(_address is null, this);
        if ((uint)index >= (uint)_count || (uint)word >= (uint)_words)
        {
            throw new ArgumentOutOfRangeException(nameof(index), $"element {index}, word {word}");
        }
        return ref _address[((long)index * _words) + word];
    }
}
