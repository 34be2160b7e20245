using System.Globalization;
using System.Text.Json;
using Holdfast.Terminal;

namespace Holdfast.Commands;

/// <summary>Virtual servers in the status: a line for each, its real servers below.</summary>
internal static class ServicesView
{
    private const int ServersMax = 8;

    /// <summary>Puts them on a page.</summary>
    /// <param name="page">The page.</param>
    /// <param name="checks">The object <c>checks</c> of a status.</param>
    /// <param name="full">Whether all servers and their checkers are shown.</param>
    internal static void Write(Page page, JsonElement checks, bool full)
    {
        var columns = new Columns(
            "virtual server", "state", "weight", "via", "act", "inact", "since", "");
        bool any = false;
        foreach (JsonElement service in StatusText.List(checks, "services"))
        {
            any = true;
            AddService(columns, service);
            AddServers(columns, service, full);
        }
        page.Line();
        if (any)
        {
            columns.WriteTo(page);
        }
        WriteProblems(page, checks);
        if (full)
        {
            WriteStatistics(page, checks);
        }
    }

    /// <summary>"TCP_CHECK 10.0.0.2:80: connection refused", of the first checker that is down.</summary>
    internal static string Why(JsonElement server)
    {
        foreach (JsonElement checker in StatusText.List(server, "checkers"))
        {
            if (StatusText.Text(checker, "state") == "down")
            {
                return $"{StatusText.Text(checker, "kind")} {StatusText.Text(checker, "target")}: " + Reason(checker);
            }
        }
        return "";
    }

    internal static string Method(JsonElement server) => StatusText.Text(server, "method");

    private static string Reason(JsonElement checker)
        => StatusText.Text(checker, "last_failure") is { Length: > 0 } failure ? failure
            : StatusText.Flag(checker, "known") ? "down" : "no check has ended yet (alpha)";

    private static void AddService(Columns columns, JsonElement service)
    {
        bool hasQuorum = StatusText.Flag(service, "has_quorum");
        JsonElement[] servers = [.. StatusText.List(service, "servers")];
        int up = servers.Count(static s => StatusText.Text(s, "state") == "up");
        long quorum = StatusText.Number(service, "quorum");
        bool hasSorry = service.TryGetProperty("sorry_server", out JsonElement sorry);
        string sorryNote = !hasSorry || !StatusText.Flag(sorry, "in_use") ? ""
            : $"; the sorry server {StatusText.Text(sorry, "address")} serves";
        bool suspended = StatusText.Flag(service, "suspended");
        string note = string.Create(CultureInfo.InvariantCulture, $"{up} of {servers.Length} up")
            + (quorum > 1 || !hasQuorum ? string.Create(CultureInfo.InvariantCulture, $", quorum {quorum}") : "")
            + sorryNote + (suspended ? "; not checked: its address is not here (ha_suspend)" : "");
        Tone tone = !hasQuorum ? Tone.Bad : up < servers.Length ? Tone.Warning : Tone.Plain;
        columns.Add(
            (StatusText.Text(service, "name"), Tone.Strong),
            hasQuorum ? ("up", Tone.Good) : ("no quorum", Tone.Bad),
            (StatusText.Plain(StatusText.Number(service, "weight_up")), Tone.Plain),
            (StatusText.Text(service, "scheduler"), Tone.Plain),
            (Sum(servers, sorry, "active"), Tone.Plain),
            (Sum(servers, sorry, "inactive"), Tone.Plain),
            ("", Tone.Plain),
            (note, tone));
    }

    private static void AddServers(Columns columns, JsonElement service, bool full)
    {
        int left = full ? int.MaxValue : ServersMax;
        int more = 0;
        foreach (JsonElement server in StatusText.List(service, "servers"))
        {
            bool isUp = StatusText.Text(server, "state") == "up";
            if (isUp && left-- <= 0)
            {
                more++;
                continue;
            }
            columns.Add(
                ("  " + StatusText.Text(server, "address"), Tone.Plain),
                isUp ? ("up", Tone.Good) : ("down", Tone.Bad),
                Weight(server, isUp),
                (Method(server), Tone.Plain),
                (Count(server, "active"), Tone.Plain),
                (Count(server, "inactive"), Tone.Plain),
                (server.TryGetProperty("since_ms", out _)
                    ? StatusText.Duration(StatusText.Number(server, "since_ms")) : "", Tone.Plain),
                (Note(server, isUp, StatusText.Flag(service, "has_quorum")), isUp ? Tone.Warning : Tone.Bad));
            if (full)
            {
                AddCheckers(columns, server);
            }
        }
        if (more > 0)
        {
            columns.Add((string.Create(CultureInfo.InvariantCulture, $"  and {more} more"), Tone.Faint),
                ("up", Tone.Good), ("", Tone.Plain), ("", Tone.Plain), ("", Tone.Plain), ("", Tone.Plain),
                ("", Tone.Plain), ("shown with --full", Tone.Faint));
        }
    }

    private static void AddCheckers(Columns columns, JsonElement server)
    {
        foreach (JsonElement checker in StatusText.List(server, "checkers"))
        {
            bool isUp = StatusText.Text(checker, "state") == "up";
            bool isKnown = StatusText.Flag(checker, "known");
            columns.Add(
                ("    " + StatusText.Text(checker, "kind"), Tone.Faint),
                (isKnown ? isUp ? "up" : "down" : isUp ? "up, new" : "down, new", isUp ? Tone.Faint : Tone.Bad),
                (StatusText.Number(checker, "weight_delta") is var delta and not 0 ? StatusText.Signed(delta) : "",
                    Tone.Faint),
                ("", Tone.Plain), ("", Tone.Plain), ("", Tone.Plain),
                (StatusText.Duration(StatusText.Number(checker, "since_ms")), Tone.Faint),
                (CheckerNote(checker), Tone.Faint));
        }
    }

    private static string CheckerNote(JsonElement checker)
    {
        string text = StatusText.Text(checker, "target");
        if (StatusText.Text(checker, "last") is { Length: > 0 } last)
        {
            text += $": {last} in {StatusText.Took(StatusText.Number(checker, "took_us"))}, "
                + $"{StatusText.Duration(StatusText.Number(checker, "last_ms_ago"))} ago";
        }
        if (StatusText.Number(checker, "failures") is > 0 and var failures)
        {
            text += string.Create(CultureInfo.InvariantCulture,
                $"; {failures} failed, {StatusText.Number(checker, "retries_left")} left");
        }
        return text + (StatusText.Flag(checker, "suspended") ? "; held by ha_suspend"
            : StatusText.Flag(checker, "running") ? "; under way"
            : checker.TryGetProperty("next_ms", out _)
                ? $"; next in {StatusText.Duration(StatusText.Number(checker, "next_ms"))}" : "");
    }

    private static string Note(JsonElement server, bool isUp, bool hasQuorum)
    {
        bool hasEntry = server.TryGetProperty("entry_weight", out _);
        bool isWanted = server.TryGetProperty("wanted_weight", out _);
        return isUp ? hasEntry ? "" : isWanted ? "up, but it is not in the plane" : hasQuorum ? ""
                : "up, but without quorum the sorry server serves"
            : Why(server) + (hasEntry ? " (stays with weight 0)" : "");
    }

    private static (string, Tone) Weight(JsonElement server, bool isUp)
    {
        long weight = StatusText.Number(server, "weight");
        long configured = StatusText.Number(server, "configured_weight");
        return weight == configured ? (StatusText.Plain(weight), isUp ? Tone.Plain : Tone.Faint)
            : (string.Create(CultureInfo.InvariantCulture, $"{weight}, file {configured}"), Tone.Warning);
    }

    private static string Count(JsonElement server, string name)
        => server.TryGetProperty(name, out _) ? StatusText.Plain(StatusText.Number(server, name)) : "";

    private static string Sum(JsonElement[] servers, JsonElement sorry, string name)
    {
        JsonElement[] all = [.. servers.Append(sorry)
            .Where(s => s.ValueKind == JsonValueKind.Object && s.TryGetProperty(name, out _))];
        return all.Length == 0 ? "" : StatusText.Plain(all.Sum(s => StatusText.Number(s, name)));
    }

    private static void WriteProblems(Page page, JsonElement checks)
    {
        string plane = StatusText.Text(checks, "plane");
        if (plane is not ("" or "ipvs"))
        {
            string reason = StatusText.Text(checks, "plane_reason");
            page.Line().Item(0, "", 0,
                $"carried out by the {plane} plane{(reason.Length > 0 ? $": {reason}" : "")}", Tone.Faint);
        }
        if (StatusText.Text(checks, "problem") is { Length: > 0 } problem)
        {
            page.Line().Item(0, "", 0, "✗ " + problem, Tone.Bad);
        }
        (string Text, Tone Tone)[] more =
        [
            .. StatusText.List(checks, "refused").Select(static r => (r.GetString()!, Tone.Bad)),
            .. StatusText.List(checks, "problems").Select(static p => (p.GetString()!, Tone.Warning)),
        ];
        if (more.Length > 0)
        {
            page.Line();
        }
        foreach ((string text, Tone tone) in more)
        {
            page.Item(0, "", 0, text, tone);
        }
    }

    private static void WriteStatistics(Page page, JsonElement checks)
    {
        if (!checks.TryGetProperty("statistics", out JsonElement statistics))
        {
            return;
        }
        page.Line().Item(0, "", 0, string.Create(CultureInfo.InvariantCulture,
            $"{Number("checkers")} checkers; {Number("started")} probes: {Number("succeeded")} succeeded, {Number(
                "failed")} failed, {Number("abandoned")} could not be made; started at most {StatusText.Took(
                Number("late_max_us"))} late"), Tone.Faint);

        long Number(string name) => StatusText.Number(statistics, name);
    }
}
