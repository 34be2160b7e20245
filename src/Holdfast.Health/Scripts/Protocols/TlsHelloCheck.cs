using System.Buffers.Binary;
using Holdfast.Health.Servers;

namespace Holdfast.Health.Scripts.Protocols;

/// <summary><c>option ssl-hello-chk</c>: a ClientHello of SSLv3; any handshake or alert is good.</summary>
public static class TlsHelloCheck
{
    private const int TimeOffset = 11;
    private const int CipherCount = 39;
    private const byte Alert = 0x15;
    private const byte Handshake = 0x16;

    // What HAProxy offers: all that SSLv3 had, and AES.
    private static readonly byte[] s_hello = BuildHello();

    /// <summary>The script.</summary>
    public static CheckScript Script { get; } = new(ScriptKind.Protocol,
    [
        new ConnectStep(0) { IsDefault = true },
        new SendStep(1, WriteHello),
        new ExpectStep(2, ExpectKind.Protocol)
        {
            Parser = Read, ErrorStatus = CheckStatus.L6Response, TimeoutStatus = CheckStatus.L6Timeout,
        },
    ]);

    /// <summary>Reads the answer.</summary>
    internal static CheckAnswer Read(ReadOnlySpan<byte> received, bool isEnd)
    {
        const int recordHeader = 5;
        return !isEnd && received.Length < recordHeader ? CheckAnswer.Incomplete
            : received[0] is Alert or Handshake ? CheckAnswer.Good(status: CheckStatus.L6Ok)
            : CheckAnswer.Bad(CheckStatus.L6Response);
    }

    private static bool WriteHello(CheckSession session, Span<byte> to, out int length)
    {
        length = s_hello.Length;
        if (!s_hello.AsSpan().TryCopyTo(to))
        {
            return false;
        }
        BinaryPrimitives.WriteUInt32BigEndian(to[TimeOffset..], (uint)(session.WallClockSeconds & uint.MaxValue));
        return true;
    }

    private static byte[] BuildHello()
    {
        byte[] ciphers = new byte[2 * CipherCount];
        for (int i = 0; i < CipherCount; i++)
        {
            // 0x01 to 0x1B, then 0x2F to 0x3A.
            ciphers[(2 * i) + 1] = (byte)(i < 0x1B ? i + 1 : i - 0x1B + 0x2F);
        }
        byte[] random = [0, 0, 0, 0, .. "HAPROXYSSLCHK\nHAPROXYSSLCHK\n"u8];
        byte[] body = [3, 0, .. random, 0, 0, (byte)ciphers.Length, .. ciphers, 1, 0];
        byte[] message = [1, 0, 0, (byte)body.Length, .. body];
        return [Handshake, 3, 0, 0, (byte)message.Length, .. message];
    }
}
