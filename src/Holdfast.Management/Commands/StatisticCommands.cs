using Holdfast.Config.HAProxy.Syntax;
using Holdfast.Management.Cli;
using Holdfast.Management.Statistics;
using Holdfast.Proxy.Counters;

namespace Holdfast.Management.Commands;

/// <summary>Commands that show and clear counters.</summary>
internal static class StatisticCommands
{
    internal static IEnumerable<CliCommand> All(ManagedProcess process) =>
    [
        CliCommand.Of("show stat", "[desc|json|no-maint|typed|up]*", "what was counted of proxies and servers",
            request => ShowStat(process, request)),
        CliCommand.Of("show info", "[desc|json|typed|float]*", "facts of the process",
            request => ShowInfo(process, request)),
        CliCommand.Of("show schema json", "", "JSON schema of statistics",
            static _ => CliRequest.Text(JsonSchema.Text)),
        CliCommand.Of("clear counters", "[all]", "begin maxima anew, or all counters",
            request => Clear(process, request)),
    ];

    private static IEnumerable<string> ShowStat(ManagedProcess process, CliRequest request)
    {
        int next = 2;
        if (request[2] == "domain")
        {
            if (request[3] != "proxy")
            {
                return request.Error("Invalid statistics domain.\n");
            }
            next = 4;
        }
        var filter = new StatisticFilter();
        if (request.Words.Length >= next + 3)
        {
            int id = (int)Units.Atol(request[next]);
            if (id == 0 && request[next] != "0")
            {
                if (process.FindProxy(request[next]) is not { } proxy)
                {
                    return request.Error("No such proxy.\n");
                }
                id = proxy.Id;
            }
            filter = filter with
            {
                ProxyId = id,
                Kinds = (int)Units.Atol(request[next + 1]),
                ServerId = (int)Units.Atol(request[next + 2]),
            };
            next += 3;
        }
        string form = "csv";
        bool hasMeaning = false;
        foreach (string word in request.Words.Skip(next))
        {
            form = word is "typed" or "json" ? word : form;
            hasMeaning |= word == "desc";
            filter = filter with
            {
                OnlyUp = filter.OnlyUp || word == "up",
                HidesMaintenance = filter.HidesMaintenance || word == "no-maint",
            };
        }
        return StatisticReport.Of(StatisticRows.Of(process, filter), form, hasMeaning);
    }

    private static IEnumerable<string> ShowInfo(ManagedProcess process, CliRequest request)
    {
        HashSet<string> words = [.. request.Words.Skip(2)];
        InfoItems items = InfoItems.Of(process, words.Contains("float"));
        return CliRequest.Text(words.Contains("json") ? items.Json()
            : words.Contains("typed") ? items.Typed(words.Contains("desc")) : items.Plain(words.Contains("desc")));
    }

    private static IEnumerable<string> Clear(ManagedProcess process, CliRequest request)
    {
        bool clearsAll = request[2] == "all";
        if (request.Refuse(clearsAll ? CliLevel.Admin : CliLevel.Operator) is { } refused)
        {
            return refused;
        }
        foreach (ManagedProxy proxy in process.Proxies)
        {
            IEnumerable<CounterSet?> sets =
            [
                proxy.Frontend?.Counters, proxy.Backend?.Counters,
                .. proxy.Backend?.Servers.Select(static one => one.Counters) ?? [],
            ];
            foreach (CounterSet counters in sets.OfType<CounterSet>())
            {
                if (clearsAll)
                {
                    counters.Clear();
                }
                else
                {
                    counters.ClearMaxima();
                }
            }
        }
        return CliRequest.Done;
    }
}
