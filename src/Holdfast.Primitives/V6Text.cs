using System.Buffers.Text;

namespace Holdfast.Primitives;

/// <summary>IPv6 addresses as inet_ntop writes them (RFC 5952).</summary>
internal static class V6Text
{
    /// <summary>Writes one into at least 46 bytes.</summary>
    public static int Write(IpAddress address, Span<byte> to)
    {
        Span<ushort> groups = stackalloc ushort[8];
        for (int i = 0; i < 8; i++)
        {
            groups[i] = (ushort)(((i < 4 ? address.High : address.Low) >> (48 - (16 * (i & 3)))) & 0xFFFF);
        }
        (int start, int run) = LongestZeros(groups);
        bool hasV4 = start == 0 && (run == 6 || (run == 7 && groups[7] != 1) || (run == 5 && groups[5] == 0xFFFF));
        int length = 0;
        for (int i = 0; i < 8; i++)
        {
            if (i == start)
            {
                to[length++] = (byte)':';
            }
            if (i >= start && i < start + run)
            {
                continue;
            }
            if (i > 0)
            {
                to[length++] = (byte)':';
            }
            if (i == 6 && hasV4)
            {
                return length + AddressText.Write(IpAddress.V4((uint)(address.Low & uint.MaxValue)), to[length..]);
            }
            Utf8Formatter.TryFormat(groups[i], to[length..], out int written, new('x'));
            length += written;
        }
        if (run > 0 && start + run == 8)
        {
            to[length++] = (byte)':';
        }
        return length;
    }

    private static (int Start, int Run) LongestZeros(ReadOnlySpan<ushort> groups)
    {
        (int start, int run) = (-1, 0);
        for (int i = 0; i < 8;)
        {
            int end = i;
            while (end < 8 && groups[end] == 0)
            {
                end++;
            }
            if (end - i > run)
            {
                (start, run) = (i, end - i);
            }
            i = Math.Max(end, i + 1);
        }
        return run < 2 ? (-1, 0) : (start, run);
    }
}
