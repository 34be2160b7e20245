using Holdfast.Layer4.Model;
using Holdfast.Layer4.Planning;
using Holdfast.Primitives;

namespace Holdfast.Layer4.Tests;

/// <summary>Synchronisation daemons: which are stopped, which are started, and in which order.</summary>
public sealed class SyncDaemonPlannerTests
{
    private static readonly SyncDaemonSpec Master = new() { Role = SyncRole.Master, Interface = "eth0", SyncId = 51 };
    private static readonly SyncDaemonSpec Backup = Master with { Role = SyncRole.Backup };
    private static readonly HashSet<SyncRole> Both = [SyncRole.Master, SyncRole.Backup];

    [Fact]
    public void Plan_RoleChanges_StopsBeforeItStarts()
        => Assert.Equal([new(SyncRole.Backup, null), new SyncDaemonStep(null, Master)],
            SyncDaemonPlanner.Plan([Master], [Backup], Both));

    [Fact]
    public void Plan_RunsWithWhatTheKernelChose_IsLeftAlone()
        => Assert.Empty(SyncDaemonPlanner.Plan(
            [Master],
            [Master with { LengthMax = 1472, Group = IpAddress.V4(224, 0, 0, 81), Port = 8848, Ttl = 1 }], Both));

    [Fact]
    public void Plan_OtherSettings_AreReplaced()
        => Assert.Equal([new(SyncRole.Master, null), new SyncDaemonStep(null, Master with { Ttl = 3 })],
            SyncDaemonPlanner.Plan([Master with { Ttl = 3 }], [Master with { Ttl = 1 }], Both));

    [Fact]
    public void Plan_ForeignDaemon_Stays()
        => Assert.Empty(SyncDaemonPlanner.Plan([], [Backup], new HashSet<SyncRole> { SyncRole.Master }));
}
