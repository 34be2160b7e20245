using System.Globalization;
using System.Text.Json;
using Holdfast.Lab;
using Holdfast.Parity.Tests.Vrrp;

namespace Holdfast.Parity.Tests.Continuity;

/// <summary>One of our daemons in a lab, and its processes as the node numbers them.</summary>
internal sealed class Daemon
{
    private readonly TestLan _lan;

    private Daemon(TestLan lan, Router router)
    {
        _lan = lan;
        Router = router;
    }

    internal Router Router { get; }

    /// <summary>Process id of the supervisor in its node; 0 while there is none.</summary>
    internal int SupervisorPid => Number("/run/lab/keepalived.pid");

    /// <summary>Process id of the VRRP process in its node; 0 while there is none.</summary>
    internal int VrrpPid => Number("/run/lab/vrrp.pid");

    /// <summary>Starts it with any number of crashes allowed, unless <paramref name="crashWindow"/> is given.</summary>
    internal static Daemon Start(TestLan lan, LabNode node, string config, int crashWindow = 1)
        => new(lan, lan.StartAsIs(node, Maker.Holdfast, InstanceText.Global + config, environment:
            [$"HOLDFAST_CRASH_WINDOW_MS={crashWindow.ToString(CultureInfo.InvariantCulture)}"]));

    /// <summary>Sends a signal to a process of the node.</summary>
    internal void Signal(int pid, string signal)
    {
        LabProcess kill = Router.Node.Execute(
            "kill", $"-{signal}", pid.ToString(CultureInfo.InvariantCulture));
        Assert.True(kill.Exit!.Value.IsSuccess, kill.Output);
    }

    /// <summary>Kills the VRRP process and waits until another one has sent an advert.</summary>
    internal void KillVrrp()
    {
        int before = VrrpPid;
        Signal(before, "KILL");
        WaitVrrpOtherThan(before);
        _lan.WaitAdverts(Router.Node, 1);
    }

    internal void WaitVrrpOtherThan(int pid)
        => Patience.Until(() => VrrpPid != pid && VrrpPid != 0 && IsReady, $"another VRRP process than {pid}\n{_lan}");

    /// <summary>Whether the VRRP process takes part, as the supervisor says.</summary>
    internal bool IsReady => TryStatus() is { } status && status.GetProperty("vrrpReady").GetBoolean();

    /// <summary>The status; null while nobody answers.</summary>
    internal JsonElement? TryStatus()
    {
        LabProcess status = Router.Node.Execute(Programs.Holdfast, "status", "--json", "--full");
        if (!status.Exit!.Value.IsSuccess)
        {
            return null;
        }
        using JsonDocument document = JsonDocument.Parse(status.Output);
        return document.RootElement.Clone();
    }

    private int Number(string path)
        => int.TryParse(Router.Node.ReadFile(path), NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture,
            out int pid) ? pid : 0;
}
