using System.Buffers;
using System.Buffers.Text;
using System.Globalization;

namespace Holdfast.HAProxy.LogFormats;

/// <summary>Writes text into given room. What does not fit is left out, and all behind it.</summary>
/// <param name="room">Where to.</param>
public ref struct LogWriter(Span<byte> room)
{
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
    public void Put(byte value) => Put([value]);

    /// <summary>Writes a number.</summary>
    public void PutNumber(long value)
    {
        Span<byte> digits = stackalloc byte[20];
        Utf8Formatter.TryFormat(value, digits, out int length);
        Put(digits[..length]);
    }

    /// <summary>Writes a number with zeros before it.</summary>
    public void PutPadded(long value, int width)
    {
        Span<byte> digits = stackalloc byte[20];
        Utf8Formatter.TryFormat(value, digits, out int length, new StandardFormat('D', (byte)width));
        Put(digits[..length]);
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

    /// <summary>Writes ASCII characters.</summary>
    public void PutAscii(scoped ReadOnlySpan<char> text)
    {
        foreach (char c in text)
        {
            Put((byte)c);
        }
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
