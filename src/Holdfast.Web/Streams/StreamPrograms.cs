using System.Collections.Immutable;
using System.Text;
using Holdfast.Config.Nginx.Model;
using Holdfast.Linux.OpenSsl;
using Holdfast.Linux.Pcre;
using Holdfast.Nginx.Servers;
using Holdfast.Primitives;
using Holdfast.Web.Running;
using Holdfast.Web.Tls;
using Holdfast.Web.Translation;

namespace Holdfast.Web.Streams;

/// <summary>What a stream block was compiled to: shared by all loops, which change nothing of it but counts.</summary>
internal sealed class StreamPrograms : IDisposable
{
    private readonly StreamListening?[] _listeners;
    private readonly List<TlsServer> _servers = [];
    private readonly List<TlsClient> _clients = [];

    /// <exception cref="InvalidOperationException">A certificate or a setting cannot be used.</exception>
    internal StreamPrograms(WebPrograms whole, StreamModel model)
    {
        Whole = whole;
        WebConfiguration configuration = whole.Configuration;
        StreamCompiler compiler = new(whole, model, _clients);
        var sites = model.Servers.Select(server => (Server: server, Site: compiler.Compile(server))).ToList();
        VariableCount = compiler.Variables.Count;
        var byName = new Dictionary<string, List<(StreamServer Server, StreamSite Site, HttpListen Listen)>>(
            StringComparer.Ordinal);
        foreach ((StreamServer server, StreamSite site) in sites)
        {
            foreach (HttpListen listen in server.Listens)
            {
                for (int port = listen.Port; port <= Math.Max(listen.Port, listen.LastPort); port++)
                {
                    string key = KeyOf(WebTranslator.NameOf(listen, port), listen.IsUdp);
                    byName.TryAdd(key, []);
                    byName[key].Add((server, site, listen));
                }
            }
        }
        _listeners = new StreamListening?[configuration.Listeners.Length];
        for (int i = 0; i < _listeners.Length; i++)
        {
            WebListener listener = configuration.Listeners[i];
            if (listener.Kind is WebListenerKind.Stream or WebListenerKind.Datagram)
            {
                bool isUdp = listener.Kind == WebListenerKind.Datagram;
                _listeners[i] = Listening(listener.Name, byName[KeyOf(listener.Name, isUdp)], compiler.Options);
                Cover(_listeners[i]!, listener, isUdp, byName, compiler.Options);
            }
        }
    }

    /// <summary>What it is a part of.</summary>
    internal WebPrograms Whole { get; }

    /// <summary>How many variables can be set.</summary>
    internal int VariableCount { get; }

    /// <summary>Whose clients a listener takes; null: it is none of stream.</summary>
    internal StreamListening? OfListener(int listener) => _listeners[listener];

    /// <inheritdoc/>
    public void Dispose()
    {
        _servers.ForEach(static one => one.Dispose());
        _clients.ForEach(static one => one.Dispose());
    }

    private static string KeyOf(string name, bool isUdp) => isUdp ? name + "/udp" : name;

    /// <summary>A listener of all addresses takes the clients of others of its port that have no socket.</summary>
    private void Cover(StreamListening whole, WebListener listener, bool isUdp,
        Dictionary<string, List<(StreamServer Server, StreamSite Site, HttpListen Listen)>> byName, TlsOptions options)
    {
        if (listener.Bind.IsUnix || !IsAny(listener.Bind.Address))
        {
            return;
        }
        foreach ((string key, List<(StreamServer Server, StreamSite Site, HttpListen Listen)> sites) in byName)
        {
            HttpListen listen = sites[0].Listen;
            bool isMeant = !listen.IsUnix && listen.IsUdp == isUdp && !WebTranslator.IsWildcard(listen)
                && listen.IsV6 == listener.Bind.Address.IsV6
                && Whole.Configuration.Listeners.All(other => KeyOf(other.Name, isUdp) != key);
            IpAddress address = WebTranslator.AddressOf(listen);
            if (isMeant && key == KeyOf(WebTranslator.NameOf(listen, listener.Bind.Port), isUdp))
            {
                whole.Covered[address] = Listening(isUdp ? key[..^4] : key, sites, options);
            }
        }
    }

    private static bool IsAny(IpAddress address) => address is { High: 0, Low: 0 };

    private StreamListening Listening(string name,
        List<(StreamServer Server, StreamSite Site, HttpListen Listen)> sites, TlsOptions options)
    {
        (StreamServer server, StreamSite first, HttpListen _)
            = sites.FirstOrDefault(static one => one.Listen.IsDefaultServer, sites[0]);
        return new StreamListening
        {
            Name = name,
            Default = first,
            Names = sites.Count == 1 ? null : new ServerNames<StreamSite>(
                sites.SelectMany(static one => NamesOf(one.Server, one.Site)), first),
            Tls = sites.Exists(static one => one.Listen.IsTls) ? Server(sites, server, options) : null,
            HasProxyProtocol = sites.Exists(static one => one.Listen.HasProxyProtocol),
            IsUdp = sites[0].Listen.IsUdp,
        };
    }

    private static IEnumerable<NameOfServer<StreamSite>> NamesOf(StreamServer server, StreamSite site)
        => server.Names.Select(name => new NameOfServer<StreamSite>(
            Encoding.UTF8.GetBytes(name.Written.ToLowerInvariant()), site,
            name.Regex is { } regex ? new PcreFactory().Compile(regex.Pattern, ignoreCase: true) : null));

    private TlsServer Server(List<(StreamServer Server, StreamSite Site, HttpListen Listen)> sites,
        StreamServer first, TlsOptions options)
    {
        IEnumerable<StreamServer> inOrder
            = sites.Select(static one => one.Server).OrderByDescending(one => ReferenceEquals(one, first));
        IEnumerable<TlsCertificate> certificates = inOrder.SelectMany(server => options.Certificates(
            server.Settings.Tls, sites.Count == 1 ? [] : [.. server.Names.Select(static name => name.Written)],
            server.Settings.Core.Alpn));
        TlsServer made = TlsServer.TryCreate(
            TlsOptions.Listening(certificates, first.Settings.Tls), out ImmutableArray<string> problems)
            ?? throw new InvalidOperationException(string.Join("; ", problems));
        _servers.Add(made);
        return made;
    }
}
