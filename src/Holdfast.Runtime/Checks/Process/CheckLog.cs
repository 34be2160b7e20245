using System.Globalization;
using Holdfast.Config.Keepalived.Model;
using Holdfast.Primitives;
using Holdfast.Runtime.Logging;

namespace Holdfast.Runtime.Checks.Process;

/// <summary>What checkers find, in lines that operators of keepalived know; the reason stands behind.</summary>
internal static class CheckLog
{
    /// <summary>Logs a report.</summary>
    internal static void Write(Log log, KeepalivedModel model, in ServerReport report)
    {
        VirtualServerModel service = model.VirtualServers[report.Id.Service];
        RealServerModel server = service.RealServers[report.Id.Server];
        CheckerModel checker = server.Checkers[report.Id.Checker];
        switch (report.Kind)
        {
            case ServerReportKind.Up:
                log.Info($"{Subject(service, server, checker)} success.");
                break;
            case ServerReportKind.Down:
                log.Info($"{Subject(service, server, checker)} failed. ({report.Result})");
                break;
            case ServerReportKind.Failure:
                // As often as it is probed, when all failures are wanted.
                log.WriteRepeatable(LogLevel.Info, $"{Subject(service, server, checker)} failed. ({report.Result})");
                break;
            default:
                break;
        }
    }

    /// <summary>As the original names what is checked: [10.0.0.1]:tcp:80.</summary>
    internal static string Target(VirtualServerModel service, RealServerModel server, CheckerModel checker)
    {
        (IpAddress address, int port) = checker is NetworkCheckerModel network
            ? (network.Connection.Address, network.Connection.Port) : (server.Address, server.Port);
        return string.Create(CultureInfo.InvariantCulture, $"[{address}]:{service.ProtocolName}:{port}");
    }

    private static string Subject(VirtualServerModel service, RealServerModel server, CheckerModel checker)
        => checker is TcpCheckModel ? $"TCP connection to {Target(service, server, checker)}"
            : $"{checker.Keyword} on service {Target(service, server, checker)}";
}
