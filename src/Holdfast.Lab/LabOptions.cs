namespace Holdfast.Lab;

/// <summary>How a lab is made.</summary>
public sealed record LabOptions
{
    /// <summary>
    /// Directories of the host that every node sees although they stand below /tmp or /run, which each node has for
    /// itself. The program's own directory, and the source tree that it stands in, are always visible.
    /// </summary>
    public IReadOnlyList<string> SharedDirectories { get; init; } = [];
}
