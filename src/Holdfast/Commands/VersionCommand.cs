using System.CommandLine;

namespace Holdfast.Commands;

/// <summary><c>holdfast version</c>.</summary>
internal static class VersionCommand
{
    internal static Command Create()
    {
        var command = new Command("version", "Print the version");
        command.SetAction(static _ => Print());
        return command;
    }

    internal static int Print()
    {
        Console.Out.WriteLine($"holdfast {ProgramVersion.Text}");
        return 0;
    }
}
