namespace Holdfast.Config.Keepalived.Schema;

/// <summary>One keyword in one block.</summary>
/// <param name="Name">The word.</param>
/// <param name="Value">Type and range of its value.</param>
/// <param name="Default">What holds without it, as text.</param>
/// <param name="Support">What Holdfast does with it.</param>
/// <param name="Summary">One line for the documentation.</param>
internal sealed record KeywordSpec(
    string Name, ValueSpec Value, string Default, SupportClass Support, string Summary)
{
    /// <summary>The block that it opens; none unless it opens one with keywords.</summary>
    public BlockKind Opens { get; init; }

    /// <summary>Whether it may stand more than once with all of them counting.</summary>
    public bool Repeats { get; init; }

    /// <summary>The word to use in its place; null unless it is old.</summary>
    public string? ReplacedBy { get; init; }

    /// <summary>Whether it is another spelling of <see cref="ReplacedBy"/> that the original takes silently.</summary>
    public bool IsSynonym { get; init; }

    /// <summary>How the original takes a missing value.</summary>
    public OriginalClass MissingValue { get; init; } = OriginalClass.MissingParameter;

    /// <summary>Whether keepalived 2.2.7 takes whole numbers only, though newer versions take fractions.</summary>
    public bool WasWhole { get; init; }

    /// <summary>Whether keepalived 2.2.7 does not know it.</summary>
    public bool IsNewer { get; init; }

    /// <summary>Whether of several the first counts and not the last; the original says so.</summary>
    public bool KeepsFirst { get; init; }

    /// <summary>Whether the original, too, complains of a second one and takes it.</summary>
    public bool WarnsTwice { get; init; }

    /// <summary>Whether the line is split like a shell does it.</summary>
    public bool IsShellLike => Value.Kind is ValueKind.Script or ValueKind.OptionalScript;
}
