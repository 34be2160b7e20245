using System.Buffers.Binary;
using Holdfast.Health.Servers;

namespace Holdfast.Health.Scripts.Protocols;

/// <summary><c>option mysql-check</c>: the server's greeting, and with a user a login without password, then QUIT.
/// </summary>
public static class MySqlCheck
{
    private const int HeaderSize = 4;
    private const int GreetingMin = 6;
    private const byte Error = 0xFF;
    private const byte Utf8Collation = 33;

    private static readonly byte[] s_quit = [1, 0, 0, 0, 1];

    /// <summary>The script.</summary>
    /// <param name="user">The user; null: only the greeting is looked at.</param>
    /// <param name="isOld">Whether the login is that of clients before 4.1.</param>
    public static CheckScript Build(byte[]? user, bool isOld)
    {
        var connect = new ConnectStep(1) { IsDefault = true, Lingers = true };
        if (user is null)
        {
            return new CheckScript(ScriptKind.Protocol,
                [connect, new ExpectStep(2, ExpectKind.Protocol) { Parser = ReadGreeting }]);
        }
        byte[] login = [.. isOld ? OldLogin(user) : Login(user), .. s_quit];
        return new CheckScript(ScriptKind.Protocol,
        [
            connect,
            new SendStep(2, CheckTexts.Constant(login)),
            new ExpectStep(3, ExpectKind.Protocol) { Parser = ReadGreeting },
            new ExpectStep(4, ExpectKind.Protocol) { Parser = ReadResult },
        ]);
    }

    /// <summary>Reads the first packet: the server's version, or why it does not want us.</summary>
    internal static CheckAnswer ReadGreeting(ReadOnlySpan<byte> received, bool isEnd)
    {
        if (!TryPacket(received, 0, out ReadOnlySpan<byte> packet)
            || (packet[0] != Error && packet.Length < GreetingMin))
        {
            return CheckAnswer.Incomplete;
        }
        return packet[0] == Error ? Refused(packet) : CheckAnswer.Good(0, CheckTexts.Terminated(packet[1..]));
    }

    /// <summary>Reads the second packet: whether the login was taken.</summary>
    internal static CheckAnswer ReadResult(ReadOnlySpan<byte> received, bool isEnd)
    {
        if (!TryPacket(received, 0, out ReadOnlySpan<byte> greeting)
            || !TryPacket(received, HeaderSize + greeting.Length, out ReadOnlySpan<byte> packet))
        {
            return CheckAnswer.Incomplete;
        }
        return packet[0] == Error ? Refused(packet) : CheckAnswer.Good(0, CheckTexts.Terminated(greeting[1..]));
    }

    private static CheckAnswer Refused(ReadOnlySpan<byte> packet) => packet.Length < 3
        ? CheckAnswer.Bad(CheckStatus.L7Status)
        : CheckAnswer.Bad(CheckStatus.L7Status, BinaryPrimitives.ReadUInt16LittleEndian(packet[1..]),
            CheckTexts.Terminated(packet[3..]));

    private static bool TryPacket(ReadOnlySpan<byte> received, int start, out ReadOnlySpan<byte> packet)
    {
        packet = [];
        if (received.Length - start < HeaderSize)
        {
            return false;
        }
        int length = received[start] | (received[start + 1] << 8) | (received[start + 2] << 16);
        if (length == 0 || received.Length - start - HeaderSize < length)
        {
            return false;
        }
        packet = received.Slice(start + HeaderSize, length);
        return true;
    }

    private static byte[] Login(byte[] user)
    {
        // Capabilities: the protocol of 4.1, and its passwords; packets of 16 MiB; UTF-8; 23 reserved bytes.
        byte[] body =
        [
            0x00, 0x82, 0x00, 0x00, 0x00, 0x80, 0x00, 0x01, Utf8Collation, .. new byte[23], .. user, 0, 0,
        ];
        return [(byte)body.Length, (byte)(body.Length >> 8), 0, 1, .. body];
    }

    private static byte[] OldLogin(byte[] user)
    {
        byte[] body = [0x00, 0x80, 0x00, 0x00, 0x01, .. user, 0, 0];
        return [(byte)body.Length, (byte)(body.Length >> 8), 0, 1, .. body];
    }
}
