using System.CommandLine;
using System.Text.Json;
using Holdfast.Linux.Abi;
using Holdfast.Runtime.Supervision;

namespace Holdfast.Commands;

/// <summary><c>holdfast status</c>: what the daemon does, for people or as JSON.</summary>
internal static class StatusCommand
{
    internal static Command Create()
    {
        Option<string> runDirectory = HoldfastCommands.RunDirectory();
        var full = new Option<bool>("--full") { Description = "With counters" };
        var json = new Option<bool>("--json") { Description = "As JSON" };
        var command = new Command("status", "Show who is Active, since when and why") { runDirectory, full, json };
        command.SetAction(result =>
        {
            string request = result.GetValue(full)
                ? """{"command":"status","detail":"full"}""" : """{"command":"status"}""";
            string directory = result.GetValue(runDirectory)!;
            return result.GetValue(json) ? ControlRequest.Send(directory, request, print: true)
                : Show(directory, request);
        });
        return command;
    }

    private static int Show(string runDirectory, string request)
    {
        Errno errno = ControlClient.TryAsk(runDirectory, request, out byte[] reply);
        if (errno != Errno.Success)
        {
            return ControlRequest.ReportNoDaemon(runDirectory, errno);
        }
        using JsonDocument document = JsonDocument.Parse(reply);
        if (!document.RootElement.GetProperty("ok").GetBoolean())
        {
            Console.Error.WriteLine(document.RootElement.GetProperty("error").GetString());
            return ControlRequest.Refused;
        }
        StatusView.Write(document.RootElement);
        return ControlRequest.CodeOf(document.RootElement);
    }
}
