using Holdfast.Health.Wire;
using Holdfast.Linux.Epoll;
using Holdfast.Linux.Sockets;
using Holdfast.Primitives;

namespace Holdfast.Runtime.Checks.Probes;

/// <summary><c>DNS_CHECK</c>: a question over UDP is answered with at least one record.</summary>
internal sealed class DnsProbe(
    EpollLoop loop, ProbeTarget target, string name, int type, ushort firstId, byte[] buffer)
    : DatagramProbe(loop, target, buffer)
{
    private readonly byte[] _query = new byte[DnsMessage.QuerySizeMax];
    private ushort _id = firstId;
    private int _length;

    internal override void Start(int step, MonotonicTime now)
    {
        _id = unchecked((ushort)((_id * 25173) + 13849));
        _length = DnsMessage.WriteQuery(_query, _id, name, type);
        if (_length == 0)
        {
            Run.Finish(new ProbeResult(ProbeOutcome.Configuration));
            return;
        }
        Connect(ProbeTransport.Udp, now);
    }

    protected override ReadOnlySpan<byte> Message() => _query.AsSpan(0, _length);

    protected override ProbeResult? Judge(ReadOnlySpan<byte> datagram)
        => DnsMessage.Judge(_query, datagram, out int code) switch
        {
            DnsVerdict.Answered => ProbeResult.Success,
            DnsVerdict.Error => new ProbeResult(ProbeOutcome.DnsCode, code),
            DnsVerdict.Empty => new ProbeResult(ProbeOutcome.DnsEmpty),
            _ => null,
        };
}
