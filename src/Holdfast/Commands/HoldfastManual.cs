using System.CommandLine;

namespace Holdfast.Commands;

/// <summary>
/// holdfast(1), made from the definitions that parse the command line, so that it cannot differ from them.
/// </summary>
internal static class HoldfastManual
{
    internal static string Of(RootCommand root)
    {
        var page = new ManualPage("holdfast", 1, "keepalived in one daemon, with the files that you have");
        page.Section("Synopsis");
        page.Paragraph("holdfast COMMAND [OPTION]...");
        page.Paragraph("holdfast keepalived [OPTION]...");
        page.Section("Description");
        page.Paragraph("Holdfast reads an unchanged keepalived.conf and keeps its virtual IP addresses alive. "
            + "Called as keepalived, or with that word first, it takes the options of that program; see "
            + "holdfast-keepalived(8).");
        page.Section("Commands");
        foreach (Command command in root.Subcommands.Where(static c => !c.Hidden))
        {
            Describe(page, command, "");
        }
        page.Section("Files");
        page.Item("/etc/default/holdfast", "The file that the service runs, and its options.");
        page.Item("/etc/keepalived/keepalived.conf", "What the service runs unless told otherwise.");
        page.Item("/run/holdfast/control.sock", "Where status, reload and the like reach the daemon; root only.");
        page.Item("/run/holdfast/scripts.sock", "Where the daemon, in its sandbox, has scripts started outside of it.");
        page.Section("Signals");
        page.Item("TERM, INT", "Hand over in order and end; the second time end at once.");
        page.Item("HUP", "Read the files again; errors change nothing.");
        page.Item("USR1", "Open log files again.");
        page.Section("See also");
        page.Paragraph("holdfast-keepalived(8), keepalived.conf(5), /usr/share/doc/holdfast");
        return page.ToString();
    }

    private static void Describe(ManualPage page, Command command, string above)
    {
        string name = above + command.Name;
        page.Subsection("holdfast " + name + string.Concat(command.Arguments.Select(Argument)));
        page.Paragraph((command.Description ?? "") + ".");
        foreach (Argument argument in command.Arguments.Where(static a => !a.Hidden))
        {
            page.Item(argument.Name, Sentence(argument.Description));
        }
        foreach (Option option in command.Options.Where(static o => !o.Hidden))
        {
            page.Item(Names(option), Sentence(option.Description) + Default(option));
        }
        foreach (Command sub in command.Subcommands.Where(static c => !c.Hidden))
        {
            Describe(page, sub, name + " ");
        }
    }

    private static string Argument(Argument argument)
    {
        string name = argument.Arity.MinimumNumberOfValues > 0 ? argument.Name : $"[{argument.Name}]";
        return " " + name.ToUpperInvariant() + (argument.Arity.MaximumNumberOfValues > 1 ? "..." : "");
    }

    private static string Names(Option option)
    {
        string names = string.Join(", ", option.Aliases.Order(StringComparer.Ordinal).Append(option.Name));
        return option.Arity.MaximumNumberOfValues == 0 || option.ValueType == typeof(bool) ? names
            : $"{names} {(option.HelpName ?? option.Name.TrimStart('-')).ToUpperInvariant()}";
    }

    private static string Sentence(string? description) => description is { Length: > 0 } text ? text + "." : "";

    private static string Default(Option option)
        => option.ValueType != typeof(bool) && option.HasDefaultValue && option.GetDefaultValue() is { } value
            ? $" Default: {value}." : "";
}
