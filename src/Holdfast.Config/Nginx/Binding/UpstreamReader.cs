using System.Collections.Immutable;
using Holdfast.Config.Nginx.Model;
using Holdfast.Config.Nginx.Syntax;
using Holdfast.Config.Nginx.Values;

namespace Holdfast.Config.Nginx.Binding;

/// <summary>upstream blocks of http and of stream.</summary>
internal static class UpstreamReader
{
    private static readonly string[] s_methods = ["least_conn", "ip_hash", "hash", "random", "least_time", "sticky"];

    /// <summary>Reads a block.</summary>
    public static UpstreamModel Read(BindContext context, NginxDirective block)
    {
        var here = new SettingReader(block.Children, null);
        CheckMethods(context, block);
        NginxDirective? method = block.Children.LastOrDefault(
            static d => d.Spec is not null && s_methods.Contains(d.Name) && d.Name != "sticky");
        ImmutableArray<UpstreamServer> servers = [.. block.ChildrenOf("server")
            .Select(d => Server(context, d, method)).OfType<UpstreamServer>()];
        if (!block.ChildrenOf("server").Any())
        {
            context.Findings.Report(FindingCodes.Missing, block.EndOrder, block.Span, "no servers are inside upstream",
                block.File, EndLine(block), "an upstream needs a server line");
        }
        NginxDirective? keep = here.One("keepalive");
        if (keep is not null && (!NginxNumbers.TryNumber(keep[0], out long idle) || idle == 0))
        {
            context.Bad(keep, 0, $"invalid value \"{keep[0]}\" in \"keepalive\" directive");
        }
        CheckZone(context, here.One("zone"));
        CheckPrimary(context, block, servers);
        return new UpstreamModel
        {
            Name = block.Count > 0 ? block[0].ToLowerInvariant() : "",
            Servers = servers,
            Method = MethodOf(method),
            HashKey = method is { Name: "hash", Count: > 0 } ? context.Text(method, 0) : null,
            MethodWords = method is null ? [] : [.. method.Words.Skip(1).Select(static w => w.Text)],
            Sticky = here.Words("sticky"),
            Zone = here.Text("zone"),
            KeepAlive = keep is null ? null : here.Number("keepalive", 32),
            KeepAliveRequests = here.Number("keepalive_requests", 1000),
            KeepAliveTime = here.Time("keepalive_time", TimeSpan.FromHours(1)),
            KeepAliveTimeout = here.Time("keepalive_timeout", TimeSpan.FromSeconds(60)),
            Resolver = LineReaders.Resolver(here.One("resolver")),
            Span = block.Span,
        };
    }

    /// <summary>The line where a block ends, as far as its last directive shows it.</summary>
    internal static int EndLine(NginxDirective block) => block.CloseLine > 0 ? block.CloseLine : block.EndLine;

    private static UpstreamMethod MethodOf(NginxDirective? method) => method?.Name switch
    {
        "least_conn" => UpstreamMethod.LeastConnections,
        "ip_hash" => UpstreamMethod.IpHash,
        "hash" when method is { Count: 2 } => UpstreamMethod.ConsistentHash,
        "hash" => UpstreamMethod.Hash,
        "random" when method is { Count: > 0 } => UpstreamMethod.RandomTwo,
        "random" => UpstreamMethod.Random,
        "least_time" => UpstreamMethod.LeastTime,
        _ => UpstreamMethod.RoundRobin,
    };

    private static void CheckMethods(BindContext context, NginxDirective block)
    {
        NginxDirective? first = null;
        foreach (NginxDirective directive in block.Children.Where(
            static d => d.Spec is not null && s_methods.Contains(d.Name) && d.Name != "sticky"))
        {
            if (first is not null)
            {
                context.Findings.Report(FindingCodes.Ignored, directive, directive.Span,
                    "load balancing method redefined", "the last one counts");
            }
            first = directive;
            string? bad = directive.Name switch
            {
                "hash" when directive.Count == 2 && directive[1] != "consistent" => directive[1],
                "random" when directive.Count > 0 && directive[0] != "two" => directive[0],
                "random" when directive.Count > 1 && directive[1] is not "least_conn"
                    && !directive[1].StartsWith("least_time", StringComparison.Ordinal) => directive[1],
                "least_time" when directive[0] is not ("header" or "last_byte" or "connect" or "first_byte") =>
                    directive[0],
                _ => null,
            };
            if (bad is not null)
            {
                context.Bad(directive, directive.Count - 1, $"invalid parameter \"{bad}\"");
            }
        }
    }

    /// <summary>Backups alone are no upstream.</summary>
    private static void CheckPrimary(
        BindContext context, NginxDirective block, ImmutableArray<UpstreamServer> servers)
    {
        if (!servers.IsEmpty && servers.All(static s => s.IsBackup) && block.Parent is { } around)
        {
            string message = $"no servers in upstream \"{block[0]}\"";
            context.Findings.ReportLater(FindingCodes.Missing, around.EndOrder, block.Span, message,
                message + Findings.Place(block.File, block.EndLine), "one at least is no backup");
        }
    }

    private static void CheckZone(BindContext context, NginxDirective? zone)
    {
        if (zone is { Count: > 0 } && zone[0].Length == 0)
        {
            context.Bad(zone, 0, "invalid zone name \"\"");
        }
        else if (zone is { Count: 1, Parent.Parent: { } around } && !around.ChildrenOf("upstream")
            .SelectMany(static u => u.ChildrenOf("zone")).Any(z => z.Count == 2 && z[0] == zone[0]))
        {
            string message = $"zero size shared memory zone \"{zone[0]}\"";
            context.Findings.ReportLater(FindingCodes.Missing, around.EndOrder + 1, zone.Span, message, message,
                "give it a size, such as 64k");
        }
        else if (zone is { Count: 2 } && !NginxNumbers.TrySize(zone[1], out _))
        {
            context.Bad(zone, 1, $"invalid zone size \"{zone[1]}\"");
        }
        else if (zone is { Count: 2 } && NginxNumbers.TrySize(zone[1], out long bytes) && bytes < 32 << 10)
        {
            context.Bad(zone, 1, $"zone \"{zone[0]}\" is too small", "it needs 32k at least");
        }
    }

    private static UpstreamServer? Server(BindContext context, NginxDirective directive, NginxDirective? method)
    {
        UpstreamServer server = new() { Written = directive[0], Host = "", Span = directive.Span };
        for (int i = 1; i < directive.Count; i++)
        {
            if (Parameter(server, directive[i]) is not { } next)
            {
                context.Bad(directive, i, $"invalid parameter \"{directive[i]}\"", null,
                    Text.NearestWord.Find(LineReaders.Split(directive[i]).Name, s_words));
                return null;
            }
            if (next.IsBackup && !server.IsBackup && method is { Name: "ip_hash" or "hash" or "random" }
                && method.Order < directive.Order)
            {
                context.Bad(FindingCodes.Conflict, directive, i,
                    $"balancing method does not support parameter \"{directive[i]}\"");
                return null;
            }
            server = next;
        }
        int port = Families.Of(directive) == "stream" ? 0 : 80;
        if (NginxAddress.Read(directive[0], port, isListen: false, hasUri: false, out NginxAddress address)
            is { } problem)
        {
            context.Bad(FindingCodes.BadAddress, directive, 0, $"{problem} in upstream \"{directive[0]}\"");
            return null;
        }
        context.CheckHost(directive, address, directive[0]);
        return server with { Host = address.Host, Port = address.Port, IsUnix = address.IsUnix };
    }

    private static UpstreamServer? Parameter(UpstreamServer server, string word)
    {
        (string name, string? value) = LineReaders.Split(word);
        bool isNumber = NginxNumbers.TryNumber(value, out long number) && number <= int.MaxValue;
        return (name, value) switch
        {
            ("weight", not null) when isNumber && number > 0 => server with { Weight = (int)number },
            ("max_fails", not null) when isNumber => server with { FailuresMax = (int)number },
            ("max_conns", not null) when isNumber => server with { ConnectionsMax = (int)number },
            ("fail_timeout", not null) when NginxTimes.TrySeconds(value, out TimeSpan time) =>
                server with { FailTimeout = time },
            ("slow_start", not null) when NginxTimes.TryMilliseconds(value, out TimeSpan time) =>
                server with { SlowStart = time },
            ("service", not null) => server with { Service = value },
            ("route", not null) => server with { Route = value },
            ("backup", null) => server with { IsBackup = true },
            ("down", null) => server with { IsDown = true },
            ("resolve", null) => server with { Resolves = true },
            ("drain", null) => server with { IsDraining = true },
            _ => null,
        };
    }

    private static readonly string[] s_words =
    [
        "weight", "max_fails", "max_conns", "fail_timeout", "slow_start", "service", "route", "backup", "down",
        "resolve", "drain",
    ];
}
