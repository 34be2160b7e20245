using System.Globalization;
using System.Text.Json;

namespace Holdfast.Tests;

/// <summary>A reload of a running daemon: what it says to whom, and the files of keepalived.conf(5) about it.</summary>
public sealed class ReloadCommandTests
{
    private const string Instance = """
        vrrp_instance VI_1 {
            interface missing0
            virtual_router_id 5
            priority 100
            virtual_ipaddress {
                10.9.0.50/24
            }
        }

        """;

    private static readonly string s_changed = Instance.Replace("100", "150", StringComparison.Ordinal);
    private static readonly string s_broken = Instance.Replace("100", "300", StringComparison.Ordinal);

    [Fact]
    public void Reload_ChangedFile_ShowsAndLogsWhatChanged()
    {
        using var daemon = new RunningDaemon(Instance);
        Assert.Contains("STATUS=1 VRRP instances", daemon.NextTold("READY=1"), StringComparison.Ordinal);
        daemon.Write(s_changed);
        (int planned, string plan, _) = daemon.Ask("plan");
        (int code, string output, string error) = daemon.Ask("reload");
        Assert.Equal((0, 0, ""), (planned, code, error));
        Assert.Contains("priority  100 -> 150", output, StringComparison.Ordinal);
        Assert.Equal(plan, output);
        Assert.Contains(
            "Reload: vrrp_instance VI_1: changed: priority 100 -> 150", daemon.Log, StringComparison.Ordinal);
        string reloading = daemon.NextTold("RELOADING=1");
        Assert.Matches("\nMONOTONIC_USEC=[0-9]+\n", reloading);
        daemon.NextTold("READY=1");
        Assert.Equal("nothing changes (1 unchanged)\n", daemon.Ask("reload").Output);
        using JsonDocument status = JsonDocument.Parse(daemon.Ask("status", "--json").Output);
        Assert.Equal(150, status.RootElement.GetProperty("vrrp").GetProperty("instances")[0]
            .GetProperty("configured_priority").GetInt32());
    }

    [Fact]
    public void Reload_BrokenFile_ChangesNothingAndSaysWhere()
    {
        using var daemon = new RunningDaemon(Instance);
        daemon.NextTold("READY=1");
        daemon.Write(s_broken);
        (int code, string output, string error) = daemon.Ask("reload");
        Assert.Equal((1, ""), (code, output));
        Assert.Contains("keepalived.conf:4:14: error", error, StringComparison.Ordinal);
        Assert.Contains("^^^", error, StringComparison.Ordinal);
        daemon.NextTold("RELOADING=1");
        Assert.Contains("errors", daemon.NextTold("READY=1"), StringComparison.Ordinal);
        Assert.Contains("keepalived.conf:4:14", daemon.Log, StringComparison.Ordinal);
        daemon.Write(Instance);
        Assert.Equal("nothing changes (1 unchanged)\n", daemon.Ask("reload").Output);
    }

    [Fact]
    public void Watchdog_Asked_IsFedUntilTheEnd()
    {
        using var daemon = new RunningDaemon(Instance, ("WATCHDOG_USEC", "400000"));
        daemon.NextTold("READY=1");
        daemon.NextTold("WATCHDOG=1");
        daemon.NextTold("WATCHDOG=1");
        Assert.Equal(0, daemon.Ask("stop").Code);
        daemon.NextTold("STOPPING=1");
    }

    [Fact]
    public void Watchdog_OfAnotherProcess_IsNotFed()
    {
        using var daemon = new RunningDaemon(Instance, ("WATCHDOG_USEC", "1000"), ("WATCHDOG_PID", "1"));
        daemon.NextTold("READY=1");
        Assert.Equal(0, daemon.Ask("stop").Code);
        Assert.DoesNotContain("WATCHDOG", daemon.NextTold("="), StringComparison.Ordinal);
    }

    [Fact]
    public void FilesOfAReload_AreWritten()
    {
        using var place = new TemporaryPlace();
        string global = $$"""
            global_defs {
                reload_file {{place.In("flag")}}
                reload_check_config {{place.In("check.log")}}
                config_save_dir {{place.In("saved")}}
            }

            """;
        using var daemon = new RunningDaemon(global + Instance);
        daemon.NextTold("READY=1");
        daemon.Write(global + s_changed);
        File.WriteAllText(place.In("flag"), "not read yet");
        Assert.Equal(0, daemon.Ask("reload").Code);
        Assert.False(File.Exists(place.In("flag")));
        Assert.Equal("", File.ReadAllText(place.In("check.log")));
        string[] saved = [.. Directory.GetFiles(place.In("saved")).Select(static f => Path.GetFileName(f)).Order()];
        Assert.Equal(3, saved.Length);
        Assert.StartsWith("keepalived.conf.", saved[0], StringComparison.Ordinal);
        Assert.EndsWith(".1.post", saved[1], StringComparison.Ordinal);
        Assert.EndsWith(".1.pre", saved[2], StringComparison.Ordinal);
        Assert.Contains("priority 150", File.ReadAllText(place.In($"saved/{saved[0]}")), StringComparison.Ordinal);
        daemon.Write(global + s_broken);
        Assert.Equal(1, daemon.Ask("reload").Code);
        Assert.Contains("keepalived.conf: Line 9)", File.ReadAllText(place.In("check.log")), StringComparison.Ordinal);
    }

    [Fact]
    public void TimeFile_TimeComes_ReloadsAndIsRemoved()
    {
        using var place = new TemporaryPlace();
        string global = $"global_defs {{\n reload_time_file {place.In("time")}\n}}\n";
        using var daemon = new RunningDaemon(global + Instance);
        daemon.NextTold("READY=1");
        daemon.Write(global + s_changed);
        DateTimeOffset soon = TimeProvider.System.GetUtcNow() + TimeSpan.FromSeconds(2);
        File.WriteAllText(place.In("time"), soon.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture) + "Z\n");
        daemon.NextTold("RELOADING=1");
        Assert.True(TimeProvider.System.GetUtcNow() >= soon - TimeSpan.FromSeconds(1), "it came too early");
        daemon.NextTold("READY=1");
        Assert.False(File.Exists(place.In("time")));
        daemon.Until(
            () => daemon.Log.Contains("priority 100 -> 150", StringComparison.Ordinal), "the change is logged");
    }

    private sealed class TemporaryPlace : IDisposable
    {
        private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("holdfast-reload-");

        internal string In(string name) => Path.Combine(_directory.FullName, name);

        public void Dispose() => _directory.Delete(recursive: true);
    }
}
