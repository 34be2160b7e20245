using System.Buffers.Binary;
using Holdfast.Primitives;

namespace Holdfast.Http.ProxyProtocol;

/// <summary>
/// Reads PROXY protocol headers, both versions, strictly. It keeps no state: each call judges the bytes from the first
/// one on, and a header is short.
/// </summary>
public static class ProxyHeaderParser
{
    /// <summary>The longest line of version 1.</summary>
    public const int LineMax = 107;

    /// <summary>The longest header of version 2 that is taken: what fits into a buffer of HAProxy's.</summary>
    public const int BinaryMax = 16384;

    internal const int BinaryStart = 16;

    internal static ReadOnlySpan<byte> BinarySignature => "\r\n\r\n\0\r\nQUIT\n"u8;

    private static ReadOnlySpan<byte> TextSignature => "PROXY "u8;

    /// <summary>Reads the header at the start of a connection.</summary>
    /// <param name="input">All bytes received so far.</param>
    /// <param name="header">The header, when complete.</param>
    public static ProxyResult Parse(ReadOnlySpan<byte> input, out ProxyHeader header)
    {
        header = default;
        if (Begins(input, BinarySignature))
        {
            return input.Length < BinaryStart ? EarlyFault(input) : ParseBinary(input, out header);
        }
        if (Begins(input, TextSignature))
        {
            return input.Length < TextSignature.Length ? ProxyResult.NeedMore : ParseLine(input, out header);
        }
        return ProxyResult.Refused(ProxyError.NoSignature);
    }

    /// <summary>Whether one is the beginning of the other.</summary>
    private static bool Begins(ReadOnlySpan<byte> input, ReadOnlySpan<byte> signature)
        => input.StartsWith(signature[..Math.Min(input.Length, signature.Length)]);

    private static ProxyResult ParseLine(ReadOnlySpan<byte> input, out ProxyHeader header)
    {
        header = default;
        ReadOnlySpan<byte> window = input[..Math.Min(input.Length, LineMax)];
        int lf = window.IndexOf((byte)'\n');
        if (lf < 0)
        {
            return window.Length < LineMax ? ProxyResult.NeedMore : ProxyResult.Refused(ProxyError.LineTooLong);
        }
        if (window[lf - 1] != '\r')
        {
            return ProxyResult.Refused(ProxyError.BadLine);
        }
        ProxyError error = ReadLine(window[TextSignature.Length..(lf - 1)], out header);
        return error == ProxyError.None ? new(true, lf + 1, error) : ProxyResult.Refused(error);
    }

    private static ProxyError ReadLine(ReadOnlySpan<byte> line, out ProxyHeader header)
    {
        header = new(1, false, ProxyTransport.Unspecified, default, 0, default, 0, default);
        // What follows UNKNOWN is to be ignored.
        if (line.SequenceEqual("UNKNOWN"u8) || line.StartsWith("UNKNOWN "u8))
        {
            return ProxyError.None;
        }
        if (line.Count((byte)' ') != 4)
        {
            return ProxyError.BadLine;
        }
        ReadOnlySpan<byte> family = NextWord(ref line);
        bool isV6 = family.SequenceEqual("TCP6"u8);
        if (!isV6 && !family.SequenceEqual("TCP4"u8))
        {
            return ProxyError.BadLine;
        }
        if (!TryAddress(NextWord(ref line), isV6, out IpAddress source)
            || !TryAddress(NextWord(ref line), isV6, out IpAddress destination))
        {
            return ProxyError.BadAddress;
        }
        if (!TryPort(NextWord(ref line), out ushort sourcePort) || !TryPort(line, out ushort destinationPort))
        {
            return ProxyError.BadPort;
        }
        header = new(
            1, false, ProxyTransport.Stream, source, sourcePort, destination, destinationPort, default);
        return ProxyError.None;
    }

    private static ReadOnlySpan<byte> NextWord(ref ReadOnlySpan<byte> line)
    {
        int length = line.IndexOf((byte)' ');
        ReadOnlySpan<byte> word = line[..length];
        line = line[(length + 1)..];
        return word;
    }

    private static bool TryAddress(ReadOnlySpan<byte> text, bool isV6, out IpAddress address)
    {
        Span<char> chars = stackalloc char[LineMax];
        text = text[..Math.Min(text.Length, LineMax)];
        for (int i = 0; i < text.Length; i++)
        {
            chars[i] = (char)text[i];
        }
        return IpAddress.TryParse(chars[..text.Length], out address) && address.IsV6 == isV6;
    }

    private static bool TryPort(ReadOnlySpan<byte> text, out ushort port)
    {
        port = 0;
        if (text.IsEmpty || text.Length > 5 || (text[0] == '0' && text.Length > 1))
        {
            return false;
        }
        int value = 0;
        foreach (byte b in text)
        {
            if (b is < (byte)'0' or > (byte)'9')
            {
                return false;
            }
            value = (value * 10) + (b - '0');
        }
        port = (ushort)value;
        return value <= ushort.MaxValue;
    }

    /// <summary>The bytes that are there are judged at once: a client that speaks something else is not waited for.
    /// </summary>
    private static ProxyResult EarlyFault(ReadOnlySpan<byte> input)
    {
        if (input.Length > 12 && CheckCommand(input[12]) is var command and not ProxyError.None)
        {
            return ProxyResult.Refused(command);
        }
        return input.Length > 13 && CheckFamily(input[12], input[13]) is var family and not ProxyError.None
            ? ProxyResult.Refused(family) : ProxyResult.NeedMore;
    }

    private static ProxyError CheckCommand(byte command) => (command >> 4, command & 15) switch
    {
        (2, 0 or 1) => ProxyError.None,
        (2, _) => ProxyError.BadCommand,
        _ => ProxyError.BadVersion,
    };

    /// <summary>A LOCAL header's family is to be ignored.</summary>
    private static ProxyError CheckFamily(byte command, byte family)
        => (command & 15) == 0 || (family >> 4 <= 3 && (family & 15) <= 2) ? ProxyError.None : ProxyError.BadFamily;

    private static ProxyResult ParseBinary(ReadOnlySpan<byte> input, out ProxyHeader header)
    {
        header = default;
        ProxyResult early = EarlyFault(input[..BinaryStart]);
        if (early.Error != ProxyError.None)
        {
            return early;
        }
        int length = BinaryStart + BinaryPrimitives.ReadUInt16BigEndian(input[14..]);
        if (length > BinaryMax)
        {
            return ProxyResult.Refused(ProxyError.TooLong);
        }
        if (input.Length < length)
        {
            return ProxyResult.NeedMore;
        }
        ProxyError error = ReadAddresses(input[..length], out header);
        if (error == ProxyError.None)
        {
            error = ProxyTlvs.Check(input[..length], header);
        }
        return error == ProxyError.None ? new(true, length, error) : ProxyResult.Refused(error);
    }

    private static ProxyError ReadAddresses(ReadOnlySpan<byte> input, out ProxyHeader header)
    {
        bool isLocal = (input[12] & 15) == 0;
        int family = isLocal ? 0 : input[13] >> 4;
        var transport = (ProxyTransport)(isLocal || family == 0 ? 0 : input[13] & 15);
        int size = family switch { 1 => 4, 2 => 16, 3 => 108, _ => 0 };
        int ports = family is 1 or 2 ? 4 : 0;
        int end = BinaryStart + (size * 2) + ports;
        header = default;
        if (input.Length < end)
        {
            return ProxyError.TooShort;
        }
        // What a LOCAL header carries besides, addresses included, is to be skipped.
        Range extensions = isLocal ? input.Length..input.Length : end..input.Length;
        header = new(2, isLocal, family == 3 ? ProxyTransport.Unix : transport, default, 0, default, 0, extensions);
        if (ports == 0 || transport == ProxyTransport.Unspecified)
        {
            return ProxyError.None;
        }
        ReadOnlySpan<byte> addresses = input[BinaryStart..];
        header = header with
        {
            Source = IpAddress.FromBytes(addresses[..size]),
            Destination = IpAddress.FromBytes(addresses.Slice(size, size)),
            SourcePort = BinaryPrimitives.ReadUInt16BigEndian(addresses[(size * 2)..]),
            DestinationPort = BinaryPrimitives.ReadUInt16BigEndian(addresses[((size * 2) + 2)..]),
        };
        return ProxyError.None;
    }
}
