using System.Globalization;
using Holdfast.Management.Cli;
using Holdfast.Proxy.Running;

namespace Holdfast.Management.Commands;

/// <summary>Commands that show and end sessions.</summary>
internal static class SessionListCommands
{
    internal static IEnumerable<CliCommand> All(ManagedProcess process)
    {
        yield return CliCommand.Of("show sess", "[id]", "sessions, or one of them in detail",
            request => Show(process, request)) with { Level = CliLevel.Operator };
        yield return CliCommand.Of("shutdown session", "[id]", "end one session", request => End(process, request))
            with { Level = CliLevel.Admin };
        yield return CliCommand.Of("shutdown sessions server", "<bk>/<srv>", "end all sessions of a server",
            request => Targets.WithServer(process, request, 3, (_, server) =>
            {
                process.Engine.ShutDownSessions(server);
                return CliRequest.Done;
            })) with { Level = CliLevel.Admin };
        yield return CliCommand.Of("show errors", "[<px>] [request|response]", "messages that were not valid",
            request => BadMessageReport.Show(process, request)) with { Level = CliLevel.Operator };
    }

    private static IEnumerable<string> Show(ManagedProcess process, CliRequest request)
    {
        if (!request[2].StartsWith("0x", StringComparison.Ordinal) && request[2] != "all")
        {
            return process.Engine.Sessions().Select(Line);
        }
        if (request[2] == "all")
        {
            return process.Engine.Sessions().Select(Details);
        }
        SessionReport? found = process.Engine.Sessions().FirstOrDefault(one => Id(one) == request[2]);
        return found is null ? CliRequest.Text("Session not found.\n") : CliRequest.Text(Details(found));
    }

    private static IEnumerable<string> End(ManagedProcess process, CliRequest request)
        => request[2].Length == 0 ? request.Error("Session pointer expected (use 'show sess').\n")
            : request[2].StartsWith("0x", StringComparison.Ordinal) && long.TryParse(request[2].AsSpan(2),
                NumberStyles.HexNumber, CultureInfo.InvariantCulture, out long id) && process.Engine.ShutDownSession(id)
            ? CliRequest.Done : request.Error("No such session (use 'show sess').\n");

    private static string Id(SessionReport session)
        => string.Create(CultureInfo.InvariantCulture, $"0x{session.Id:x}");

    private static string Proto(SessionReport session) => session.Source == "unix" ? "unix_stream"
        : session.Source.StartsWith('[') ? "tcpv6" : "tcpv4";

    private static string Line(SessionReport session) => string.Create(CultureInfo.InvariantCulture,
        $"{Id(session)}: proto={Proto(session)} src={session.Source} fe={session.Frontend} "
        + $"be={session.Backend ?? "<NONE>"} srv={session.Server?.Options.Name ?? "<none>"} "
        + $"ts={(session.IsIdle ? "00" : "02")} age={Age(session.AgeMilliseconds)}\n");

    private static string Details(SessionReport session) => string.Create(CultureInfo.InvariantCulture,
        $"{Id(session)}: proto={Proto(session)} source={session.Source}\n"
        + $"  frontend={session.Frontend} (mode={(session.IsHttp ? "http" : "tcp")})\n"
        + $"  backend={session.Backend ?? "<NONE>"}\n"
        + $"  server={session.Server?.Options.Name ?? "<NONE>"} (id={session.Server?.Balanced.Settings.Id ?? -1}) "
        + $"addr={session.Server?.Options.Endpoint.ToString() ?? "-"}\n"
        + $"  age={Age(session.AgeMilliseconds)} {(session.IsIdle ? "idle" : "busy")}\n\n");

    /// <summary>"1h5m", "12s": as the original shortens times.</summary>
    private static string Age(long milliseconds) => Page.PageText.Duration(milliseconds / 1000);
}
