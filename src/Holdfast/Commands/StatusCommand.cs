using System.CommandLine;
using System.Text.Json;
using Holdfast.Terminal;

namespace Holdfast.Commands;

/// <summary><c>holdfast status</c>: what the daemon does, for people or as JSON.</summary>
internal static class StatusCommand
{
    internal static Command Create()
    {
        Option<string> runDirectory = HoldfastCommands.RunDirectory();
        var full = new Option<bool>("--full") { Description = "With counters, all real servers and their checkers" };
        var json = new Option<bool>("--json") { Description = "As JSON" };
        var command = new Command(
            "status", "Show who is Active, which real servers get traffic, since when, and what is wrong")
        {
            runDirectory, full, json,
        };
        command.SetAction(result =>
        {
            string request = result.GetValue(full)
                ? """{"command":"status","detail":"full"}""" : """{"command":"status"}""";
            return ControlRequest.Show(result.GetValue(runDirectory)!, request, result.GetValue(json),
                status => Print(status, result.GetValue(full)));
        });
        return command;
    }

    private static void Print(JsonElement status, bool full)
    {
        Page page = Page.ForOutput();
        StatusView.Write(page, status, full);
        page.Print();
    }
}
