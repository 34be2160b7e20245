using System.Diagnostics;

namespace Holdfast.Tests;

/// <summary>
/// The program itself in namespaces of its own; every wait of the shell is for a condition, and bounded.
/// </summary>
public sealed class NamespaceTests : IDisposable
{
    private const string Setup = """
        set -eu
        mount -t tmpfs none /run
        mkdir /run/netns
        ip netns add apart
        ip -n apart link add eth0 type veth peer name eth1
        ip -n apart link set eth0 up
        ip -n apart link set eth1 up
        ip -n apart address add 10.9.0.1/24 dev eth0
        start() { "$holdfast" run --run-dir /run/holdfast "$directory/keepalived.conf" 2> "$directory/log" & pid=$!; }
        until_true() { timeout 20 sh -c "until $1; do :; done"; }

        """;

    private const string Instance = """
        net_namespace apart
        track_group G {
            group {
                VI_1
            }
        }
        static_ipaddress {
            10.7.0.1/24 dev eth0 track_group G
        }
        vrrp_instance VI_1 {
            interface eth0
            virtual_router_id 5
            priority 255
            virtual_ipaddress {
                10.9.0.50/24
            }
        }
        """;

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("holdfast-namespace-");

    [Fact]
    public void NetNamespace_OfTheFile_HoldsTheAddresses()
    {
        string output = Run("""
            start
            until_true 'ip -n apart -4 -o address show dev eth0 | grep -F 10.9.0.50/24'
            ip -n apart -4 -o address show dev eth0
            kill -TERM $pid
            wait $pid
            echo "ended with $?"
            """);
        Assert.Contains("10.9.0.50/24", output, StringComparison.Ordinal);
        Assert.Contains("10.7.0.1/24", output, StringComparison.Ordinal);
        Assert.EndsWith("ended with 0\n", output, StringComparison.Ordinal);
    }

    [Fact]
    public void StaticAddress_SomeoneDeletesIt_ComesBack()
    {
        string output = Run("""
            start
            until_true 'ip -n apart -4 -o address show dev eth0 | grep -F 10.9.0.50/24'
            ip -n apart address del 10.7.0.1/24 dev eth0
            until_true 'ip -n apart -4 -o address show dev eth0 | grep -F 10.7.0.1/24'
            kill -TERM $pid
            wait $pid
            """);
        Assert.Contains("10.7.0.1/24", output, StringComparison.Ordinal);
    }

    public void Dispose() => _directory.Delete(recursive: true);

    private string Run(string script)
    {
        File.WriteAllText(Path.Combine(_directory.FullName, "keepalived.conf"), Instance);
        var start = new ProcessStartInfo("timeout")
        {
            // The process namespace ends all that a failed script leaves.
            ArgumentList =
            {
                "-s", "KILL", "60", "unshare", "--net", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc",
                "sh", "-c", Setup + script,
            },
            RedirectStandardOutput = true,
            Environment =
            {
                ["holdfast"] = Path.Combine(AppContext.BaseDirectory, "holdfast"),
                ["directory"] = _directory.FullName,
            },
        };
        using Process process = Process.Start(start)!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        string log = File.ReadAllText(Path.Combine(_directory.FullName, "log"));
        Assert.True(process.ExitCode == 0, $"exit code {process.ExitCode}: {output}{log}");
        return output;
    }
}
