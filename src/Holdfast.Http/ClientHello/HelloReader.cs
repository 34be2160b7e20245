using System.Buffers.Binary;

namespace Holdfast.Http.ClientHello;

/// <summary>Reads TLS integers and vectors between two bounds; nothing is read behind the end.</summary>
internal ref struct HelloReader(ReadOnlySpan<byte> input, int start, int end)
{
    private readonly ReadOnlySpan<byte> _input = input;
    private readonly int _end = end;
    private int _next = start;

    public readonly bool IsAtEnd => _next == _end;

    public bool TryU8(out byte value)
    {
        value = 0;
        if (_end - _next < 1)
        {
            return false;
        }
        value = _input[_next++];
        return true;
    }

    public bool TryU16(out ushort value)
    {
        value = 0;
        if (_end - _next < 2)
        {
            return false;
        }
        value = BinaryPrimitives.ReadUInt16BigEndian(_input[_next..]);
        _next += 2;
        return true;
    }

    public bool TrySkip(int count)
    {
        if (_end - _next < count)
        {
            return false;
        }
        _next += count;
        return true;
    }

    /// <summary>A vector with its length in one byte.</summary>
    public bool TryVector8(out Range range)
    {
        range = default;
        return TryU8(out byte length) && TryTake(length, out range);
    }

    /// <summary>A vector with its length in two bytes.</summary>
    public bool TryVector16(out Range range)
    {
        range = default;
        return TryU16(out ushort length) && TryTake(length, out range);
    }

    private bool TryTake(int length, out Range range)
    {
        range = _next..(_next + length);
        return TrySkip(length);
    }
}
