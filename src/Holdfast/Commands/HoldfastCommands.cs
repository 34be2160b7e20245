using System.CommandLine;

namespace Holdfast.Commands;

/// <summary>The command line of <c>holdfast</c> itself.</summary>
internal static class HoldfastCommands
{
    internal const string DefaultRunDirectory = "/run/holdfast";

    internal static int Run(ReadOnlySpan<string> arguments)
    {
        // What scripts ask most often must not wait for the parser of command lines to be set up.
        if (arguments is ["version"] or ["--version"])
        {
            return VersionCommand.Print();
        }
        return CreateRoot().Parse(arguments.ToArray()).Invoke();
    }

    /// <summary>All commands; manual pages and completion are made from them, too.</summary>
    internal static RootCommand CreateRoot()
    {
        var root = new RootCommand("Holdfast: keepalived, in one daemon, with the files that you have");
        root.Subcommands.Add(RunCommand.Create());
        root.Subcommands.Add(CheckCommand.Create());
        root.Subcommands.Add(StatusCommand.Create());
        root.Subcommands.Add(PlanCommand.Create());
        root.Subcommands.Add(ExplainCommand.Create());
        root.Subcommands.Add(DoctorCommand.Create());
        root.Subcommands.Add(RealServerCommand.Create());
        root.Subcommands.Add(ReloadCommand.Create());
        root.Subcommands.Add(UpgradeCommand.Create());
        root.Subcommands.Add(StopCommand.Create());
        root.Subcommands.Add(DemoCommand.Create());
        root.Subcommands.Add(VersionCommand.Create());
        root.Subcommands.Add(ScriptsCommand.Create());
        root.Subcommands.Add(DirectorCommand.Create());
        root.Subcommands.Add(ManualCommand.Create(root));
        return root;
    }

    /// <summary><c>--run-dir</c>, the same for every command that talks to a daemon.</summary>
    internal static Option<string> RunDirectory() => new("--run-dir")
    {
        Description = "Directory of the control socket",
        DefaultValueFactory = static _ => DefaultRunDirectory,
    };
}
