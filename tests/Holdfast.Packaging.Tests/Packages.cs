using Holdfast.Tests.Repository;

namespace Holdfast.Packaging.Tests;

/// <summary>The package as build.sh makes it, and the same once more with a higher version.</summary>
public sealed class Packages : IDisposable
{
    public const string NewerVersion = "0.1.1~test1";

    private readonly DirectoryInfo _directory = Directory.CreateDirectory(
        Path.Combine(DebianRoot.Cache, $"shared.{Environment.ProcessId}"));

    public Packages()
    {
        Command.Run(Path.Combine(RepositoryRoot.Path, "build.sh"), "--deb").Succeeded();
        Current = Made(_directory.FullName, null);
        Newer = Made(Path.Combine(_directory.FullName, "newer"), NewerVersion);
    }

    /// <summary>What machines see as /shared: the package, and the newer one in newer/.</summary>
    public string SharedDirectory => _directory.FullName;

    public string Current { get; }

    public string Newer { get; }

    /// <summary>Makes a package in a directory.</summary>
    /// <returns>Its path.</returns>
    internal static string Made(string directory, string? version)
    {
        var environment = new Dictionary<string, string> { ["DEB_OUTPUT"] = directory };
        if (version is not null)
        {
            environment["DEB_VERSION"] = version;
        }
        Command.Run(Path.Combine(RepositoryRoot.Path, "packaging/make-deb.sh"), [], environment).Succeeded();
        return Assert.Single(Directory.GetFiles(directory, "*.deb"));
    }

    public void Dispose() => _directory.Delete(recursive: true);
}
