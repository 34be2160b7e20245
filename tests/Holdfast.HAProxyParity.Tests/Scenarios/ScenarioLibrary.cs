using Holdfast.Tests.Repository;

namespace Holdfast.HAProxyParity.Tests.Scenarios;

/// <summary>The files of <c>data/</c>.</summary>
internal static class ScenarioLibrary
{
    /// <summary>Where they stand.</summary>
    public static string Directory
        => Path.Combine(RepositoryRoot.Path, "tests", "Holdfast.HAProxyParity.Tests", "data");

    /// <summary>All written scenarios.</summary>
    public static IReadOnlyList<ScenarioFile> Files { get; } =
    [
        .. System.IO.Directory.GetFiles(Directory, "*.txt").Order(StringComparer.Ordinal)
            .Select(static path => ScenarioFile.Parse(Path.GetFileNameWithoutExtension(path), File.ReadAllText(path))),
    ];

    /// <summary>What every scenario's configuration begins with.</summary>
    public static string Prelude { get; } = File.ReadAllText(Path.Combine(Directory, "prelude.cfg"));

    /// <summary>Replaces a list of <c>data/</c>.</summary>
    public static void Write(string name, IEnumerable<string> scenarios)
        => File.WriteAllLines(Path.Combine(Directory, name), scenarios);

    /// <summary>Names of scenarios in a list of <c>data/</c>; what stands behind a name is for readers.</summary>
    /// <remarks>Lists are of ours: nothing is in them while another program stands in its place.</remarks>
    public static IReadOnlySet<string> List(string name)
        => Environment.GetEnvironmentVariable("HOLDFAST_OTHER") is not null ? new HashSet<string>() : File.ReadLines(Path.Combine(Directory, name))
            .Where(static line => line.Length > 0 && line[0] != '#')
            .Select(static line => line.Split(' ')[0]).ToHashSet(StringComparer.Ordinal);
}
