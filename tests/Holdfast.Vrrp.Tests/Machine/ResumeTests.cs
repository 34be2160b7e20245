using Holdfast.Primitives;
using Holdfast.Vrrp.Machine;

namespace Holdfast.Vrrp.Tests.Machine;

/// <summary>Going on after the process was killed and started again.</summary>
public sealed class ResumeTests
{
    private const string Listens = "watch, Active→Backup (ResumedLate)";

    [Fact]
    public void Resumed_ActiveInTime_SendsOnlyItsOverdueAdvert()
    {
        MachineBench bench = MachineBench.In(Role.Active);
        bench.Pass(TimeSpan.FromSeconds(2.9));

        Assert.Equal("", bench.Do(EventKind.Resumed));
        Assert.Equal("advert 100", bench.Do(EventKind.DeadlineReached));
        Assert.Equal(Role.Active, bench.State.Role);
    }

    [Fact]
    public void Resumed_ActiveTooLate_ListensWithItsAddresses()
    {
        MachineBench bench = MachineBench.In(Role.Active);

        Assert.Equal(Listens, bench.ResumeLate());
        Assert.Equal(AddressPhase.Lingering, bench.State.Addresses);
    }

    [Theory]
    [InlineData(50)]
    [InlineData(200)]
    public void Resumed_TooLateAndAnotherIsActive_LetsGoAtOnce(byte priority)
    {
        MachineBench bench = MachineBench.In(Role.Active);
        bench.ResumeLate();

        Assert.Equal("release", bench.Hear(priority));
        Assert.Equal(Role.Backup, bench.State.Role);
    }

    [Fact]
    public void Resumed_TooLateAndAnotherResigns_KeepsItsAddresses()
    {
        MachineBench bench = MachineBench.In(Role.Active);
        bench.ResumeLate();

        Assert.Equal("", bench.Hear(0));
        Assert.Contains("Backup→Active (ActiveResigned)", bench.RunToDeadline(), StringComparison.Ordinal);
    }

    [Fact]
    public void Resumed_TooLateAndNobodyIsThere_IsActiveAgainAndNeverLetGo()
    {
        MachineBench bench = MachineBench.In(Role.Active);
        bench.ResumeLate();

        Assert.Equal("advert 100, install, announce ×5, Backup→Active (ActiveSilent)", bench.RunToDeadline());
        Assert.Equal(AddressPhase.Held, bench.State.Addresses);
    }

    [Fact]
    public void Resumed_OwnerTooLate_StaysActive()
    {
        MachineBench bench = MachineBench.In(Role.Active, new VrrpConfig { Priority = Priority.Owner });

        Assert.Equal("", bench.ResumeLate());
        Assert.Equal("advert 255, announce ×5", bench.Do(EventKind.DeadlineReached));
    }

    [Fact]
    public void Resumed_BackupThatHeardNothingMeanwhile_WaitsForOneMoreAdvert()
    {
        MachineBench bench = MachineBench.In(Role.Backup);
        Assert.Equal("", bench.ResumeLate());
        Assert.Equal(1 + (156 / 256.0), (bench.State.Deadline - bench.Now).TotalSeconds, 6);
        bench.Hear(200);
        Assert.Equal(3 + (156 / 256.0), (bench.State.Deadline - bench.Now).TotalSeconds, 6);
    }

    [Fact]
    public void Resumed_BackupThatHeardTheResignation_TakesOver()
    {
        MachineBench bench = MachineBench.In(Role.Backup);
        bench.Hear(0);
        Assert.Equal("", bench.ResumeLate());
        Assert.EndsWith("(ActiveResigned)", bench.Do(EventKind.DeadlineReached), StringComparison.Ordinal);
    }

    [Fact]
    public void Resumed_BackupInTime_KeepsItsTimer()
    {
        MachineBench bench = MachineBench.In(Role.Backup);
        MonotonicTime deadline = bench.State.Deadline;
        Assert.Equal("", bench.Do(EventKind.Resumed));
        Assert.Equal(deadline, bench.State.Deadline);
    }

    [Theory]
    [InlineData(Role.Initialize)]
    [InlineData(Role.Fault)]
    public void Resumed_InAnotherRole_ChangesNothing(Role role)
    {
        MachineBench bench = MachineBench.In(role);
        VrrpState before = bench.State;

        Assert.Equal("", bench.ResumeLate());
        Assert.Equal(before, bench.State);
    }
}
