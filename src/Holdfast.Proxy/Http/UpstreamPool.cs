using Holdfast.Linux.Abi;
using Holdfast.Linux.Memory;
using Holdfast.Proxy.Engine;
using Holdfast.Proxy.Options;
using Holdfast.Proxy.Upstreams;

namespace Holdfast.Proxy.Http;

/// <summary>Idle connections of one loop to the servers of a backend; the last one in is the first one out.</summary>
/// <remarks>
/// Each is being read, so that one that its server closes goes at once; data that nobody has asked for end it, too.
/// </remarks>
internal sealed class UpstreamPool<TTransport> : ConnectionOwner
    where TTransport : struct, ITransport
{
    private readonly EventLoop<TTransport> _loop;
    private readonly BackendOptions _options;
    private readonly Idle[] _idle;

    internal UpstreamPool(EventLoop<TTransport> loop, Backend backend)
    {
        _loop = loop;
        _options = backend.Options;
        _idle = new Idle[backend.Pool.Servers.Length];
    }

    /// <summary>Takes an idle connection to a server.</summary>
    /// <param name="server">The server.</param>
    /// <param name="isFirst">Whether the request is the first one of its client's connection.</param>
    /// <param name="name">For which name it must have been opened; 0: for any.</param>
    /// <returns>The connection, which may already have ended without our knowing; null: there is none.</returns>
    internal Connection? Take(Server server, bool isFirst, ulong name = 0)
    {
        ref Idle idle = ref _idle[server.Index];
        bool mayTake = _options.Reuse switch
        {
            HttpReuse.Never => false,
            HttpReuse.Safe or HttpReuse.Aggressive => !isFirst,
            _ => true,
        };
        // "aggressive": a first request gets a connection that has proved itself by serving more than one.
        bool mayTakeProven = mayTake || _options.Reuse == HttpReuse.Aggressive;
        for (Connection? one = mayTakeProven ? idle.First : null; one is not null; one = one.Link)
        {
            if ((mayTake || one.Upstream.IsProven) && one.Upstream.NameHash == name)
            {
                Unlink(ref idle, one);
                one.Upstream.ReuseCount++;
                return one;
            }
        }
        return null;
    }

    /// <summary>Closes all idle connections to a server.</summary>
    internal void CloseAll(Server server)
    {
        while (_idle[server.Index].First is { } connection)
        {
            Remove(connection);
        }
    }

    /// <summary>Keeps a connection that has nothing to do, or closes it.</summary>
    internal void Give(Server server, Connection connection, bool wasReused)
    {
        ref Idle idle = ref _idle[server.Index];
        if (idle.Count >= _options.IdleConnectionsMax || _options.Reuse == HttpReuse.Never || !server.IsUsable
            || server.Options.Share.NeedsEnds
            || (server.Options.ReusesMax >= 0 && connection.Upstream.ReuseCount >= server.Options.ReusesMax))
        {
            Drop(server, connection);
            return;
        }
        connection.Owner = this;
        connection.Attachment = server;
        connection.Upstream.IsProven |= wasReused;
        connection.Link = idle.First;
        connection.Upstream.Previous = null;
        if (idle.First is not null)
        {
            idle.First.Upstream.Previous = connection;
        }
        idle.First = connection;
        idle.Count++;
        connection.SetTimeout(_options.IdleTimeoutMilliseconds);
        _loop.Transport.Receive(connection);
    }

    public override void OnConnected(Connection connection)
    {
    }

    public override void OnReceived(Connection connection, BufferPart data)
    {
        _loop.State.Buffers.Return(data.Buffer);
        Remove(connection);
    }

    public override void OnReceiveEnded(Connection connection) => Remove(connection);

    public override void OnSent(Connection connection)
    {
    }

    public override void OnFailed(Connection connection, Errno errno) => Remove(connection);

    public override void OnTimeout(Connection connection) => Remove(connection);

    private void Remove(Connection connection)
    {
        var server = (Server)connection.Attachment!;
        Unlink(ref _idle[server.Index], connection);
        Drop(server, connection);
    }

    private void Drop(Server server, Connection connection)
    {
        server.Leave();
        _loop.Transport.Close(connection, isReset: false);
    }

    private static void Unlink(ref Idle idle, Connection connection)
    {
        if (connection.Upstream.Previous is null)
        {
            idle.First = connection.Link;
        }
        else
        {
            connection.Upstream.Previous.Link = connection.Link;
        }
        if (connection.Link is not null)
        {
            connection.Link.Upstream.Previous = connection.Upstream.Previous;
        }
        connection.Link = null;
        connection.Upstream.Previous = null;
        idle.Count--;
    }

    private struct Idle
    {
        internal Connection? First;
        internal int Count;
    }
}
