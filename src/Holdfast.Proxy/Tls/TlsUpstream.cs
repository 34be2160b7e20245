using Holdfast.Linux.Abi;
using Holdfast.Linux.Sockets;
using Holdfast.Proxy.Engine;
using Holdfast.Proxy.Upstreams;

namespace Holdfast.Proxy.Tls;

/// <summary>Connections to servers, over TLS where the server wants it.</summary>
internal static class TlsUpstream
{
    /// <summary>Begins to connect; the owner hears OnConnected when the handshake is done, too.</summary>
    /// <param name="loop">The loop.</param>
    /// <param name="server">The server.</param>
    /// <param name="serverName">Name that it is asked for (SNI); empty: none.</param>
    /// <param name="owner">Who is told.</param>
    /// <param name="connection">The connection; null after an error.</param>
    internal static Errno Connect<TTransport>(EventLoop<TTransport> loop, Server server,
        ReadOnlySpan<byte> serverName, ConnectionOwner owner, out Connection? connection)
        where TTransport : struct, ITransport
    {
        SocketEndpoint? source = server.Options.Source;
        Errno errno = loop.Transport.Connect(server.Options.Endpoint, source, owner, out connection);
        if (errno == Errno.Success && server.Tls is { } tls
            && !TlsLayer.TryConnect(loop.State, connection!, tls, serverName))
        {
            loop.Transport.Close(connection!, isReset: false);
            connection = null;
            return Errno.ENOMEM;
        }
        return errno;
    }
}
