using System.Runtime.Versioning;
using Holdfast.Config.Keepalived.Model;
using Holdfast.Primitives;
using Holdfast.Runtime.Scripts;

namespace Holdfast.Runtime.Tests.Scripts;

[SupportedOSPlatform("linux")]
public sealed class CommandPreparationTests : IDisposable
{
    private const UnixFileMode Safe = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        | UnixFileMode.GroupRead | UnixFileMode.OtherRead | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("holdfast-command-");
    private readonly string _script;

    public CommandPreparationTests()
    {
        _directory.UnixFileMode = Safe;
        _script = Path.Combine(_directory.FullName, "check.sh");
        File.WriteAllText(_script, "#!/bin/sh\nexit 0\n");
        File.SetUnixFileMode(_script, Safe);
    }

    [Fact]
    public void TryPrepare_SafeScript_IsReady()
    {
        Assert.True(Prepare(_script, security: true, out PreparedCommand? prepared, out string? problem));
        Assert.Null(problem);
        Assert.Equal([_script, "argument"], prepared!.Arguments);
        Assert.Equal(0u, prepared.Uid);
    }

    [Fact]
    public void TryPrepare_ScriptThatOthersMayWrite_IsRefusedAndNamed()
    {
        File.SetUnixFileMode(_script, Safe | UnixFileMode.OtherWrite);
        Assert.False(Prepare(_script, security: true, out _, out string? problem));
        Assert.Contains($"'{_script}'", problem, StringComparison.Ordinal);
        Assert.True(Prepare(_script, security: false, out _, out problem));
        Assert.NotNull(problem);
    }

    [Fact]
    public void TryPrepare_DirectoryThatOthersMayWrite_IsNamed()
    {
        _directory.UnixFileMode = Safe | UnixFileMode.OtherWrite;
        Assert.False(Prepare(_script, security: true, out _, out string? problem));
        Assert.Contains($"change '{_directory.FullName}'", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void TryPrepare_LinkIntoAnUnsafeDirectory_IsFollowed()
    {
        string open = Path.Combine(_directory.FullName, "open");
        Directory.CreateDirectory(open).UnixFileMode = Safe | UnixFileMode.OtherWrite;
        string target = Path.Combine(open, "real.sh");
        File.Copy(_script, target);
        string link = Path.Combine(_directory.FullName, "link.sh");
        File.CreateSymbolicLink(link, target);
        Assert.Equal(open, CommandPreparation.FindUnsafeElement(link));
    }

    [Fact]
    public void TryPrepare_UserOtherThanRoot_NeedsNoCheck()
    {
        File.SetUnixFileMode(_script, Safe | UnixFileMode.OtherWrite);
        var command = new ScriptCommand([_script], "nobody", null, new SourceSpan("test.conf", 1, 1, 0));
        var global = new GlobalModel { ScriptSecurity = true };
        Assert.True(CommandPreparation.TryPrepare(command, global, out PreparedCommand? prepared, out string? problem));
        Assert.Null(problem);
        Assert.NotEqual(0u, prepared!.Uid);
    }

    [Theory]
    [InlineData("/no/such/script")]
    [InlineData("no-such-program-anywhere")]
    [InlineData("/etc/passwd")] // not executable
    [InlineData("/bin")]
    public void TryPrepare_NothingToRun_IsAProblem(string program)
    {
        Assert.False(Prepare(program, security: false, out _, out string? problem));
        Assert.Contains(program, problem, StringComparison.Ordinal);
    }

    [Fact]
    public void TryPrepare_NameWithoutSlash_IsLookedUpInThePath()
    {
        Assert.True(Prepare("sh", security: false, out PreparedCommand? prepared, out _));
        Assert.EndsWith("/sh", prepared!.Arguments[0], StringComparison.Ordinal);
    }

    public void Dispose() => _directory.Delete(recursive: true);

    private static bool Prepare(string program, bool security, out PreparedCommand? prepared, out string? problem)
    {
        var command = new ScriptCommand([program, "argument"], "root", null, new SourceSpan("test.conf", 1, 1, 0));
        return CommandPreparation.TryPrepare(
            command, new GlobalModel { ScriptSecurity = security }, out prepared, out problem);
    }
}
