using System.Text;
using Holdfast.Linux.Sockets;

namespace Holdfast.Web.Http.Passing;

/// <summary>Where a peer is.</summary>
/// <param name="endpoint">Its address.</param>
internal sealed class PeerTarget(SocketEndpoint endpoint)
{
    /// <summary>Its address.</summary>
    internal SocketEndpoint Endpoint { get; } = endpoint;

    /// <summary>As <c>$upstream_addr</c> has it.</summary>
    internal byte[] Text { get; } = Encoding.UTF8.GetBytes(endpoint.IsUnix ? $"unix:{endpoint}" : endpoint.ToString());
}
