namespace Holdfast.Repo.Tests;

/// <summary>Dependencies point downwards only, and the pure cores stay pure.</summary>
public sealed class DependencyTests
{
    /// <summary>What each product project may reference. A new project needs a row, which is a decision.</summary>
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["Holdfast.Primitives"] = [],
        ["Holdfast.Config"] = ["Holdfast.Primitives"],
        ["Holdfast.Vrrp"] = ["Holdfast.Primitives"],
        ["Holdfast.Health"] = ["Holdfast.Primitives"],
        ["Holdfast.Http"] = ["Holdfast.Primitives"],
        ["Holdfast.Balancing"] = ["Holdfast.Primitives"],
        ["Holdfast.HAProxy"] = ["Holdfast.Primitives", "Holdfast.Config", "Holdfast.Http", "Holdfast.Balancing"],
        ["Holdfast.Nginx"] = ["Holdfast.Primitives", "Holdfast.Config", "Holdfast.Http", "Holdfast.Balancing"],
        ["Holdfast.Linux"] = ["Holdfast.Primitives"],
        ["Holdfast.Layer4"] = ["Holdfast.Primitives", "Holdfast.Linux"],
        ["Holdfast.Proxy"] =
        [
            "Holdfast.Primitives", "Holdfast.Config", "Holdfast.Health", "Holdfast.Http", "Holdfast.Balancing",
            "Holdfast.HAProxy", "Holdfast.Linux",
        ],
        ["Holdfast.Web"] =
        [
            "Holdfast.Primitives", "Holdfast.Config", "Holdfast.Http", "Holdfast.Linux", "Holdfast.Nginx",
            "Holdfast.Proxy",
        ],
        ["Holdfast.Management"] =
        [
            "Holdfast.Primitives", "Holdfast.Config", "Holdfast.Health", "Holdfast.Balancing", "Holdfast.HAProxy",
            "Holdfast.Linux", "Holdfast.Proxy",
        ],
        ["Holdfast.Runtime"] =
        [
            "Holdfast.Primitives", "Holdfast.Config", "Holdfast.Vrrp", "Holdfast.Health", "Holdfast.Linux",
            "Holdfast.Layer4", "Holdfast.Proxy", "Holdfast.Web", "Holdfast.Management",
        ],
        ["Holdfast.Lab"] = ["Holdfast.Primitives", "Holdfast.Linux", "Holdfast.Vrrp"],
        ["Holdfast.Demo"] = ["Holdfast.Primitives", "Holdfast.Linux", "Holdfast.Lab"],
        ["Holdfast"] =
        [
            "Holdfast.Primitives", "Holdfast.Config", "Holdfast.Vrrp", "Holdfast.Health", "Holdfast.Linux",
            "Holdfast.Layer4", "Holdfast.Proxy", "Holdfast.Web", "Holdfast.Runtime", "Holdfast.Lab", "Holdfast.Demo",
        ],
    };

    private static readonly string[] PureCores =
    [
        "Holdfast.Primitives", "Holdfast.Config", "Holdfast.Vrrp", "Holdfast.Health", "Holdfast.Http",
        "Holdfast.Balancing", "Holdfast.HAProxy", "Holdfast.Nginx",
    ];

    public static TheoryData<string> ProductProjects
        => [.. Repository.Projects.Where(static p => p.StartsWith("src/", StringComparison.Ordinal))];

    [Theory]
    [MemberData(nameof(ProductProjects))]
    public void Project_References_PointDownwards(string project)
    {
        string name = Repository.NameOf(project);
        Assert.True(Allowed.ContainsKey(name), $"{name} has no row in {nameof(DependencyTests)}");
        Repository.FoundNone(Repository.References(project).Except(Allowed[name]));
    }

    [Theory]
    [MemberData(nameof(ProductProjects))]
    public void Project_UnsafeCode_IsOnlyInLinux(string project)
    {
        bool allows = Repository.Read(project).Contains("AllowUnsafeBlocks", StringComparison.Ordinal);

        Assert.Equal(Repository.NameOf(project) == "Holdfast.Linux", allows);
    }

    [Fact]
    public void SystemCalls_AreDeclaredOnlyInLinux()
        => Repository.FoundNone(Repository.SourceFiles.Where(static f =>
            f.StartsWith("src/", StringComparison.Ordinal)
            && !f.StartsWith("src/Holdfast.Linux/", StringComparison.Ordinal)
            && Repository.Read(f).Contains("[LibraryImport", StringComparison.Ordinal)));

    [Theory]
    [MemberData(nameof(ProductProjects))]
    public void PureCore_IsDeclaredSo(string project)
    {
        // The property adds the banned symbols that keep clocks, files, sockets and threads out.
        bool declared = Repository.Read(project).Contains(
            "<HoldfastPureCore>true</HoldfastPureCore>", StringComparison.Ordinal);

        Assert.Equal(PureCores.Contains(Repository.NameOf(project)), declared);
    }

    [Fact]
    public void Solution_NamesEveryProject()
    {
        string solution = Repository.Read("Holdfast.slnx");

        Repository.FoundNone(Repository.Projects.Where(p => !solution.Contains($"\"{p}\"", StringComparison.Ordinal)));
    }
}
