using System.Diagnostics;
using System.Xml.Linq;
using Holdfast.Tests.Repository;

namespace Holdfast.Repo.Tests;

/// <summary>The files of this repository as git knows them, those not yet committed included.</summary>
internal static class Repository
{
    private static readonly Lazy<string[]> LazyFiles = new(ListFiles);

    public static string Root => RepositoryRoot.Path;

    /// <summary>Paths below the root, with '/'.</summary>
    public static IReadOnlyList<string> Files => LazyFiles.Value;

    public static IEnumerable<string> SourceFiles
        => Files.Where(static f => f.EndsWith(".cs", StringComparison.Ordinal));

    public static IEnumerable<string> Projects
        => Files.Where(static f => f.EndsWith(".csproj", StringComparison.Ordinal));

    public static string Read(string file) => File.ReadAllText(Path.Combine(Root, file));

    public static string NameOf(string project) => Path.GetFileNameWithoutExtension(project);

    /// <summary>Names of the projects that a project references.</summary>
    public static string[] References(string project)
        => [.. XDocument.Parse(Read(project)).Descendants("ProjectReference")
            .Select(static r => Path.GetFileNameWithoutExtension(r.Attribute("Include")!.Value.Replace('\\', '/')))];

    /// <summary>Fails with every finding on a line of its own.</summary>
    public static void FoundNone(IEnumerable<string> findings)
    {
        string[] all = [.. findings];
        Assert.True(all.Length == 0, $"{all.Length} found:\n" + string.Join('\n', all));
    }

    private static string[] ListFiles()
    {
        using var git = Process.Start(new ProcessStartInfo("git", "ls-files --cached --others --exclude-standard")
        {
            WorkingDirectory = Root,
            RedirectStandardOutput = true,
        })!;
        string output = git.StandardOutput.ReadToEnd();
        git.WaitForExit();
        Assert.Equal(0, git.ExitCode);
        return [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Where(f => File.Exists(Path.Combine(Root, f)))];
    }
}
