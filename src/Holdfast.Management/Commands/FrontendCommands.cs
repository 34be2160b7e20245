using Holdfast.Config.HAProxy.Syntax;
using Holdfast.Management.Cli;
using Holdfast.Proxy.Engine;
using Holdfast.Proxy.Running;

namespace Holdfast.Management.Commands;

/// <summary>Commands that change frontends, and limits of the process.</summary>
internal static class FrontendCommands
{
    private const int KiloByte = 1024;

    private const string Rates = """
        'set rate-limit' only supports :
           - 'connections global' to set the per-process maximum connection rate
           - 'sessions global' to set the per-process maximum session rate
           - 'ssl-sessions global' to set the per-process maximum SSL session rate
           - 'http-compression global' to set the per-process maximum compression speed in kB/s

        """;

    internal static IEnumerable<CliCommand> All(ManagedProcess process)
    {
        CliCommand Of(string name, string arguments, string purpose, int word,
            Func<CliRequest, ManagedProxy, IEnumerable<string>> action) => CliCommand.Of(name, arguments, purpose,
                request => Targets.WithFrontend(process, request, word, proxy => action(request, proxy)))
                with { Level = CliLevel.Admin };

        yield return Of("disable frontend", "<frontend>", "take no more clients for now", 2,
            (request, proxy) => proxy.Frontend!.Status switch
            {
                FrontendStatus.Paused => request.Notice("All sockets are already disabled.\n"),
                FrontendStatus.Stopped => request.Error("Frontend was previously shut down, cannot disable.\n"),
                _ => Set(process, proxy, FrontendStatus.Paused),
            });
        yield return Of("enable frontend", "<frontend>", "take clients again", 2,
            (request, proxy) => proxy.Frontend!.Status switch
            {
                FrontendStatus.Open => request.Notice("All sockets are already enabled.\n"),
                FrontendStatus.Stopped => request.Error("Frontend was previously shut down, cannot enable.\n"),
                _ => Set(process, proxy, FrontendStatus.Open),
            });
        yield return Of("shutdown frontend", "<frontend>", "take no clients any more", 2,
            (request, proxy) => proxy.Frontend!.Status == FrontendStatus.Stopped
                ? request.Error("Frontend was already shut down.\n") : Set(process, proxy, FrontendStatus.Stopped));
        yield return Of("set maxconn frontend", "<frontend> <value>", "change how many clients a frontend has", 3,
            static (request, proxy) => SetMax(request, proxy));
        yield return CliCommand.Of("set maxconn global", "<value>", "change how many clients the process has",
            request => SetWhole(process, request)) with { Level = CliLevel.Admin };
        yield return CliCommand.Of("set rate-limit", "<setting> <value>", "change how much a second is allowed",
            request => SetRate(process, request)) with { Level = CliLevel.Admin };
    }

    private static IEnumerable<string> Set(ManagedProcess process, ManagedProxy proxy, FrontendStatus status)
    {
        process.Engine.SetStatus(proxy.Frontend!, status);
        return CliRequest.Done;
    }

    private static IEnumerable<string> SetMax(CliRequest request, ManagedProxy proxy)
    {
        if (request[4].Length == 0)
        {
            return request.Error("Integer value expected.\n");
        }
        long max = Units.Atol(request[4]);
        if (max is < 0 or > int.MaxValue)
        {
            return request.Error("Value out of range.\n");
        }
        proxy.Frontend!.Limit.SetMax((int)max);
        return CliRequest.Done;
    }

    private static IEnumerable<string> SetWhole(ManagedProcess process, CliRequest request)
    {
        if (request[3].Length == 0)
        {
            return request.Error("Expects an integer value.\n");
        }
        long max = Units.Atol(request[3]);
        int hard = process.Model.Global.MaxConnections ?? int.MaxValue;
        if (max < 0 || max > hard)
        {
            return request.Error("Value out of range.\n");
        }
        process.Engine.State.Whole.SetMax(max == 0 ? hard : (int)max);
        return CliRequest.Done;
    }

    private static IEnumerable<string> SetRate(ManagedProcess process, CliRequest request)
    {
        RateLimits rates = process.Engine.State.Rates;
        SessionRateLimit? limit = request[2] switch
        {
            "connections" => rates.Connections,
            "sessions" => rates.Sessions,
            "ssl-sessions" => rates.Tls,
            _ => null,
        };
        if ((limit is null && request[2] != "http-compression") || request[3] != "global")
        {
            return request.Error(Rates);
        }
        if (request[4].Length == 0)
        {
            return request.Error("Expects an integer value.\n");
        }
        long value = Units.Atol(request[4]);
        if (value is < 0 or > int.MaxValue)
        {
            return request.Error("Value out of range.\n");
        }
        if (limit is null)
        {
            process.Engine.State.Compression.BytesPerSecondMax = value * KiloByte;
        }
        limit?.SetMax((int)value);
        return CliRequest.Done;
    }
}
