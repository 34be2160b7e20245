using System.Collections.Immutable;
using Holdfast.Config.Nginx.Model;
using Holdfast.Config.Nginx.Syntax;
using Holdfast.Config.Nginx.Values;
using Holdfast.Primitives;

namespace Holdfast.Config.Nginx.Binding;

/// <summary>Directives with several words as values; null for what cannot be read, which the checks report.</summary>
internal static class LineReaders
{
    private static readonly ImmutableDictionary<string, string> s_types = ImmutableDictionary.CreateRange(
        StringComparer.Ordinal, [new("html", "text/html"), new("gif", "image/gif"),
            new KeyValuePair<string, string>("jpg", "image/jpeg")]);

    public static TimeSpan? SecondTime(NginxDirective? directive)
        => directive is { Count: > 1 } && NginxTimes.TrySeconds(directive[1], out TimeSpan time) ? time : null;

    public static ErrorPage? ErrorPage(NginxDirective directive)
    {
        int answer = -1;
        int codes = directive.Count - 1;
        if (codes > 1 && directive[codes - 1].StartsWith('='))
        {
            codes--;
            string text = directive[codes][1..];
            answer = text.Length == 0 ? 0 : NginxNumbers.TryNumber(text, out long n) && n < 1000 ? (int)n : -1;
        }
        ImmutableArray<int>.Builder statuses = ImmutableArray.CreateBuilder<int>();
        for (int i = 0; i < codes; i++)
        {
            if (!NginxNumbers.TryNumber(directive[i], out long status) || status > 999)
            {
                return null;
            }
            statuses.Add((int)status);
        }
        return new ErrorPage(statuses.ToImmutable(), answer, Texts.Of(directive, directive.Count - 1));
    }

    public static Resolver? Resolver(NginxDirective? directive)
    {
        if (directive is null)
        {
            return null;
        }
        TimeSpan? valid = null;
        bool v4 = true, v6 = true;
        ImmutableArray<string>.Builder servers = ImmutableArray.CreateBuilder<string>();
        foreach (NginxWord word in directive.Words.Skip(1))
        {
            (string name, string? value) = Split(word.Text);
            switch (name)
            {
                case "valid" when value is not null:
                    valid = NginxTimes.TrySeconds(value, out TimeSpan time) ? time : null;
                    break;
                case "ipv4" when value is not null:
                    v4 = value == "on";
                    break;
                case "ipv6" when value is not null:
                    v6 = value == "on";
                    break;
                case "status_zone" when value is not null:
                    break;
                default:
                    servers.Add(word.Text);
                    break;
            }
        }
        return new Resolver(servers.ToImmutable(), valid, v4, v6);
    }

    public static ComplexText Root(IReadOnlyList<NginxDirective> directives)
        => directives is [.. , { Count: > 0 } last] ? Texts.Of(last, 0)
            : Texts.Of("html", new SourceSpan("", 0, 0, 0));

    public static ImmutableArray<ComplexText> Indexes(SettingReader from)
        => from.Nearest("index").Count > 0 ? from.Complexes("index")
            : [Texts.Of("index.html", new SourceSpan("", 0, 0, 0))];

    public static ImmutableDictionary<string, string> Types(IReadOnlyList<NginxDirective> blocks)
    {
        if (blocks.Count == 0)
        {
            return s_types;
        }
        ImmutableDictionary<string, string>.Builder types =
            ImmutableDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (NginxDirective line in blocks.SelectMany(static b => b.Children))
        {
            for (int i = 0; i < line.Count; i++)
            {
                types[line[i].ToLowerInvariant()] = line.Name;
            }
        }
        return types.ToImmutable();
    }

    public static HeaderValue? Header(NginxDirective directive)
        => directive.Count == 2 ? new HeaderValue(directive[0], Texts.Of(directive, 1)) : null;

    public static HeaderValue? Variable(NginxDirective directive)
        => directive.Count == 2 && directive[0].StartsWith('$')
            ? new HeaderValue(directive[0][1..].ToLowerInvariant(), Texts.Of(directive, 1)) : null;

    /// <summary><c>proxy_redirect</c>, <c>proxy_cookie_domain</c> and the like.</summary>
    public static TextReplacement? Replacement(NginxDirective directive)
    {
        if (directive.Count == 1)
        {
            return new TextReplacement(null, null, null, directive[0]);
        }
        string from = directive[0];
        if (!from.StartsWith('~'))
        {
            return new TextReplacement(Texts.Of(directive, 0), null, Texts.Of(directive, 1), null);
        }
        bool ignoresCase = from.StartsWith("~*", StringComparison.Ordinal);
        NginxRegex regex = Regexes.Of(from[(ignoresCase ? 2 : 1)..], ignoresCase, directive.SpanOf(0));
        return new TextReplacement(null, regex, Texts.Of(directive, 1), null);
    }

    public static TextReplacement? Pair(NginxDirective directive) => directive.Count == 2
        ? new TextReplacement(Texts.Of(directive, 0), null, Texts.Of(directive, 1), null) : null;

    public static CacheValidity? Validity(NginxDirective directive)
    {
        if (!NginxTimes.TrySeconds(directive[directive.Count - 1], out TimeSpan time))
        {
            return null;
        }
        if (directive.Count == 1)
        {
            return new CacheValidity([200, 301, 302], time);
        }
        ImmutableArray<int>.Builder statuses = ImmutableArray.CreateBuilder<int>();
        for (int i = 0; i < directive.Count - 1; i++)
        {
            if (directive[i] == "any")
            {
                return new CacheValidity([], time);
            }
            if (NginxNumbers.TryNumber(directive[i], out long status) && status is >= 100 and <= 599)
            {
                statuses.Add((int)status);
            }
        }
        return new CacheValidity(statuses.ToImmutable(), time);
    }

    public static UpstreamConditions Conditions(ImmutableArray<string> words, UpstreamConditions otherwise)
    {
        if (words.IsEmpty)
        {
            return otherwise;
        }
        UpstreamConditions all = UpstreamConditions.None;
        foreach (string word in words)
        {
            all |= word.ToLowerInvariant() switch
            {
                "error" => UpstreamConditions.Error,
                "timeout" => UpstreamConditions.Timeout,
                "invalid_header" => UpstreamConditions.InvalidHeader,
                "http_500" => UpstreamConditions.Http500,
                "http_502" => UpstreamConditions.Http502,
                "http_503" => UpstreamConditions.Http503,
                "http_504" => UpstreamConditions.Http504,
                "http_403" => UpstreamConditions.Http403,
                "http_404" => UpstreamConditions.Http404,
                "http_429" => UpstreamConditions.Http429,
                "non_idempotent" => UpstreamConditions.NonIdempotent,
                "updating" => UpstreamConditions.Updating,
                "denied" => UpstreamConditions.Denied,
                _ => UpstreamConditions.None,
            };
        }
        return words.Contains("off", StringComparer.OrdinalIgnoreCase) ? UpstreamConditions.None : all;
    }

    public static AccessRule? Access(NginxDirective directive)
    {
        bool isAllowed = directive.Name == "allow";
        return directive[0] switch
        {
            "all" => new AccessRule(isAllowed, null, false),
            "unix:" => new AccessRule(isAllowed, null, true),
            var text => IpPrefix.TryParse(text, out IpPrefix network)
                ? new AccessRule(isAllowed, network.Network, false) : null,
        };
    }

    public static RequestLimit? RequestLimit(NginxDirective directive)
    {
        string? zone = null;
        int burst = 0, delay = 0;
        foreach (NginxWord word in directive.Words.Skip(1))
        {
            (string name, string? value) = Split(word.Text);
            long number = NginxNumbers.TryNumber(value, out long n) && n <= int.MaxValue ? n : 0;
            switch (name)
            {
                case "zone":
                    zone = value;
                    break;
                case "burst":
                    burst = (int)number;
                    break;
                case "delay":
                    delay = (int)number;
                    break;
                case "nodelay":
                    delay = -1;
                    break;
                default:
                    return null;
            }
        }
        return zone is null ? null : new RequestLimit(zone, burst, delay);
    }

    public static ConnectionLimit? ConnectionLimit(NginxDirective directive)
        => NginxNumbers.TryNumber(directive[1], out long max) && max <= int.MaxValue
            ? new ConnectionLimit(directive[0], (int)max) : null;

    public static ErrorLog? ErrorLog(NginxDirective directive)
        => new(directive[0], directive.Count > 1 ? directive[1] : "error");

    public static ImmutableArray<AccessLog> AccessLogs(IReadOnlyList<NginxDirective> lines)
    {
        if (lines.Count == 0)
        {
            return [new AccessLog(Texts.Of(DefaultPaths.AccessLog, new SourceSpan("", 0, 0, 0)), "combined", 0,
                TimeSpan.Zero, 0, null)];
        }
        return lines.Any(static l => l[0] == "off") ? [] : [.. lines.Select(AccessLog)];
    }

    private static AccessLog AccessLog(NginxDirective line)
    {
        string format = line.Count > 1 && !line[1].Contains('=', StringComparison.Ordinal) ? line[1] : "combined";
        long buffer = 0;
        TimeSpan flush = TimeSpan.Zero;
        int gzip = 0;
        ComplexText? condition = null;
        for (int i = 1; i < line.Count; i++)
        {
            (string name, string? value) = Split(line[i]);
            switch (name)
            {
                case "buffer":
                    _ = NginxNumbers.TrySize(value, out buffer);
                    break;
                case "flush":
                    _ = NginxTimes.TryMilliseconds(value, out flush);
                    break;
                case "gzip":
                    gzip = NginxNumbers.TryNumber(value, out long level) && level <= 9 ? (int)level : 1;
                    buffer = buffer == 0 ? 64 << 10 : buffer;
                    break;
                case "if" when value is not null:
                    condition = Texts.Of(value, line.SpanOf(i));
                    break;
                default:
                    break;
            }
        }
        return new AccessLog(Texts.Of(line, 0), format, buffer, flush, gzip, condition);
    }

    /// <summary>Splits "name=value"; the value is null without the sign.</summary>
    public static (string Name, string? Value) Split(string text)
    {
        int sign = text.IndexOf('=', StringComparison.Ordinal);
        return sign < 0 ? (text, null) : (text[..sign], text[(sign + 1)..]);
    }

    extension(SettingReader from)
    {
        /// <summary>Headers that are added.</summary>
        public ImmutableArray<AddedHeader> Added(string name) => from.List(static d => d.Count is 2 or 3
            ? new AddedHeader(d[0], Texts.Of(d, 1), d.Count == 3) : null, name);

        /// <summary>MIME types, text/html always among them.</summary>
        public ImmutableArray<string> MimeTypes(string name) => [.. from.Words(name).Prepend("text/html").Distinct()];
    }
}
