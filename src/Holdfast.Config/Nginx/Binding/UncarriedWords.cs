using Holdfast.Config.Nginx.Syntax;

namespace Holdfast.Config.Nginx.Binding;

/// <summary>Words of directives of http that have no effect yet, where the directive itself has.</summary>
internal static class UncarriedWords
{
    /// <summary>The first such word of a directive; null: there is none.</summary>
    public static string? Find(NginxDirective directive)
    {
        if (Families.Of(directive) != "http")
        {
            return null;
        }
        return directive.Name switch
        {
            "listen" => First(directive, 1, static word => word is "http2" or "quic" or "multipath"
                || Begins(word, "rcvbuf=", "sndbuf=")),
            "server" when directive.Parent?.Name == "upstream" => First(directive, 1, static word
                => word is "resolve" or "drain" || Begins(word, "service=", "slow_start=", "route=")),
            "ssl_certificate" or "ssl_certificate_key" => First(directive, 0,
                static word => word.Contains('$', StringComparison.Ordinal)
                    || Begins(word, "data:", "engine:", "store:")),
            "proxy_pass" => First(directive, 0, static word => Begins(word, "https://")),
            "access_log" => First(directive, 0, static word => word.Contains('$', StringComparison.Ordinal)
                && !word.StartsWith("if=", StringComparison.Ordinal)) ?? First(directive, 1,
                static word => word == "gzip" || Begins(word, "gzip=")),
            _ => null,
        };
    }

    private static string? First(NginxDirective directive, int from, Func<string, bool> isOne)
    {
        for (int i = from; i < directive.Count; i++)
        {
            if (isOne(directive[i]))
            {
                return directive[i];
            }
        }
        return null;
    }

    private static bool Begins(string word, params ReadOnlySpan<string> starts)
    {
        foreach (string start in starts)
        {
            if (word.StartsWith(start, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }
        return false;
    }
}
