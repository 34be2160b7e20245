using Holdfast.Nginx.Upstreams;
using Holdfast.Proxy.Engine;
using Holdfast.Web.Loops;

namespace Holdfast.Web.Http.Passing;

/// <summary>Connections of one loop to the peers of an upstream that wait for a request, the last one used first.
/// </summary>
internal sealed class IdleConnections(WebLoop loop, UpstreamProgram upstream)
{
    private readonly List<PeerConnection> _idle = [];

    /// <summary>The buffers of the loop.</summary>
    internal BufferPool Buffers => loop.Buffers;

    /// <summary>Takes one to a peer; null: there is none.</summary>
    internal PeerConnection? Take(Peer peer)
    {
        for (int i = _idle.Count - 1; i >= 0; i--)
        {
            if (_idle[i].Peer == peer)
            {
                PeerConnection found = _idle[i];
                _idle.RemoveAt(i);
                found.Connection.SetTimeout(-1);
                return found;
            }
        }
        return null;
    }

    /// <summary>Keeps one whose answer has come whole, or closes it.</summary>
    internal void Give(PeerConnection one)
    {
        if (upstream.KeepAlive == 0 || one.RequestCount >= upstream.KeepAliveRequests
            || loop.Now - one.BornAt > upstream.KeepAliveTime)
        {
            loop.Close(one.Connection);
            return;
        }
        if (_idle.Count >= upstream.KeepAlive)
        {
            Drop(_idle[0]);
        }
        _idle.Add(one);
        one.Connection.Owner = one;
        one.Connection.SetTimeout(upstream.KeepAliveTimeout);
        loop.Receive(one.Connection);
    }

    /// <summary>Closes one that is idle.</summary>
    internal void Drop(PeerConnection one)
    {
        _ = _idle.Remove(one);
        loop.Close(one.Connection);
    }
}
