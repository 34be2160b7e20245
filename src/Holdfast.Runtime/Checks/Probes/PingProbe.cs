using System.Buffers.Binary;
using Holdfast.Linux.Epoll;
using Holdfast.Linux.Sockets;
using Holdfast.Primitives;

namespace Holdfast.Runtime.Checks.Probes;

/// <summary><c>PING_CHECK</c>: an ICMP echo is answered.</summary>
/// <remarks>A datagram socket: the kernel sets identifier and checksum, and gives us the answers to it alone.</remarks>
internal sealed class PingProbe(EpollLoop loop, ProbeTarget target, byte[] buffer)
    : DatagramProbe(loop, target with { Port = 0, BindPort = 0 }, buffer)
{
    private const int SequenceOffset = 6;
    private const byte EchoRequestV4 = 8;
    private const byte EchoReplyV4 = 0;
    private const byte EchoRequestV6 = 128;
    private const byte EchoReplyV6 = 129;

    private readonly byte[] _message = new byte[64];
    private ushort _sequence;

    internal override void Start(int step, MonotonicTime now)
    {
        _message[0] = Target.Address.IsV4 ? EchoRequestV4 : EchoRequestV6;
        BinaryPrimitives.WriteUInt16BigEndian(_message.AsSpan(SequenceOffset), unchecked(++_sequence));
        Connect(ProbeTransport.Ping, now);
    }

    protected override ReadOnlySpan<byte> Message() => _message;

    protected override ProbeResult? Judge(ReadOnlySpan<byte> datagram)
        => datagram.Length >= SequenceOffset + 2
            && datagram[0] == (Target.Address.IsV4 ? EchoReplyV4 : EchoReplyV6)
            && BinaryPrimitives.ReadUInt16BigEndian(datagram[SequenceOffset..]) == _sequence
            ? ProbeResult.Success : null;
}
