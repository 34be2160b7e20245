using System.Buffers.Text;
using Holdfast.Nginx.Texts;

namespace Holdfast.Nginx.Ranges;

/// <summary>What is sent around ranges.</summary>
public static class RangeTexts
{
    private const int BoundaryDigits = 20;
    private const int NumberMax = 20;

    /// <summary>Puts the value of Content-Range for one range: "bytes 0-9/100".</summary>
    public static void PutContentRange(ByteRange range, long length, TextBuilder to)
    {
        ArgumentNullException.ThrowIfNull(to);
        to.Put("bytes "u8);
        PutPlace(range, length, to);
    }

    /// <summary>Puts the value of Content-Range for an answer with 416: "bytes */100".</summary>
    public static void PutUnsatisfied(long length, TextBuilder to)
    {
        ArgumentNullException.ThrowIfNull(to);
        to.Put("bytes */"u8);
        PutNumber(length, to);
    }

    /// <summary>Puts the Content-Type of an answer with several ranges.</summary>
    /// <param name="boundary">A number that no other answer has.</param>
    /// <param name="to">Where it is put.</param>
    public static void PutMultipartType(ulong boundary, TextBuilder to)
    {
        ArgumentNullException.ThrowIfNull(to);
        to.Put("multipart/byteranges; boundary="u8);
        PutBoundary(boundary, to);
    }

    /// <summary>Puts what stands before a part of an answer with several ranges.</summary>
    /// <param name="boundary">The number of the answer.</param>
    /// <param name="type">The content's own type, with its charset; empty: it has none.</param>
    /// <param name="range">The part.</param>
    /// <param name="length">Bytes of the whole content.</param>
    /// <param name="to">Where it is put.</param>
    public static void PutPartHead(
        ulong boundary, ReadOnlySpan<byte> type, ByteRange range, long length, TextBuilder to)
    {
        ArgumentNullException.ThrowIfNull(to);
        to.Put("\r\n--"u8);
        PutBoundary(boundary, to);
        if (!type.IsEmpty)
        {
            to.Put("\r\nContent-Type: "u8);
            to.Put(type);
        }
        to.Put("\r\nContent-Range: bytes "u8);
        PutPlace(range, length, to);
        to.Put("\r\n\r\n"u8);
    }

    /// <summary>Puts what stands behind the last part.</summary>
    public static void PutEnd(ulong boundary, TextBuilder to)
    {
        ArgumentNullException.ThrowIfNull(to);
        to.Put("\r\n--"u8);
        PutBoundary(boundary, to);
        to.Put("--\r\n"u8);
    }

    /// <summary>Bytes of the body of an answer with several ranges.</summary>
    /// <param name="ranges">The ranges.</param>
    /// <param name="type">The content's own type, with its charset; empty: it has none.</param>
    /// <param name="length">Bytes of the whole content.</param>
    /// <param name="room">For putting heads together; left empty.</param>
    public static long LengthOf(RangeList ranges, ReadOnlySpan<byte> type, long length, TextBuilder room)
    {
        ArgumentNullException.ThrowIfNull(ranges);
        ArgumentNullException.ThrowIfNull(room);
        long total = 0;
        for (int i = 0; i < ranges.Count; i++)
        {
            room.Clear();
            PutPartHead(0, type, ranges[i], length, room);
            total += room.Length + ranges[i].Length;
        }
        room.Clear();
        PutEnd(0, room);
        total += room.Length;
        room.Clear();
        return total;
    }

    private static void PutPlace(ByteRange range, long length, TextBuilder to)
    {
        PutNumber(range.Start, to);
        to.Put((byte)'-');
        PutNumber(range.End - 1, to);
        to.Put((byte)'/');
        PutNumber(length, to);
    }

    private static void PutBoundary(ulong boundary, TextBuilder to)
    {
        _ = Utf8Formatter.TryFormat(boundary, to.Room(BoundaryDigits), out int length, new('D', BoundaryDigits));
        to.Advance(length);
    }

    private static void PutNumber(long value, TextBuilder to)
    {
        _ = Utf8Formatter.TryFormat(value, to.Room(NumberMax), out int length);
        to.Advance(length);
    }
}
