using System.Diagnostics;
using System.Text.Json;

namespace Holdfast.Tests;

/// <summary><c>holdfast plan --from</c>: two files, no daemon.</summary>
public sealed class PlanCommandTests : IDisposable
{
    private const string Instance = """
        vrrp_instance VI_1 {
            interface eth0
            virtual_router_id 5
            priority 100
            virtual_ipaddress {
                10.9.0.50/24
            }
        }
        """;

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("holdfast-plan-");

    [Fact]
    public void SameFile_NothingChanges_ExitsWithZero()
        => Assert.Equal((0, "nothing changes (1 unchanged)\n"), Plan(Instance, "--detailed-exitcode"));

    [Fact]
    public void Change_IsShown_ExitCodeTellsOnRequest()
    {
        string changed = Instance.Replace("100", "150", StringComparison.Ordinal);

        (int code, string output) = Plan(changed);
        Assert.Equal(0, code);
        Assert.Contains("~ vrrp_instance VI_1: changed in place", output, StringComparison.Ordinal);
        Assert.Contains("priority  100 -> 150", output, StringComparison.Ordinal);
        Assert.Equal(4, Plan(changed, "--detailed-exitcode").Code);
    }

    [Fact]
    public void NginxConf_IsComparedWithTheOneThatIsNamed()
    {
        string before = Path.Combine(_directory.FullName, "a.nginx");
        string now = Path.Combine(_directory.FullName, "b.nginx");
        File.WriteAllText(before, "events {}\nhttp { server { listen 80; } }\n");
        File.WriteAllText(now, "events {}\nhttp { server { listen 80; listen 81; } }\n");
        using Process process = Process.Start(new ProcessStartInfo(
            Path.Combine(AppContext.BaseDirectory, "holdfast"), ["plan", "--from", $"nginx:{before}", $"nginx:{now}"])
        {
            RedirectStandardOutput = true,
        })!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
        Assert.Contains("server 80", output, StringComparison.Ordinal);
        Assert.Contains("listened at", output, StringComparison.Ordinal);
    }

    [Fact]
    public void Json_HasEveryItem()
    {
        (int code, string output) = Plan(Instance, "--json");
        Assert.Equal(0, code);
        using JsonDocument document = JsonDocument.Parse(output);
        Assert.False(document.RootElement.GetProperty("changes").GetBoolean());
        JsonElement item = document.RootElement.GetProperty("items")[0];
        Assert.Equal("unchanged", item.GetProperty("verdict").GetString());
    }

    [Fact]
    public void BrokenFile_PrintsWhereAndExitsWithOne()
    {
        (int code, string output) = Plan(Instance.Replace("100", "300", StringComparison.Ordinal));
        Assert.Equal(1, code);
        Assert.Contains("new.conf:4:14: error", output, StringComparison.Ordinal);
        Assert.Contains("^^^", output, StringComparison.Ordinal);
    }

    [Fact]
    public void ProxyFiles_AreCompared_ServerByServer()
    {
        const string Before = "defaults\n timeout connect 1s\n timeout client 1s\n timeout server 1s\n"
            + "listen web\n mode http\n bind :8080\n server a 10.0.0.1:80\n server b 10.0.0.2:80\n";
        string old = Write("old.cfg", Before);
        string now = Write("new.cfg", Before.Replace("b 10.0.0.2", "c 10.0.0.3", StringComparison.Ordinal));

        (int code, string output) = Run("plan", "--from", old, now, "--detailed-exitcode");

        Assert.Equal(4, code);
        Assert.Contains("~ listen web: changed in place", output, StringComparison.Ordinal);
        Assert.Contains("server c  + 10.0.0.3:80", output, StringComparison.Ordinal);
        Assert.Contains("server b  - 10.0.0.2:80", output, StringComparison.Ordinal);
        Assert.Contains("1 changed in place, 1 unchanged", output, StringComparison.Ordinal);
        Assert.Equal((0, "nothing changes (2 unchanged)\n"), Run("plan", "--from", old, old));
    }

    public void Dispose() => _directory.Delete(recursive: true);

    private (int Code, string Output) Plan(string text, params string[] options)
    {
        string before = Write("old.conf", Instance);
        string now = Write("new.conf", text);
        return Run(["plan", "--from", before, now, .. options]);
    }

    private string Write(string name, string text)
    {
        string path = Path.Combine(_directory.FullName, name);
        File.WriteAllText(path, text);
        return path;
    }

    private static (int Code, string Output) Run(params string[] arguments)
    {
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "holdfast"))
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }
        using Process process = Process.Start(start)!;
        string output = process.StandardOutput.ReadToEnd() + process.StandardError.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output);
    }
}
