using System.Collections.Frozen;
using Holdfast.Config.Nginx.Syntax;
using Holdfast.Config.Nginx.Values;
using Holdfast.Config.Text;
using Holdfast.Primitives;

namespace Holdfast.Config.Nginx.Binding;

/// <summary>The words of directives that are read by code of their own, and the variables in words.</summary>
internal static class DirectiveChecks
{
    // Directives whose words may have variables: all of them, or those from an index on.
    private static readonly FrozenDictionary<string, int> s_textsFrom = Table("""
        0: root alias index limit_rate limit_rate_after auth_basic auth_basic_user_file auth_request
        0: proxy_cache_key proxy_cache_bypass proxy_no_cache proxy_method proxy_set_body proxy_ssl_name
        0: proxy_cookie_domain proxy_cookie_path sub_filter ssl_certificate ssl_certificate_key proxy_ssl_certificate
        0: proxy_ssl_certificate_key charset source_charset mirror secure_link secure_link_md5 proxy_cache fastcgi_cache
        0: fastcgi_cache_key fastcgi_cache_bypass fastcgi_no_cache fastcgi_index fastcgi_pass uwsgi_pass scgi_pass
        0: uwsgi_cache_key scgi_cache_key memcached_pass proxy_store proxy_redirect proxy_limit_rate
        0: proxy_upload_rate proxy_download_rate proxy_bind
        1: add_header add_trailer proxy_set_header fastcgi_param uwsgi_param scgi_param grpc_set_header auth_request_set
        """);

    private static readonly string[] s_logLevels =
        ["debug", "info", "notice", "warn", "error", "crit", "alert", "emerg"];

    /// <summary>Checks a directive.</summary>
    public static void Check(BindContext context, NginxDirective directive)
    {
        switch (directive.Name)
        {
            case "worker_processes" when directive[0] != "auto"
                && !NginxNumbers.TryNumber(directive[0], out _):
                context.Bad(directive, 0, "\"worker_processes\" directive invalid value", "a number, or auto");
                break;
            case "auth_request_set":
                _ = context.Variable(directive, 0);
                break;
            case "error_log":
                ErrorLog(context, directive);
                break;
            case "error_page":
                ErrorPage(context, directive);
                break;
            case "allow" or "deny":
                Network(context, directive, mayBeAll: true);
                break;
            case "set_real_ip_from":
                Network(context, directive, mayBeAll: false);
                break;
            case "limit_req":
                LimitChecks.Request(context, directive);
                break;
            case "limit_conn":
                LimitChecks.Connection(context, directive);
                break;
            case "keepalive_timeout":
                Seconds(context, directive);
                break;
            case "access_log":
                LogChecks.Access(context, directive);
                break;
            case "expires":
                Expires(context, directive);
                break;
            case "limit_rate" or "limit_rate_after" or "proxy_upload_rate" or "proxy_download_rate":
                Rate(context, directive);
                break;
            case "root" or "alias":
                Root(context, directive);
                break;
            case "proxy_cache_valid" or "fastcgi_cache_valid" or "uwsgi_cache_valid" or "scgi_cache_valid":
                Validity(context, directive);
                break;
            default:
                break;
        }
        WordChecks.Check(context, directive);
        TextsOf(context, directive);
    }

    private static void TextsOf(BindContext context, NginxDirective directive)
    {
        if (directive.Spec!.Family is not ("http" or "stream")
            || !s_textsFrom.TryGetValue(directive.Name, out int from))
        {
            return;
        }
        for (int i = from; i < directive.Count; i++)
        {
            // The "$" of an expression is its own.
            bool isRegex = i == 0 && directive[i].StartsWith('~')
                && directive.Name is ("proxy_redirect" or "proxy_cookie_domain" or "proxy_cookie_path");
            if (!isRegex)
            {
                _ = context.Text(directive, i);
            }
        }
    }

    private static void ErrorLog(BindContext context, NginxDirective directive)
    {
        for (int i = 1; i < directive.Count; i++)
        {
            if (!s_logLevels.Contains(directive[i]) && !directive[i].StartsWith("debug_", StringComparison.Ordinal))
            {
                context.Bad(directive, i, $"invalid log level \"{directive[i]}\"",
                    $"one of {string.Join(", ", s_logLevels)}", NearestWord.Find(directive[i], s_logLevels));
                return;
            }
        }
    }

    private static void ErrorPage(BindContext context, NginxDirective directive)
    {
        int last = directive.Count - 1;
        int codes = last;
        if (last > 0 && directive[last - 1].StartsWith('='))
        {
            codes--;
            string answer = directive[last - 1][1..];
            if (answer.Length > 0 && !NginxNumbers.TryNumber(answer, out _))
            {
                context.Bad(directive, last - 1, $"invalid value \"{directive[last - 1]}\"", "such as =200, or =");
                return;
            }
        }
        _ = context.Text(directive, last);
        for (int i = 0; i < codes; i++)
        {
            if (!NginxNumbers.TryNumber(directive[i], out long status))
            {
                context.Bad(directive, i, $"invalid value \"{directive[i]}\"", "a status of 300 to 599");
                return;
            }
            if (status is < 300 or > 599)
            {
                context.Bad(directive, i, $"value \"{directive[i]}\" must be between 300 and 599");
                return;
            }
            if (status == 499)
            {
                context.Bad(directive, i, "invalid value \"499\"",
                    "it is the original's own, for clients that went away");
                return;
            }
        }
    }

    private static void Network(BindContext context, NginxDirective directive, bool mayBeAll)
    {
        string text = directive[0];
        if (text == "unix:" || (mayBeAll && text == "all"))
        {
            return;
        }
        if (!IpPrefix.TryParse(text, out IpPrefix network))
        {
            bool mayBeName = !mayBeAll && text.Any(char.IsAsciiLetter) && !text.Contains('/', StringComparison.Ordinal);
            if (!mayBeName || context.Options.Resolves?.Invoke(text) == false)
            {
                context.Bad(FindingCodes.BadAddress, directive, 0, mayBeAll ? $"invalid parameter \"{text}\""
                    : $"host not found in set_real_ip_from \"{text}\"",
                    "an address, or a network such as 192.0.2.0/24");
            }
            return;
        }
        if (network.Network != network)
        {
            context.Findings.Report(FindingCodes.Ignored, directive, directive.SpanOf(0),
                $"low address bits of {text} are meaningless");
        }
    }

    private static void Rate(BindContext context, NginxDirective directive)
    {
        if (!directive[0].Contains('$', StringComparison.Ordinal) && !NginxNumbers.TrySize(directive[0], out _))
        {
            context.Bad(directive, 0, $"\"{directive.Name}\" directive invalid value",
                "bytes, with k or m behind them");
        }
    }

    private static void Root(BindContext context, NginxDirective directive)
    {
        NginxDirective? first = directive.Parent?.Children.FirstOrDefault(
            d => d.Spec is not null && d.Name is "root" or "alias" && d.Order < directive.Order);
        if (first is not null)
        {
            string earlier = first.Name == directive.Name ? ""
                : $", \"{first.Name}\" directive was specified earlier";
            context.Bad(FindingCodes.Duplicate, directive, -1,
                $"\"{directive.Name}\" directive is duplicate{earlier}", "a block has one of root and alias");
        }
    }

    private static void Validity(BindContext context, NginxDirective directive)
    {
        int last = directive.Count - 1;
        if (!NginxTimes.TrySeconds(directive[last], out _))
        {
            context.Bad(directive, last, $"invalid time value \"{directive[last]}\"", "such as 10m");
            return;
        }
        for (int i = 0; i < last; i++)
        {
            if (directive[i] != "any"
                && (!NginxNumbers.TryNumber(directive[i], out long status) || status is < 100 or > 599))
            {
                context.Bad(directive, i, $"invalid status \"{directive[i]}\"", "100 to 599, or any");
                return;
            }
        }
    }

    private static void Seconds(BindContext context, NginxDirective directive)
    {
        for (int i = 0; i < directive.Count; i++)
        {
            bool isTime = i == 0 ? NginxTimes.TryMilliseconds(directive[i], out _)
                : NginxTimes.TrySeconds(directive[i], out _);
            if (!isTime)
            {
                context.Bad(directive, i, $"\"{directive.Name}\" directive invalid value",
                    "a time such as 75s; the second one is what the header says");
                return;
            }
        }
    }

    private static void Expires(BindContext context, NginxDirective directive)
    {
        bool isModified = directive[0] == "modified" && directive.Count == 2;
        string text = directive[isModified ? 1 : 0];
        if (text.Contains('$', StringComparison.Ordinal))
        {
            _ = context.Text(directive, isModified ? 1 : 0);
            return;
        }
        if (!isModified && (directive.Count > 1 || text is "epoch" or "max" or "off"))
        {
            if (directive.Count > 1)
            {
                context.Bad(directive, 0, "\"expires\" directive invalid value",
                    "a time, epoch, max or off; \"modified\" before a time");
            }
            return;
        }
        bool isDaily = text.StartsWith('@');
        string time = text.TrimStart('@', '-', '+');
        if (!NginxTimes.TrySeconds(time, out TimeSpan read) || (isDaily && read > TimeSpan.FromDays(1)))
        {
            context.Bad(directive, isModified ? 1 : 0,
                isDaily && read > TimeSpan.FromDays(1)
                    ? "\"expires\" directive daily time value must be less than 24 hours"
                    : "\"expires\" directive invalid value",
                "a time such as 30d, -1 or @15h30m");
        }
    }

    private static FrozenDictionary<string, int> Table(string rows)
        => rows.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .SelectMany(static row => row[2..].Split(' ', StringSplitOptions.RemoveEmptyEntries)
                .Select(name => KeyValuePair.Create(name, row[0] - '0')))
            .ToFrozenDictionary(StringComparer.Ordinal);
}
