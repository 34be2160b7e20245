using System.Globalization;
using System.Text.Json;
using Holdfast.Terminal;

namespace Holdfast.Commands;

/// <summary>The explanation of real servers as a person reads it.</summary>
internal static class ServerExplainView
{
    private const int LabelWidth = 16;
    private const int RefusedMax = 3;

    /// <summary>Puts all servers of a reply on a page.</summary>
    /// <param name="page">The page.</param>
    /// <param name="reply">What the daemon said.</param>
    /// <param name="now">The present in local time, from which clock times are worked out.</param>
    internal static void Write(Page page, JsonElement reply, DateTimeOffset now)
    {
        if (!reply.TryGetProperty("checks", out JsonElement checks) || checks.ValueKind != JsonValueKind.Object)
        {
            StatusView.WriteHead(page, reply);
            page.Line(page.Paint(Tone.Bad, "The checks do not run, so there is no state to explain."));
            return;
        }
        bool first = true;
        foreach (JsonElement service in StatusText.List(checks, "services"))
        {
            foreach (JsonElement server in StatusText.List(service, "servers"))
            {
                if (!first)
                {
                    page.Line();
                }
                first = false;
                WriteServer(page, checks, service, server, now);
            }
        }
    }

    private static void WriteServer(
        Page page, JsonElement checks, JsonElement service, JsonElement server, DateTimeOffset now)
    {
        bool isUp = StatusText.Text(server, "state") == "up";
        long since = StatusText.Number(server, "since_ms", -1);
        page.Line(page.Paint(Tone.Strong, StatusText.Text(server, "address")) + " of "
            + page.Paint(Tone.Strong, StatusText.Text(service, "name")) + " is "
            + page.Paint(isUp ? Tone.Good : Tone.Bad, isUp ? "up" : "down")
            + (since < 0 ? "" : $" since {StatusText.Duration(since)}"
                + page.Paint(Tone.Faint, $" ({StatusText.Clock(now, since)})")));
        JsonElement[] checkers = [.. StatusText.List(server, "checkers")];
        page.Item(2, "because", 10, isUp
            ? checkers.Length == 0 ? "it has no checker: it is always up" : "no checker is down"
            : ServicesView.Why(server));
        WriteNow(page, checks, service, server);
        foreach (JsonElement checker in checkers)
        {
            WriteChecker(page, checker, now);
        }
        WriteOutlook(page, service, server, checkers);
    }

    private static void WriteNow(Page page, JsonElement checks, JsonElement service, JsonElement server)
    {
        page.Line().Line("  " + page.Paint(Tone.Strong, "Now"));
        Item("Configured", $"real_server {StatusText.Text(server, "address")} ({Place(server)}), "
            + ServicesView.Method(server).ToUpperInvariant());
        bool hasEntry = server.TryGetProperty("entry_weight", out _);
        string plane = StatusText.Text(checks, "plane");
        string connections = !server.TryGetProperty("active", out _) ? "" : string.Create(CultureInfo.InvariantCulture,
            $"; {StatusText.Number(server, "active")} active and {StatusText.Number(server, "inactive")} "
            + $"inactive connections, {StatusText.Number(server, "connections")} in all");
        string problem = StatusText.Text(checks, "problem");
        string entry = hasEntry ? $"weight {StatusText.Plain(StatusText.Number(server, "entry_weight"))} in {plane}"
            : $"no entry in {plane}: it gets nothing";
        Item("Traffic", problem.Length > 0 ? $"none: {problem}" : entry + connections,
            problem.Length > 0 ? Tone.Bad : Tone.Plain);
        if (problem.Length == 0 && Wish(server) is { } wish)
        {
            Item("Not as it should", wish, Tone.Bad);
            foreach (JsonElement refused in StatusText.List(checks, "refused").Take(RefusedMax))
            {
                Item("", refused.GetString() ?? "", Tone.Bad);
            }
        }
        Item("Weight", WeightText(server));
        Item("Quorum", QuorumText(service), StatusText.Flag(service, "has_quorum") ? Tone.Plain : Tone.Bad);
        if (StatusText.Flag(service, "suspended"))
        {
            Item("Suspended", "ha_suspend: its address is not on this node, so nothing is checked", Tone.Calm);
        }

        void Item(string label, string text, Tone tone = Tone.Plain)
            => page.Item(4, label, LabelWidth, text, tone, Tone.Faint);
    }

    /// <summary>What the plane should have, where it has something else; null where it has that.</summary>
    private static string? Wish(JsonElement server)
    {
        bool isWanted = server.TryGetProperty("wanted_weight", out _);
        bool hasEntry = server.TryGetProperty("entry_weight", out _);
        long wanted = StatusText.Number(server, "wanted_weight", -1);
        return isWanted == hasEntry && wanted == StatusText.Number(server, "entry_weight", -1) ? null
            : isWanted ? $"it should have weight {StatusText.Plain(wanted)}" : "it should have no entry";
    }

    private static string WeightText(JsonElement server)
    {
        string[] parts = [.. StatusText.List(server, "checkers")
            .Where(static c => StatusText.Number(c, "weight_delta") != 0)
            .Select(static c => $"{StatusText.Signed(StatusText.Number(c, "weight_delta"))} by {Name(c)}")];
        long configured = StatusText.Number(server, "configured_weight");
        return StatusText.Plain(StatusText.Number(server, "weight")) + (parts.Length == 0 ? ", as configured"
            : string.Create(CultureInfo.InvariantCulture, $": {configured} in the file, {string.Join(", ", parts)}"));
    }

    private static string QuorumText(JsonElement service)
    {
        long quorum = StatusText.Number(service, "quorum");
        long hysteresis = StatusText.Number(service, "hysteresis");
        bool has = StatusText.Flag(service, "has_quorum");
        string sorry = !has && service.TryGetProperty("sorry_server", out JsonElement one)
            ? $"; the sorry server {StatusText.Text(one, "address")} serves" : "";
        return string.Create(CultureInfo.InvariantCulture,
            $"{(has ? "there" : "lost")}: weight {StatusText.Number(service, "weight_up")} is up; it is gained from {
                quorum + hysteresis} on and lost below {Math.Max(1, quorum - hysteresis)}") + sorry;
    }

    private static void WriteChecker(Page page, JsonElement checker, DateTimeOffset now)
    {
        bool isUp = StatusText.Text(checker, "state") == "up";
        page.Line().Line("  " + page.Paint(Tone.Strong, Name(checker)) + " is "
            + page.Paint(isUp ? Tone.Good : Tone.Bad, isUp ? "up" : "down")
            + page.Paint(Tone.Faint, $"  {Place(checker)}"));
        page.Item(4, "", 0, Rule(checker, isUp));
        string next = StatusText.Flag(checker, "suspended") ? "held by ha_suspend"
            : StatusText.Flag(checker, "running") ? "a probe is under way"
            : checker.TryGetProperty("next_ms", out _)
                ? $"the next probe is due in {StatusText.Duration(StatusText.Number(checker, "next_ms"))}" : "";
        if (StatusText.Number(checker, "failures") is > 0 and var failures)
        {
            next += string.Create(CultureInfo.InvariantCulture,
                $"; {failures} of {StatusText.Number(checker, "retries") + 1} failures in a row so far");
        }
        if (next.Length > 0)
        {
            page.Item(4, "", 0, next, StatusText.Number(checker, "failures") > 0 ? Tone.Warning : Tone.Plain);
        }
        WriteResults(page, checker, now);
    }

    private static void WriteResults(Page page, JsonElement checker, DateTimeOffset now)
    {
        JsonElement[] results = [.. StatusText.List(checker, "results")];
        if (results.Length == 0)
        {
            page.Item(4, "", 0, "no check has ended yet", Tone.Faint);
            return;
        }
        foreach (JsonElement result in results)
        {
            string clock = StatusText.Clock(now, StatusText.Number(result, "ms_ago"));
            string took = StatusText.Took(StatusText.Number(result, "took_us"));
            string url = StatusText.Text(result, "url");
            bool ok = StatusText.Flag(result, "ok");
            page.Item(4, $"{clock}  {took,9}", clock.Length + 13,
                (url.Length > 0 ? url + ": " : "") + StatusText.Text(result, "text"),
                ok ? Tone.Good : Tone.Bad, Tone.Faint);
        }
    }

    private static string Rule(JsonElement checker, bool isUp)
    {
        long retries = StatusText.Number(checker, "retries");
        if (!StatusText.Flag(checker, "probes"))
        {
            return "told when the number in the file changes";
        }
        string every = $"every {StatusText.Span(StatusText.Number(checker, "delay_loop_ms"))}";
        string limit = checker.TryGetProperty("timeout_ms", out _)
            ? $", each at most {StatusText.Span(StatusText.Number(checker, "timeout_ms"))}" : "";
        string again = $", asked again after {StatusText.Span(StatusText.Number(checker, "delay_before_retry_ms"))}";
        long steps = StatusText.Number(checker, "steps", 1);
        string success = steps > 1
            ? string.Create(CultureInfo.InvariantCulture, $"when all {steps} URLs have succeeded") : "with one success";
        return every + limit + (isUp
            ? string.Create(CultureInfo.InvariantCulture,
                $"; down after {retries + 1} failure{(retries > 0 ? "s in a row" : "")}{(retries > 0 ? again : "")}")
            : $"; up {success}");
    }

    private static void WriteOutlook(Page page, JsonElement service, JsonElement server, JsonElement[] checkers)
    {
        (string If, string Then, Tone Tone)[] rows = [.. StatusText.List(server, "outlook")
            .Select(entry => (Supposed(entry, checkers), Then(service, server, entry, out Tone tone), tone))];
        if (rows.Length == 0)
        {
            return;
        }
        page.Line().Line("  " + page.Paint(Tone.Strong, "What would change it"));
        int width = rows.Max(static r => Page.Cells(r.If)) + 2;
        foreach ((string supposed, string then, Tone tone) in rows)
        {
            page.Item(4, supposed, width, then, tone);
        }
    }

    private static string Supposed(JsonElement entry, JsonElement[] checkers)
    {
        long index = StatusText.Number(entry, "checker");
        bool up = StatusText.Text(entry, "if") == "up";
        if (index < 0)
        {
            return "every checker succeeds";
        }
        JsonElement checker = checkers[index];
        long left = StatusText.Number(checker, "retries") + 1 - StatusText.Number(checker, "failures");
        return up ? $"{Name(checker)} succeeds" : string.Create(CultureInfo.InvariantCulture,
            $"{Name(checker)} fails {(left == 1 ? "once" : $"{left} times")}");
    }

    private static string Then(JsonElement service, JsonElement server, JsonElement entry, out Tone tone)
    {
        string state = StatusText.Text(entry, "state");
        bool changes = state != StatusText.Text(server, "state");
        bool has = StatusText.Flag(entry, "has_quorum");
        tone = !changes ? Tone.Plain : state == "up" ? Tone.Good : Tone.Bad;
        bool isSorry = StatusText.Flag(entry, "sorry_server");
        if (!changes)
        {
            return $"stays {state}: another checker is down";
        }
        bool hadQuorum = StatusText.Flag(service, "has_quorum");
        if (state == "up" && isSorry)
        {
            return "up, but the quorum stays lost: the sorry server serves";
        }
        return (entry.TryGetProperty("entry_weight", out _)
            ? string.Create(CultureInfo.InvariantCulture, $"{state}, weight {StatusText.Number(entry, "entry_weight")}")
            : server.TryGetProperty("wanted_weight", out _) ? $"{state}, its entry is removed"
            : $"{state}, without an entry as now")
            + (has == hadQuorum ? "" : has ? "; the quorum is gained" : "; the quorum is lost")
            + (has != hadQuorum && isSorry ? ": the sorry server serves" : "");
    }

    private static string Name(JsonElement checker)
        => $"{StatusText.Text(checker, "kind")} {StatusText.Text(checker, "target")}";

    private static string Place(JsonElement item)
        => $"{StatusText.Text(item, "file")}:{StatusText.Plain(StatusText.Number(item, "line"))}";
}
