using Holdfast.HAProxy.Samples;
using Holdfast.Linux.Sockets;
using Holdfast.Proxy.Engine;

namespace Holdfast.Proxy.Running;

/// <summary>What the kernel knows of a connection, for expressions.</summary>
internal static class KernelFigures
{
    /// <summary>A figure; null: there is no such connection, or it is not of TCP.</summary>
    internal static long? Of(Connection? connection, TcpFigure figure)
    {
        if (connection is null or { IsClosed: true } || TcpFacts.Of(connection.Fd) is not { } facts)
        {
            return null;
        }
        return figure switch
        {
            TcpFigure.Rtt => facts.RoundTrip,
            TcpFigure.RttVar => facts.RoundTripVariance,
            TcpFigure.Unacked => facts.Unacknowledged,
            TcpFigure.Sacked => facts.Selected,
            TcpFigure.Lost => facts.Lost,
            TcpFigure.Retrans => facts.Retransmitted,
            TcpFigure.Fackets => facts.Forward,
            _ => facts.Reordering,
        };
    }
}
