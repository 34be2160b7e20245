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
        var full = new Option<bool>("--full") { Description = "With counters" };
        var json = new Option<bool>("--json") { Description = "As JSON" };
        var command = new Command("status", "Show who is Active, since when, and what is wrong")
        {
            runDirectory, full, json,
        };
        command.SetAction(result =>
        {
            string request = result.GetValue(full)
                ? """{"command":"status","detail":"full"}""" : """{"command":"status"}""";
            return ControlRequest.Show(result.GetValue(runDirectory)!, request, result.GetValue(json), Print);
        });
        return command;
    }

    private static void Print(JsonElement status)
    {
        Page page = Page.ForOutput();
        StatusView.Write(page, status);
        page.Print();
    }
}
