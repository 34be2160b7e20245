using System.Buffers.Text;
using Holdfast.Primitives;

namespace Holdfast.Proxy.Logs;

/// <summary>Writes the text of a line into a buffer; what does not fit is cut off. Allocates nothing.</summary>
internal ref struct LogText(Span<byte> to)
{
    private const int AddressSize = 16;

    private readonly Span<byte> _to = to;

    /// <summary>Bytes written.</summary>
    internal int Length { get; private set; }

    internal void Put(scoped ReadOnlySpan<byte> text)
    {
        int count = Math.Min(text.Length, _to.Length - Length);
        text[..count].CopyTo(_to[Length..]);
        Length += count;
    }

    internal void Put(byte one) => Put([one]);

    internal void Put(string text)
    {
        // Names in files may hold what is not ASCII; a character that does not fit as a whole is left out.
        _ = System.Text.Unicode.Utf8.FromUtf16(text, _to[Length..], out _, out int count);
        Length += count;
    }

    internal void Put(long number)
    {
        if (Utf8Formatter.TryFormat(number, _to[Length..], out int count))
        {
            Length += count;
        }
    }

    internal void PutTwoDigits(int number, byte fill)
    {
        Put(number < 10 ? fill : (byte)('0' + (number / 10)));
        Put((byte)('0' + (number % 10)));
    }

    /// <summary>"10.0.0.1:80" or "::1:80", as haproxy writes them.</summary>
    internal void PutEndpoint(IpAddress address, int port)
    {
        PutAddress(address);
        Put((byte)':');
        Put(port);
    }

    internal void PutAddress(IpAddress address)
    {
        Span<byte> bytes = stackalloc byte[AddressSize];
        int size = address.CopyTo(bytes);
        if (size == 4)
        {
            for (int i = 0; i < size; i++)
            {
                Put(i == 0 ? [] : "."u8);
                Put((long)bytes[i]);
            }
            return;
        }
        PutV6(bytes[..size]);
    }

    /// <summary>RFC 5952: the longest run of two or more zero groups is left out, the first of equal ones.</summary>
    private void PutV6(scoped ReadOnlySpan<byte> bytes)
    {
        int groups = bytes.Length / 2;
        int from = groups;
        int length = 1;
        for (int i = 0; i < groups; i++)
        {
            int end = i;
            while (end < groups && GroupAt(bytes, end) == 0)
            {
                end++;
            }
            if (end - i > length)
            {
                from = i;
                length = end - i;
            }
        }
        for (int i = 0; i < groups; i++)
        {
            if (i == from)
            {
                Put("::"u8);
                i += length - 1;
                continue;
            }
            Put(i == 0 || i == from + length ? [] : ":"u8);
            if (Utf8Formatter.TryFormat(GroupAt(bytes, i), _to[Length..], out int count, new('x')))
            {
                Length += count;
            }
        }
    }

    private static int GroupAt(ReadOnlySpan<byte> bytes, int group) => (bytes[2 * group] << 8) | bytes[(2 * group) + 1];
}
