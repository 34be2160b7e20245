using Holdfast.Linux.Memory;
using Holdfast.Proxy.Engine;

namespace Holdfast.Proxy.Http;

/// <summary>What has arrived from one side and was not used yet: one buffer, and at most one behind it.</summary>
/// <remarks>
/// A head that comes in pieces is brought together in the first buffer, so that it is parsed in place. Offsets from
/// the first byte stay the same while bytes are added.
/// </remarks>
internal struct HttpInput
{
    private BufferPart _first;
    private BufferPart _second;
    private bool _hasFirst;
    private bool _hasSecond;

    /// <summary>Whether there are bytes.</summary>
    internal readonly bool HasBytes => _hasFirst;

    /// <summary>Whether nothing more may be added.</summary>
    internal readonly bool IsFull => _hasSecond;

    /// <summary>The bytes of the first buffer.</summary>
    internal readonly BufferPart First => _first;

    internal readonly ReadOnlySpan<byte> Bytes(BufferPool pool) => _hasFirst ? pool.Bytes(_first) : [];

    /// <summary>Adds what has arrived; must not be full.</summary>
    internal void Add(BufferPool pool, BufferPart part)
    {
        if (!_hasFirst)
        {
            _first = part;
            _hasFirst = true;
            return;
        }
        _second = part;
        _hasSecond = true;
        Gather(pool);
    }

    /// <summary>Leaves the first bytes behind.</summary>
    internal void Consume(BufferPool pool, int count)
    {
        while (count > 0 && _hasFirst)
        {
            int taken = Math.Min(count, _first.Length);
            _first = new(_first.Buffer, _first.Offset + taken, _first.Length - taken);
            count -= taken;
            if (_first.Length == 0)
            {
                pool.Return(_first.Buffer);
                Advance();
            }
        }
    }

    /// <summary>Takes the first buffer away, to be sent.</summary>
    internal BufferPart Take()
    {
        BufferPart part = _first;
        Advance();
        return part;
    }

    internal void Clear(BufferPool pool)
    {
        if (_hasFirst)
        {
            pool.Return(_first.Buffer);
        }
        if (_hasSecond)
        {
            pool.Return(_second.Buffer);
        }
        _first = default;
        _hasFirst = false;
        _hasSecond = false;
    }

    private void Advance()
    {
        _first = _hasSecond ? _second : default;
        _hasFirst = _hasSecond;
        _hasSecond = false;
    }

    /// <summary>Moves bytes of the second buffer behind those of the first one, as far as they fit.</summary>
    private void Gather(BufferPool pool)
    {
        Span<byte> whole = pool.Slab[_first.Buffer];
        if (_first.Offset > BufferPool.Headroom && whole.Length - _first.Offset - _first.Length < _second.Length)
        {
            whole.Slice(_first.Offset, _first.Length).CopyTo(whole[BufferPool.Headroom..]);
            _first = _first with { Offset = BufferPool.Headroom };
        }
        int end = _first.Offset + _first.Length;
        int count = Math.Min(whole.Length - end, _second.Length);
        pool.Bytes(_second)[..count].CopyTo(whole[end..]);
        _first = _first with { Length = _first.Length + count };
        _second = new(_second.Buffer, _second.Offset + count, _second.Length - count);
        if (_second.Length == 0)
        {
            pool.Return(_second.Buffer);
            _hasSecond = false;
        }
    }
}
