using System.Collections.Immutable;
using System.Globalization;
using Holdfast.Config.Keepalived.Model;

namespace Holdfast.Config.Keepalived.Planning;

/// <summary>What a reload does to virtual servers, their real servers and checkers.</summary>
internal static class ServicePlanner
{
    private const string Dropped = "packets of open connections are dropped";

    /// <summary>One item for each virtual server of both configurations.</summary>
    public static IEnumerable<PlannedItem> Plan(
        ImmutableArray<VirtualServerModel> before, ImmutableArray<VirtualServerModel> now)
    {
        Dictionary<string, Queue<VirtualServerModel>> left = [];
        foreach (VirtualServerModel old in before)
        {
            (left.TryGetValue(old.Name, out Queue<VirtualServerModel>? queue) ? queue : left[old.Name] = new())
                .Enqueue(old);
        }
        foreach (VirtualServerModel service in now)
        {
            if (!left.TryGetValue(service.Name, out Queue<VirtualServerModel>? queue)
                || !queue.TryDequeue(out VirtualServerModel? old))
            {
                string count = Count(service.RealServers.Length);
                yield return new(PlannedSubject.VirtualServer, service.Name, PlannedVerdict.Added, service.Alpha
                    ? $"begins with {count}, each down until a check succeeds"
                    : $"begins with {count}, each up until a check fails");
                continue;
            }
            ImmutableArray<PlannedChange> changes =
                [.. ServiceFields.Service.Compare(old, service), .. Servers(old, service)];
            yield return new(PlannedSubject.VirtualServer, service.Name,
                changes.IsEmpty ? PlannedVerdict.Unchanged : PlannedVerdict.Changed, "") { Changes = changes };
        }
        foreach (VirtualServerModel gone in left.Values.SelectMany(static queue => queue))
        {
            yield return new(PlannedSubject.VirtualServer, gone.Name, PlannedVerdict.Removed,
                $"removed with {Count(gone.RealServers.Length)}; {Dropped}");
        }
    }

    private static IEnumerable<PlannedChange> Servers(VirtualServerModel before, VirtualServerModel now)
    {
        Dictionary<string, Queue<RealServerModel>> left = [];
        foreach (RealServerModel old in before.RealServers)
        {
            string name = Name(old);
            (left.TryGetValue(name, out Queue<RealServerModel>? queue) ? queue : left[name] = new()).Enqueue(old);
        }
        foreach (RealServerModel server in now.RealServers)
        {
            string name = Name(server);
            if (!left.TryGetValue(name, out Queue<RealServerModel>? queue)
                || !queue.TryDequeue(out RealServerModel? old))
            {
                yield return new("real_server", null, $"{name} weight {ModelText.Number(server.Weight)}",
                    server.Checkers.Any(static c => c.Timing.Alpha)
                        ? "gets connections after its first good check" : "gets new connections at once");
                continue;
            }
            string prefix = $"real_server {name} ";
            foreach (PlannedChange change in ServiceFields.Server.Compare(old, server).Concat(Checkers(old, server)))
            {
                yield return change with { Keyword = prefix + change.Keyword };
            }
        }
        foreach (RealServerModel gone in left.Values.SelectMany(static queue => queue))
        {
            yield return new("real_server", Name(gone), null, $"removed; {Dropped}");
        }
    }

    private static IEnumerable<PlannedChange> Checkers(RealServerModel before, RealServerModel now)
    {
        Dictionary<string, CheckerModel> left = Numbered(before);
        foreach ((string name, CheckerModel checker) in Numbered(now))
        {
            if (!left.Remove(name, out CheckerModel? old))
            {
                yield return new(name, null, "added", Anew(checker));
                continue;
            }
            Dictionary<string, string> values = CheckerWords.Of(old).ToDictionary();
            foreach ((string word, string value) in CheckerWords.Of(checker))
            {
                if (!values.Remove(word, out string? from) || from != value)
                {
                    yield return new($"{name} {word}", Shown(from), Shown(value), Anew(checker));
                }
            }
            foreach ((string word, string value) in values)
            {
                yield return new($"{name} {word}", Shown(value), Shown(null), Anew(checker));
            }
        }
        foreach (string name in left.Keys)
        {
            yield return new(name, "removed", null, "does not count any more");
        }
    }

    private static string Anew(CheckerModel checker)
        => "the check starts anew: " + (checker.Timing.Alpha ? "down until it succeeds" : "up until it fails");

    /// <summary>Checkers by their keyword; the second of a kind has a number.</summary>
    private static Dictionary<string, CheckerModel> Numbered(RealServerModel server)
    {
        Dictionary<string, CheckerModel> all = [];
        foreach (CheckerModel checker in server.Checkers)
        {
            string name = checker.Keyword;
            for (int number = 2; !all.TryAdd(name, checker); number++)
            {
                name = string.Create(CultureInfo.InvariantCulture, $"{checker.Keyword} ({number})");
            }
        }
        return all;
    }

    private static string Name(RealServerModel server) => $"{server.Address} {ModelText.Number(server.Port)}";

    private static string Shown(string? value) => string.IsNullOrEmpty(value) ? "(none)" : value;

    private static string Count(int servers)
        => string.Create(CultureInfo.InvariantCulture, $"{servers} real server{(servers == 1 ? "" : "s")}");
}
