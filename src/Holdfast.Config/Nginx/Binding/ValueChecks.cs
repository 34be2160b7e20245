using System.Collections.Immutable;
using Holdfast.Config.Nginx.Schema;
using Holdfast.Config.Nginx.Syntax;
using Holdfast.Config.Nginx.Values;
using Holdfast.Config.Text;

namespace Holdfast.Config.Nginx.Binding;

/// <summary>What the table alone says of a directive's words, with the original's messages.</summary>
internal static class ValueChecks
{
    // Read by code of their own, and refused the second time all the same.
    private static readonly HashSet<string> s_once = new(StringComparer.Ordinal)
    {
        "user", "worker_processes", "worker_priority", "use", "worker_connections", "try_files", "expires",
        "keepalive_timeout", "aio", "directio", "resolver", "limit_rate", "limit_rate_after", "auth_basic",
        "auth_basic_user_file", "proxy_cache", "proxy_cache_key", "proxy_bind", "proxy_store", "fastcgi_cache",
        "fastcgi_cache_key", "proxy_method", "proxy_limit_rate", "real_ip_header", "auth_request", "charset",
        "source_charset", "open_file_cache", "disable_symlinks", "ssl_session_cache", "proxy_ssl_name",
        "proxy_ssl_certificate", "proxy_ssl_certificate_key", "ssl_password_file", "proxy_ssl_password_file",
    };

    private static readonly ImmutableDictionary<string, (long Min, long Max)> s_ranges =
        ImmutableDictionary.CreateRange(StringComparer.Ordinal, new KeyValuePair<string, (long, long)>[]
        {
            new("gzip_comp_level", (1, 9)), new("limit_req_status", (400, 599)), new("limit_conn_status", (400, 599)),
        });

    /// <summary>Checks a directive.</summary>
    /// <param name="context">Where it is reported.</param>
    /// <param name="directive">The directive.</param>
    /// <param name="isSecond">Whether the block has had it already.</param>
    public static void Check(BindContext context, NginxDirective directive, bool isSecond)
    {
        DirectiveSpec spec = directive.Spec!;
        bool isScalar = spec.Value is not (DirectiveValue.Custom or DirectiveValue.TextList or DirectiveValue.KeyValue
            or DirectiveValue.Choices);
        if (isSecond && (isScalar || s_once.Contains(directive.Name)))
        {
            context.Bad(FindingCodes.Duplicate, directive, -1, $"\"{directive.Name}\" directive is duplicate",
                "it may be given once in a block");
            return;
        }
        switch (spec.Value)
        {
            case DirectiveValue.Flag when !IsFlag(directive[0]):
                context.Bad(directive, 0, $"invalid value \"{directive[0]}\" in \"{directive.Name}\" directive, "
                    + "it must be \"on\" or \"off\"");
                break;
            case DirectiveValue.Number:
                CheckNumber(context, directive);
                break;
            case DirectiveValue.Size when !NginxNumbers.TrySize(directive[0], out _):
                Invalid(context, directive, "a size is a number of bytes, with k or m behind it");
                break;
            case DirectiveValue.Offset when !NginxNumbers.TryOffset(directive[0], out _):
                Invalid(context, directive, "a size is a number of bytes, with k, m or g behind it");
                break;
            case DirectiveValue.Milliseconds when !NginxTimes.TryMilliseconds(directive[0], out _):
                Invalid(context, directive, "a time is numbers with w, d, h, m, s or ms, in this order");
                break;
            case DirectiveValue.Seconds when !NginxTimes.TrySeconds(directive[0], out _):
                Invalid(context, directive, "a time is numbers with y, M, w, d, h, m or s, in this order");
                break;
            case DirectiveValue.Choice or DirectiveValue.Choices:
                CheckChoices(context, directive);
                break;
            case DirectiveValue.Buffers when !NginxNumbers.TryNumber(directive[0], out long count) || count == 0
                || !NginxNumbers.TrySize(directive[1], out long size) || size == 0:
                Invalid(context, directive, "a count and a size");
                break;
            case DirectiveValue.Access:
                CheckAccess(context, directive);
                break;
            case DirectiveValue.Path:
                CheckPath(context, directive);
                break;
            default:
                break;
        }
    }

    /// <summary>Whether a word is on or off.</summary>
    public static bool IsFlag(string text) => text.Equals("on", StringComparison.OrdinalIgnoreCase)
        || text.Equals("off", StringComparison.OrdinalIgnoreCase);

    private static void Invalid(BindContext context, NginxDirective directive, string help)
        => context.Bad(directive, 0, $"\"{directive.Name}\" directive invalid value", help);

    private static void CheckNumber(BindContext context, NginxDirective directive)
    {
        if (!NginxNumbers.TryNumber(directive[0], out long value))
        {
            context.Bad(directive, 0, $"\"{directive.Name}\" directive invalid number");
        }
        else if (s_ranges.TryGetValue(directive.Name, out (long Min, long Max) range)
            && (value < range.Min || value > range.Max))
        {
            context.Bad(directive, 0, $"value must be between {range.Min} and {range.Max}");
        }
    }

    private static void CheckChoices(BindContext context, NginxDirective directive)
    {
        ImmutableArray<string> words = ChoiceTable.Of(directive.Spec!.Family, directive.Name);
        if (words.IsEmpty)
        {
            return;
        }
        for (int i = 0; i < directive.Count; i++)
        {
            string word = directive[i];
            if (!words.Contains(word, StringComparer.OrdinalIgnoreCase))
            {
                context.Bad(directive, i, $"invalid value \"{word}\"",
                    $"one of {string.Join(", ", words)}", NearestWord.Find(word, words));
                return;
            }
            if (directive.Words.Skip(1).Take(i).Any(w => w.Text.Equals(word, StringComparison.OrdinalIgnoreCase)))
            {
                context.Findings.Report(FindingCodes.Ignored, directive, directive.SpanOf(i),
                    $"duplicate value \"{word}\"");
            }
        }
    }

    private static void CheckAccess(BindContext context, NginxDirective directive)
    {
        for (int i = 0; i < directive.Count; i++)
        {
            int colon = directive[i].IndexOf(':', StringComparison.Ordinal);
            string who = colon < 0 ? "" : directive[i][..colon];
            if (who is not ("user" or "group" or "all") || directive[i][(colon + 1)..] is not ("r" or "rw"))
            {
                context.Bad(directive, i, $"invalid value \"{directive[i]}\"", "such as user:rw or all:r");
                return;
            }
        }
    }

    private static void CheckPath(BindContext context, NginxDirective directive)
    {
        for (int i = 1; i < directive.Count; i++)
        {
            if (!NginxNumbers.TryNumber(directive[i], out long level) || level is < 1 or > 3)
            {
                context.Bad(directive, i, $"invalid value \"{directive[i]}\"", "a length of 1 to 3");
                return;
            }
        }
    }
}
