using Holdfast.Nginx;
using Holdfast.Tests.Repository;

namespace Holdfast.Tests;

/// <summary>The command line of nginx: messages and exit codes, beside the original.</summary>
public sealed class NginxProgramTests : IDisposable
{
    private const string Good = "events {}\nhttp {\naccess_log off;\nserver { listen 8000; include more/*.conf; }\n}\n";

    private readonly string _directory = Directory.CreateTempSubdirectory("holdfast-nginx-").FullName;

    public NginxProgramTests()
    {
        Write("good.conf", Good);
        Write("warned.conf", "events {}\nhttp { access_log off; server {} server {} }\n");
        Write("nolog.conf", "events {}\nhttp { access_log nowhere/a.log; server { listen 8000; } }\n");
        Write("bad.conf", "events {}\nhttp {\nservr {}\n}\n");
        Write("more/a.conf", "# a\nroot /a;\n");
        Write("run/nginx.pid", "nothing\n");
    }

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Theory]
    [InlineData("-t -p @ -c good.conf -e @/log")]
    [InlineData("-t -p @/ -c @/good.conf -e @/log")]
    [InlineData("-tq -p@ -cgood.conf -e@/log")]
    [InlineData("-T -p @ -c good.conf -e @/log")]
    [InlineData("-qT -p @ -c good.conf -e @/log")]
    [InlineData("-t -p @ -c warned.conf -e @/log")]
    [InlineData("-t -p @ -c bad.conf -e @/log")]
    [InlineData("-t -q -p @ -c bad.conf -e @/log")]
    [InlineData("-t -p @ -c nowhere.conf -e @/log")]
    [InlineData("-t -p @ -e @/log")]
    [InlineData("-t -p @ -c good.conf -e @/log -g daemon_off;pid_run/nginx.pid;")]
    [InlineData("-t -p @ -c good.conf -e @/log -g daemon")]
    [InlineData("-t -p @ -c good.conf -e @/log -g daemon_off;pid_nowhere/nginx.pid;")]
    [InlineData("-t -p @ -c good.conf -e @/log -g user_nobody_nobodys;")]
    [InlineData("-t -p @ -c nolog.conf -e @/log")]
    [InlineData("-s stop -p @ -c good.conf -e @/log")]
    [InlineData("-s quit -p @ -c good.conf -e @/log -g pid_nowhere.pid;")]
    [InlineData("-s sometimes")]
    [InlineData("-s")]
    [InlineData("-c")]
    [InlineData("-p")]
    [InlineData("-e")]
    [InlineData("-tg")]
    [InlineData("-x")]
    [InlineData("-tx")]
    [InlineData("start")]
    [InlineData("-t start")]
    public void CommandLine_OfBothSides_SaysTheSame(string line)
    {
        string[] words = [.. line.Replace("@", _directory, StringComparison.Ordinal).Split(' ')
            .Select(static w => w.EndsWith(';') ? w.Replace('_', ' ') : w)];
        bool hasPid = words.Contains("-g");
        // The original writes a pid file while it tests: into the directory of the test.
        string[] all = words.Contains("-e") && !hasPid ? [.. words, "-g", "pid run/nginx.pid;"] : words;
        (int Code, string Output, string Error) theirs = OriginalNginxCheck.Ask(all);
        Write("run/nginx.pid", "nothing\n");

        Assert.Equal(theirs, Run(all));
    }

    [Fact]
    public void Help_OfBothSides_IsTheSameButForTheVersion()
        => Assert.Equal(OriginalNginxCheck.Ask(["-h"]).Error.Split('\n')[1..], Run("-h").Error.Split('\n')[1..]);

    [Fact]
    public void Version_Long_NamesNoModuleThatIsNotThere()
    {
        (int code, _, string error) = Run("-V");
        Assert.Equal(0, code);
        Assert.StartsWith("nginx version: nginx/1.", error, StringComparison.Ordinal);
        Assert.DoesNotContain("--with-http_xslt_module", error, StringComparison.Ordinal);
        Assert.Contains("--without-http_ssi_module", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Test_WithoutALogFile_HasTimeAndProcess()
    {
        string first = Run("-t", "-c", Path.Combine(_directory, "bad.conf")).Error.Split('\n')[0];
        Assert.Matches($@"^\d{{4}}/\d\d/\d\d \d\d:\d\d:\d\d \[emerg\] {Environment.ProcessId}#{Environment.ProcessId}: "
            + "unknown directive \"servr\" in ", first);
    }

    [Fact]
    public void Test_OfDebiansFile_IsSuccessful()
    {
        Assert.True(OriginalDaemon.Install("nginx", "/usr/sbin/nginx"));
        Assert.Equal(0, Run("-t", "-c", "/etc/nginx/nginx.conf").Code);
    }

    private static (int Code, string Output, string Error) Run(params string[] words)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        int code = new NginxProgram(output, error, TimeProvider.System).Execute(words);
        return (code, output.ToString(), error.ToString());
    }

    private void Write(string name, string text)
    {
        string path = Path.Combine(_directory, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }
}
