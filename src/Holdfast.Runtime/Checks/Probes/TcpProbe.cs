using Holdfast.Linux.Epoll;
using Holdfast.Linux.Sockets;
using Holdfast.Primitives;

namespace Holdfast.Runtime.Checks.Probes;

/// <summary><c>TCP_CHECK</c>: a connection succeeds. Allocates nothing.</summary>
internal sealed class TcpProbe(EpollLoop loop, ProbeTarget target) : SocketProbe(loop, target)
{
    internal override void Start(int step, MonotonicTime now) => Connect(ProbeTransport.Tcp, now);

    protected override void OnConnected() => End(ProbeResult.Success);
}
