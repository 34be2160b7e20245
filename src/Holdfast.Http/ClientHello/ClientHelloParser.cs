using System.Buffers.Binary;

namespace Holdfast.Http.ClientHello;

/// <summary>
/// Looks into a TLS ClientHello without terminating TLS: for routing by server name, ALPN or version. It changes
/// nothing; the bytes go on to the server as they came. Each call judges the bytes from the first one on.
/// </summary>
public static class ClientHelloParser
{
    /// <summary>The longest ClientHello, record header included: one record (RFC 8446 section 5.1).</summary>
    public const int LengthMax = RecordStart + (1 << 14);

    private const int RecordStart = 5;
    private const int HandshakeStart = 4;
    private const byte HandshakeRecord = 22;
    private const byte ClientHelloMessage = 1;

    /// <summary>Looks at the first bytes of a connection.</summary>
    /// <param name="input">All bytes received so far.</param>
    /// <param name="facts">What was found, when done.</param>
    public static ClientHelloOutcome Parse(ReadOnlySpan<byte> input, out ClientHelloFacts facts)
    {
        facts = default;
        ClientHelloOutcome early = CheckStart(input);
        if (early != ClientHelloOutcome.Done)
        {
            return early;
        }
        int record = BinaryPrimitives.ReadUInt16BigEndian(input[3..]);
        int message = (input[6] << 16) | (input[7] << 8) | input[8];
        if (message > LengthMax)
        {
            return ClientHelloOutcome.Malformed;
        }
        if (message + HandshakeStart > record)
        {
            return ClientHelloOutcome.Fragmented;
        }
        int end = RecordStart + HandshakeStart + message;
        if (input.Length < end)
        {
            return ClientHelloOutcome.NeedMore;
        }
        return TryRead(input[..end], ref facts) ? ClientHelloOutcome.Done : ClientHelloOutcome.Malformed;
    }

    /// <summary>Judges the two headers, each byte as soon as it is there.</summary>
    private static ClientHelloOutcome CheckStart(ReadOnlySpan<byte> input)
    {
        // 3.0 to 3.4 on the record layer: what no text protocol begins with.
        if ((input.Length > 0 && input[0] != HandshakeRecord) || (input.Length > 1 && input[1] != 3)
            || (input.Length > 2 && input[2] > 4))
        {
            return ClientHelloOutcome.NotTls;
        }
        if (input.Length > 4 && BinaryPrimitives.ReadUInt16BigEndian(input[3..]) is 0 or > 1 << 14)
        {
            return ClientHelloOutcome.Malformed;
        }
        if (input.Length > 5 && input[5] != ClientHelloMessage)
        {
            return ClientHelloOutcome.Malformed;
        }
        return input.Length < RecordStart + HandshakeStart ? ClientHelloOutcome.NeedMore : ClientHelloOutcome.Done;
    }

    private static bool TryRead(ReadOnlySpan<byte> input, ref ClientHelloFacts facts)
    {
        var reader = new HelloReader(input, RecordStart + HandshakeStart, input.Length);
        if (!reader.TryU16(out ushort legacyVersion) || !reader.TrySkip(32) || !reader.TryVector8(out Range session)
            || Length(session) > 32 || !reader.TryVector16(out Range ciphers) || Length(ciphers) is 0
            || Length(ciphers) % 2 != 0 || !reader.TryVector8(out Range compressions) || Length(compressions) == 0)
        {
            return false;
        }
        facts = new(
            BinaryPrimitives.ReadUInt16BigEndian(input[1..]), legacyVersion, legacyVersion, default, default, ciphers,
            false);
        // Before extensions were invented, a hello ended here.
        return reader.IsAtEnd || (reader.TryVector16(out Range extensions) && reader.IsAtEnd
            && TryReadExtensions(input, extensions, ref facts));
    }

    private static bool TryReadExtensions(ReadOnlySpan<byte> input, Range extensions, ref ClientHelloFacts facts)
    {
        var reader = new HelloReader(input, extensions.Start.Value, extensions.End.Value);
        uint seen = 0;
        while (!reader.IsAtEnd)
        {
            if (!reader.TryU16(out ushort type) || !reader.TryVector16(out Range body))
            {
                return false;
            }
            // A second one of a kind is forbidden (RFC 8446 section 4.2), and who takes which would differ.
            uint bit = type switch { 0 => 1u, 16 => 2u, 43 => 4u, 35 => 8u, 41 => 16u, 10 => 32u, _ => 0u };
            if ((seen & bit) != 0)
            {
                return false;
            }
            seen |= bit;
            bool isRight = type switch
            {
                0 => TryReadServerName(input, body, ref facts),
                16 => TryReadProtocols(input, body, ref facts),
                43 => TryReadVersions(input, body, ref facts),
                _ => true,
            };
            if (!isRight)
            {
                return false;
            }
        }
        facts = facts with { HasSessionTicket = (seen & 24) != 0, HasCurves = (seen & 32) != 0 };
        return true;
    }

    private static bool TryReadServerName(ReadOnlySpan<byte> input, Range body, ref ClientHelloFacts facts)
    {
        var reader = new HelloReader(input, body.Start.Value, body.End.Value);
        if (!reader.TryVector16(out Range list) || !reader.IsAtEnd || Length(list) == 0)
        {
            return false;
        }
        var names = new HelloReader(input, list.Start.Value, list.End.Value);
        bool found = false;
        while (!names.IsAtEnd)
        {
            if (!names.TryU8(out byte kind) || !names.TryVector16(out Range name) || Length(name) == 0)
            {
                return false;
            }
            if (kind != 0)
            {
                continue;
            }
            // RFC 6066 section 3: one name of a kind, ASCII, no trailing dot; a NUL would end it for some readers.
            if (found || Length(name) > 255 || input[name].ContainsAnyExceptInRange((byte)0x21, (byte)0x7E))
            {
                return false;
            }
            found = true;
            facts = facts with { ServerName = name };
        }
        return true;
    }

    private static bool TryReadProtocols(ReadOnlySpan<byte> input, Range body, ref ClientHelloFacts facts)
    {
        var reader = new HelloReader(input, body.Start.Value, body.End.Value);
        if (!reader.TryVector16(out Range list) || !reader.IsAtEnd || !AlpnList.IsValid(input[list]))
        {
            return false;
        }
        facts = facts with { Protocols = list };
        return true;
    }

    private static bool TryReadVersions(ReadOnlySpan<byte> input, Range body, ref ClientHelloFacts facts)
    {
        var reader = new HelloReader(input, body.Start.Value, body.End.Value);
        if (!reader.TryVector8(out Range list) || !reader.IsAtEnd || Length(list) is 0 || Length(list) % 2 != 0)
        {
            return false;
        }
        ushort highest = 0;
        var versions = new HelloReader(input, list.Start.Value, list.End.Value);
        while (versions.TryU16(out ushort version))
        {
            // GREASE (RFC 8701) and drafts are no versions that anybody could want.
            if (version is >= 0x0300 and <= 0x0304 && version > highest)
            {
                highest = version;
            }
        }
        facts = facts with { HighestVersion = highest == 0 ? facts.LegacyVersion : highest };
        return true;
    }

    private static int Length(Range range) => range.End.Value - range.Start.Value;
}
