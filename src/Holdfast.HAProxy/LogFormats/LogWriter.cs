using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Text.Unicode;
using Holdfast.Primitives;

namespace Holdfast.HAProxy.LogFormats;

/// <summary>Writes text into given room. What does not fit is left out, and all behind it.</summary>
/// <param name="room">Where to.</param>
public ref struct LogWriter(Span<byte> room)
{
    private const int DigitsMax = 20;

    private readonly Span<byte> _room = room;
    private int _length;

    /// <summary>Bytes written.</summary>
    public readonly int Length => _length;

    /// <summary>What was written.</summary>
    public readonly ReadOnlySpan<byte> Written => _room[.._length];

    /// <summary>Whether something did not fit.</summary>
    public bool IsCut { get; private set; }

    /// <summary>Writes bytes.</summary>
    public void Put(scoped ReadOnlySpan<byte> text)
    {
        int count = IsCut ? 0 : Math.Min(text.Length, _room.Length - _length);
        text[..count].CopyTo(_room[_length..]);
        _length += count;
        IsCut |= count < text.Length;
    }

    /// <summary>Writes a byte.</summary>
    public void Put(byte value)
    {
        if (!IsCut && (uint)_length < (uint)_room.Length)
        {
            _room[_length++] = value;
        }
        else
        {
            IsCut = true;
        }
    }

    /// <summary>Writes a number.</summary>
    public void PutNumber(long value)
    {
        if ((ulong)value < 10)
        {
            Put((byte)('0' + value));
        }
        else if (!IsCut && Utf8Formatter.TryFormat(value, _room[_length..], out int count))
        {
            _length += count;
        }
        else
        {
            Span<byte> digits = stackalloc byte[DigitsMax];
            _ = Utf8Formatter.TryFormat(value, digits, out count);
            Put(digits[..count]); // its beginning
        }
    }

    /// <summary>Writes a number with zeros before it.</summary>
    /// <param name="value">The number; not negative.</param>
    /// <param name="width">Digits at least; at most 20.</param>
    public void PutPadded(long value, int width)
    {
        Span<byte> digits = stackalloc byte[DigitsMax];
        int first = DigitsMax;
        for (ulong rest = (ulong)value; rest > 0 || DigitsMax - first < width; rest /= 10)
        {
            digits[--first] = (byte)('0' + (rest % 10));
        }
        Put(digits[first..]);
    }

    /// <summary>Writes a number in upper-case hexadecimal, with zeros before it.</summary>
    public void PutHex(long value, int width)
    {
        Span<byte> digits = stackalloc byte[16];
        value.TryFormat(digits, out int length, "X", CultureInfo.InvariantCulture);
        for (int i = length; i < width; i++)
        {
            Put((byte)'0');
        }
        Put(digits[..length]);
    }

    /// <summary>Writes a text as UTF-8; a character that does not fit as a whole is left out.</summary>
    public void PutText(scoped ReadOnlySpan<char> text)
    {
        if (!IsCut)
        {
            IsCut = Utf8.FromUtf16(text, _room[_length..], out _, out int count) != OperationStatus.Done;
            _length += count;
        }
    }

    /// <summary>Writes ASCII characters.</summary>
    public void PutAscii(scoped ReadOnlySpan<char> text)
    {
        foreach (char c in text)
        {
            Put((byte)c);
        }
    }

    /// <summary>Writes an address.</summary>
    public void PutAddress(IpAddress address)
    {
        Span<byte> text = stackalloc byte[AddressText.LengthMax];
        Put(text[..AddressText.Write(address, text)]);
    }

    /// <summary>"10.0.0.1:80" or "::1:80", as haproxy writes them.</summary>
    public void PutEndpoint(IpAddress address, int port)
    {
        PutAddress(address);
        Put((byte)':');
        PutNumber(port);
    }

    /// <summary>Writes bytes, those of a set as a mark and two hexadecimal digits.</summary>
    public void PutEncoded(scoped ReadOnlySpan<byte> text, SearchValues<byte> set, byte mark)
    {
        while (!text.IsEmpty)
        {
            int next = text.IndexOfAny(set);
            Put(next < 0 ? text : text[..next]);
            if (next < 0)
            {
                return;
            }
            Put(mark);
            PutHex(text[next], 2);
            text = text[(next + 1)..];
        }
    }
}
