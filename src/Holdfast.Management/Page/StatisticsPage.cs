using System.Globalization;
using System.Text;
using Holdfast.Config.HAProxy.Model;
using Holdfast.Management.Statistics;

namespace Holdfast.Management.Page;

/// <summary>The statistics page as HTML: our markup, the original's tables and columns.</summary>
/// <param name="process">The process.</param>
/// <param name="stats">How the file wants the page.</param>
/// <param name="request">What is asked for.</param>
/// <param name="mayChange">Whether the client may change states.</param>
internal sealed class StatisticsPage(ManagedProcess process, StatsModel stats, PageRequest request, bool mayChange)
{
    private static readonly (string Word, string Title)[] s_actions =
    [
        ("ready", "Set state to READY"), ("drain", "Set state to DRAIN"), ("maint", "Set state to MAINT"),
        ("dhlth", "Health: disable checks"), ("ehlth", "Health: enable checks"), ("hrunn", "Health: force UP"),
        ("hnolb", "Health: force NOLB"), ("hdown", "Health: force DOWN"), ("dagent", "Agent: disable checks"),
        ("eagent", "Agent: enable checks"), ("arunn", "Agent: force UP"), ("adown", "Agent: force DOWN"),
        ("shutdown", "Kill Sessions"),
    ];

    /// <summary>The page, piece by piece: one for each proxy.</summary>
    internal IEnumerable<string> Write(IEnumerable<ManagedProxy> proxies, StatisticFilter filter)
    {
        yield return Head();
        foreach (ManagedProxy proxy in proxies)
        {
            StatisticRow[] rows = [.. StatisticRows.Of(process, proxy, filter)];
            if (rows.Length > 0)
            {
                yield return Section(proxy, rows);
            }
        }
        yield return "</main></body></html>\n";
    }

    private string Head()
    {
        var text = new StringBuilder("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">");
        string node = stats.Node is null ? "" : $" on {PageText.Escape(NodeName())}";
        text.Append("<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">");
        text.Append(CultureInfo.InvariantCulture, $"<title>Statistics Report for HAProxy{node}</title>");
        text.Append(CultureInfo.InvariantCulture, $"<style>{PageStyle.Text}</style></head><body>");
        text.Append("<a class=\"skip\" href=\"#main\">To the tables</a><header>");
        string version = stats.HidesVersion ? "" : $" {PageText.Escape(process.Identity.Version)}";
        text.Append(CultureInfo.InvariantCulture, $"<h1>HAProxy{version}{node}</h1>");
        if (stats.Description is not null)
        {
            string own = stats.Description.Length > 0 ? stats.Description : process.Model.Global.Description ?? "";
            text.Append(CultureInfo.InvariantCulture, $"<p>{PageText.Escape(own)}</p>");
        }
        AppendFacts(text);
        AppendOutcome(text);
        AppendLinks(text);
        return text.Append("</header><main id=\"main\">\n").ToString();
    }

    private string NodeName() => stats.Node is { Length: > 0 } own ? own : process.Identity.Node;

    private void AppendFacts(StringBuilder text)
    {
        Dictionary<string, StatisticValue> facts = ProcessFacts.Of(process, hasFractions: false);
        text.Append("<div class=\"facts\">");
        foreach ((string title, string name) in (ReadOnlySpan<(string, string)>)[("pid", "Pid"), ("uptime", "Uptime"),
            ("threads", "Nbthread"), ("clients", "CurrConns"), ("limit of clients", "Maxconn"),
            ("connections a second", "ConnRate"), ("idle", "Idle_pct")])
        {
            string unit = name == "Idle_pct" ? " %" : "";
            text.Append(CultureInfo.InvariantCulture, $"<span>{title} <b>{facts[name]}{unit}</b></span>");
        }
        text.Append("</div>");
    }

    private void AppendOutcome(StringBuilder text)
    {
        string? message = request.Outcome switch
        {
            "DONE" => "Action processed successfully.",
            "NONE" => "Nothing has changed.",
            "PART" => "Action partially processed. Some server names are probably unknown or ambiguous (duplicated"
                + " names in the backend).",
            "ERRP" => "Action not processed because of invalid parameters: the action, the backend or a server is"
                + " unknown, or a value is too long.",
            "EXCD" => "Action not processed: the request was too long.",
            "DENY" => "Action denied.",
            "" => null,
            _ => "Unexpected result.",
        };
        if (message is not null)
        {
            text.Append(CultureInfo.InvariantCulture, $"<p class=\"note\" role=\"status\">{message} ");
            text.Append(CultureInfo.InvariantCulture, $"<a href=\"{Link(request)}\">Close</a></p>");
        }
    }

    private void AppendLinks(StringBuilder text)
    {
        text.Append("<nav aria-label=\"Views\"><ul>");
        Item(text, request.OnlyUp ? "Show all servers" : "Hide 'DOWN' servers",
            Link(request with { OnlyUp = !request.OnlyUp }));
        if (stats.Refresh > 0)
        {
            Item(text, request.IsStill ? "Enable refresh" : "Disable refresh",
                Link(request with { IsStill = !request.IsStill }));
        }
        Item(text, "Refresh now", Link(request));
        Item(text, "CSV export", PageText.Escape($"{stats.Uri};csv"));
        Item(text, "JSON export", PageText.Escape($"{stats.Uri};json"));
        text.Append("</ul></nav>");
    }

    private static void Item(StringBuilder text, string title, string link)
        => text.Append(CultureInfo.InvariantCulture, $"<li><a href=\"{link}\">{title}</a></li>");

    private string Link(PageRequest wanted) => PageText.Escape(stats.Uri + wanted.Words());

    private string Section(ManagedProxy proxy, StatisticRow[] rows)
    {
        var text = new StringBuilder();
        string name = PageText.Escape(proxy.Name);
        bool hasForm = mayChange && rows.Any(static row => row.Kind == StatisticObject.Server);
        text.Append(CultureInfo.InvariantCulture, $"<section aria-labelledby=\"p{proxy.Id}\">");
        text.Append(CultureInfo.InvariantCulture, $"<h2 id=\"p{proxy.Id}\">");
        text.Append(CultureInfo.InvariantCulture, $"<a name=\"{name}\" href=\"#{name}\">{name}</a>");
        string description = stats.Description is not null && proxy.Model.Description is { } own
            ? $" <small>{PageText.Escape(own)}</small>" : "";
        text.Append(CultureInfo.InvariantCulture, $"</h2>{description}{Legend(proxy)}");
        if (hasForm)
        {
            text.Append(CultureInfo.InvariantCulture, $"<form method=\"post\" action=\"{Link(request)}\">");
        }
        text.Append("<div class=\"scroll\" tabindex=\"0\"><table>");
        AppendTitles(text, hasForm);
        text.Append("<tbody>");
        foreach (StatisticRow row in rows)
        {
            AppendRow(text, proxy, row, hasForm);
        }
        text.Append("</tbody></table></div>");
        if (hasForm)
        {
            AppendActions(text, proxy);
        }
        return text.Append("</section>\n").ToString();
    }

    private string Legend(ManagedProxy proxy)
    {
        if (!stats.ShowsLegends)
        {
            return "";
        }
        string what = (proxy.Frontend, proxy.Backend) switch
        {
            (not null, not null) => "proxy",
            (not null, null) => "frontend",
            _ => "backend",
        };
        return string.Create(CultureInfo.InvariantCulture,
            $"<div class=\"facts\">cap: {what}, mode: {proxy.ModeName}, id: {proxy.Id}</div>");
    }

    private static void AppendTitles(StringBuilder text, bool hasForm)
    {
        text.Append("<thead><tr>").Append(hasForm ? "<th rowspan=\"2\" scope=\"col\">Do</th>" : "")
            .Append("<th rowspan=\"2\" class=\"t\" scope=\"col\">Name</th>");
        foreach ((string group, var columns) in PageColumns.All)
        {
            text.Append(CultureInfo.InvariantCulture,
                $"<th colspan=\"{columns.Length}\" scope=\"colgroup\">{group}</th>");
        }
        text.Append("</tr><tr>");
        foreach (PageColumn column in PageColumns.All.SelectMany(static group => group.Columns))
        {
            text.Append(CultureInfo.InvariantCulture, $"<th scope=\"col\" title=\"{PageText.Escape(column.Long)}\">");
            text.Append(CultureInfo.InvariantCulture, $"{column.Title}</th>");
        }
        text.Append("</tr></thead>");
    }

    private void AppendRow(StringBuilder text, ManagedProxy proxy, StatisticRow row, bool hasForm)
    {
        bool isServer = row.Kind == StatisticObject.Server;
        string name = row.Kind switch
        {
            StatisticObject.Frontend => "Frontend",
            StatisticObject.Backend => "Backend",
            _ => row.Name,
        };
        string safe = PageText.Escape(name);
        text.Append(isServer ? "<tr>" : "<tr class=\"sum\">");
        if (hasForm)
        {
            text.Append(isServer
                ? $"<td><input type=\"checkbox\" name=\"s\" value=\"{safe}\" aria-label=\"{safe}\"></td>"
                : "<td></td>");
        }
        string anchor = PageText.Escape($"{proxy.Name}/{name}");
        text.Append("<th scope=\"row\">").Append(CultureInfo.InvariantCulture,
            $"<a name=\"{anchor}\" href=\"#{anchor}\">{safe}</a>");
        text.Append(Address(row)).Append("</th>");
        foreach (PageColumn column in PageColumns.All.SelectMany(static group => group.Columns))
        {
            AppendCell(text, row, column);
        }
        text.Append("</tr>");
    }

    private string Address(StatisticRow row) => !stats.ShowsLegends || !row[StatisticField.Addr].IsSome ? ""
        : $" <small>{PageText.Escape(row[StatisticField.Addr].String)}</small>";

    private static void AppendCell(StringBuilder text, StatisticRow row, PageColumn column)
    {
        string value = PageText.Escape(column.Value(row));
        text.Append(column.Title == "Status" ? $"<td class=\"t state {PageText.StatusClass(row)}\">" : "<td>");
        text.Append(column.Details(row) is { Length: > 0 } details
            ? $"<span class=\"tip\" tabindex=\"0\">{value}<span role=\"tooltip\">{PageText.Escape(details)}</span>"
                + "</span>" : value).Append("</td>");
    }

    private static void AppendActions(StringBuilder text, ManagedProxy proxy)
    {
        text.Append("<div class=\"do\"><label>With the chosen servers: <select name=\"action\">");
        text.Append("<option value=\"\"></option>");
        foreach ((string word, string title) in s_actions)
        {
            text.Append(CultureInfo.InvariantCulture, $"<option value=\"{word}\">{title}</option>");
        }
        text.Append(CultureInfo.InvariantCulture,
            $"</select></label><input type=\"hidden\" name=\"b\" value=\"#{proxy.Id}\">");
        text.Append("<button>Apply</button></div></form>");
    }
}
