using System.Collections.Immutable;

namespace Holdfast.Management.Cli;

/// <summary>Carries out a command.</summary>
/// <param name="request">The command.</param>
/// <returns>The answer, in pieces that are made while they are sent; without the empty line that ends it.</returns>
public delegate IEnumerable<string> CliHandler(CliRequest request);

/// <summary>A command of the stats socket.</summary>
/// <param name="Name">The words that name it.</param>
/// <param name="Usage">Name and arguments, for help; empty: it is not listed.</param>
/// <param name="Purpose">What it does, for help.</param>
/// <param name="Handler">Carries it out.</param>
public sealed record CliCommand(ImmutableArray<string> Name, string Usage, string Purpose, CliHandler Handler)
{
    /// <summary>Who may use it. Default: everybody.</summary>
    public CliLevel Level { get; init; }

    /// <summary>What must be switched on first. Default: nothing.</summary>
    public CliMode Mode { get; init; }

    /// <summary>Makes a command whose name is the beginning of its usage.</summary>
    internal static CliCommand Of(string name, string arguments, string purpose, CliHandler handler)
        => new([.. name.Split(' ')], arguments.Length > 0 ? $"{name} {arguments}" : name, purpose, handler);

    /// <summary>The line of the help.</summary>
    internal string HelpLine => $"  {Usage,-40}: {Purpose}\n";
}
