namespace Holdfast.Fuzz;

/// <summary>The inputs that are kept: good ones to begin from, and each that once was a fault.</summary>
public static class Corpus
{
    /// <summary>All inputs of a target, in the order of their names.</summary>
    /// <param name="directory">fuzz/corpus of the repository.</param>
    /// <param name="target">Its folder.</param>
    public static IReadOnlyList<(string Name, byte[] Bytes)> Read(string directory, FuzzTarget target)
        => [.. Directory.GetFiles(Path.Combine(directory, target.Name)).Order(StringComparer.Ordinal)
            .Select(static f => (Path.GetFileName(f), File.ReadAllBytes(f)))];
}
