using Holdfast.Config.Keepalived.Model;
using Holdfast.Health.Services;

namespace Holdfast.Runtime.Checks.Notifications;

/// <summary>What is told of the report of one checker, after what it has changed in the service: pure.</summary>
/// <remarks>
/// A mail when the checker turned; of a script also its first result, as the original does. With
/// <c>no_checker_emails</c> only when the server turned, too.
/// </remarks>
internal static class CheckerNews
{
    /// <summary>What a report means.</summary>
    /// <param name="model">The configuration.</param>
    /// <param name="report">The report.</param>
    /// <param name="before">The service before it.</param>
    /// <param name="now">The service with it.</param>
    internal static IEnumerable<ServiceNote> Of(
        KeepalivedModel model, ServerReport report, ServiceState before, ServiceState now)
    {
        if (report.Kind is not (ServerReportKind.Up or ServerReportKind.Down))
        {
            yield break;
        }
        VirtualServerModel service = model.VirtualServers[report.Id.Service];
        RealServerModel server = service.RealServers[report.Id.Server];
        CheckerModel checker = server.Checkers[report.Id.Checker];
        bool isUp = report.Kind == ServerReportKind.Up;
        bool hasTurned = before.Servers[report.Id.Server].IsDown[report.Id.Checker] == isUp;
        bool serverHasTurned = before.Servers[report.Id.Server].IsUp != now.Servers[report.Id.Server].IsUp;
        if (!hasTurned && !isUp)
        {
            // It has begun as down (alpha), and its first check has failed: nothing changes, but now it is known.
            foreach (ServiceNote note in ServiceNews.OfServer(service, server, isUp: false))
            {
                yield return note;
            }
        }
        bool isScript = checker is MiscCheckModel;
        if (server.SmtpAlert && (hasTurned || isScript) && (serverHasTurned || !model.Global.Lvs.NoCheckerMails)
            && Text(checker, isUp, report.Result) is { } text)
        {
            bool said = isScript ? now.Servers[report.Id.Server].IsUp : isUp;
            yield return ServiceNews.Mail(service, server, ServiceNews.Word(said), text);
        }
    }

    /// <summary>The words for a checker; null for one of which no mail tells.</summary>
    private static string? Text(CheckerModel checker, bool isUp, ProbeResult result) => checker switch
    {
        TcpCheckModel => $"TCP CHECK {Verb(isUp)} on service",
        UdpCheckModel => $"UDP CHECK {Verb(isUp)} on service",
        PingCheckModel => $"ICMP CHECK {Verb(isUp)} on service",
        DnsCheckModel => $"DNS_CHECK: {Verb(isUp)} on service",
        MiscCheckModel => $"MISC CHECK {(isUp ? "succeeded" : "failed")} on service",
        HttpCheckModel => isUp ? "CHECK succeed on service" : "CHECK failed on service : HTTP request failed",
        SmtpCheckModel => isUp ? "CHECK succeed on service" : $"CHECK failed on service : {result}",
        _ => null,
    };

    private static string Verb(bool isUp) => isUp ? "succeed" : "failed";
}
