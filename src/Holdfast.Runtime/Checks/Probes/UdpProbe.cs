using Holdfast.Config.Keepalived.Model;
using Holdfast.Linux.Epoll;
using Holdfast.Linux.Sockets;
using Holdfast.Primitives;

namespace Holdfast.Runtime.Checks.Probes;

/// <summary><c>UDP_CHECK</c>: no ICMP error comes within the time, or the right reply does.</summary>
internal sealed class UdpProbe(EpollLoop loop, ProbeTarget target, UdpCheckModel model, byte[] buffer)
    : DatagramProbe(loop, target, buffer)
{
    private readonly byte[] _payload = model.Payload.IsEmpty ? "Holdfast check - Holdfast check\n"u8.ToArray()
        : [.. model.Payload];

    internal override void Start(int step, MonotonicTime now) => Connect(ProbeTransport.Udp, now);

    protected override ReadOnlySpan<byte> Message() => _payload;

    protected override ProbeResult OnTimeout()
        => model.RequireReply ? new ProbeResult(ProbeOutcome.Timeout) : ProbeResult.Success;

    protected override ProbeResult? Judge(ReadOnlySpan<byte> datagram)
    {
        if (!model.RequireReply)
        {
            return ProbeResult.Success;
        }
        if (datagram.Length < model.ReplyBytesMin || datagram.Length > model.ReplyBytesMax)
        {
            return new ProbeResult(ProbeOutcome.ReplyLength, datagram.Length);
        }
        for (int i = 0; i < Math.Min(datagram.Length, model.Reply.Length); i++)
        {
            if (((datagram[i] ^ model.Reply[i]) & model.ReplyMask[i]) != 0)
            {
                return new ProbeResult(ProbeOutcome.ReplyContent);
            }
        }
        return ProbeResult.Success;
    }
}
