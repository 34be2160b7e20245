using System.Globalization;
using Holdfast.Config.HAProxy.Syntax;
using Holdfast.Management.Cli;

namespace Holdfast.Management.Commands;

/// <summary>Commands about the connection itself.</summary>
internal static class SessionCommands
{
    internal static IEnumerable<CliCommand> All =>
    [
        Hidden("help", Help),
        Hidden("prompt", static request =>
        {
            request.Session.HasPrompt = !request.Session.HasPrompt;
            return CliRequest.Done;
        }),
        Hidden("quit", static request =>
        {
            request.Session.Quit();
            return CliRequest.Done;
        }),
        CliCommand.Of("user", "", "give up all levels above user, for this connection",
            static request => Lower(request, CliLevel.User)),
        CliCommand.Of("operator", "", "give up the level admin, for this connection",
            static request => Lower(request, CliLevel.Operator)),
        CliCommand.Of("show cli level", "", "the level of this connection",
            static request => request.Info(LevelName(request.Session.Level) + "\n")),
        CliCommand.Of("set timeout", "[cli] <delay>", "how long this connection may be idle", SetTimeout),
        CliCommand.Of("set severity-output", "[none|number|string]", "whether answers begin with their severity",
            SetSeverity),
        Hidden("experimental-mode", static request => Switch(request, "experimental-mode",
            request.Session.IsExperimental, on => request.Session.IsExperimental = on)) with { Level = CliLevel.Admin },
        Hidden("expert-mode", static request => Switch(request, "expert-mode",
            request.Session.IsExpert, on => request.Session.IsExpert = on)) with { Level = CliLevel.Admin },
    ];

    /// <summary>A level by the name that files and answers use.</summary>
    internal static string LevelName(CliLevel level) => level switch
    {
        CliLevel.Admin => "admin",
        CliLevel.Operator => "operator",
        _ => "user",
    };

    private static CliCommand Hidden(string name, CliHandler handler) => new([name], "", "", handler);

    private static IEnumerable<string> Help(CliRequest request)
        => CliRequest.Text(request.Session.Commands.Help(request.Session, request.Words.RemoveAt(0)));

    private static IEnumerable<string> Lower(CliRequest request, CliLevel level)
    {
        if (request.Refuse(level) is { } refused)
        {
            return refused;
        }
        request.Session.Level = level;
        return CliRequest.Done;
    }

    private static IEnumerable<string> SetTimeout(CliRequest request)
    {
        if (request[2] != "cli")
        {
            return request.Error("'set timeout' only supports 'cli'.\n");
        }
        if (request[3].Length == 0)
        {
            return request.Error("Expects an integer value.\n");
        }
        if (Units.Time(request[3], 1000, out long milliseconds, out _) != UnitFault.None
            || milliseconds < 1)
        {
            return request.Error("Invalid timeout value.\n");
        }
        request.Session.Timeout = milliseconds;
        return CliRequest.Done;
    }

    private static IEnumerable<string> SetSeverity(CliRequest request)
    {
        SeverityOutput? wanted = request[2] switch
        {
            "none" => SeverityOutput.None,
            "number" => SeverityOutput.Number,
            "string" => SeverityOutput.Text,
            _ => null,
        };
        if (wanted is not { } output)
        {
            return request.Error("one of 'none', 'number', 'string' is a required argument\n");
        }
        request.Session.Severity = output;
        return CliRequest.Done;
    }

    private static IEnumerable<string> Switch(CliRequest request, string name, bool isOn, Action<bool> set)
    {
        if (request[1].Length == 0)
        {
            return CliRequest.Text(string.Create(CultureInfo.InvariantCulture, $"{name} is {(isOn ? "ON" : "OFF")}\n"));
        }
        set(request[1] == "on");
        return CliRequest.Done;
    }
}
