using Holdfast.Config.Nginx.Syntax;
using Holdfast.Config.Nginx.Values;
using Holdfast.Primitives;

namespace Holdfast.Config.Nginx.Binding;

/// <summary>The words of directives that take a few words of their own each.</summary>
internal static class WordChecks
{
    private static readonly string[] s_ownRoots = ["document_root", "realpath_root"];

    /// <summary>Checks a directive; one that it does not know is left alone.</summary>
    public static void Check(BindContext context, NginxDirective directive)
    {
        switch (directive.Name)
        {
            case "resolver":
                Resolver(context, directive);
                break;
            case "open_file_cache":
                OpenFiles(context, directive);
                break;
            case "aio" when directive[0] is not ("on" or "off" or "threads")
                && !directive[0].StartsWith("threads=", StringComparison.Ordinal):
            case "directio" when directive[0] != "off" && !NginxNumbers.TryOffset(directive[0], out _):
                context.Bad(directive, 0, $"\"{directive.Name}\" directive invalid value");
                break;
            case "disable_symlinks":
                SymbolicLinks(context, directive);
                break;
            case "proxy_redirect":
                Redirect(context, directive);
                break;
            case "proxy_cookie_path" or "proxy_cookie_domain" when directive.Count == 1 && directive[0] != "off":
                context.Bad(directive, 0, $"invalid parameter \"{directive[0]}\"", "off, or two texts");
                break;
            case "proxy_bind" or "fastcgi_bind" or "uwsgi_bind" or "scgi_bind" or "memcached_bind":
                Bind(context, directive);
                break;
            case "proxy_downstream_buffer" or "proxy_upstream_buffer":
                context.Findings.Report(FindingCodes.Ignored, directive, directive.Span, $"the \"{directive.Name}\" "
                    + "directive is deprecated, use the \"proxy_buffer_size\" directive instead");
                break;
            case "starttls" when directive[0] is not ("off" or "on" or "only"):
                context.Bad(directive, 0, $"invalid value \"{directive[0]}\"", "off, on or only");
                break;
            case "sub_filter" when directive[0].Length == 0:
                context.Bad(directive, 0, "empty search pattern");
                break;
            case "add_header" or "add_trailer" when directive.Count == 3 && directive[2] != "always":
                context.Bad(directive, 2, $"invalid parameter \"{directive[2]}\"", "only always may follow");
                break;
            case "fastcgi_param" or "uwsgi_param" or "scgi_param" when directive.Count == 3
                && directive[2] != "if_not_empty":
                context.Bad(directive, 2, $"invalid parameter \"{directive[2]}\"", "only if_not_empty may follow");
                break;
            case "index" when directive.Words.Any(static w => w.Text.Length == 0):
                context.Bad(directive, 0, $"index \"{directive[0]}\" in \"index\" directive is invalid");
                break;
            case "root" or "alias":
                Root(context, directive);
                break;
            case "proxy_cache" when directive[0] != "off" && StoresBefore(directive):
                context.Bad(FindingCodes.Conflict, directive, -1,
                    "\"proxy_cache\" directive is incompatible with \"proxy_store\"");
                break;
            default:
                break;
        }
    }

    private static void Resolver(BindContext context, NginxDirective directive)
    {
        for (int i = 0; i < directive.Count; i++)
        {
            (string name, string? value) = LineReaders.Split(directive[i]);
            bool isBad = (name, value) switch
            {
                ("valid", not null) => !NginxTimes.TrySeconds(value, out _),
                ("ipv4" or "ipv6", not null) => value is not ("on" or "off"),
                _ => false,
            };
            if (isBad)
            {
                context.Bad(directive, i, $"invalid parameter: {directive[i]}");
                return;
            }
        }
    }

    private static void OpenFiles(BindContext context, NginxDirective directive)
    {
        bool hasMax = directive[0] == "off";
        for (int i = 0; i < directive.Count; i++)
        {
            (string name, string? value) = LineReaders.Split(directive[i]);
            bool isGood = (name, value) switch
            {
                ("max", not null) => NginxNumbers.TryNumber(value, out long max) && max > 0,
                ("inactive", not null) => NginxTimes.TrySeconds(value, out _),
                ("off", null) => true,
                _ => false,
            };
            if (!isGood)
            {
                context.Bad(directive, i, $"invalid \"open_file_cache\" parameter \"{directive[i]}\"",
                    "max=1000 inactive=20s");
                return;
            }
            hasMax |= name == "max";
        }
        if (!hasMax)
        {
            context.Bad(FindingCodes.Missing, directive, -1, "\"open_file_cache\" must have the \"max\" parameter");
        }
    }

    private static void SymbolicLinks(BindContext context, NginxDirective directive)
    {
        for (int i = 0; i < directive.Count; i++)
        {
            if (directive[i] is not ("off" or "on" or "if_not_owner")
                && !directive[i].StartsWith("from=", StringComparison.Ordinal))
            {
                context.Bad(directive, i, $"invalid parameter \"{directive[i]}\"",
                    "off, on or if_not_owner, and from=");
                return;
            }
        }
    }

    private static void Redirect(BindContext context, NginxDirective directive)
    {
        if (directive.Count > 1 || directive[0] == "off")
        {
            return;
        }
        if (directive[0] != "default")
        {
            context.Bad(directive, 0, $"invalid parameter \"{directive[0]}\"", "off, default, or two texts");
            return;
        }
        NginxDirective? pass = directive.Parent?.ChildrenOf("proxy_pass")
            .FirstOrDefault(p => p.Order < directive.Order && p.Count > 0);
        if (pass is null || pass[0].Contains('$', StringComparison.Ordinal))
        {
            context.Bad(FindingCodes.Conflict, directive, -1,
                "\"proxy_redirect default\" should be placed after the \"proxy_pass\" directive");
        }
    }

    private static void Bind(BindContext context, NginxDirective directive)
    {
        if (directive.Count == 2 && directive[1] != "transparent")
        {
            context.Bad(directive, 1, $"invalid parameter \"{directive[1]}\"", "only transparent may follow");
            return;
        }
        string text = directive[0];
        if (text == "off" || text.Contains('$', StringComparison.Ordinal))
        {
            return;
        }
        int colon = text.StartsWith('[') ? text.IndexOf("]:", StringComparison.Ordinal) + 1
            : text.IndexOf(':', StringComparison.Ordinal);
        string host = colon > 0 && !IpAddress.TryParse(text, out _) ? text[..colon] : text;
        if (!IpAddress.TryParse(host.Trim('[', ']'), out _))
        {
            context.Bad(FindingCodes.BadAddress, directive, 0, $"invalid address \"{text}\"");
        }
    }

    private static void Root(BindContext context, NginxDirective directive)
    {
        if (directive.Name == "alias" && directive.Parent is { Count: 1 } location && location[0].StartsWith('@'))
        {
            context.Bad(FindingCodes.Conflict, directive, -1,
                "the \"alias\" directive cannot be used inside the named location", "root can");
            return;
        }
        foreach (string name in s_ownRoots)
        {
            if (directive[0].Contains($"${name}", StringComparison.Ordinal)
                || directive[0].Contains($"${{{name}}}", StringComparison.Ordinal))
            {
                context.Bad(FindingCodes.BadVariable, directive, 0,
                    $"the ${name} variable cannot be used in the \"{directive.Name}\" directive");
                return;
            }
        }
    }

    private static bool StoresBefore(NginxDirective directive)
        => directive.Parent is { } block && block.ChildrenOf("proxy_store")
            .Any(s => s.Order < directive.Order && s.Count > 0 && s[0] != "off");
}
