using System.CommandLine;
using System.Globalization;
using Holdfast.Runtime.Continuity;

namespace Holdfast.Commands;

/// <summary><c>holdfast version</c>.</summary>
internal static class VersionCommand
{
    internal static Command Create()
    {
        var json = new Option<bool>("--json") { Description = "As JSON, with the layout of the state in memory" };
        var command = new Command("version", "Print the version") { json };
        command.SetAction(result => result.GetValue(json) ? PrintJson() : Print());
        return command;
    }

    /// <summary>Two binaries with the same board_layout can be upgraded to one another without a handover.</summary>
    private static int PrintJson()
    {
        Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $$"""{"version":"{{ProgramVersion.Text}}","board_layout":{{BoardShape.Layout}}}"""));
        return 0;
    }

    internal static int Print()
    {
        Console.Out.WriteLine($"holdfast {ProgramVersion.Text}");
        return 0;
    }
}
