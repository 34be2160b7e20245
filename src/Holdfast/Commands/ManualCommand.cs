using System.CommandLine;

namespace Holdfast.Commands;

/// <summary>
/// <c>holdfast manual PAGE</c>: prints a manual page; hidden, because only the package build asks for it.
/// </summary>
internal static class ManualCommand
{
    /// <summary>The pages, named as they are installed.</summary>
    internal static readonly string[] Pages = ["holdfast.1", "holdfast-keepalived.8"];

    internal static Command Create(RootCommand root)
    {
        var page = new Argument<string>("page") { Description = "holdfast.1 or holdfast-keepalived.8" };
        page.AcceptOnlyFromAmong(Pages);
        var command = new Command("manual", "Print a manual page, made from these definitions") { page };
        command.Hidden = true;
        command.SetAction(result =>
        {
            Console.Out.Write(result.GetValue(page) == Pages[0] ? HoldfastManual.Of(root) : KeepalivedManual.Text());
            return 0;
        });
        return command;
    }
}
