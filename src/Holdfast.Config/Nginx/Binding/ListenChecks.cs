using System.Globalization;
using Holdfast.Config.Nginx.Model;
using Holdfast.Config.Nginx.Syntax;
using Holdfast.Primitives;

namespace Holdfast.Config.Nginx.Binding;

/// <summary>Which servers share an address: their options, their names, and who is the default.</summary>
internal sealed class ListenChecks(BindContext context, NginxDirective http)
{
    private readonly Dictionary<(string Address, int Port, bool IsUnix, bool IsV6), Shared> _addresses = [];
    private readonly List<Shared> _inOrder = [];

    /// <summary>Checks all servers.</summary>
    public void Run(HttpModel model)
    {
        List<NginxDirective> blocks = [.. http.ChildrenOf("server")];
        for (int i = 0; i < model.Servers.Length; i++)
        {
            HttpServer server = model.Servers[i];
            if (!blocks[i].ChildrenOf("listen").Any())
            {
                // Without a line the server takes port 80 on all addresses.
                Take(server, new HttpListen { Address = "", Port = 80, Span = server.Span }, blocks[i]);
            }
            foreach (HttpListen listen in server.Listens)
            {
                NginxDirective? line = blocks[i].ChildrenOf("listen").FirstOrDefault(l => l.Span == listen.Span);
                for (int port = listen.Port; port <= Math.Max(listen.Port, listen.LastPort); port++)
                {
                    Take(server, listen with { Port = port, LastPort = port }, line ?? blocks[i]);
                }
            }
        }
    }

    /// <summary>Checks that who listens with TLS has a certificate.</summary>
    public void CheckCertificates()
    {
        foreach (Shared shared in _inOrder.Where(static s => s.IsTls))
        {
            HttpServer server = shared.DefaultServer;
            if (server.Settings.Nearest("ssl_certificate").Count > 0
                || server.Settings.Nearest("ssl_reject_handshake") is [.. , var rejects] && rejects[0] == "on")
            {
                continue;
            }
            const string Message = "no \"ssl_certificate\" is defined for the \"listen ... ssl\" directive";
            context.Findings.ReportLater(FindingCodes.Missing, http.EndOrder, server.Span, Message,
                Message + Findings.Place(server.Span.File, server.Span.Line),
                "ssl_certificate and ssl_certificate_key");
        }
    }

    /// <summary>Checks names that servers of one address share.</summary>
    public void CheckNames()
    {
        foreach (Shared shared in _inOrder)
        {
            CheckNames(shared);
        }
    }

    /// <summary>An address as the original writes it.</summary>
    public static string TextOf(HttpListen listen) => listen switch
    {
        { IsUnix: true } => $"unix:{listen.Address}",
        { IsV6: true } => string.Create(CultureInfo.InvariantCulture, $"[{listen.Address}]:{listen.Port}"),
        { Address: "" } => string.Create(CultureInfo.InvariantCulture, $"0.0.0.0:{listen.Port}"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{listen.Address}:{listen.Port}"),
    };

    private void Take(HttpServer server, HttpListen listen, NginxDirective line)
    {
        string address = listen.Address == "0.0.0.0" ? "" : listen.Address;
        (string, int, bool, bool) key = (address, listen.Port, listen.IsUnix, listen.IsV6);
        if (!_addresses.TryGetValue(key, out Shared? shared))
        {
            shared = new Shared(listen, server);
            _addresses[key] = shared;
            _inOrder.Add(shared);
        }
        else if (ReferenceEquals(shared.Servers[^1], server))
        {
            Twice(line, $"a duplicate listen {TextOf(listen)}", shared.First, "a server names an address once");
            return;
        }
        shared.Servers.Add(server);
        shared.IsTls |= listen.IsTls;
        if (listen.Binds)
        {
            if (shared.Options is not null)
            {
                Twice(line, $"duplicate listen options for {TextOf(listen)}", shared.Options,
                    "options of the socket stand at one of its listen lines");
            }
            shared.Options ??= listen;
        }
        if (listen.IsDefaultServer)
        {
            if (shared.Default is not null)
            {
                Twice(line, $"a duplicate default server for {TextOf(listen)}", shared.Default,
                    "one server of an address is its default");
            }
            shared.Default ??= listen;
            shared.DefaultServer = server;
        }
    }

    private void Twice(NginxDirective line, string message, HttpListen first, string help)
        => context.Findings.Report(FindingCodes.Duplicate, line, line.Span, message, help, null,
            new RelatedPlace(first.Span, "the first is here"));

    private void CheckNames(Shared shared)
    {
        if (shared.Servers.Count < 2)
        {
            return;
        }
        var seen = new Dictionary<(ServerNameKind, string), ServerName>();
        foreach (HttpServer server in shared.Servers)
        {
            // A server without a name has the empty one, and two of them on one address are in conflict, too.
            ServerName[] names = server.Names.IsEmpty
                ? [new ServerName(ServerNameKind.Exact, "", "", null, server.Span)] : [.. server.Names];
            foreach (ServerName name in names.Where(static n => n.Kind != ServerNameKind.Regex))
            {
                if (LocationReader.IsInvalid(name))
                {
                    string invalid = $"invalid server name or wildcard \"{name.Written}\" on {TextOf(shared.First)}";
                    context.Findings.ReportLater(
                        FindingCodes.BadValue, http.EndOrder, name.Span, invalid, invalid, LocationReader.StarHelp);
                    continue;
                }
                if (!seen.TryAdd((name.Kind, name.Text), name))
                {
                    string message = $"conflicting server name \"{name.Written}\" on {TextOf(shared.First)}, ignored";
                    context.Findings.ReportLater(FindingCodes.Ignored, http.EndOrder, name.Span, message, message,
                        "the first server with the name gets the requests",
                        new RelatedPlace(seen[(name.Kind, name.Text)].Span, "the first is here"));
                }
            }
        }
    }

    /// <summary>An address with the servers that listen on it.</summary>
    private sealed class Shared(HttpListen first, HttpServer server)
    {
        public HttpListen First => first;

        public List<HttpServer> Servers { get; } = [];

        public HttpListen? Options { get; set; }

        public HttpListen? Default { get; set; }

        public HttpServer DefaultServer { get; set; } = server;

        public bool IsTls { get; set; }
    }
}
