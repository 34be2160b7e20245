using Holdfast.Config.HAProxy.Model;
using Holdfast.HAProxy.Samples;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Memory;
using Holdfast.Proxy.Engine;
using Holdfast.Proxy.Options;
using Holdfast.Proxy.Tls;

namespace Holdfast.Proxy.Upstreams;

/// <summary>Opens connections to servers as their lines say: from where, to which port, with which header.</summary>
internal static class ServerConnector
{
    private const int PortsTriedMax = 16;

    /// <summary>Begins to connect. A header is the first thing that is sent.</summary>
    /// <param name="loop">The loop.</param>
    /// <param name="server">Where to.</param>
    /// <param name="client">For whom.</param>
    /// <param name="owner">Who is told.</param>
    /// <param name="connection">The connection; null after an error.</param>
    internal static Errno Connect<TTransport>(
        EventLoop<TTransport> loop, Server server, Connection client, ConnectionOwner owner,
        out Connection? connection)
        where TTransport : struct, ITransport
    {
        ClientEnds ends = server.Options.Share.NeedsEnds ? EndsOf(client) : default;
        return Connect(loop, server, ends, context: null, owner, out connection);
    }

    /// <summary>The same for ends that rules may have changed, and what extensions of a header are taken from.
    /// </summary>
    internal static Errno Connect<TTransport>(
        EventLoop<TTransport> loop, Server server, RequestContext context, ConnectionOwner owner,
        out Connection? connection)
        where TTransport : struct, ITransport
    {
        EndpointPair ends = context.Client;
        return Connect(loop, server,
            new ClientEnds(ends.Source, ends.SourcePort, ends.Destination, ends.DestinationPort), context, owner,
            out connection);
    }

    private static Errno Connect<TTransport>(
        EventLoop<TTransport> loop, Server server, in ClientEnds ends, RequestContext? context, ConnectionOwner owner,
        out Connection? connection)
        where TTransport : struct, ITransport
    {
        ServerOptions options = server.Options;
        ClientShare share = options.Share;
        connection = null;
        ConnectTarget target = new(options.Endpoint) { Source = options.Source, Settings = options.Socket };
        if (context is not null && (context.ServerMark ?? context.ServerTypeOfService) is not null)
        {
            target = target with
            {
                Settings = options.Socket with
                {
                    Mark = context.ServerMark, TypeOfService = context.ServerTypeOfService,
                },
            };
        }
        if (share.NeedsEnds && !TryApply(share, options, ends, context, ref target))
        {
            return Errno.EADDRNOTAVAIL;
        }
        Errno errno = share.FirstSourcePort > 0 ? ConnectFromRange(loop, server, target, owner, out connection)
            : loop.Transport.Connect(target, owner, out connection);
        if (errno == Errno.Success && share.Header != ProxyHeaderVersion.None
            && !TrySendHeader(loop, connection!, share, ends, context))
        {
            loop.Transport.Close(connection!, isReset: true);
            connection = null;
            errno = Errno.ENOBUFS;
        }
        // The header that was sent goes before the handshake.
        if (errno == Errno.Success && server.Tls is { } tls)
        {
            ReadOnlySpan<byte> name = server.Options.Sni is null ? server.ServerName : NameOf(server, context);
            if (!TlsLayer.TryConnect(loop.State, connection!, tls, name))
            {
                loop.Transport.Close(connection!, isReset: true);
                connection = null;
                errno = Errno.ENOMEM;
            }
        }
        if (connection is not null)
        {
            connection.Upstream.NameHash = KeyOf(server, context);
        }
        return errno;
    }

    /// <summary>The name that a server is asked for (SNI), where it is an expression; empty: none.</summary>
    internal static ReadOnlySpan<byte> NameOf(Server server, RequestContext? context)
    {
        Sample sample = new();
        return context is not null && server.Options.Sni is { } sni
            && sni.TryEvaluateAs(SampleType.Text, context, ref sample) ? sample.Bytes : default;
    }

    /// <summary>What tells connections of a server apart that were opened for different requests: the name that was
    /// asked for, the source that a field has named; 0: nothing does.</summary>
    internal static ulong KeyOf(Server server, RequestContext? context)
    {
        const ulong Odd = 0x9E3779B97F4A7C15;
        ServerOptions options = server.Options;
        ulong key = options.Sni is null ? 0 : HashOf(server, NameOf(server, context));
        Sample sample = new();
        return context is not null && options.SourceField is { } field
            && field.TryEvaluateAs(SampleType.Address, context, ref sample)
            ? unchecked((((key ^ sample.Address.High) * Odd) ^ sample.Address.Low) * Odd) : key;
    }

    /// <summary>What tells connections of a server apart that were opened for different names; 0: nothing does.
    /// </summary>
    private static ulong HashOf(Server server, ReadOnlySpan<byte> serverName)
    {
        const ulong Basis = 14695981039346656037; // FNV-1a
        const ulong Prime = 1099511628211;
        if (server.Options.Sni is null)
        {
            return 0;
        }
        ulong hash = Basis;
        foreach (byte one in serverName)
        {
            hash = unchecked((hash ^ one) * Prime);
        }
        return hash;
    }

    /// <summary>Both ends of a client's connection as sessions begin with them.</summary>
    internal static ClientEnds EndsOf(Connection client)
    {
        _ = client.GetPeer(out Primitives.IpAddress source, out int sourcePort);
        _ = client.GetLocal(out Primitives.IpAddress destination, out int destinationPort);
        return new ClientEnds(source, sourcePort, destination, destinationPort);
    }

    private static bool TryApply(
        ClientShare share, ServerOptions options, in ClientEnds ends, RequestContext? context,
        ref ConnectTarget target)
    {
        if (share.Source == ClientSource.Field)
        {
            Sample sample = new();
            if (context is not null && options.SourceField is { } field
                && field.TryEvaluateAs(SampleType.Address, context, ref sample))
            {
                target = target with { SourceAddress = sample.Address };
            }
        }
        else if (share.Source != ClientSource.None && !ends.Source.IsNone)
        {
            target = target with
            {
                SourceAddress = ends.Source,
                SourcePort = share.Source == ClientSource.AddressAndPort ? ends.SourcePort : 0,
            };
        }
        if (!share.IsDestination && !share.HasPort)
        {
            return true;
        }
        Primitives.IpAddress address = share.IsDestination ? ends.Destination : options.Endpoint.Address;
        int port = share.HasPort ? ends.DestinationPort + share.PortOffset : options.Endpoint.Port;
        target = target with { Peer = null, Address = address, Port = port };
        return !address.IsNone && port is > 0 and <= 65_535;
    }

    /// <summary>One source port after the other: those that are taken are passed over.</summary>
    private static Errno ConnectFromRange<TTransport>(
        EventLoop<TTransport> loop, Server server, in ConnectTarget target, ConnectionOwner owner,
        out Connection? connection)
        where TTransport : struct, ITransport
    {
        ClientShare share = server.Options.Share;
        int count = share.LastSourcePort - share.FirstSourcePort + 1;
        Errno errno = Errno.EADDRINUSE;
        connection = null;
        for (int tries = Math.Min(count, PortsTriedMax);
            tries > 0 && errno is Errno.EADDRINUSE or Errno.EADDRNOTAVAIL; tries--)
        {
            int port = share.FirstSourcePort + (int)((uint)server.NextSourcePort() % (uint)count);
            errno = loop.Transport.Connect(
                target with { SourceAddress = server.Options.Source!.Address, SourcePort = port },
                owner, out connection);
        }
        return errno;
    }

    private static bool TrySendHeader<TTransport>(
        EventLoop<TTransport> loop, Connection connection, ClientShare share, in ClientEnds ends,
        RequestContext? context)
        where TTransport : struct, ITransport
    {
        BufferPool buffers = loop.State.Buffers;
        if (!buffers.TryRent(out int buffer))
        {
            return false;
        }
        int length = ServerHeader.Write(buffers.Slab[buffer], share, ends, context);
        loop.Transport.Send(connection, new BufferPart(buffer, 0, length));
        return true;
    }
}
