using System.CommandLine;
using System.Text;
using System.Text.Json;
using Holdfast.Linux.Abi;
using Holdfast.Runtime.Supervision;

namespace Holdfast.Commands;

/// <summary><c>holdfast reload</c>: reads the files again.</summary>
internal static class ReloadCommand
{
    internal static Command Create()
    {
        Option<string> runDirectory = HoldfastCommands.RunDirectory();
        var json = new Option<bool>("--json") { Description = "Print the daemon's answer as JSON" };
        var command = new Command(
            "reload", "Read the files again and show what changed; errors change nothing; "
                + "exit code 0 done, 1 errors or refused, 3 no daemon")
        {
            runDirectory, json,
        };
        command.SetAction(result => Reload(result.GetValue(runDirectory)!, result.GetValue(json)));
        return command;
    }

    private static int Reload(string runDirectory, bool json)
    {
        bool colour = !Console.IsOutputRedirected && !Console.IsErrorRedirected
            && Environment.GetEnvironmentVariable("NO_COLOR") is null;
        string request = colour ? """{"command":"reload","colour":true}""" : """{"command":"reload"}""";
        if (json)
        {
            return ControlRequest.Send(runDirectory, request, print: true);
        }
        Errno errno = ControlClient.TryAsk(runDirectory, request, out byte[] reply);
        if (errno != Errno.Success)
        {
            return ControlRequest.ReportNoDaemon(runDirectory, errno);
        }
        using JsonDocument document = JsonDocument.Parse(reply);
        JsonElement root = document.RootElement;
        if (root.TryGetProperty("findings", out JsonElement findings))
        {
            Console.Error.Write(findings.GetString());
        }
        if (root.TryGetProperty("text", out JsonElement text))
        {
            Console.Out.Write(text.GetString());
        }
        if (root.GetProperty("ok").GetBoolean())
        {
            return 0;
        }
        Console.Error.WriteLine(root.GetProperty("error").GetString());
        return ControlRequest.Refused;
    }
}

/// <summary><c>holdfast stop</c>: hands over and ends.</summary>
internal static class StopCommand
{
    internal static Command Create()
    {
        Option<string> runDirectory = HoldfastCommands.RunDirectory();
        var command = new Command("stop", "Hand over in order and end the daemon") { runDirectory };
        command.SetAction(result => ControlRequest.Send(
            result.GetValue(runDirectory)!, """{"command":"stop"}""", print: false));
        return command;
    }
}

/// <summary>One request to the control socket, with its exit code: 0 done, 1 refused, 3 no daemon, 4 it has failed.
/// </summary>
internal static class ControlRequest
{
    internal const int Refused = 1;
    private const int NoDaemon = 3;
    private const int Failed = 4;

    internal static int Send(string runDirectory, string request, bool print)
    {
        Errno errno = ControlClient.TryAsk(runDirectory, request, out byte[] reply);
        if (errno != Errno.Success)
        {
            return ReportNoDaemon(runDirectory, errno);
        }
        using JsonDocument document = JsonDocument.Parse(reply);
        bool ok = document.RootElement.GetProperty("ok").GetBoolean();
        if (print && ok)
        {
            Console.Out.WriteLine(Indented(document));
        }
        if (!ok)
        {
            Console.Error.WriteLine(document.RootElement.GetProperty("error").GetString());
        }
        return ok ? CodeOf(document.RootElement) : Refused;
    }

    /// <summary>
    /// 4 when the reply says that the daemon has given up, so that a script need not read it; else 0.
    /// </summary>
    internal static int CodeOf(JsonElement reply)
        => reply.TryGetProperty("phase", out JsonElement phase) && phase.GetString() == nameof(SupervisorPhase.Failed)
            ? Failed : 0;

    /// <summary>Shows what a request gives: as JSON, or as <paramref name="print"/> likes.</summary>
    internal static int Show(string runDirectory, string request, bool json, Action<JsonElement> print)
    {
        if (json)
        {
            return Send(runDirectory, request, print: true);
        }
        Errno errno = ControlClient.TryAsk(runDirectory, request, out byte[] reply);
        if (errno != Errno.Success)
        {
            return ReportNoDaemon(runDirectory, errno);
        }
        using JsonDocument document = JsonDocument.Parse(reply);
        if (!document.RootElement.GetProperty("ok").GetBoolean())
        {
            Console.Error.WriteLine(document.RootElement.GetProperty("error").GetString());
            return Refused;
        }
        print(document.RootElement);
        return CodeOf(document.RootElement);
    }

    internal static int ReportNoDaemon(string runDirectory, Errno errno)
    {
        Console.Error.WriteLine(errno is Errno.ENOENT or Errno.ECONNREFUSED
            ? $"No Holdfast runs with the run directory {runDirectory}"
            : $"The daemon cannot be asked: {errno}");
        return NoDaemon;
    }

    private static string Indented(JsonDocument document)
    {
        var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true }))
        {
            document.WriteTo(writer);
        }
        return Encoding.UTF8.GetString(stream.ToArray());
    }
}
