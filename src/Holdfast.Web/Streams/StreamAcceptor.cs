using Holdfast.Linux.Abi;
using Holdfast.Primitives;
using Holdfast.Proxy.Engine;

namespace Holdfast.Web.Streams;

/// <summary>Takes the clients of a listener of stream.</summary>
/// <param name="loop">The loop.</param>
/// <param name="listening">The listener.</param>
internal sealed class StreamAcceptor(StreamLoop loop, StreamListening listening) : Acceptor
{
    /// <inheritdoc/>
    public override void OnAccepted(Listener listener, Connection connection)
    {
        if (connection.GetLocal(out IpAddress local, out int port) != Errno.Success)
        {
            (local, port) = (default, 0);
        }
        loop.Rent().Begin(listener, listening.For(local), connection, local, port);
    }

    /// <inheritdoc/>
    internal override FrontendCounters Totals => default!;

    /// <summary>Sessions end by themselves.</summary>
    internal override void Drain()
    {
    }
}
