using System.Collections.Immutable;
using System.Globalization;
using Holdfast.Config.Keepalived.Model;
using Holdfast.Config.Keepalived.Syntax;
using Holdfast.Config.Text;

namespace Holdfast.Config.Keepalived.Binding;

/// <summary>HTTP_GET and SSL_GET.</summary>
internal sealed partial class ServerBinder
{
    private static readonly string[] s_regexOptions =
    [
        "allow_empty_class", "alt_bsux", "auto_callout", "caseless", "dollar_endonly", "dotall", "dupnames",
        "extended", "firstline", "match_unset_backref", "multiline", "never_ucp", "never_utf", "no_auto_capture",
        "no_auto_possess", "no_dotstar_anchor", "no_start_optimize", "ucp", "ungreedy", "utf", "never_backslash_c",
        "alt_circumflex", "alt_verbnames", "use_offset_limit",
    ];

    private HttpCheckModel? BindHttp(ConfigNode node, CheckConnectionModel connection, CheckDefaults own)
    {
        // virtualhost of the check is among the defaults that its URLs inherit.
        ImmutableArray<HttpUrlModel> urls =
            [.. node.All("url").Select(u => BindUrl(u, node, own)).OfType<HttpUrlModel>()];
        if (urls.IsEmpty)
        {
            findings.Report(FindingCodes.ServerIncomplete, node.Keyword, $"{node.Spec.Name} has no url",
                "add: url { path / }");
            return null;
        }
        CheckTimingModel timing = own.Timing(1, s_httpRetryDelay);
        if (node.Last("nb_get_retry") is { } old && node.Last("retry") is null)
        {
            timing = timing with { Retries = (int)Math.Min(old.Number, int.MaxValue) };
        }
        return new HttpCheckModel
        {
            Span = node.Span,
            Connection = connection,
            Timing = timing,
            IsTls = node.Spec.Name == "SSL_GET",
            Protocol = node.Last("http_protocol")?.Text.ToUpperInvariant() switch
            {
                "1.1" => HttpCheckProtocol.Http11,
                "1.0C" => HttpCheckProtocol.Http10Close,
                _ => HttpCheckProtocol.Http10,
            },
            FastRecovery = node.IsSet("fast_recovery"),
            EnableSni = node.IsSet("enable_sni") || node.Last("sni_name") is not null,
            SniName = node.Last("sni_name")?.Text,
            Urls = urls,
        };
    }

    private HttpUrlModel? BindUrl(ConfigNode node, ConfigNode check, CheckDefaults own)
    {
        if (node.Last("path") is not { } path)
        {
            findings.Report(FindingCodes.ServerIncomplete, node.Keyword, "this url has no path", "add: path /");
            return null;
        }
        return new HttpUrlModel
        {
            Path = path.Text,
            VirtualHost = node.Last("virtualhost")?.Text ?? own.VirtualHost,
            Digest = ReadDigest(node.Last("digest")),
            StatusCodes = ReadStatusCodes(node.Last("status_code")),
            Regex = BindRegex(node),
            TlsCompliant = node.Last("tls_compliant")?.IsOn ?? check.IsSet("tls_compliant"),
        };
    }

    private ImmutableArray<byte> ReadDigest(ConfigNode? node)
    {
        if (node is null)
        {
            return [];
        }
        if (node.Text.Length != 32 || !node.Text.All(char.IsAsciiHexDigit))
        {
            findings.Report(FindingCodes.HexForm, node.Arguments[0], $"'{node.Text}' is not an MD5 digest",
                "write its 32 hexadecimal digits, as genhash prints them");
            return [];
        }
        return [.. Convert.FromHexString(node.Text)];
    }

    private ImmutableArray<StatusRange> ReadStatusCodes(ConfigNode? node)
    {
        ImmutableArray<StatusRange>.Builder ranges = ImmutableArray.CreateBuilder<StatusRange>();
        foreach (Word word in node?.Arguments ?? [])
        {
            string[] parts = word.Text.Split('-');
            if (parts.Length <= 2 && TryStatus(parts[0], out int first) && TryStatus(parts[^1], out int last)
                && first <= last)
            {
                ranges.Add(new StatusRange(first, last));
                continue;
            }
            findings.Report(FindingCodes.StatusCode, word, $"'{word}' is not a status code or a range of them",
                "write numbers from 100 to 599, such as: 200-299 301");
        }
        return ranges.Count == 0 ? [new StatusRange(200, 299)] : ranges.ToImmutable();
    }

    private static bool TryStatus(string text, out int code)
        => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out code) && code is >= 100 and <= 599;

    private HttpRegexModel? BindRegex(ConfigNode node)
    {
        ImmutableArray<string>.Builder options = ImmutableArray.CreateBuilder<string>();
        foreach (Word word in node.Last("regex_options")?.Arguments ?? [])
        {
            if (s_regexOptions.Contains(word.Text))
            {
                options.Add(word.Text);
                continue;
            }
            findings.Report(FindingCodes.RegexOption, word, $"'{word}' is no option of a regex",
                "the words are in keepalived.conf(5), regex_options", NearestWord.Find(word.Text, s_regexOptions));
        }
        long min = node.Last("regex_min_offset")?.Number ?? 0;
        long max = node.Last("regex_max_offset")?.Number ?? 0;
        if (node.Last("regex") is not { } regex)
        {
            foreach (ConfigNode lost in node.ChildrenOrEmpty.Where(static n => n.IsValid
                && n.Spec.Name.StartsWith("regex_", StringComparison.Ordinal)))
            {
                findings.Report(FindingCodes.RegexMissing, lost.Keyword, $"{lost.Spec.Name} stands without a regex");
            }
            return null;
        }
        if (max > 0 && max < min)
        {
            findings.Report(FindingCodes.RegexMissing, node.Last("regex_max_offset")!.Span,
                "regex_max_offset is less than regex_min_offset, so nothing could match");
        }
        (long start, long most) = ReadStack(node.Last("regex_stack"));
        var model = new HttpRegexModel(
            regex.Text, node.IsSet("regex_no_match"), options.ToImmutable(), min, max, start, most);
        if (RegexProblem?.Invoke(model) is { } problem)
        {
            findings.Report(FindingCodes.RegexBroken, regex.Arguments[0], $"regex '{regex.Text}': {problem}");
        }
        return model;
    }

    private (long Start, long Max) ReadStack(ConfigNode? node)
        => node is { Arguments.Count: > 1 } && values.TryInteger("regex_stack", node.Arguments[0], 0, uint.MaxValue,
            out long start) && values.TryInteger("regex_stack", node.Arguments[1], 1, uint.MaxValue, out long max)
            ? (start, max) : (0, 0);
}
