using Holdfast.Primitives;
using Holdfast.Vrrp.Machine;

namespace Holdfast.Vrrp.Tests.Machine;

public sealed class VrrpMachineTests
{
    private const string TakesOver = "advert 100, install, announce ×5, Backup→Active ";

    [Fact]
    public void Startup_Owner_IsActiveAtOnce()
    {
        var bench = new MachineBench(new VrrpConfig { Priority = Priority.Owner });

        Assert.Equal("advert 255, install, announce ×5, Initialize→Active (OwnerStarted)",
            bench.Do(EventKind.Startup));
    }

    [Fact]
    public void Backup_Silence_TakesOverAfterActiveDownInterval()
    {
        MachineBench bench = MachineBench.In(Role.Backup);
        MonotonicTime started = bench.Now;

        Assert.Equal(TakesOver + "(ActiveSilent)", bench.RunToDeadline());
        Assert.Equal(TimeSpan.FromSeconds(3) + TimeSpan.FromSeconds(156 / 256.0), bench.Now - started);
    }

    [Theory]
    [InlineData(2, 1.0, 0.609375)]
    [InlineData(3, 0.1, 0.0609375)]
    public void Backup_Resignation_TakesOverAfterSkewAlone(int version, double seconds, double skewSeconds)
    {
        var bench = MachineBench.In(Role.Backup, new VrrpConfig
        {
            Version = version, AdvertInterval = TimeSpan.FromSeconds(seconds),
        });
        bench.Hear(0, seconds: seconds);
        MonotonicTime heard = bench.Now;

        Assert.EndsWith("(ActiveResigned)", bench.RunToDeadline(), StringComparison.Ordinal);
        Assert.Equal(skewSeconds, (bench.Now - heard).TotalSeconds, 6);
    }

    [Fact]
    public void Backup_Version3_AdoptsTheActivesInterval()
    {
        MachineBench bench = MachineBench.In(Role.Backup, new VrrpConfig { Version = 3 });
        bench.Hear(200, seconds: 0.5);

        Assert.Equal(1.5 + (0.5 * 156 / 256), (bench.State.Deadline - bench.Now).TotalSeconds, 6);
    }

    [Fact]
    public void Backup_Version2_KeepsItsOwnInterval()
    {
        MachineBench bench = MachineBench.In(Role.Backup);
        bench.Hear(200, seconds: 9);

        Assert.Equal(TimeSpan.FromSeconds(1), bench.State.ActiveInterval);
    }

    [Fact]
    public void Backup_LowerPriority_RunsOutAndPreempts()
    {
        MachineBench bench = MachineBench.In(Role.Backup);
        MonotonicTime deadline = bench.State.Deadline;
        bench.Pass(TimeSpan.FromSeconds(1));
        bench.Hear(50);

        Assert.Equal(deadline, bench.State.Deadline);
        Assert.Equal(TakesOver + "(Preempting)", bench.RunToDeadline());
    }

    [Fact]
    public void Backup_LowerPriorityWithoutPreemption_Waits()
    {
        MachineBench bench = MachineBench.In(Role.Backup, new VrrpConfig { Preempt = false });
        bench.Pass(TimeSpan.FromSeconds(1));
        bench.Hear(50);

        Assert.Equal(VrrpTimers.ActiveDown(bench.Config, bench.State), bench.State.Deadline - bench.Now);
    }

    [Fact]
    public void Backup_PreemptDelay_StartsWithTheFirstLowerAdvert()
    {
        MachineBench bench = MachineBench.In(
            Role.Backup, new VrrpConfig { PreemptDelay = TimeSpan.FromSeconds(10) });
        for (int second = 0; second < 10; second++)
        {
            Assert.Equal("", bench.Hear(50));
            Assert.False(bench.State.LowerPriorityHeard);
            bench.Pass(TimeSpan.FromSeconds(1));
        }
        bench.Hear(50);

        Assert.True(bench.State.LowerPriorityHeard);
        Assert.EndsWith("(Preempting)", bench.RunToDeadline(), StringComparison.Ordinal);
    }

    [Fact]
    public void Active_HigherPriority_YieldsAndLingers()
    {
        MachineBench bench = MachineBench.In(Role.Active);

        Assert.Equal("watch, Active→Backup (HigherPriorityHeard)", bench.Hear(200));
        Assert.Equal(AddressPhase.Lingering, bench.State.Addresses);
        Assert.Equal(bench.Now + bench.Config.LingerAfterAdvert, bench.State.LingerUntil);
        Assert.Equal("release", bench.Do(EventKind.SuccessorAnnounced));
    }

    [Fact]
    public void Active_HigherPriorityWithAdvertOnYield_SendsALastAdvert()
    {
        MachineBench bench = MachineBench.In(Role.Active, new VrrpConfig { AdvertOnYield = true });

        Assert.Equal("advert 100, watch, Active→Backup (HigherPriorityHeard)", bench.Hear(200));
    }

    [Fact]
    public void Active_EqualPriority_TheHigherAddressStays()
    {
        Assert.Equal("watch, Active→Backup (EqualPriorityHigherAddress)",
            MachineBench.In(Role.Active).Hear(100, MachineBench.Higher));
        Assert.Equal("advert 100, announce ×5, lower priority heard",
            MachineBench.In(Role.Active).Hear(100, MachineBench.Lower));
    }

    [Fact]
    public void Active_LowerPriorityNoAdvert_AnnouncesOnly()
    {
        MachineBench bench = MachineBench.In(Role.Active, new VrrpConfig { AnswerLowerPriority = false });

        Assert.Equal("announce ×5, lower priority heard", bench.Hear(50));
    }

    [Fact]
    public void Active_FloodOfLowerPriority_AnswersOncePerMillisecondAndAnnouncesOncePerHalfInterval()
    {
        MachineBench bench = MachineBench.In(Role.Active);
        int adverts = 0;
        int bursts = 0;
        for (int packet = 0; packet < 100_000; packet++)
        {
            string effects = bench.Hear(50);
            adverts += effects.Contains("advert 100", StringComparison.Ordinal) ? 1 : 0;
            bursts += effects.Contains("lower priority heard", StringComparison.Ordinal) ? 1 : 0;
            bench.Pass(TimeSpan.FromMicroseconds(10));
        }

        Assert.Equal(1000, adverts);
        Assert.Equal(2, bursts);
        Assert.Equal(Role.Active, bench.State.Role);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(50)]
    public void Active_SecondAdvertWithinAMillisecond_IsAnsweredAMomentLater(byte priority)
    {
        MachineBench bench = MachineBench.In(Role.Active);
        MonotonicTime answered = bench.Now;
        bench.Hear(priority);
        bench.Pass(TimeSpan.FromMicroseconds(100));
        bench.Hear(priority);

        Assert.Equal(answered + VrrpTimers.AnswerGap, bench.State.NextDeadline);
        Assert.Equal("advert 100", bench.RunToDeadline());
    }

    [Fact]
    public void Backup_FloodOfResignations_DoesNotKeepItFromTakingOver()
    {
        MachineBench bench = MachineBench.In(Role.Backup);
        bench.Hear(200);
        bench.Hear(0);
        MonotonicTime takeover = bench.State.Deadline;
        bench.Pass(TimeSpan.FromMilliseconds(100));
        bench.Hear(0);

        Assert.Equal(takeover, bench.State.Deadline);
    }

    [Fact]
    public void Active_Resignation_AdvertisesAtOnce()
    {
        MachineBench bench = MachineBench.In(Role.Active);
        bench.Pass(TimeSpan.FromSeconds(0.4));

        Assert.Equal("advert 100", bench.Hear(0));
        Assert.Equal(bench.Now + TimeSpan.FromSeconds(1), bench.State.Deadline);
    }

    [Fact]
    public void Active_Deadlines_SendAdvertsAndDelayedAnnouncements()
    {
        MachineBench bench = MachineBench.In(Role.Active);
        List<string> effects = [];
        for (int round = 0; round < 6; round++)
        {
            effects.Add(bench.RunToDeadline());
        }

        Assert.Equal(["advert 100", "advert 100", "advert 100", "advert 100", "advert 100, announce ×5", "advert 100"],
            effects);
    }

    [Fact]
    public void Active_SmallDelay_DoesNotShiftTheNextAdvert()
    {
        MachineBench bench = MachineBench.In(Role.Active);
        MonotonicTime due = bench.State.Deadline;
        bench.Pass(TimeSpan.FromSeconds(1.2));
        bench.Do(EventKind.DeadlineReached);

        Assert.Equal(due + TimeSpan.FromSeconds(1), bench.State.Deadline);
    }

    [Fact]
    public void Shutdown_Active_KeepsAddressesUntilTheSuccessorHasThem()
    {
        MachineBench bench = MachineBench.In(Role.Active);

        Assert.Equal("advert 0, watch, Active→Initialize (Stopped)", bench.Do(EventKind.Shutdown));
        Assert.Equal("", bench.Do(EventKind.Shutdown));
        Assert.Equal("", bench.Hear(90));
        Assert.Equal("release, ended", bench.Do(EventKind.SuccessorAnnounced));
    }

    [Fact]
    public void Shutdown_NobodyTakesOver_EndsAfterTheLongestSkew()
    {
        MachineBench bench = MachineBench.In(Role.Active);
        bench.Do(EventKind.Shutdown);
        MonotonicTime stopped = bench.Now;

        Assert.Equal("release, ended", bench.RunToDeadline());
        Assert.Equal(TimeSpan.FromSeconds(255 / 256.0) + bench.Config.LingerMargin, bench.Now - stopped);
    }

    [Fact]
    public void ShutdownNow_AfterShutdown_EndsAtOnce()
    {
        MachineBench bench = MachineBench.In(Role.Active);
        bench.Do(EventKind.Shutdown);

        Assert.Equal("release, ended", bench.Do(EventKind.ShutdownNow));
        Assert.Equal("", bench.Do(EventKind.ShutdownNow));
    }

    [Fact]
    public void Shutdown_Backup_EndsAtOnce()
        => Assert.Equal("Backup→Initialize (Stopped), ended",
            MachineBench.In(Role.Backup).Do(EventKind.Shutdown));

    [Fact]
    public void Fault_TrackerOnActive_ResignsAndLingers()
        => Assert.Equal("advert 0, watch, Active→Fault (FaultBegan)",
            MachineBench.In(Role.Active).Do(VrrpEvent.FaultsAre(FaultCauses.Tracker)));

    [Fact]
    public void Fault_LinkDownOnActive_ReleasesAtOnce()
        => Assert.Equal("advert 0, watch, release, Active→Fault (FaultBegan)",
            MachineBench.In(Role.Active).Do(VrrpEvent.FaultsAre(FaultCauses.InterfaceDown)));

    [Fact]
    public void Fault_DarkServiceSinglePeerVersion3_HandsOverInMilliseconds()
        => Assert.Equal("advert 100 at 10 ms, advert 0 at 10 ms, watch, Active→Fault (FaultBegan)",
            MachineBench.In(Role.Active, new VrrpConfig { Version = 3, HasSinglePeer = true })
                .Do(VrrpEvent.FaultsAre(FaultCauses.Tracker)));

    [Fact]
    public void Fault_Ended_GoesThroughBackup()
    {
        MachineBench bench = MachineBench.In(Role.Fault);

        Assert.Equal("", bench.Do(VrrpEvent.FaultsAre(FaultCauses.Tracker | FaultCauses.InterfaceDown)));
        Assert.Equal("announce source, Fault→Backup (FaultEnded)", bench.Do(VrrpEvent.FaultsAre(FaultCauses.None)));
    }

    [Fact]
    public void Priority_ChangedWhileBackup_MovesTheTimerByTheSkew()
    {
        MachineBench bench = MachineBench.In(Role.Backup);
        MonotonicTime before = bench.State.Deadline;
        bench.Do(VrrpEvent.PriorityIs(new Priority(228)));

        Assert.Equal(TimeSpan.FromSeconds(-0.5), bench.State.Deadline - before);
    }

    [Fact]
    public void Owners_Two_TheLowerAddressYieldsAndComesBack()
    {
        MachineBench bench = MachineBench.In(Role.Active, new VrrpConfig { Priority = Priority.Owner });

        Assert.Equal("watch, Active→Backup (OwnerConflict)", bench.Hear(255, MachineBench.Higher));
        Assert.Equal(new Priority(254), bench.State.EffectivePriority);
        bench.Do(EventKind.SuccessorAnnounced);
        Assert.Equal("advert 255, install, announce ×5, Backup→Active (ActiveSilent)", bench.RunToDeadline());
    }

    [Fact]
    public void Owners_TheOtherDoesNotYield_TheHigherAddressDoesAfterThreeIntervals()
    {
        MachineBench bench = MachineBench.In(Role.Active, new VrrpConfig { Priority = Priority.Owner });
        string last = "";
        int adverts = 0;
        while (bench.State.Role == Role.Active && adverts++ < 10)
        {
            last = bench.Hear(255, MachineBench.Lower);
            bench.Pass(TimeSpan.FromSeconds(1));
        }

        Assert.Equal("watch, Active→Backup (OwnerConflict)", last);
        Assert.Equal(5, adverts);
    }

    [Fact]
    public void Active_TimerVeryLate_StepsDownOnlyWhenAsked()
    {
        MachineBench asked = MachineBench.In(Role.Active, new VrrpConfig { StepDownWhenLate = true });
        asked.Pass(TimeSpan.FromSeconds(4));
        MachineBench not = MachineBench.In(Role.Active);
        not.Pass(TimeSpan.FromSeconds(4));

        Assert.Equal("watch, Active→Backup (TimerExpired)", asked.Do(EventKind.DeadlineReached));
        Assert.Equal("advert 100", not.Do(EventKind.DeadlineReached));
    }

    [Theory]
    [InlineData(254, "watch, Active→Backup (TimerExpired)")] // it takes over 3.008 s after the last advert
    [InlineData(100, "advert 100")] // not before 3.609 s
    public void Active_TimerLate_CountsWithTheOthersPriority(byte other, string expected)
    {
        var config = new VrrpConfig { StepDownWhenLate = true, HighestOtherPriority = new Priority(other) };
        MachineBench bench = MachineBench.In(Role.Active, config);
        bench.Pass(TimeSpan.FromSeconds(3.3));

        Assert.Equal(expected, bench.Do(EventKind.DeadlineReached));
    }

    [Theory]
    [InlineData(200, "(ActiveSilent)")]
    [InlineData(100, "(ActiveSilent)")]
    [InlineData(1, "(Preempting)")]
    public void Active_TooLateAndHearsAnother_YieldsAtOnceAndThenAsAnyBackup(byte priority, string takeover)
    {
        MachineBench bench = MachineBench.In(Role.Active);
        bench.Pass(TimeSpan.FromSeconds(3.01)); // the advert is 2.01 s late; 2.008 s is the limit

        Assert.Equal("release, Active→Backup (RanLate)", bench.Hear(priority));
        Assert.Equal(bench.Now + TimeSpan.FromSeconds(3.609375), bench.State.Deadline);
        Assert.Equal(TakesOver + takeover, bench.RunToDeadline());
    }

    [Fact]
    public void Active_LateWithinTheLimit_StaysAndAnswers()
    {
        MachineBench bench = MachineBench.In(Role.Active);
        bench.Pass(TimeSpan.FromSeconds(3));

        Assert.Equal("advert 100, announce ×5, lower priority heard", bench.Hear(50));
    }

    [Fact]
    public void Active_TooLateAndHearsAResignation_SaysNothingBeforeAllIsRead()
    {
        MachineBench bench = MachineBench.In(Role.Active);
        bench.Pass(TimeSpan.FromSeconds(10));

        Assert.Equal("", bench.Hear(0));
        Assert.Equal("release, Active→Backup (RanLate)", bench.Hear(50));
    }

    [Fact]
    public void Active_TooLateAndHearsNobody_GoesOn()
    {
        MachineBench bench = MachineBench.In(Role.Active);
        bench.Pass(TimeSpan.FromSeconds(10));

        Assert.StartsWith("advert 100", bench.Do(EventKind.DeadlineReached), StringComparison.Ordinal);
        Assert.Equal(Role.Active, bench.State.Role);
    }

    [Fact]
    public void StartupDelay_HoldsTheInstanceBack()
    {
        var bench = new MachineBench(new VrrpConfig { StartupDelay = TimeSpan.FromSeconds(7) });

        Assert.Equal("", bench.Do(EventKind.Startup));
        Assert.Equal("Initialize→Backup (Started)", bench.RunToDeadline());
        Assert.Equal(new MonotonicTime(8_000_000_000), bench.Now);
    }

    [Fact]
    public void Step_SteadyState_AllocatesNothing()
    {
        MachineBench bench = MachineBench.In(Role.Active);
        VrrpConfig config = bench.Config;
        VrrpState state = bench.State;
        var effects = new EffectBuffer();
        var e = VrrpEvent.Of(EventKind.DeadlineReached);
        VrrpMachine.Step(config, ref state, e, state.NextDeadline, ref effects);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int round = 0; round < 10_000; round++)
        {
            effects.Clear();
            VrrpMachine.Step(config, ref state, e, state.NextDeadline, ref effects);
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }
}
