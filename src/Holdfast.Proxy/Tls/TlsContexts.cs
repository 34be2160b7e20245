using System.Collections.Immutable;
using Holdfast.Linux.OpenSsl;
using Holdfast.Proxy.Options;
using Holdfast.Proxy.Upstreams;

namespace Holdfast.Proxy.Tls;

/// <summary>What is made once for the TLS of all loops.</summary>
internal sealed class TlsContexts : IDisposable
{
    private readonly Dictionary<TlsServerOptions, TlsServer> _servers = new(ReferenceEqualityComparer.Instance);
    private readonly List<TlsClient> _clients = [];
    private readonly ImmutableArray<FrontendOptions> _frontends;

    /// <summary>Makes the contexts.</summary>
    /// <exception cref="InvalidOperationException">A certificate or setting cannot be used.</exception>
    internal TlsContexts(ProxyOptions options, ImmutableArray<Backend> backends)
    {
        _frontends = options.Frontends;
        // Addresses of one bind line share the object, and so their sessions.
        foreach (FrontendOptions frontend in options.Frontends)
        {
            if (frontend.Tls is { } wanted && !_servers.ContainsKey(wanted))
            {
                _servers.Add(wanted, TlsServer.TryCreate(wanted, out ImmutableArray<string> problems)
                    ?? throw new InvalidOperationException(string.Join("; ", problems)));
            }
        }
        foreach (Server server in backends.SelectMany(static backend => backend.Servers))
        {
            server.Tls = Client(server.Options.Tls, options.ThreadCount);
            server.CheckTls = Client(server.Options.CheckTls, options.ThreadCount);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (TlsServer server in _servers.Values)
        {
            server.Dispose();
        }
        _clients.ForEach(static client => client.Dispose());
    }

    /// <summary>What the listeners have: one for each bind line.</summary>
    internal IEnumerable<TlsServer> Servers => _servers.Values;

    /// <summary>Makes what a server needs that is added.</summary>
    /// <exception cref="InvalidOperationException">A certificate or setting cannot be used.</exception>
    internal PreparedClients Prepare(ServerOptions server, int loops)
        => new(this, Client(server.Tls, loops), Client(server.CheckTls, loops));

    /// <summary>Frees what a server had that was removed; it has no connections any more.</summary>
    internal void Release(Server server)
    {
        Free(server.Tls);
        Free(server.CheckTls);
    }

    internal void Free(TlsClient? client)
    {
        lock (_clients)
        {
            if (client is not null && _clients.Remove(client))
            {
                client.Dispose();
            }
        }
    }

    private TlsClient? Client(TlsClientSettings? wanted, int loops)
    {
        if (wanted is null)
        {
            return null;
        }
        TlsClient client = TlsClient.TryCreate(wanted, loops, out string? problem)
            ?? throw new InvalidOperationException(problem);
        lock (_clients)
        {
            _clients.Add(client);
        }
        return client;
    }

    /// <summary>Certificates of a listener; null: its clients speak plainly.</summary>
    /// <param name="frontend">Its place in the options.</param>
    internal TlsServer? OfListener(int frontend)
        => _frontends[frontend].Tls is { } options ? _servers[options] : null;
}
