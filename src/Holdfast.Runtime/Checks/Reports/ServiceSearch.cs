using System.Collections.Immutable;
using System.Globalization;
using Holdfast.Config.Keepalived.Model;
using Holdfast.Config.Text;
using Holdfast.Primitives;

namespace Holdfast.Runtime.Checks.Reports;

/// <summary>A virtual server and one of its real servers, or why there is none.</summary>
/// <param name="Service">0-based index of the virtual server; −1: none was found.</param>
/// <param name="Server">0-based index of the real server; −1: all.</param>
/// <param name="Error">Why none was found; null: one was.</param>
internal readonly record struct ServiceFound(int Service, int Server, string? Error = null);

/// <summary>Finds a virtual server and a real server by the names that people have for them.</summary>
/// <remarks>
/// <c>10.0.0.1 80</c> as in the file, <c>10.0.0.1:80</c>, <c>[10.0.0.1]:tcp:80</c> as in the log, the address alone
/// where that says it, the name of a group with or without <c>group</c>, <c>fwmark 5</c>, <c>FWM 5</c>.
/// </remarks>
internal static class ServiceSearch
{
    /// <summary>Finds what the words name: a virtual server, then a real server or nothing.</summary>
    internal static ServiceFound Find(KeepalivedModel model, IReadOnlyList<string> words)
    {
        if (model.VirtualServers.IsEmpty)
        {
            return new(-1, -1, "no virtual_server is configured");
        }
        string? ambiguous = null;
        bool isExact = false;
        // The longest name first, so that "10.0.0.1 80" is not the address with a real server 80.
        for (int count = words.Count; count > 0; count--)
        {
            string name = string.Join(' ', words.Take(count));
            int[] found = Matches(model.VirtualServers, static (v, name) => NamesOf(v).Contains(name), name);
            if (found.Length == 1)
            {
                return FindServer(model, found[0], string.Join(' ', words.Skip(count)));
            }
            if (found.Length > 1)
            {
                IEnumerable<string> names = found.Select(i => model.VirtualServers[i].Name);
                isExact |= count == words.Count;
                ambiguous ??= $"'{name}' may be any of {string.Join(", ", names)}";
            }
        }
        string unknown = Unknown("virtual_server", string.Join(' ', words),
            model.VirtualServers.Select(static v => v.Name), model.VirtualServers.SelectMany(static v => NamesOf(v)),
            out bool isNear);
        return new(-1, -1, isNear && !isExact ? unknown : ambiguous ?? unknown);
    }

    private static ServiceFound FindServer(KeepalivedModel model, int service, string name)
    {
        VirtualServerModel virtualServer = model.VirtualServers[service];
        if (name.Length == 0)
        {
            return new(service, -1);
        }
        int[] found = Matches(
            virtualServer.RealServers, (r, word) => NamesOf(virtualServer, r).Contains(word), name);
        if (found.Length == 1)
        {
            return new(service, found[0]);
        }
        string[] all = [.. virtualServer.RealServers.Select(static r => ChecksStatus.Endpoint(r.Address, r.Port))];
        return new(-1, -1, found.Length > 1
            ? $"'{name}' may be any of {string.Join(", ", found.Select(i => all[i]))}"
            : Unknown($"real_server of {virtualServer.Name}", name, all,
                virtualServer.RealServers.SelectMany(r => NamesOf(virtualServer, r)), out _));
    }

    private static int[] Matches<T>(ImmutableArray<T> items, Func<T, string, bool> isMeant, string name)
    {
        string lower = name.ToLowerInvariant();
        return [.. Enumerable.Range(0, items.Length).Where(i => isMeant(items[i], lower))];
    }

    private static HashSet<string> NamesOf(VirtualServerModel service)
    {
        ServiceTarget target = service.Target;
        string[] names = target.Group is { } group ? [$"group {group}", group, $"[{group}]"]
            : target.Mark != 0 ? [$"fwmark {Number(target.Mark)}", $"fwm {Number(target.Mark)}", Number(target.Mark)]
            : [
                .. Endpoints(target.Address, target.Port),
                $"[{target.Address}]:{service.ProtocolName}:{Number(target.Port)}",
                $"{target.Address} {Number(target.Port)} {service.ProtocolName}",
                $"{service.ProtocolName} {ChecksStatus.Endpoint(target.Address, target.Port)}",
            ];
        return [.. names.Append(service.Name).Select(static n => n.ToLowerInvariant())];
    }

    private static HashSet<string> NamesOf(VirtualServerModel service, RealServerModel server)
        => [.. Endpoints(server.Address, server.Port)
            .Append(service.Endpoint(server.Address, server.Port)).Select(static n => n.ToLowerInvariant())];

    private static string[] Endpoints(IpAddress address, int port) =>
    [
        address.ToString(), $"{address} {Number(port)}", $"{address}:{Number(port)}", $"[{address}]:{Number(port)}",
    ];

    private static string Unknown(
        string what, string name, IEnumerable<string> all, IEnumerable<string> spellings, out bool isNear)
    {
        string? nearest = NearestWord.Find(name.ToLowerInvariant(), spellings);
        isNear = nearest is not null;
        string[] known = [.. all];
        const int Few = 8;
        return $"there is no {what} '{name}'" + (nearest is not null ? $"; did you mean '{nearest}'?"
            : known.Length <= Few ? $"; there is {string.Join(", ", known)}" : "");
    }

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);
}
