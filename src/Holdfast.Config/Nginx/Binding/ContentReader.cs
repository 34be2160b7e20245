using System.Collections.Immutable;
using Holdfast.Config.Nginx.Model;
using Holdfast.Config.Nginx.Syntax;
using Holdfast.Config.Nginx.Values;

namespace Holdfast.Config.Nginx.Binding;

/// <summary>What makes the answer of a location.</summary>
internal static class ContentReader
{
    private static readonly string[] s_handlers =
    [
        "fastcgi_pass", "uwsgi_pass", "scgi_pass", "grpc_pass", "memcached_pass", "tunnel_pass", "stub_status",
        "empty_gif", "flv", "mp4", "perl",
    ];

    /// <summary>Reads what a block has of it.</summary>
    /// <param name="context">Where it is reported.</param>
    /// <param name="block">The block.</param>
    /// <param name="here">Its directives.</param>
    /// <param name="outer">What an <c>if</c> or <c>limit_except</c> takes over; null: nothing.</param>
    /// <param name="mayHaveUri">Whether proxy_pass may name a URI.</param>
    public static LocationContent Read(
        BindContext context, NginxDirective block, SettingReader here, LocationContent? outer, bool mayHaveUri)
    {
        LocationContent content = outer is null ? new LocationContent()
            : new LocationContent { Proxy = outer.Proxy, Handler = outer.Handler };
        foreach (string name in s_handlers)
        {
            if (here.Here(name) is [.. , var last])
            {
                content = content with { Handler = last, Proxy = null };
            }
        }
        IReadOnlyList<NginxDirective> passes = here.Here("proxy_pass");
        if (passes.Count > 0 && Target(context, passes[0], mayHaveUri) is { } target)
        {
            content = content with { Proxy = target, Handler = null };
        }
        for (int i = 1; i < passes.Count; i++)
        {
            context.Bad(FindingCodes.Duplicate, passes[i], -1, "\"proxy_pass\" directive is duplicate",
                "a location passes requests to one server, or to one upstream with several");
        }
        return block.Name == "if" ? content : TryFiles(context, here, content);
    }

    private static ProxyTarget? Target(BindContext context, NginxDirective directive, bool mayHaveUri)
    {
        string url = directive[0];
        ComplexText text = context.Text(directive, 0);
        if (!text.IsConstant)
        {
            return new ProxyTarget { Url = text };
        }
        bool isTls = url.StartsWith("https://", StringComparison.OrdinalIgnoreCase);
        if (!isTls && !url.StartsWith("http://", StringComparison.OrdinalIgnoreCase))
        {
            context.Bad(directive, 0, "invalid URL prefix", "an address begins with http:// or https://");
            return null;
        }
        string rest = url[(isTls ? 8 : 7)..];
        int port = isTls ? 443 : 80;
        if (NginxAddress.Read(rest, port, isListen: false, hasUri: true, out NginxAddress address) is { } problem)
        {
            context.Bad(FindingCodes.BadAddress, directive, 0, $"{problem} in upstream \"{rest}\"");
            return null;
        }
        if (address.Rest.Length > 0 && !mayHaveUri)
        {
            context.Bad(FindingCodes.Conflict, directive, 0,
                "\"proxy_pass\" cannot have URI part in location given by regular expression, or inside named "
                + "location, or inside \"if\" statement, or inside \"limit_except\" block",
                $"leave out \"{address.Rest}\", or change the URI with rewrite … break");
            return null;
        }
        if (!context.Upstreams.ContainsKey(address.Host.ToLowerInvariant()))
        {
            context.CheckHost(directive, address, address.Host);
        }
        string host = address.IsUnix ? "localhost" : address.IsV6 ? $"[{address.Host}]" : address.Host;
        return new ProxyTarget
        {
            Url = text,
            IsTls = isTls,
            Host = address.IsUnix || address.IsV6 ? address.Host : address.Host.ToLowerInvariant(),
            Port = address.Port,
            HasPort = address.HasPort,
            IsUnix = address.IsUnix,
            HostAndPort = address.HasPort && address.Port != port ? $"{host}:{address.Port}" : host,
            Uri = address.Rest.Length == 0 ? null
                : address.Rest.StartsWith('/') || address.IsUnix ? address.Rest : "/" + address.Rest,
        };
    }

    private static LocationContent TryFiles(BindContext context, SettingReader here, LocationContent content)
    {
        if (here.Here("try_files") is not [var directive, ..])
        {
            return content;
        }
        int last = directive.Count - 1;
        ImmutableArray<ComplexText> files = [.. Enumerable.Range(0, last).Select(i => context.Text(directive, i))];
        if (!directive[last].StartsWith('='))
        {
            return content with { TryFiles = files, TryFilesFallback = context.Text(directive, last) };
        }
        if (!NginxNumbers.TryNumber(directive[last].AsSpan(1), out long status) || status > 999)
        {
            context.Bad(directive, last, $"invalid code \"{directive[last]}\"", "such as =404");
            return content;
        }
        return content with { TryFiles = files, TryFilesStatus = (int)status };
    }
}
