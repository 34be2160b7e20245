using Holdfast.Vrrp.Machine;

namespace Holdfast.Vrrp.Tests.Sync;

public sealed class SyncGroupTests
{
    private static readonly int[][] OneGroup = [[0, 1]];

    [Fact]
    public void Group_OneMemberExpires_WaitsForTheOther()
    {
        var bench = new RouterBench(2, OneGroup);
        bench.Expire(0);

        Assert.Equal([Role.Backup, Role.Backup], bench.Roles);

        bench.Expire(1);

        Assert.Equal([Role.Active, Role.Active], bench.Roles);
        Assert.Equal("group 0: Active", bench.Log[^1]);
    }

    [Fact]
    public void Group_MemberHearsItsActiveAgain_NoLongerWants()
    {
        var bench = new RouterBench(2, OneGroup);
        bench.Expire(0);
        bench.Hear(0, 200);
        bench.Expire(1);

        Assert.Equal([Role.Backup, Role.Backup], bench.Roles);
    }

    [Fact]
    public void Group_OneLeavesActive_AllLeave()
    {
        RouterBench bench = Active();
        bench.Hear(1, 200);

        Assert.Equal([Role.Backup, Role.Backup], bench.Roles);
        Assert.Equal(
            ["1: Active→Backup (HigherPriorityHeard)", "0: Active→Backup (SyncGroupMoved)", "group 0: Backup"],
            bench.Log);
    }

    [Fact]
    public void Group_OneRanLate_AllLetGoAtOnce()
    {
        RouterBench bench = Active();
        bench.Now += TimeSpan.FromSeconds(10);
        bench.Hear(1, 50);

        Assert.Equal([Role.Backup, Role.Backup], bench.Roles);
        Assert.Equal(
            ["1: Active→Backup (RanLate)", "0: Active→Backup (SyncGroupMoved)", "group 0: Backup"], bench.Log);
        Assert.Equal(AddressPhase.Absent, bench.Router.State(0).Addresses);
        Assert.Equal(AddressPhase.Absent, bench.Router.State(1).Addresses);
    }

    [Fact]
    public void Group_OneFault_PutsAllInFaultAndBack()
    {
        RouterBench bench = Active();
        bench.Do(0, VrrpEvent.FaultsAre(FaultCauses.InterfaceDown));

        Assert.Equal([Role.Fault, Role.Fault], bench.Roles);
        Assert.Equal(FaultCauses.SyncGroup, bench.Router.State(1).Faults);

        bench.Do(0, VrrpEvent.FaultsAre(FaultCauses.None));

        Assert.Equal([Role.Backup, Role.Backup], bench.Roles);
    }

    [Fact]
    public void Group_TwoFaults_BothMustEnd()
    {
        RouterBench bench = Active();
        bench.Do(0, VrrpEvent.FaultsAre(FaultCauses.InterfaceDown));
        bench.Do(1, VrrpEvent.FaultsAre(FaultCauses.Tracker));
        bench.Do(0, VrrpEvent.FaultsAre(FaultCauses.None));

        Assert.Equal([Role.Fault, Role.Fault], bench.Roles);

        bench.Do(1, VrrpEvent.FaultsAre(FaultCauses.None));

        Assert.Equal([Role.Backup, Role.Backup], bench.Roles);
    }

    [Fact]
    public void Group_LowerPriorityHeard_AllMembersAnnounce()
    {
        RouterBench bench = Active();
        bench.Hear(0, 50);

        Assert.Equal(["0: announce ×5", "1: announce ×5"], bench.Log);
    }

    [Fact]
    public void Group_OfOneMember_BehavesLikeNone()
    {
        var bench = new RouterBench(1, [[0]]);
        bench.Expire(0);

        Assert.Equal([Role.Active], bench.Roles);
    }

    [Fact]
    public void Instance_OutsideTheGroup_IsNotMoved()
    {
        var bench = new RouterBench(3, OneGroup);
        bench.Expire(2);
        bench.Expire(0);
        bench.Do(0, VrrpEvent.FaultsAre(FaultCauses.Tracker));

        Assert.Equal([Role.Fault, Role.Fault, Role.Active], bench.Roles);
    }

    private static RouterBench Active()
    {
        var bench = new RouterBench(2, OneGroup);
        bench.Expire(0);
        bench.Expire(1);
        Assert.Equal([Role.Active, Role.Active], bench.Roles);
        bench.Log.Clear();
        return bench;
    }
}
