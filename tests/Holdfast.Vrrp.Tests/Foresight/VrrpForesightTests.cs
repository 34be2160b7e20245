using Holdfast.Primitives;
using Holdfast.Vrrp.Foresight;
using Holdfast.Vrrp.Machine;
using Holdfast.Vrrp.Wire;

namespace Holdfast.Vrrp.Tests.Foresight;

public sealed class VrrpForesightTests
{
    private static readonly TimeSpan s_second = TimeSpan.FromSeconds(1);
    private static readonly MonotonicTime s_now = MonotonicTime.Zero + TimeSpan.FromSeconds(100);

    [Fact]
    public void Backup_ActiveIsSilent_BecomesActiveWhenTheTimerExpires()
    {
        ForeseenInstance backup = Backup(Config(100), heard: Advert(150), heardAgo: TimeSpan.FromMilliseconds(400));

        Prospect? prospect = Foresee(backup, new Supposition { ActiveIsSilent = true });

        // Three intervals and the skew of priority 100, less what has passed.
        TimeSpan expected = (3 * s_second) + (s_second * 156 / 256) - TimeSpan.FromMilliseconds(400);
        Assert.Equal(new Prospect(Role.Active, TransitionReason.ActiveSilent, expected), prospect);
    }

    [Fact]
    public void Backup_NothingHappens_StaysBackup()
        => Assert.Null(Foresee(Backup(Config(100), Advert(150), TimeSpan.FromMilliseconds(400)), default));

    [Fact]
    public void Backup_ActiveResigns_BecomesActiveAfterTheSkew()
    {
        ForeseenInstance backup = Backup(Config(100), Advert(150), TimeSpan.FromMilliseconds(400));

        Prospect? prospect = Foresee(backup, new Supposition { Heard = Advert(0) });

        Assert.Equal(
            new Prospect(Role.Active, TransitionReason.ActiveResigned, s_second * 156 / 256), prospect);
    }

    [Fact]
    public void Backup_PriorityRisesAboveTheActives_Preempts()
    {
        ForeseenInstance backup = Backup(Config(100), Advert(150), TimeSpan.FromMilliseconds(400));

        Prospect? prospect = Foresee(backup, new Supposition { Priority = new Priority(200) });

        Assert.Equal(Role.Active, prospect?.Role);
        Assert.Equal(TransitionReason.Preempting, prospect?.Reason);
    }

    [Fact]
    public void Backup_PriorityRisesWithoutPreemption_StaysBackup()
    {
        VrrpConfig config = Config(100) with { Preempt = false };

        Assert.Null(Foresee(
            Backup(config, Advert(150), TimeSpan.FromMilliseconds(400)),
            new Supposition { Priority = new Priority(200) }));
    }

    [Fact]
    public void Backup_PreemptDelayRuns_SaysWhenItEnds()
    {
        VrrpConfig config = Config(200) with { PreemptDelay = TimeSpan.FromSeconds(60) };

        Prospect? prospect = Foresee(Backup(config, Advert(150), TimeSpan.Zero), default);

        Assert.Equal(Role.Active, prospect?.Role);
        Assert.InRange(prospect!.Value.After, TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(66));
    }

    [Fact]
    public void Active_FaultBegins_IsInFaultAtOnce()
    {
        Prospect? prospect = Foresee(Active(Config(100)), new Supposition { Faults = FaultCauses.Tracker });

        Assert.Equal(new Prospect(Role.Fault, TransitionReason.FaultBegan, TimeSpan.Zero), prospect);
    }

    [Fact]
    public void Active_HigherPriorityAppears_YieldsAtOnce()
    {
        Prospect? prospect = Foresee(Active(Config(100)), new Supposition { Heard = Advert(101) });

        Assert.Equal(new Prospect(Role.Backup, TransitionReason.HigherPriorityHeard, TimeSpan.Zero), prospect);
    }

    [Fact]
    public void Active_LowerPriorityAppears_Stays()
        => Assert.Null(Foresee(Active(Config(100)), new Supposition { Heard = Advert(99) }));

    [Fact]
    public void GroupMember_OnlyOneHearsItsActive_AllWait()
    {
        VrrpConfig config = Config(100) with { InSyncGroup = true };
        ForeseenInstance[] members =
        [
            Backup(config, Advert(150), TimeSpan.FromMilliseconds(100)),
            Backup(config, Advert(150), TimeSpan.FromMilliseconds(900)),
        ];

        Assert.Null(VrrpForesight.Foresee(members, 0, s_now, default));
        Prospect? silent = VrrpForesight.Foresee(members, 0, s_now, new Supposition { ActiveIsSilent = true });

        // The last of the timers decides for the group.
        Assert.Equal(Role.Active, silent?.Role);
        Assert.Equal((3 * s_second) + (s_second * 156 / 256) - TimeSpan.FromMilliseconds(100), silent?.After);
    }

    private static Prospect? Foresee(in ForeseenInstance instance, in Supposition supposition)
        => VrrpForesight.Foresee([instance], 0, s_now, supposition);

    private static VrrpConfig Config(byte priority) => new() { Version = 3, Priority = new Priority(priority) };

    private static Advert Advert(byte priority)
        => new(new Vrid(51), new Priority(priority), s_second, Address("192.0.2.9"), 3, 1);

    private static IpAddress Address(string text)
        => IpAddress.TryParse(text, out IpAddress address) ? address : throw new FormatException(text);

    private static ForeseenInstance Backup(VrrpConfig config, Advert heard, TimeSpan heardAgo)
    {
        MonotonicTime at = s_now - heardAgo;
        VrrpState state = VrrpState.New(config);
        var effects = new EffectBuffer();
        VrrpMachine.Step(config, ref state, VrrpEvent.Of(EventKind.Startup), at, ref effects);
        VrrpMachine.Step(config, ref state, VrrpEvent.Received(heard, Address("192.0.2.1")), at, ref effects);
        Assert.Equal(Role.Backup, state.Role);
        return new(config, state, FaultCauses.None, Address("192.0.2.1"), heard, at);
    }

    private static ForeseenInstance Active(VrrpConfig config)
    {
        VrrpState state = VrrpState.New(config);
        var effects = new EffectBuffer();
        MonotonicTime start = s_now - TimeSpan.FromSeconds(20);
        VrrpMachine.Step(config, ref state, VrrpEvent.Of(EventKind.Startup), start, ref effects);
        while (state.NextDeadline <= s_now)
        {
            VrrpMachine.Step(
                config, ref state, VrrpEvent.Of(EventKind.DeadlineReached), state.NextDeadline, ref effects);
        }
        Assert.Equal(Role.Active, state.Role);
        return new(config, state, FaultCauses.None, Address("192.0.2.1"), null, MonotonicTime.Never);
    }
}
