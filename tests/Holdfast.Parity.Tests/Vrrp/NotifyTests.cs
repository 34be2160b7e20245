using Holdfast.Lab;

namespace Holdfast.Parity.Tests.Vrrp;

/// <summary>Notify scripts and FIFOs say the same, in the same order, as the original's.</summary>
public sealed class NotifyTests
{
    [Fact]
    public void Scripts_StartFaultReturnAndStop_AreTheOriginals() => Compare("""
        notify /tmp/notify.sh
        notify_master "/tmp/word.sh master 'two words'"
        notify_backup "/tmp/word.sh backup"
        notify_fault "/tmp/word.sh fault"
        notify_stop "/tmp/word.sh stop"
        """, group: "");

    [Fact]
    public void ScriptsOfGroup_StartFaultReturnAndStop_AreTheOriginals() => Compare("", """
        vrrp_sync_group G {
            group {
                VI_1
            }
            notify /tmp/notify.sh
            notify_master "/tmp/word.sh master"
            notify_backup "/tmp/word.sh backup"
            notify_fault "/tmp/word.sh fault"
            notify_stop "/tmp/word.sh stop"
        }

        """);

    [Fact]
    public void LowerPriority_Received_ScriptRuns()
    {
        foreach (Maker maker in (Maker[])[Maker.Original, Maker.Holdfast])
        {
            using var lan = new TestLan();
            using var forger = new Forger(lan.Segment.LinkOf(lan.Client));
            Scripts(lan.A);
            Router a = lan.Start(lan.A, maker, new InstanceText
            {
                More = "notify_master_rx_lower_pri \"/tmp/word.sh lower\"",
            });
            a.NextState("MASTER");
            forger.Send(50);
            WaitLines(lan.A, "/tmp/word.log", 1);
            Assert.Equal("lower\n", lan.A.ReadFile("/tmp/word.log"));
        }
    }

    private static void Compare(string scripts, string group)
    {
        string[] original = Take(Maker.Original, scripts, group);
        string[] ours = Take(Maker.Holdfast, scripts, group);
        for (int i = 0; i < original.Length; i++)
        {
            Assert.True(original[i] == ours[i], $"the original:\n{original[i]}\nours:\n{ours[i]}");
        }
        Assert.Contains(original, file => file.Contains("FAULT", StringComparison.Ordinal));
        Assert.Contains(original, file => file.Contains("fault", StringComparison.Ordinal));
    }

    /// <summary>What both kinds of scripts were given, and the FIFO's lines.</summary>
    private static string[] Take(Maker maker, string scripts, string group)
    {
        using var lan = new TestLan();
        Scripts(lan.A);
        Assert.True(lan.A.Execute("mkfifo", "-m", "600", "/tmp/fifo").Exit!.Value.IsSuccess);
        LabProcess fifo = lan.A.Start("sh", ["-c", "exec cat <> /tmp/fifo"]);
        Router a = lan.StartAsIs(lan.A, maker, "global_defs {\n script_user root\n notify_fifo /tmp/fifo\n}\n" + group
            + new InstanceText { More = scripts });
        a.NextState("MASTER");
        // Scripts run beside each other: an event is left to finish before the next one.
        WaitLines(lan.A, "/tmp/notify.log", 2);
        WaitLines(lan.A, "/tmp/word.log", 2);
        lan.Segment.SetLink(lan.A, up: false);
        a.NextState("FAULT");
        WaitLines(lan.A, "/tmp/notify.log", 3);
        WaitLines(lan.A, "/tmp/word.log", 3);
        lan.Segment.SetLink(lan.A, up: true);
        a.NextState("BACKUP");
        WaitLines(lan.A, "/tmp/word.log", 4);
        a.NextState("MASTER");
        WaitLines(lan.A, "/tmp/notify.log", 5);
        WaitLines(lan.A, "/tmp/word.log", 5);
        a.Stop();
        WaitLines(lan.A, "/tmp/notify.log", 6);
        WaitLines(lan.A, "/tmp/word.log", 6);
        fifo.WaitForLine("STOP", Patience.Limit);
        return [lan.A.ReadFile("/tmp/notify.log")!, lan.A.ReadFile("/tmp/word.log")!, fifo.Output];
    }

    private static void Scripts(LabNode node)
    {
        node.WriteFile("/tmp/notify.sh", "#!/bin/sh\necho \"$#|$1|$2|$3|$4\" >> /tmp/notify.log\n", executable: true);
        node.WriteFile("/tmp/word.sh", "#!/bin/sh\necho \"$*\" >> /tmp/word.log\n", executable: true);
    }

    private static void WaitLines(LabNode node, string path, int count)
        => Patience.Until(() => (node.ReadFile(path) ?? "").Count(c => c == '\n') >= count,
            () => $"{count} lines of {path}: {node.ReadFile(path)}");
}
