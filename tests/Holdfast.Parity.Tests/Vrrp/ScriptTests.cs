using Holdfast.Lab;

namespace Holdfast.Parity.Tests.Vrrp;

/// <summary>Tracked scripts: rise, fall, timeout, user; and that none of them delays an advert.</summary>
public sealed class ScriptTests
{
    [Theory]
    [InlineData(Maker.Holdfast)]
    [InlineData(Maker.Original)]
    public void RiseAndFall_ResultsChange_CountAsOftenAsAsked(Maker maker)
    {
        using var lan = new TestLan();
        lan.A.WriteFile("/tmp/check.sh", """
            #!/bin/sh
            if test -e /tmp/fail; then echo bad >> /tmp/runs; exit 1; fi
            echo good >> /tmp/runs
            """, executable: true);
        Router a = lan.Start(lan.A, maker, Script("interval 1\n fall 3\n rise 2\n script /tmp/check.sh")
            + new InstanceText { More = "track_script {\n check\n }" });
        a.NextState("MASTER");
        lan.A.WriteFile("/tmp/fail", "");
        a.NextState("FAULT");
        string[] runs = Runs(lan.A);
        Assert.Equal(3, runs.Length - Array.IndexOf(runs, "bad"));
        lan.A.Execute("rm", "/tmp/fail");
        a.NextState("BACKUP");
        runs = Runs(lan.A);
        Assert.Equal(2, runs.Length - 1 - Array.LastIndexOf(runs, "bad"));
        a.NextState("MASTER");
    }

    [Fact]
    public void HangingScript_IsKilledWithItsGroup_AdvertsGoOn()
    {
        using var lan = new TestLan();
        lan.A.WriteFile("/tmp/check.sh", """
            #!/bin/sh
            test -e /tmp/hang || exit 0
            echo started >> /tmp/runs
            trap '' TERM
            sleep 600 &
            sleep 601
            """, executable: true);
        Router a = lan.Start(lan.A, Maker.Holdfast, Script("interval 1\n timeout 2\n weight -10\n script /tmp/check.sh")
            + new InstanceText { Interval = "0.1", More = "track_script {\n check\n }" });
        a.NextState("MASTER");
        lan.A.WriteFile("/tmp/hang", "");
        Patience.Until(() => lan.A.ReadFile("/tmp/runs") is not null, "the script hangs");
        int mark = lan.Tap.Count;
        lan.WaitFrame(frame => frame.Node == lan.A && frame.Priority == 90, mark);
        TapFrame[] adverts = lan.Adverts(mark);
        Assert.True(Array.FindIndex(adverts, advert => advert.Priority == 90) >= 5, $"{adverts.Length}\n{lan}");
        lan.A.Execute("rm", "/tmp/hang");
        lan.WaitFrame(frame => frame.Node == lan.A && frame.Priority == 100, lan.Tap.Count);
        Patience.Until(() => !lan.A.Execute("pidof", "sleep").Exit!.Value.IsSuccess, "its children are killed");
        Assert.DoesNotContain("Z", lan.A.Execute("ps", "-eo", "stat=").Output, StringComparison.Ordinal);
        Assert.Equal(["BACKUP", "MASTER"], a.States());
    }

    [Theory]
    [InlineData(Maker.Holdfast)]
    [InlineData(Maker.Original)]
    public void User_OfScript_RunsIt(Maker maker)
    {
        using var lan = new TestLan();
        lan.A.WriteFile("/tmp/who.sh", "#!/bin/sh\nid -un > /tmp/who\nid -gn >> /tmp/who\n", executable: true);
        lan.A.Execute("chmod", "755", "/tmp/who.sh");
        Router a = lan.Start(lan.A, maker, Script("interval 1\n user nobody nogroup\n script /tmp/who.sh")
            + new InstanceText { More = "track_script {\n check\n }" });
        a.NextState("MASTER");
        Assert.Equal("nobody\nnogroup\n", lan.A.ReadFile("/tmp/who"));
    }

    private static string Script(string lines) => $"vrrp_script check {{\n {lines}\n}}\n";

    private static string[] Runs(LabNode node)
        => node.ReadFile("/tmp/runs")!.Split('\n', StringSplitOptions.RemoveEmptyEntries);
}
