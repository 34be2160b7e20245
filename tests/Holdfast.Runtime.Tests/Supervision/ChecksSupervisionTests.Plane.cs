using System.Text.Json;
using Holdfast.Config.Keepalived.Model;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Processes;
using Holdfast.Runtime.Tests.Checks;

namespace Holdfast.Runtime.Tests.Supervision;

// VRRP waits for virtual servers, at a start alone.
public sealed partial class ChecksSupervisionTests
{
    private static KeepalivedModel WithInstance() => CheckBed.Model(1, "TCP_CHECK {\n}", before: """
        vrrp_instance VI_1 {
            interface lo
            virtual_router_id 51
            priority 100
            virtual_ipaddress {
                192.0.2.100
            }
        }
        """);

    [Fact]
    public void Start_PlaneTakesItsTime_VrrpWaits()
    {
        Start("slow", WithInstance());
        Until(static status => status.GetProperty("checksReady").GetBoolean());
        using (JsonDocument status = Ask("status"))
        {
            Assert.Equal("Starting", status.RootElement.GetProperty("phase").GetString());
            Assert.False(status.RootElement.GetProperty("vrrpReady").GetBoolean());
        }

        File.WriteAllText(In("said.go"), "");

        Until(static status => status.GetProperty("vrrpReady").GetBoolean());
        AssertLogged("Virtual servers are forwarded: VRRP starts");
        Stop();
    }

    [Fact]
    public void Start_PlaneIsNeverReady_VrrpGoesOnAndSaysWhy()
    {
        Start("unattached", WithInstance(), planeLimit: TimeSpan.FromSeconds(0.5));
        Until(static status => status.GetProperty("vrrpReady").GetBoolean());
        Assert.Matches(
            "VRRP starts, but virtual servers are not forwarded yet, not within 0.5 s: "
            + "(the program is not attached to all interfaces|the checks process has not said anything)", Log());
        Stop();
    }

    [Fact]
    public void Start_NoPlane_VrrpDoesNotWait()
    {
        Start("planeless", WithInstance());
        Until(static status => status.GetProperty("vrrpReady").GetBoolean());
        AssertLogged("and waiting is of no use: the plane cannot be opened");
        Stop();
    }

    [Fact]
    public void Start_ChildCrashesMeanwhile_VrrpWaitsForTheNextOne()
    {
        Start("crash-once", WithInstance());
        Until(static status => status.GetProperty("vrrpReady").GetBoolean());
        Await("begins", "goes on");
        Stop();
    }

    [Fact]
    public void Child_IsKilledLater_VrrpDoesNotWait()
    {
        File.WriteAllText(In("said.go"), "");
        Start("slow", WithInstance());
        Until(static status => status.GetProperty("vrrpReady").GetBoolean());
        File.Delete(In("said.go"));
        int first;
        using (JsonDocument status = Ask("status"))
        {
            first = status.RootElement.GetProperty("checksPid").GetInt32();
        }
        Assert.Equal(Errno.Success, OwnProcess.Kill(first, Signal.SIGKILL));
        Await("begins", "goes on");
        using (JsonDocument status = Ask("status"))
        {
            Assert.Equal("Running", status.RootElement.GetProperty("phase").GetString());
            Assert.True(status.RootElement.GetProperty("vrrpReady").GetBoolean());
        }
        Stop();
    }

    [Fact]
    public async Task Reload_WhileVrrpWaits_IsDoneAfterwards()
    {
        Start("slow", WithInstance());
        Until(static status => status.GetProperty("checksReady").GetBoolean());
        Task<JsonDocument> reload = Task.Run(() => Ask("reload"), TestContext.Current.CancellationToken);
        File.WriteAllText(In("said.go"), "");

        using (JsonDocument reply = await reload.WaitAsync(
            TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken))
        {
            Assert.True(reply.RootElement.GetProperty("ok").GetBoolean());
        }
        Until(static status => status.GetProperty("vrrpReady").GetBoolean());
        Stop();
    }

    [Fact]
    public void Stop_WhileVrrpWaits_EndsInOrder()
    {
        Start("slow", WithInstance());
        Until(static status => status.GetProperty("checksReady").GetBoolean());
        Stop();
        Await("begins", "stops");
    }
}
