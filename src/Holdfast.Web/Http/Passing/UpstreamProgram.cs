using System.Text;
using Holdfast.Config.Nginx.Model;
using Holdfast.Nginx.Texts;
using Holdfast.Nginx.Upstreams;

namespace Holdfast.Web.Http.Passing;

/// <summary>An upstream block, or the one server that a <c>proxy_pass</c> names; shared by all loops.</summary>
/// <param name="name">Its name, or host and port.</param>
/// <param name="index">Its number, from 0.</param>
internal sealed class UpstreamProgram(string name, int index)
{
    private volatile Upstream? _peers;

    /// <summary>Its name.</summary>
    internal string Name { get; } = name;

    /// <summary>The same as bytes.</summary>
    internal byte[] NameBytes { get; } = Encoding.UTF8.GetBytes(name);

    /// <summary>Its number, from 0: loops keep idle connections by it.</summary>
    internal int Index { get; } = index;

    /// <summary>Its peers; null: no name of them has been resolved yet.</summary>
    internal Upstream? Peers
    {
        get => _peers;
        set => _peers = value;
    }

    /// <summary>How a peer is chosen.</summary>
    internal UpstreamMethod Method { get; init; }

    /// <summary>The key of <c>hash</c>; null: there is none.</summary>
    internal CompiledText? HashKey { get; init; }

    /// <summary>Idle connections that a loop keeps; 0: none.</summary>
    internal int KeepAlive { get; init; }

    /// <summary>Requests over one connection at most.</summary>
    internal int KeepAliveRequests { get; init; } = 1000;

    /// <summary>Milliseconds that a connection is used at most.</summary>
    internal long KeepAliveTime { get; init; } = 3_600_000;

    /// <summary>Milliseconds that a connection may be idle.</summary>
    internal long KeepAliveTimeout { get; init; } = 60_000;
}
