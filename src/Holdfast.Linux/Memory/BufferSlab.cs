using System.Runtime.CompilerServices;
using Holdfast.Linux.Abi;

namespace Holdfast.Linux.Memory;

/// <summary>Buffers of one size outside of the collected heap, by number: what the kernel reads and writes.</summary>
/// <remarks>
/// Address space is reserved for all of them; a page costs memory only once it has been touched. A span is valid
/// until <see cref="Dispose"/>. Not thread-safe in what it holds: each event loop has its own.
/// </remarks>
public sealed unsafe class BufferSlab : IDisposable
{
    private readonly nuint _size;
    private byte* _address;

    /// <summary>Reserves the address space.</summary>
    /// <param name="count">How many buffers, at least 1.</param>
    /// <param name="bufferSize">Bytes of each; a power of two of at least 64.</param>
    /// <exception cref="LinuxException">The kernel gives no address space.</exception>
    public BufferSlab(int count, int bufferSize)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(bufferSize, 64);
        Count = count;
        BufferSize = bufferSize;
        _size = (nuint)count * (nuint)bufferSize;
        void* address = LibC.mmap(null, _size, SysMman.PROT_READ | SysMman.PROT_WRITE,
            SysMman.MAP_PRIVATE | SysMman.MAP_ANONYMOUS | SysMman.MAP_NORESERVE, -1, 0);
        LinuxException.ThrowIf((nint)address == -1 ? LibC.LastError : Errno.Success, "reserve memory for buffers");
        _address = (byte*)address;
    }

    /// <summary>How many buffers there are.</summary>
    public int Count { get; }

    /// <summary>Bytes of each buffer.</summary>
    public int BufferSize { get; }

    /// <summary>The bytes of one buffer.</summary>
    /// <param name="index">0 to <see cref="Count"/> − 1.</param>
    public Span<byte> this[int index]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => new(AddressOf(index), BufferSize);
    }

    /// <summary>Returns the memory; every span becomes invalid.</summary>
    public void Dispose()
    {
        if (_address is not null)
        {
            _ = LibC.munmap(_address, _size);
            _address = null;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal byte* AddressOf(int index)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Count, nameof(index));
        return _address + ((nuint)(uint)index * (nuint)(uint)BufferSize);
    }
}
