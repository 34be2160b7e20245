using Holdfast.Tests.Repository;

namespace Holdfast.HAProxyParity.Tests.Scenarios;

/// <summary>The files of <c>data/</c>.</summary>
internal static class ScenarioLibrary
{
    /// <summary>Where they stand.</summary>
    public static string Directory
        => Path.Combine(RepositoryRoot.Path, "tests", "Holdfast.HAProxyParity.Tests", "data");

    /// <summary>All written scenarios; HOLDFAST_ONLY=tcp takes those of one file.</summary>
    public static IReadOnlyList<ScenarioFile> Files { get; } =
    [
        .. System.IO.Directory
            .GetFiles(Directory, $"{Environment.GetEnvironmentVariable("HOLDFAST_ONLY") ?? "*"}.txt")
            .Order(StringComparer.Ordinal)
            .Select(static path => ScenarioFile.Parse(Path.GetFileNameWithoutExtension(path), File.ReadAllText(path))),
    ];

    /// <summary>What every scenario's configuration begins with.</summary>
    public static string Prelude { get; } = File.ReadAllText(Path.Combine(Directory, "prelude.cfg"));

    /// <summary>Replaces a list of <c>data/</c>.</summary>
    public static void Write(string name, IEnumerable<string> scenarios)
        => File.WriteAllLines(Path.Combine(Directory, name), scenarios);

    /// <summary>Names of scenarios in a list of <c>data/</c>.</summary>
    public static IReadOnlySet<string> List(string name) => Pairs(name).Keys.ToHashSet(StringComparer.Ordinal);

    /// <summary>The same, each with the word behind it.</summary>
    /// <remarks>Lists are of ours: nothing is in them while another program stands in its place.</remarks>
    public static IReadOnlyDictionary<string, string> Pairs(string name)
        => Environment.GetEnvironmentVariable("HOLDFAST_OTHER") is not null ? new Dictionary<string, string>()
            : File.ReadLines(Path.Combine(Directory, name))
                .Where(static line => line.Length > 0 && line[0] != '#')
                .Select(static line => line.Split(' ', 2))
                .ToDictionary(static w => w[0], static w => w.Length > 1 ? w[1] : "", StringComparer.Ordinal);
}
