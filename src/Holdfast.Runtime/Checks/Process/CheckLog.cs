using System.Globalization;
using Holdfast.Config.Keepalived.Model;
using Holdfast.Primitives;
using Holdfast.Runtime.Logging;

namespace Holdfast.Runtime.Checks.Process;

/// <summary>What checkers find, in lines that operators of keepalived know; the reason stands behind.</summary>
internal static class CheckLog
{
    /// <summary>Logs a report.</summary>
    /// <param name="log">Where to.</param>
    /// <param name="model">The configuration.</param>
    /// <param name="report">The report.</param>
    /// <param name="wasDown">Whether the checker counted as down before it: then nothing was tried again.</param>
    internal static void Write(Log log, KeepalivedModel model, in ServerReport report, bool wasDown)
    {
        VirtualServerModel service = model.VirtualServers[report.Id.Service];
        RealServerModel server = service.RealServers[report.Id.Server];
        CheckerModel checker = server.Checkers[report.Id.Checker];
        string target = Target(service, server, checker);
        switch (report.Kind)
        {
            case ServerReportKind.Up:
                log.Info(checker switch
                {
                    HttpCheckModel => $"Remote Web server {target} succeed on service.",
                    SmtpCheckModel => $"Remote SMTP server {target} succeed on service.",
                    _ => $"{Subject(service, server, checker)} success.",
                });
                break;
            case ServerReportKind.Down:
                int retries = wasDown ? 0 : checker.Timing.Retries;
                string after = retries == 0 ? ""
                    : string.Create(CultureInfo.InvariantCulture, $" after {retries} retries");
                log.Info($"{Word(checker)} on service {target} failed{after}. ({report.Result})");
                break;
            case ServerReportKind.Failure:
                // As often as it is probed, when all failures are wanted.
                log.WriteRepeatable(LogLevel.Info, $"{Subject(service, server, checker)} failed. ({report.Result})");
                break;
            default:
                break;
        }
    }

    /// <summary>Logs that <c>ha_suspend</c> holds the checkers of a virtual server, or lets them go on.</summary>
    internal static void WriteSuspension(Log log, VirtualServerModel service, bool isSuspended)
    {
        foreach (RealServerModel server in service.RealServers)
        {
            foreach (CheckerModel checker in server.Checkers)
            {
                log.Info($"{(isSuspended ? "Suspending" : "Activating")} healthchecker for service "
                    + $"{Target(service, server, checker)} for VS {service.Name}");
            }
        }
    }

    /// <summary>As the original names what is checked: [10.0.0.1]:tcp:80.</summary>
    internal static string Target(VirtualServerModel service, RealServerModel server, CheckerModel checker)
    {
        (IpAddress address, int port) = checker is NetworkCheckerModel network
            ? (network.Connection.Address, network.Connection.Port) : (server.Address, server.Port);
        return string.Create(CultureInfo.InvariantCulture, $"[{address}]:{service.ProtocolName}:{port}");
    }

    private static string Word(CheckerModel checker) => checker switch
    {
        HttpCheckModel => "HTTP_CHECK",
        PingCheckModel => "ICMP CHECK",
        _ => checker.Keyword,
    };

    private static string Subject(VirtualServerModel service, RealServerModel server, CheckerModel checker)
    {
        string target = Target(service, server, checker);
        return checker switch
        {
            TcpCheckModel => $"TCP connection to {target}",
            UdpCheckModel => $"UDP connection to {target}",
            PingCheckModel => $"ICMP connection to {target}",
            DnsCheckModel => $"DNS_CHECK ({target})",
            MiscCheckModel misc => $"Misc check for [{target} VS {service.Name}] by [{misc.Command.Arguments[0]}]",
            _ => $"{Word(checker)} on service {target}",
        };
    }
}
