using System.Runtime.CompilerServices;
using Holdfast.Linux.Memory;
using Holdfast.Primitives;

namespace Holdfast.Proxy.Engine;

/// <summary>The buffers of one event loop: the last one returned is the next one rented, because it is warm.</summary>
/// <remarks>
/// Memory is bounded by the count, and touched only as far as buffers were in use at the same time. The first
/// <see cref="Headroom"/> bytes of a buffer are not received into, so that a message head can be written anew in
/// front of the body that came with it, and both leave in one piece.
/// </remarks>
public sealed class BufferPool : IDisposable
{
    /// <summary>Bytes in front that are left free by receives: HAProxy's default of tune.maxrewrite.</summary>
    public const int Headroom = 1024;

    private const int ReserveMax = 64;

    private readonly int[] _numbers;
    private readonly BufferPart[] _parts;
    private readonly int _reserve;
    private int _freeCount;
    private int _touched;

    /// <summary>Makes the pool.</summary>
    /// <param name="count">How many buffers, at most 65536.</param>
    /// <param name="bufferSize">Bytes of each, headroom included: HAProxy's tune.bufsize.</param>
    public BufferPool(int count, int bufferSize)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, 65536);
        ArgumentOutOfRangeException.ThrowIfLessThan(bufferSize, 2 * Headroom);
        Slab = new BufferSlab(count, bufferSize);
        // Of free buffers first, then those that follow in queues: one large array is not touched as a whole.
        _numbers = new int[2 * count];
        _parts = new BufferPart[count];
        _reserve = Math.Min(ReserveMax, count / 4);
    }

    /// <summary>The memory.</summary>
    public BufferSlab Slab { get; }

    /// <summary>How many buffers are rented.</summary>
    public int InUse => _touched - _freeCount;

    /// <summary>The most buffers that were ever rented at the same time.</summary>
    public int Touched => _touched;

    /// <summary>How many buffers receives may still take.</summary>
    public int ReceiveRoom => Math.Max(0, Slab.Count - InUse - _reserve);

    /// <summary>What a receive may fill of a buffer.</summary>
    /// <param name="buffer">Its number.</param>
    public BufferPart Room(int buffer) => new(buffer, Headroom, Slab.BufferSize - Headroom);

    /// <summary>The bytes of a part.</summary>
    public Span<byte> Bytes(BufferPart part) => Slab[part.Buffer].Slice(part.Offset, part.Length);

    /// <summary>Takes a buffer.</summary>
    /// <returns>Whether there was one.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryRent(out int buffer)
    {
        if (_freeCount > 0)
        {
            buffer = _numbers[--_freeCount];
            return true;
        }
        buffer = _touched;
        if (_touched == Slab.Count)
        {
            return false;
        }
        _touched++;
        return true;
    }

    /// <summary>Takes a buffer to receive into: some are left for what answers, and so returns others.</summary>
    /// <returns>Whether there was one.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryRentToReceive(out int buffer)
    {
        if (Slab.Count - InUse > _reserve)
        {
            return TryRent(out buffer);
        }
        buffer = -1;
        return false;
    }

    /// <summary>Gives a buffer back.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Return(int buffer)
    {
        Invariant.Check(_freeCount < _touched);
        _numbers[_freeCount++] = buffer;
    }

    /// <inheritdoc/>
    public void Dispose() => Slab.Dispose();

    /// <summary>What a buffer that stands in a <see cref="BufferQueue"/> holds.</summary>
    internal ref BufferPart PartOf(int buffer) => ref _parts[buffer];

    /// <summary>Which buffer follows in the queue; −1: none.</summary>
    internal ref int NextOf(int buffer) => ref _numbers[_parts.Length + buffer];
}
