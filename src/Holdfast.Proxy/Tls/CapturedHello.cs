using System.Buffers.Binary;

namespace Holdfast.Proxy.Tls;

/// <summary>
/// What expressions see of a client's hello: its lists, one behind the other, up to the size of the capture buffer
/// (tune.ssl.capture-buffer-size). Ciphers come first, then ids of extensions, curves, and formats of points.
/// </summary>
internal ref struct CapturedHello
{
    private const int RandomSize = 32;
    private const int Curves = 10;
    private const int PointFormats = 11;

    private int _room;

    /// <summary>The version of the hello: 0x0303 of TLS 1.2 and of what follows it.</summary>
    internal int Version { get; private set; }

    /// <summary>All ciphers that the client offers, whatever the size.</summary>
    internal ReadOnlySpan<byte> AllCiphers { get; private set; }

    /// <summary>The ciphers, two bytes each.</summary>
    internal ReadOnlySpan<byte> Ciphers { get; private set; }

    /// <summary>Where the extensions are.</summary>
    private ReadOnlySpan<byte> _extensions;

    private int _extensionCount;
    private ReadOnlySpan<byte> _curves;
    private ReadOnlySpan<byte> _formats;

    /// <summary>Reads a hello.</summary>
    /// <param name="hello">The message without its header.</param>
    /// <param name="size">Of the capture buffer.</param>
    /// <param name="captured">What is seen of it.</param>
    /// <returns>False: it is none, or it was cut before its ciphers.</returns>
    internal static bool TryRead(ReadOnlySpan<byte> hello, int size, out CapturedHello captured)
    {
        captured = new CapturedHello { _room = size };
        int at = sizeof(ushort) + RandomSize;
        if (hello.Length <= at || hello.Length < at + 1 + hello[at] + sizeof(ushort))
        {
            return false;
        }
        captured.Version = BinaryPrimitives.ReadUInt16BigEndian(hello);
        at += 1 + hello[at];
        int length = BinaryPrimitives.ReadUInt16BigEndian(hello[at..]);
        at += sizeof(ushort);
        if (length == 0 || hello.Length < at + length)
        {
            return false;
        }
        captured.AllCiphers = hello.Slice(at, length);
        captured.Ciphers = captured.Take(captured.AllCiphers);
        at += length;
        if (hello.Length > at && hello.Length >= at + 1 + hello[at] + sizeof(ushort))
        {
            at += 1 + hello[at];
            length = BinaryPrimitives.ReadUInt16BigEndian(hello[at..]);
            at += sizeof(ushort);
            if (hello.Length >= at + length)
            {
                captured.ReadExtensions(hello.Slice(at, length));
            }
        }
        return true;
    }

    /// <summary>Writes ids of extensions, two bytes each.</summary>
    /// <param name="into">Room for them: two bytes each.</param>
    /// <returns>How many bytes.</returns>
    internal readonly int WriteExtensions(Span<byte> into)
    {
        int length = 0;
        ReadOnlySpan<byte> rest = _extensions;
        for (int i = 0; i < _extensionCount && length + sizeof(ushort) <= into.Length; i++)
        {
            rest[..sizeof(ushort)].CopyTo(into[length..]);
            length += sizeof(ushort);
            rest = rest[(4 + BinaryPrimitives.ReadUInt16BigEndian(rest[2..]))..];
        }
        return length;
    }

    /// <summary>Curves that the client knows, two bytes each.</summary>
    internal readonly ReadOnlySpan<byte> CurveList => _curves;

    /// <summary>Formats of points that it knows.</summary>
    internal readonly ReadOnlySpan<byte> Formats => _formats;

    /// <summary>Leaves out values that mean nothing and keep servers tolerant (GREASE, RFC 8701).</summary>
    /// <param name="list">Values of two bytes.</param>
    /// <param name="into">Where to; may be the list itself.</param>
    /// <returns>How many bytes are left.</returns>
    internal static int WithoutGrease(ReadOnlySpan<byte> list, Span<byte> into)
    {
        int length = 0;
        for (int i = 0; i + 1 < list.Length; i += 2)
        {
            (byte first, byte second) = (list[i], list[i + 1]);
            if (first != second || (first & 0xF) != 0xA)
            {
                (into[length], into[length + 1]) = (first, second);
                length += 2;
            }
        }
        return length;
    }

    private void ReadExtensions(ReadOnlySpan<byte> all)
    {
        _extensions = all;
        ReadOnlySpan<byte> curves = default;
        ReadOnlySpan<byte> formats = default;
        while (all.Length >= 4)
        {
            int id = BinaryPrimitives.ReadUInt16BigEndian(all);
            int length = BinaryPrimitives.ReadUInt16BigEndian(all[2..]);
            if (all.Length < 4 + length)
            {
                break;
            }
            if (_room >= sizeof(ushort))
            {
                _room -= sizeof(ushort);
                _extensionCount++;
            }
            ReadOnlySpan<byte> body = all.Slice(4, length);
            curves = id == Curves ? ListOf(body, sizeof(ushort)) : curves;
            formats = id == PointFormats ? ListOf(body, 1) : formats;
            all = all[(4 + length)..];
        }
        _curves = Take(curves);
        _formats = Take(formats);
    }

    /// <summary>A list behind its length.</summary>
    private static ReadOnlySpan<byte> ListOf(ReadOnlySpan<byte> body, int lengthSize)
    {
        if (body.Length < lengthSize)
        {
            return default;
        }
        int length = lengthSize == 1 ? body[0] : BinaryPrimitives.ReadUInt16BigEndian(body);
        return body.Slice(lengthSize, Math.Min(length, body.Length - lengthSize));
    }

    private ReadOnlySpan<byte> Take(ReadOnlySpan<byte> list)
    {
        int length = Math.Min(list.Length, _room);
        _room -= length;
        return list[..length];
    }
}
