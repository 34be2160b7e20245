using System.Collections.Immutable;
using Holdfast.Config.Nginx.Model;
using Holdfast.Config.Nginx.Syntax;
using Holdfast.Config.Nginx.Values;

namespace Holdfast.Config.Nginx.Binding;

/// <summary>Makes the model of the stream block.</summary>
internal sealed class StreamBinder(BindContext context)
{
    private static readonly string[] s_handlers = ["proxy_pass", "return", "pass"];

    /// <summary>The block.</summary>
    public StreamModel Bind(NginxDirective stream)
    {
        var reader = new SettingReader(stream.Children, null);
        foreach (NginxDirective upstream in stream.ChildrenOf("upstream"))
        {
            context.AddUpstream(context.StreamUpstreams, upstream);
        }
        var model = new StreamModel
        {
            Settings = new StreamSettings(reader),
            Span = stream.Span,
            LogFormats = Each(stream, "log_format", ZoneReader.Format),
            Maps = Each(stream, "map", MapReader.Map),
            Geos = Each(stream, "geo", MapReader.Geo),
            SplitClients = Each(stream, "split_clients", MapReader.Split),
            LimitConnectionZones = Each(stream, "limit_conn_zone", ZoneReader.Connections),
            Upstreams = Each(stream, "upstream", UpstreamReader.Read),
        };
        return model with { Servers = [.. stream.ChildrenOf("server").Select(s => Server(s, reader))] };
    }

    private ImmutableArray<T> Each<T>(
        NginxDirective block, string name, Func<BindContext, NginxDirective, T?> read)
        where T : class
        => [.. block.ChildrenOf(name).Select(d => read(context, d)).OfType<T>()];

    private StreamServer Server(NginxDirective block, SettingReader outer)
    {
        var reader = new SettingReader(block.Children, outer);
        return new StreamServer
        {
            Listens = Each(block, "listen", ListenReader.Read),
            Names = LocationReader.Names(context, block.ChildrenOf("server_name")),
            Sets = Each(block, "set", static (context, line) => RewriteReader.Step(context, line) as SetVariable),
            Content = Content(block),
            Settings = new StreamSettings(reader),
            Span = block.Span,
        };
    }

    /// <summary>Of several the last one counts; each may be given once.</summary>
    private StreamAction Content(NginxDirective block)
    {
        var content = new StreamAction();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (NginxDirective line in block.Children.Where(
            static d => d.Spec is not null && s_handlers.Contains(d.Name)))
        {
            if (!seen.Add(line.Name))
            {
                context.Bad(FindingCodes.Duplicate, line, -1, $"\"{line.Name}\" directive is duplicate",
                    "a server does one thing with its sessions");
                continue;
            }
            content = line.Name switch
            {
                "return" => new StreamAction { Return = context.Text(line, 0) },
                "pass" => new StreamAction { Pass = Pass(line) },
                _ => new StreamAction { Proxy = Target(line) },
            };
        }
        return content;
    }

    private ComplexText Pass(NginxDirective line)
    {
        ComplexText text = context.Text(line, 0);
        if (text.IsConstant && NginxAddress.Read(line[0], 0, isListen: true, hasUri: false, out _) is { } problem)
        {
            context.Bad(FindingCodes.BadAddress, line, 0, $"{problem} in \"{line[0]}\" of the \"pass\" directive",
                "the address of a listener of this file");
        }
        return text;
    }

    private StreamTarget? Target(NginxDirective line)
    {
        ComplexText text = context.Text(line, 0);
        if (!text.IsConstant)
        {
            return new StreamTarget { Text = text };
        }
        string name = line[0].ToLowerInvariant();
        if (context.StreamUpstreams.ContainsKey(name))
        {
            return new StreamTarget { Text = text, Host = name, IsUpstream = true };
        }
        if (NginxAddress.Read(line[0], 0, isListen: false, hasUri: false, out NginxAddress address) is { } problem)
        {
            context.Bad(FindingCodes.BadAddress, line, 0, $"{problem} in upstream \"{line[0]}\"",
                "an address with a port, or the name of an upstream");
            return null;
        }
        string host = address.Host.ToLowerInvariant();
        if (context.StreamUpstreams.ContainsKey(host))
        {
            string message = $"upstream \"{host}\" may not have port {address.Port}";
            context.Findings.ReportLater(FindingCodes.Conflict, line.Parent!.Parent!.EndOrder, line.SpanOf(0), message,
                message + Findings.Place(line.File, line.EndLine), "its servers have ports");
            return null;
        }
        context.CheckHost(line, address, address.Host);
        return new StreamTarget { Text = text, Host = address.Host, Port = address.Port, IsUnix = address.IsUnix };
    }
}
