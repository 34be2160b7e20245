using System.Buffers.Binary;
using Holdfast.Health.Servers;

namespace Holdfast.Health.Scripts.Protocols;

/// <summary><c>option spop-check</c>: the hello of SPOP 2.0 with its health check flag.</summary>
public static class SpopCheck
{
    private const int LengthSize = 4;
    private const int FlagsSize = 4;
    private const byte AgentHello = 101;
    private const int FrameMin = 256;
    private const byte TypeMask = 0x0F;

    private const string NotAFrame = "invalid frame received";

    /// <summary>The script.</summary>
    /// <param name="bufferSize"><c>tune.bufsize</c>: frames of four bytes less are offered.</param>
    public static CheckScript Build(int bufferSize)
    {
        byte[] body =
        [
            1, 0, 0, 0, 1, 0, 0,
            .. Name("supported-versions"u8), 8, 3, .. "2.0"u8,
            .. Name("max-frame-size"u8), 3, .. Number((uint)(bufferSize - LengthSize)),
            .. Name("capabilities"u8), 8, 0,
            .. Name("healthcheck"u8), 0x11,
        ];
        byte[] frame = new byte[LengthSize + body.Length];
        BinaryPrimitives.WriteInt32BigEndian(frame, body.Length);
        body.CopyTo(frame.AsSpan(LengthSize));
        int sizeMax = bufferSize - LengthSize;
        return new CheckScript(ScriptKind.Protocol,
        [
            new ConnectStep(0) { IsDefault = true },
            new SendStep(1, CheckTexts.Constant(frame)),
            new ExpectStep(2, ExpectKind.Protocol) { Parser = (received, isEnd) => Read(received, isEnd, sizeMax) },
        ]);
    }

    /// <summary>Reads the agent's hello.</summary>
    internal static CheckAnswer Read(ReadOnlySpan<byte> received, bool isEnd, int sizeMax)
    {
        uint length = received.Length < LengthSize ? 0 : BinaryPrimitives.ReadUInt32BigEndian(received);
        bool isWhole = received.Length >= LengthSize && (uint)(received.Length - LengthSize) >= length;
        if (!isWhole && !isEnd)
        {
            return CheckAnswer.Incomplete;
        }
        const int head = 1 + FlagsSize + 2;
        if (!isWhole || length < head || received[LengthSize] != AgentHello
            || received[LengthSize + 5] != 0 || received[LengthSize + 6] != 0)
        {
            return Bad(NotAFrame);
        }
        return ReadValues(received.Slice(LengthSize + head, (int)length - head), sizeMax);
    }

    private static CheckAnswer ReadValues(ReadOnlySpan<byte> rest, int sizeMax)
    {
        bool hasVersion = false;
        bool hasSize = false;
        while (!rest.IsEmpty)
        {
            if (!TryNumber(ref rest, out ulong length) || length > (ulong)rest.Length)
            {
                return Bad(NotAFrame);
            }
            ReadOnlySpan<byte> name = rest[..(int)length];
            rest = rest[(int)length..];
            if (!TryValue(ref rest, out ulong number, out ReadOnlySpan<byte> text))
            {
                return Bad(NotAFrame);
            }
            if (name.SequenceEqual("version"u8))
            {
                hasVersion = true;
                if (!text.Trim((byte)' ').SequenceEqual("2.0"u8))
                {
                    return Bad("unsupported version");
                }
            }
            else if (name.SequenceEqual("max-frame-size"u8))
            {
                hasSize = true;
                if (number < FrameMin || number > (ulong)sizeMax)
                {
                    return Bad("max-frame-size too big or too small");
                }
            }
        }
        return !hasVersion ? Bad("version value not found") : !hasSize ? Bad("max-frame-size value not found")
            : CheckAnswer.Good(0, "SPOA server is ok");
    }

    /// <summary>A typed value: integers, texts and binaries; the others have no more than their type.</summary>
    private static bool TryValue(ref ReadOnlySpan<byte> rest, out ulong number, out ReadOnlySpan<byte> text)
    {
        number = 0;
        text = [];
        if (rest.IsEmpty)
        {
            return false;
        }
        int type = rest[0] & TypeMask;
        rest = rest[1..];
        switch (type)
        {
            case 0 or 1:
                return true;
            case >= 2 and <= 5:
                return TryNumber(ref rest, out number);
            case 6 or 7:
                int size = type == 6 ? 4 : 16;
                rest = rest[Math.Min(size, rest.Length)..];
                return true;
            case 8 or 9:
                if (!TryNumber(ref rest, out ulong length) || length > (ulong)rest.Length)
                {
                    return false;
                }
                text = rest[..(int)length];
                rest = rest[(int)length..];
                return true;
            default:
                return false;
        }
    }

    private static CheckAnswer Bad(string info) => CheckAnswer.Bad(CheckStatus.L7Response, 0, info);

    private static byte[] Name(ReadOnlySpan<byte> name) => [(byte)name.Length, .. name];

    /// <summary>SPOP's integers: 240 to 255 begin longer ones, of seven bits each after the first four.</summary>
    private static byte[] Number(uint value)
    {
        if (value < 0xF0)
        {
            return [(byte)value];
        }
        var bytes = new List<byte> { (byte)((value & 0xFF) | 0xF0) };
        value = (value - 0xF0) >> 4;
        while (value >= 0x80)
        {
            bytes.Add((byte)((value & 0xFF) | 0x80));
            value = (value - 0x80) >> 7;
        }
        bytes.Add((byte)value);
        return [.. bytes];
    }

    private static bool TryNumber(ref ReadOnlySpan<byte> rest, out ulong value)
    {
        value = 0;
        if (rest.IsEmpty)
        {
            return false;
        }
        value = rest[0];
        int index = 1;
        if (value >= 0xF0)
        {
            int shift = 4;
            byte next;
            do
            {
                if (index == rest.Length || shift > 56)
                {
                    return false;
                }
                next = rest[index++];
                value += (ulong)next << shift;
                shift += 7;
            }
            while (next >= 0x80);
        }
        rest = rest[index..];
        return true;
    }
}
