using System.Text.Json;
using Holdfast.Lab;

namespace Holdfast.Parity.Tests.Vrrp;

/// <summary><c>holdfast explain</c> says what is so, and what it foretells comes true.</summary>
public sealed class ExplainTests : IDisposable
{
    private readonly TestLan _lan = new();

    [Fact]
    public void Backup_ActiveFallsSilent_IsForetoldAndThenExplained()
    {
        Router a = _lan.Start(_lan.A, Maker.Holdfast, new InstanceText { Priority = 150 });
        Router b = _lan.Start(_lan.B, Maker.Holdfast, new InstanceText { Priority = 100 });
        a.NextState("MASTER");
        b.NextState("BACKUP");
        JsonElement silent = default;
        Patience.Until(
            () => Outlook(b, "active_silent") is { } found && Explain(b).TryGetProperty("active_router", out _)
                && (silent = found).ValueKind == JsonValueKind.Object,
            "the Backup hears the Active");

        // Three intervals and the skew of priority 100: 0.2 s × (3 + 156/256).
        Assert.Equal("active", silent.GetProperty("role").GetString());
        Assert.InRange(silent.GetProperty("after_ms").GetInt32(), 1, 722);
        Assert.Equal("backup", Explain(b).GetProperty("role").GetString());

        a.Node.KillAll();
        b.NextState("MASTER");

        string text = Text(b);
        Assert.Contains("VI_1 is Active since", text, StringComparison.Ordinal);
        Assert.Matches(
            @"because +192\.168\.1\.11 \(priority 150\) fell silent: its last advert was 0\.\d+ s old", text);
        Assert.Contains("Backup → Active", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Tracker_Fails_ItsShareAndItsFaultAreExplained()
    {
        _lan.A.WriteFile("/tmp/good", "");
        Router a = _lan.Start(_lan.A, Maker.Holdfast, """
            vrrp_script chk_weight {
                script "/usr/bin/test -e /tmp/good"
                interval 1
                weight -20
            }
            vrrp_script chk_fault {
                script "/usr/bin/test -e /tmp/good"
                interval 1
                fall 2
            }

            """ + new InstanceText { More = "track_script {\n chk_weight\n chk_fault\n }" });
        a.NextState("MASTER");

        JsonElement weight = Outlook(a, "tracker_down", "chk_weight")!.Value;
        Assert.Equal(80, weight.GetProperty("priority").GetInt32());
        Assert.False(weight.GetProperty("changes").GetBoolean());
        Assert.Equal("fault", Outlook(a, "tracker_down", "chk_fault")!.Value.GetProperty("role").GetString());
        Assert.Contains("script chk_fault fails twice in a row", Text(a), StringComparison.Ordinal);

        _ = _lan.A.Execute("rm", "/tmp/good");
        a.NextState("FAULT");

        string text = Text(a);
        Assert.Contains("because   a fault began: script chk_fault failed", text, StringComparison.Ordinal);
        Assert.Contains("priority 100 → 80 since script chk_weight changed", text, StringComparison.Ordinal);
        Assert.Matches(@"−20 +script chk_weight \(down; weight −20\)", text);
        JsonElement mended = Outlook(a, "tracker_up", "chk_fault")!.Value;
        Assert.Equal("backup", mended.GetProperty("role").GetString());
    }

    [Fact]
    public void History_VrrpProcessIsKilled_IsStillThere()
    {
        Router a = _lan.Start(_lan.A, Maker.Holdfast, new InstanceText());
        a.NextState("MASTER");
        int before = History(a).Length;

        string pid = Reply(a).GetProperty("vrrpPid").GetInt32().ToString(
            System.Globalization.CultureInfo.InvariantCulture);
        _ = _lan.A.Execute("kill", "-KILL", pid);
        a.Next("Startup complete");

        JsonElement[] history = History(a);
        Assert.True(history.Length >= before);
        Assert.Equal("init", history[0].GetProperty("from").GetString());
        Assert.Equal("active", history[1].GetProperty("to").GetString());
    }

    [Fact]
    public void Explain_UnknownName_NamesTheNearest()
    {
        Router a = _lan.Start(_lan.A, Maker.Holdfast, new InstanceText());
        a.Next("Startup complete");

        LabProcess explain = _lan.A.Execute(Programs.Holdfast, "explain", "vrrp", "VI1");

        Assert.Equal(1, explain.Exit!.Value.Code);
        Assert.Contains("there is no vrrp_instance 'VI1'; did you mean 'VI_1'?", explain.Output,
            StringComparison.Ordinal);
    }

    public void Dispose() => _lan.Dispose();

    private static string Text(Router router)
    {
        LabProcess explain = router.Node.Execute(Programs.Holdfast, "explain", "vrrp", "VI_1");
        Assert.True(explain.Exit!.Value.IsSuccess, explain.Output);
        return explain.Output;
    }

    private static JsonElement Reply(Router router)
    {
        LabProcess explain = router.Node.Execute(Programs.Holdfast, "explain", "vrrp", "VI_1", "--json");
        Assert.True(explain.Exit!.Value.IsSuccess, explain.Output);
        using JsonDocument document = JsonDocument.Parse(explain.Output);
        return document.RootElement.Clone();
    }

    private static JsonElement Explain(Router router) => Reply(router).GetProperty("vrrp").GetProperty("instances")[0];

    private static JsonElement[] History(Router router)
        => [.. Reply(router).GetProperty("history").GetProperty("VI_1").EnumerateArray()];

    private static JsonElement? Outlook(Router router, string supposed, string? tracker = null)
    {
        foreach (JsonElement entry in Explain(router).GetProperty("outlook").EnumerateArray())
        {
            if (entry.GetProperty("if").GetString() == supposed && (tracker is null
                || (entry.TryGetProperty("tracker", out JsonElement name) && name.GetString() == tracker)))
            {
                return entry;
            }
        }
        return null;
    }
}
