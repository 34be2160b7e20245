using Holdfast.Tests.Repository;

namespace Holdfast.Packaging.Tests;

/// <summary>The package file itself, without installing it.</summary>
public sealed class PackageTests(Packages packages) : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("holdfast-package-");

    [Fact]
    public void Package_Lintian_HasNoErrors()
    {
        // "fail-on error": warnings are printed and allowed.
        CommandResult result = Command.Run(
            "lintian", "--fail-on", "error", "--allow-root", "--no-cfg", packages.Current);
        Assert.True(result.ExitCode == 0, result.Output);
        Assert.DoesNotContain("E: ", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Package_MadeTwice_IsTheSameToTheByte()
    {
        string again = Packages.Made(_directory.FullName, null);
        Assert.True(File.ReadAllBytes(packages.Current).AsSpan().SequenceEqual(File.ReadAllBytes(again)));
    }

    [Fact]
    public void Package_Contents_AreOwnedByRootAndNameNoOriginal()
    {
        string[] lines = Command.Run("dpkg-deb", "--contents", packages.Current).Succeeded()
            .Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.All(lines, static line => Assert.Contains(" root/root ", line, StringComparison.Ordinal));
        Assert.Contains(lines, static line => line.EndsWith("/usr/lib/holdfast/bin/genhash -> ../../../bin/holdfast",
            StringComparison.Ordinal));
        // A file of the same path as one of an original's package could not be installed beside it.
        Assert.DoesNotContain(lines, static line => line.Contains("/sbin/", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("holdfast st", "status stop")]
    [InlineData("holdfast status --j", "--json")]
    [InlineData("holdfast run --log-format ", "json keepalived plain")]
    public void Completion_OfALine_OffersWhatTheBinaryKnows(string line, string expected)
    {
        string script = $"""
            source {RepositoryRoot.Path}/packaging/holdfast.bash-completion
            COMP_LINE='{line}' COMP_POINT={line.Length}
            COMP_WORDS=({line.Replace("holdfast", $"{RepositoryRoot.Path}/out/holdfast", StringComparison.Ordinal)})
            case "$COMP_LINE" in *' ') COMP_WORDS+=('') ;; esac
            COMP_CWORD=$((${"{"}#COMP_WORDS[@]{"}"} - 1))
            _holdfast
            printf '%s\n' "${"{"}COMPREPLY[@]{"}"}" | sort | xargs
            """;
        Assert.Equal(expected, Command.Run("bash", "-c", script).Succeeded().Trim());
    }

    public void Dispose() => _directory.Delete(recursive: true);
}
