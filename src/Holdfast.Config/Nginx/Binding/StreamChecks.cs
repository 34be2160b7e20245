using System.Collections.Immutable;
using Holdfast.Config.Nginx.Model;
using Holdfast.Config.Nginx.Syntax;
using Holdfast.Primitives;

namespace Holdfast.Config.Nginx.Binding;

/// <summary>Relations between directives of stream.</summary>
internal static class StreamChecks
{
    /// <summary>Checks the block when it has ended.</summary>
    public static void Run(BindContext context, NginxDirective stream, StreamModel model)
    {
        ImmutableArray<NginxDirective> blocks = [.. stream.ChildrenOf("server")];
        var owners = new Dictionary<string, (StreamServer Server, HttpListen Listen)>(StringComparer.Ordinal);
        for (int i = 0; i < model.Servers.Length; i++)
        {
            StreamServer server = model.Servers[i];
            Listens(context, blocks[i], server, owners);
            if (blocks[i].Children.All(static d => d.Name is not ("proxy_pass" or "return" or "pass")))
            {
                Later(context, stream, server.Span, "no handler for server", blocks[i],
                    "proxy_pass, return or pass says what becomes of its clients");
            }
            Tls(context, stream, server, blocks[i]);
        }
        Zones(context, stream, stream, model);
    }

    /// <summary>What datagrams do not have.</summary>
    /// <returns>Whether all parameters fit together.</returns>
    public static bool Fits(BindContext context, NginxDirective directive, HttpListen listen)
    {
        if (!listen.IsUdp)
        {
            return true;
        }
        string[] names = ["backlog", "ssl", "so_keepalive", "proxy_protocol", "fastopen"];
        foreach (string name in names)
        {
            for (int i = 1; i < directive.Count; i++)
            {
                if (LineReaders.Split(directive[i]).Name == name)
                {
                    context.Bad(FindingCodes.Conflict, directive, i,
                        $"\"listen\" directive \"{name}\" parameter is incompatible with \"udp\"");
                    return false;
                }
            }
        }
        return true;
    }

    private static void Listens(BindContext context, NginxDirective block, StreamServer server,
        Dictionary<string, (StreamServer Server, HttpListen Listen)> owners)
    {
        if (!block.ChildrenOf("listen").Any())
        {
            const string Message = "no \"listen\" is defined for server";
            context.Findings.ReportLater(FindingCodes.Missing, block.EndOrder, server.Span, Message,
                Message + Findings.Place(block.File, block.EndLine), "listen and a port");
        }
        foreach (HttpListen listen in server.Listens)
        {
            NginxDirective line = block.ChildrenOf("listen").First(l => l.Span == listen.Span);
            for (int port = listen.Port; port <= Math.Max(listen.Port, listen.LastPort); port++)
            {
                string name = ListenChecks.TextOf(listen with { Port = port });
                string key = listen.IsUdp ? name + "/udp" : name;
                if (owners.TryGetValue(key, out (StreamServer Server, HttpListen Listen) other)
                    && (ReferenceEquals(other.Server, server) || (!CanShare(server) && !CanShare(other.Server))))
                {
                    context.Findings.Report(FindingCodes.Duplicate, line, line.Span,
                        $"duplicate \"{name}\" address and port pair",
                        "several servers share an address when server_name tells them apart", null,
                        new RelatedPlace(other.Listen.Span, "the first is here"));
                    return;
                }
                owners.TryAdd(key, (server, listen));
            }
        }
    }

    /// <summary>A server that names itself may share its address with others.</summary>
    private static bool CanShare(StreamServer server) => !server.Names.IsEmpty;

    private static void Tls(BindContext context, NginxDirective stream, StreamServer server, NginxDirective block)
    {
        TlsSettings tls = server.Settings.Tls;
        if (server.Listens.Any(static l => l.IsTls) && tls.Certificates.IsEmpty && !tls.RejectsHandshake)
        {
            Later(context, stream, server.Span,
                "no \"ssl_certificate\" is defined for the \"listen ... ssl\" directive", block,
                "ssl_certificate and ssl_certificate_key");
        }
        else if (tls.Certificates.Length > tls.CertificateKeys.Length)
        {
            string message
                = $"no \"ssl_certificate_key\" is defined for certificate \"{tls.Certificates[^1].Source}\"";
            context.Findings.ReportLater(FindingCodes.Missing, stream.EndOrder, server.Span, message, message,
                "each certificate has its ssl_certificate_key");
        }
        StreamProxySettings proxy = server.Settings.Proxy;
        if (!proxy.IsTls || server.Content.Proxy is null)
        {
            return;
        }
        if (proxy.Certificate is { } own && proxy.CertificateKey is null)
        {
            string message = $"no \"proxy_ssl_certificate_key\" is defined for certificate \"{own.Source}\"";
            context.Findings.ReportLater(FindingCodes.Missing, stream.EndOrder, own.Span, message, message);
        }
        if (proxy.Verifies && proxy.TrustedCertificate is null)
        {
            const string Message = "no proxy_ssl_trusted_certificate for proxy_ssl_verify";
            context.Findings.ReportLater(FindingCodes.Missing, stream.EndOrder, server.Span, Message, Message,
                "it names the authorities that are trusted");
        }
    }

    private static void Zones(BindContext context, NginxDirective stream, NginxDirective block, StreamModel model)
    {
        foreach (NginxDirective line in block.Children)
        {
            if (line is { Name: "limit_conn", Spec: not null }
                && model.LimitConnectionZones.All(zone => zone.Name != line[0]))
            {
                string message = $"zero size shared memory zone \"{line[0]}\"";
                context.Findings.ReportLater(FindingCodes.Missing, stream.EndOrder + 1, line.Span, message, message,
                    "define it with limit_conn_zone");
            }
            if (line.Name == "server" && line.IsBlock)
            {
                Zones(context, stream, line, model);
            }
        }
    }

    private static void Later(BindContext context, NginxDirective stream, SourceSpan span, string message,
        NginxDirective place, string help)
        => context.Findings.ReportLater(FindingCodes.Missing, stream.EndOrder, span, message,
            message + Findings.Place(place.File, place.EndLine), help);
}
