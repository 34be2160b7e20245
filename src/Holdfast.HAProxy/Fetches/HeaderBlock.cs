using Holdfast.HAProxy.Samples;
using Holdfast.Http.H1;
using Holdfast.Http.Headers;

namespace Holdfast.HAProxy.Fetches;

/// <summary>Fields as agents of SPOE read them: <c>req.hdrs_bin</c>.</summary>
internal static class HeaderBlock
{
    /// <summary>Bytes of a length at most: no text is longer than a buffer.</summary>
    private const int LengthMax = 4;

    /// <summary>Names and values, each behind its length; two empty ones end the list.</summary>
    public static bool Write(RequestContext c, ref Sample s, bool isResponse)
    {
        bool has = isResponse ? RequestFetches.HasResponse(c, ref s) : RequestFetches.HasRequest(c, ref s);
        if (!has)
        {
            return false;
        }
        HeadView view = isResponse ? c.Response : c.Request;
        HeaderTable headers = view.Head.Headers;
        int size = 2;
        for (int i = 0; i < headers.Count; i++)
        {
            size += headers[i].IsRemoved ? 0
                : view.NameAt(i).Length + view.ValueAt(i).Length + (2 * LengthMax);
        }
        if (!c.Scratch.TryTake(size, out Span<byte> room))
        {
            return false;
        }
        int length = 0;
        for (int i = 0; i < headers.Count; i++)
        {
            if (headers[i].IsRemoved)
            {
                continue;
            }
            int start = length + LengthOf(view.NameAt(i).Length, room[length..]);
            length = start;
            foreach (byte one in view.NameAt(i))
            {
                room[length++] = HttpText.Lower(one);
            }
            ReadOnlySpan<byte> value = view.ValueAt(i);
            length += LengthOf(value.Length, room[length..]);
            value.CopyTo(room[length..]);
            length += value.Length;
        }
        room[length..(length + 2)].Clear();
        return s.SetBinary(room[..(length + 2)]);
    }

    /// <summary>Writes an integer of SPOE: one byte below 240, else groups of bits, the lowest ones first.</summary>
    private static int LengthOf(int value, Span<byte> to)
    {
        if (value < 0xF0)
        {
            to[0] = (byte)value;
            return 1;
        }
        to[0] = (byte)(value | 0xF0);
        value = (value - 0xF0) >> 4;
        int count = 1;
        while (value >= 0x80)
        {
            to[count++] = (byte)(value | 0x80);
            value = (value - 0x80) >> 7;
        }
        to[count++] = (byte)value;
        return count;
    }
}
