using System.Collections;
using System.Globalization;
using Holdfast.Management.Cli;
using Holdfast.Proxy.Upstreams;

namespace Holdfast.Management.Commands;

/// <summary>Commands that only look: lists of backends and servers, the environment, what the original lists.</summary>
internal static class ReportCommands
{
    internal static IEnumerable<CliCommand> All(ManagedProcess process)
    {
        yield return CliCommand.Of("show version", "", "version of this process",
            request => request.Info(process.Identity.Version + "\n"));
        yield return CliCommand.Of("show backend", "", "names of all backends",
            _ => process.Proxies.Where(static one => one.Backend is not null).Select(static one => one.Name + "\n")
                .Prepend("# name\n"));
        yield return CliCommand.Of("show env", "[var]", "variables of the environment", ShowEnvironment)
            with { Level = CliLevel.Operator };
        yield return CliCommand.Of("show servers state", "[<backend>]", "state of servers, as state files have it",
            request => OfBackend(process, request, ServerStateLines.All(process)));
        yield return CliCommand.Of("show servers conn", "[<backend>]", "connections to servers",
            request => OfBackend(process, request, Connections(process)));
        yield return CliCommand.Of("show cli sockets", "", "where this interface listens",
            _ => process.Model.Global.StatsSockets.SelectMany(static bind => bind.Endpoints.Select(
                endpoint => $"{SocketName.Of(endpoint)} {bind.Level} all\n")).Prepend("# socket lvl processes\n"));
        yield return CliCommand.Of("show startup-logs", "", "messages of the start",
            static _ => CliRequest.Text("\n"));
        yield return CliCommand.Of("show resolvers", "[id]", "questions to name servers",
            static request => request[2].Length == 0 ? CliRequest.Done
                : request.Error("Can't find that resolvers section\n"));
        yield return CliCommand.Of("show peers", "[dict|-] [section]", "peers", static _ => CliRequest.Done);
        yield return CliCommand.Of("show cache", "", "the cache", static _ => CliRequest.Done);
        yield return CliCommand.Of("show events", "[<sink>]", "where events of the process go: nowhere",
            static _ => CliRequest.Text("Supported events sinks are listed below. "
                + "Add -w(wait), -n(new). Any key to stop\n")) with { Level = CliLevel.Operator };
        yield return CliCommand.Of("show profiling", "", "what is measured of the process: nothing",
            static _ => CliRequest.Text("Per-task CPU profiling              : off\n"
                + "Memory usage profiling              : off\n")) with { Level = CliLevel.Operator };
        yield return CliCommand.Of("show libs", "", "libraries and where they are",
            static _ => HostReport.Libraries()) with { Level = CliLevel.Operator };
        yield return CliCommand.Of("show fd", "[num]", "descriptors that are open",
            request => HostReport.Descriptors(process, request)) with { Level = CliLevel.Operator };
        yield return CliCommand.Of("show activity", "", "work of each thread",
            _ => CliRequest.Text(ActivityReport.Text(process))) with { Level = CliLevel.Operator };
        yield return CliCommand.Of("show threads", "", "the threads",
            _ => CliRequest.Text(ActivityReport.Threads(process))) with { Level = CliLevel.Operator };
        yield return CliCommand.Of("show pools", "", "memory",
            _ => CliRequest.Text(ActivityReport.Pools())) with { Level = CliLevel.Operator };
    }

    private static IEnumerable<string> OfBackend(
        ManagedProcess process, CliRequest request,
        (string Header, Func<ManagedProxy, IEnumerable<string>> Lines) report)
    {
        IEnumerable<ManagedProxy> proxies = process.Proxies.Where(static one => one.Backend is not null);
        if (request[3].Length > 0)
        {
            if (process.FindBackend(request[3]) is not { } proxy)
            {
                return request.Error("Can't find backend.\n");
            }
            proxies = [proxy];
        }
        return proxies.SelectMany(report.Lines).Prepend(report.Header);
    }

    private static (string, Func<ManagedProxy, IEnumerable<string>>) Connections(ManagedProcess process)
    {
        int loops = process.Engine.State.Options.ThreadCount;
        string header = string.Create(CultureInfo.InvariantCulture,
            $"# bkname/svname bkid/svid addr port - purge_delay "
            + $"used_cur used_max need_est unsafe_nb safe_nb idle_lim idle_cur idle_per_thr[{loops}]\n");
        return (header, proxy => proxy.Backend!.Servers.Select(server => Line(proxy, server, loops)));
    }

    /// <summary>Idle connections are not counted for each thread: the first one is said to have them.</summary>
    private static string Line(ManagedProxy proxy, Server server, int loops)
    {
        int used = server.Balanced.Served;
        int idle = Math.Max(0, server.ConnectionCount - used);
        string others = string.Concat(Enumerable.Repeat(" 0", Math.Max(0, loops - 1)));
        return string.Create(CultureInfo.InvariantCulture,
            $"{proxy.Name}/{server.Options.Name} {proxy.Id}/{server.Balanced.Settings.Id} "
            + $"{server.Options.Endpoint.Address} {server.Options.Endpoint.Port} - 5000 {used} "
            + $"{server.Counters.SessionsMax} {used} 0 {idle} -1 {idle} {idle}{others}\n");
    }

    private static IEnumerable<string> ShowEnvironment(CliRequest request)
    {
        string name = request[2];
        if (name.Length > 0)
        {
            return Environment.GetEnvironmentVariable(name) is { } value ? CliRequest.Text($"{name}={value}\n")
                : request.Error("Variable not found\n");
        }
        return Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
            .Select(static one => $"{one.Key}={one.Value}\n");
    }
}
