using Holdfast.HAProxy;

namespace Holdfast.Tests;

/// <summary>The command line of haproxy: exit codes and messages.</summary>
public sealed class HAProxyProgramTests : IDisposable
{
    private const string Good = """
        defaults
            timeout client 1s
            timeout server 1s
            timeout connect 1s
        listen l
            bind :1080
            server s 127.0.0.1:80

        """;

    private readonly string _directory = Directory.CreateTempSubdirectory("holdfast-haproxy-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Theory]
    [InlineData(Good, 0, "Configuration file is valid\n")]
    [InlineData("listen l\n bind :1080\n", 0, "Warnings were found.\nConfiguration file is valid\n")]
    [InlineData("global\n", 2, "Configuration file has no error but will not start (no listener) => exit(2).\n")]
    [InlineData("listen l\n bnd :1080\n", 1, "")]
    public void Check_AFile_HasTheOriginalsExitCode(string text, int code, string output)
    {
        (int actual, string said, _) = Run(text, "-c", "-f", "x.cfg");
        Assert.Equal((code, output), (actual, said));
    }

    [Fact]
    public void Check_AnError_IsSaidAsTheOriginalDoes()
    {
        (_, _, string error) = Run("global\n maxcon 10\n", "-c", "-f", "x.cfg");
        string[] lines = error.Split('\n');
        Assert.StartsWith($"[NOTICE]   ({Environment.ProcessId}) : haproxy version is 2.6", lines[0],
            StringComparison.Ordinal);
        Assert.StartsWith($"[NOTICE]   ({Environment.ProcessId}) : path to executable is ", lines[1],
            StringComparison.Ordinal);
        Assert.Equal($"[ALERT]    ({Environment.ProcessId}) : config : parsing [{_directory}/x.cfg:2] : "
            + "unknown keyword 'maxcon' in 'global' section; did you mean 'maxconn' maybe ?", lines[2]);
        Assert.Contains($"config : Error(s) found in configuration file : {_directory}/x.cfg", error,
            StringComparison.Ordinal);
        Assert.Contains("config : Fatal errors found in configuration.", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Check_Quietly_SaysNothing()
        => Assert.Equal((1, "", ""), Run("global\n maxcon 10\n", "-c", "-q", "-f", "x.cfg"));

    [Fact]
    public void Check_WarningsAsErrors_Fails()
        => Assert.Equal(1, Run("listen l\n bind :1080\n", "-c", "-dW", "-f", "x.cfg").Code);

    [Theory]
    [InlineData("1", 0)]
    [InlineData("0", 1)]
    [InlineData("version_atleast(2.6)", 0)]
    [InlineData("foo(1)", 2)]
    public void Condition_OnTheCommandLine_HasAnExitCode(string condition, int code)
        => Assert.Equal(code, Run("", "-cc", condition).Code);

    [Fact]
    public void Version_Long_HasWhatScriptsLookFor()
    {
        (int code, string output, _) = Run("", "-vv");
        Assert.Equal(0, code);
        Assert.StartsWith("HAProxy version 2.6.12", output, StringComparison.Ordinal);
        Assert.Contains("  TARGET  = linux-glibc\n", output, StringComparison.Ordinal);
        Assert.Contains("Feature list : ", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("-zz")]
    [InlineData("-f")]
    [InlineData("-c")]
    public void CommandLine_Wrong_ShowsTheUsage(string word)
    {
        (int code, _, string error) = Run("", word);
        Assert.Equal(1, code);
        Assert.Contains("Usage : haproxy", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Files_BehindTheDashes_AreRead()
        => Assert.Equal(0, Run(Good, "-c", "--", "x.cfg").Code);

    private (int Code, string Output, string Error) Run(string text, params string[] words)
    {
        string path = Path.Combine(_directory, "x.cfg");
        File.WriteAllText(path, text);
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        int code = new HAProxyProgram("/usr/sbin/haproxy", output, error)
            .Execute([.. words.Select(w => w == "x.cfg" ? path : w)]);
        return (code, output.ToString(), error.ToString());
    }
}
