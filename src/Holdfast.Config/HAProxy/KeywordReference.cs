using System.Globalization;
using System.Text;
using Holdfast.Config.HAProxy.Schema;

namespace Holdfast.Config.HAProxy;

/// <summary>Writes docs/haproxy.md from the table that the parser uses, so that it cannot be out of date.</summary>
public static class KeywordReference
{
    private static readonly SupportClass[] s_classes = Enum.GetValues<SupportClass>();

    /// <summary>The whole page.</summary>
    public static string Write()
    {
        var page = new StringBuilder();
        page.Append("# haproxy.cfg in Holdfast\n\n")
            .Append("This page is generated from the parser's table; do not edit it.\n\n")
            .Append("*done*: has its effect. *planned*: understood and checked; the proxy does not carry it out ")
            .Append("yet, so that a file\nwith it checks and does not run. *cosmetic*, *performance*: without ")
            .Append("effect, loads with a warning. *behaviour*,\n*security*: not supported yet and refused, ")
            .Append("because leaving it out would change what happens; `--accept-loss` loads\nthe file without ")
            .Append("it. *replaced*: old, accepted with a warning that shows the modern form. *refused*: removed ")
            .Append("from\nhaproxy, with advice.\n\n")
            .Append("Defaults are those of haproxy 2.6; (new) marks words that 2.6 does not know.\n\n");
        AppendTotals(page);
        foreach (KeywordGroup group in KeywordTable.Groups)
        {
            AppendGroup(page, group);
        }
        AppendFindings(page);
        return page.ToString();
    }

    /// <summary>How many words have their effect, and how many there are, each group counted for itself.</summary>
    public static (int Done, int All) Count()
        => (KeywordTable.Groups.Sum(static g => KeywordTable.Of(g).Count(static k => k.Support == SupportClass.Done)),
            KeywordTable.Groups.Sum(static g => KeywordTable.Of(g).Count()));

    /// <summary>Every word of every group, as "group: word", with whether haproxy 2.6 knows it.</summary>
    public static IEnumerable<(string Group, string Word, bool IsNewer)> Words()
        => KeywordTable.Groups.SelectMany(static g => KeywordTable.Of(g).Select(k => (g.ToString(), k.Name,
            k.IsNewer)));

    private static void AppendTotals(StringBuilder page)
    {
        page.Append("| Group |");
        foreach (SupportClass support in s_classes)
        {
            page.Append(CultureInfo.InvariantCulture, $" {Word(support)} |");
        }
        page.Append(" all |\n| --- |").Append(string.Concat(Enumerable.Repeat(" ---: |", s_classes.Length + 1)));
        page.Append('\n');
        foreach (KeywordGroup group in KeywordTable.Groups)
        {
            page.Append(CultureInfo.InvariantCulture, $"| {Title(group)} |");
            foreach (SupportClass support in s_classes)
            {
                page.Append(CultureInfo.InvariantCulture,
                    $" {KeywordTable.Of(group).Count(k => k.Support == support)} |");
            }
            page.Append(CultureInfo.InvariantCulture, $" {KeywordTable.Of(group).Count()} |\n");
        }
        (int done, int all) = Count();
        page.Append(CultureInfo.InvariantCulture, $"\n{done} done of {all}.\n");
    }

    private static void AppendGroup(StringBuilder page, KeywordGroup group)
    {
        KeywordSpec[] words = [.. KeywordTable.Of(group)];
        page.Append(CultureInfo.InvariantCulture,
            $"\n## {Title(group)} ({words.Count(static k => k.Support == SupportClass.Done)} of {words.Length})\n\n");
        bool hasPlaces = words.Any(static k => k.Places != Places.None);
        bool hasTypes = group is KeywordGroup.Fetch or KeywordGroup.Converter;
        page.Append(hasPlaces ? "| Word | Where | Support |\n| --- | --- | --- |\n"
            : hasTypes ? "| Word | Types | Support |\n| --- | --- | --- |\n" : "| Word | Support |\n| --- | --- |\n");
        foreach (KeywordSpec word in words)
        {
            string star = word.IsPrefix ? "…" : "";
            page.Append(CultureInfo.InvariantCulture, $"| `{word.Name}{star}` |");
            if (hasPlaces)
            {
                page.Append(CultureInfo.InvariantCulture, $" {Where(word.Places)} |");
            }
            if (hasTypes)
            {
                page.Append(CultureInfo.InvariantCulture, $" {Types(word)} |");
            }
            page.Append(CultureInfo.InvariantCulture, $" {Word(word.Support)}{(word.IsNewer ? " (new)" : "")} |\n");
        }
    }

    private static string Types(KeywordSpec word)
    {
        if (SampleTable.Fetch(word.Name) is { } fetch && word.Group == KeywordGroup.Fetch)
        {
            return fetch.Type.ToString().ToLowerInvariant();
        }
        return SampleTable.Converter(word.Name) is { } converter
            ? $"{converter.Input} to {converter.Output}".ToLowerInvariant() : "";
    }

    private static void AppendFindings(StringBuilder page)
    {
        page.Append("\n## Findings\n\n| Code | Severity | What |\n| --- | --- | --- |\n");
        foreach (FindingCode code in FindingCodes.All)
        {
            page.Append(CultureInfo.InvariantCulture,
                $"| {code.Id} | {code.Severity.ToString().ToLowerInvariant()} | {code.Title} |\n");
        }
    }

    private static string Where(Places places) => string.Join(", ", Enum.GetValues<Places>()
        .Where(p => p != Places.None && places.HasFlag(p)).Select(static p => p.ToString().ToLowerInvariant()));

    private static string Word(SupportClass support) => support.ToString().ToLowerInvariant();

    private static string Title(KeywordGroup group) => group switch
    {
        KeywordGroup.Section => "sections",
        KeywordGroup.Proxy => "defaults, frontend, listen, backend",
        KeywordGroup.Option => "option",
        KeywordGroup.ConnectionAction => "tcp-request connection",
        KeywordGroup.SessionAction => "tcp-request session",
        KeywordGroup.ContentAction => "tcp-request content",
        KeywordGroup.ResponseAction => "tcp-response content",
        KeywordGroup.HttpRequestAction => "http-request",
        KeywordGroup.HttpResponseAction => "http-response",
        KeywordGroup.HttpAfterResponseAction => "http-after-response",
        KeywordGroup.QuicInitialAction => "quic-initial",
        KeywordGroup.Fetch => "sample fetches",
        KeywordGroup.Converter => "converters",
        KeywordGroup.AclFlag => "flags of ACLs",
        KeywordGroup.Match => "matching methods",
        KeywordGroup.LogAlias => "variables of log formats",
        KeywordGroup.TableWord => "stick-table",
        KeywordGroup.TableData => "stick-table store",
        KeywordGroup.HttpCheck => "http-check",
        KeywordGroup.TcpCheck => "tcp-check",
        KeywordGroup.CheckConnect => "connect of checks",
        KeywordGroup.CheckExpect => "expect of checks",
        KeywordGroup.HashType => "hash-type",
        KeywordGroup.RetryOn => "retry-on",
        KeywordGroup.HttpErrors => "http-errors",
        KeywordGroup.LogForward => "log-forward",
        KeywordGroup.FcgiApp => "fcgi-app",
        KeywordGroup.NamespaceList => "namespace_list",
        KeywordGroup.NewSection => "sections newer than 2.6",
        _ => group.ToString().ToLowerInvariant(),
    };
}
