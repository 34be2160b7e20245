using Holdfast.Simulation;
using Holdfast.Vrrp.Machine;

namespace Holdfast.Vrrp.Tests.Simulation;

/// <summary>The whole segment from seeds. A failure names its seed; run it alone to replay.</summary>
public sealed class SegmentSimulationTests
{
    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 200)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Segment_RandomFaults_KeepsItsInvariants(int seed)
    {
        var lan = new SimulatedLan(seed);
        int version = lan.Random.Next(2) + 2;
        TimeSpan interval = version == 2 ? TimeSpan.FromSeconds(lan.Random.Next(1, 3))
            : TimeSpan.FromMilliseconds(10 * lan.Random.Next(1, 101));
        int count = lan.Random.Next(2, 6);
        for (int index = 0; index < count; index++)
        {
            lan.AddRouter((byte)(lan.Random.Next(1, 8) * 30), new VrrpConfig
            {
                Version = version,
                AdvertInterval = interval,
                Preempt = lan.Random.Next(4) > 0,
                AdvertOnYield = lan.Random.Next(2) == 0,
            }, driftPpm: lan.Random.Next(-200, 201));
        }
        lan.DelayMax = interval / 20;
        // A Backup waits three intervals and its skew; a late preemptor one round more; then the losers' addresses
        // linger until they are announced.
        TimeSpan settle = (interval * 5) + TimeSpan.FromSeconds(version == 2 ? 1.2 : 0.2) + (interval * 4);
        lan.MarkFault();
        for (int round = 0; round < 12; round++)
        {
            lan.RunFor(settle + interval, () => Check(lan, seed, settle));
            Assert.Null(Describe(lan, seed, settle));
            InjectFault(lan);
            FreezeOne(lan, seed, interval);
            if (lan.Random.Next(3) == 0)
            {
                // While a third of all packets is lost anything may move; afterwards all must come right again.
                lan.Loss = 0.3;
                lan.RunFor(interval * 8, () => Check(lan, seed, TimeSpan.MaxValue));
                lan.Loss = 0;
                lan.MarkFault();
            }
        }
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Handover_Planned_AddressesAreNeverMissing(int seed)
    {
        var lan = new SimulatedLan(seed);
        bool second = lan.Random.Next(2) == 0;
        int version = lan.Random.Next(2) + 2;
        var config = new VrrpConfig { Version = version };
        SimulatedRouter active = lan.AddRouter((byte)lan.Random.Next(100, 255), config, lan.Random.Next(-200, 201));
        lan.AddRouter((byte)lan.Random.Next(1, 100), config, lan.Random.Next(-200, 201));
        if (second)
        {
            lan.AddRouter((byte)lan.Random.Next(1, 100), config, lan.Random.Next(-200, 201));
        }
        lan.RunFor(TimeSpan.FromSeconds(10));
        Assert.Equal(Role.Active, active.Role);

        active.Stop();
        lan.RunFor(TimeSpan.FromSeconds(10), () =>
            Assert.True(lan.Routers.Any(r => r.HoldsAddresses), $"seed {seed}: nobody has the addresses at {lan.Now}"));

        Assert.False(active.IsRunning);
        Assert.Equal(1, lan.Routers.Count(r => r.Role == Role.Active));
        Assert.Equal(1, lan.Routers.Count(r => r.HoldsAddresses));
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Crash_OfTheProcessForLessThanAnInterval_MovesNothing(int seed)
    {
        var lan = new SimulatedLan(seed);
        var config = new VrrpConfig { Version = lan.Random.Next(2) + 2 };
        for (int index = 0; index < 3; index++)
        {
            lan.AddRouter((byte)lan.Random.Next(1, 255), config, lan.Random.Next(-200, 201));
        }
        lan.RunFor(TimeSpan.FromSeconds(20));
        int before = lan.Routers.Sum(r => r.Changes.Count);
        for (int crash = 0; crash < 20; crash++)
        {
            SimulatedRouter router = lan.Routers[lan.Random.Next(lan.Routers.Count)];
            router.CrashAndResume(TimeSpan.FromMilliseconds(lan.Random.Next(1, 900)), isStale: false);
            lan.RunFor(TimeSpan.FromSeconds(1 + (lan.Random.NextDouble() * 3)), () =>
                Assert.True(lan.Routers.Count(r => r.HoldsAddresses) == 1, $"seed {seed}"));
        }
        lan.RunFor(TimeSpan.FromSeconds(10));
        Assert.Equal(before, lan.Routers.Sum(r => r.Changes.Count));
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Instance_NothingHappens_NeverMoves(int seed)
    {
        var lan = new SimulatedLan(seed) { Loss = 0 };
        for (int index = 0; index < 3; index++)
        {
            lan.AddRouter((byte)lan.Random.Next(1, 255), driftPpm: lan.Random.Next(-200, 201));
        }
        lan.RunFor(TimeSpan.FromSeconds(20));
        int before = lan.Routers.Sum(r => r.Changes.Count);

        lan.RunFor(TimeSpan.FromHours(1));

        Assert.Equal(before, lan.Routers.Sum(r => r.Changes.Count));
    }

    /// <summary>A frozen Active holds addresses and says nothing; when it wakes, another may have taken over.</summary>
    [Theory]
    [MemberData(nameof(Seeds))]
    public void Active_FrozenForAnyTime_YieldsWithoutAWordExactlyWhenItWasReplaced(int seed)
    {
        var lan = new SimulatedLan(seed) { DelayMax = TimeSpan.FromMilliseconds(1) };
        var config = new VrrpConfig { Version = lan.Random.Next(2) + 2, Preempt = lan.Random.Next(2) == 0 };
        SimulatedRouter active = lan.AddRouter((byte)lan.Random.Next(100, 255), config, lan.Random.Next(-200, 201));
        SimulatedRouter backup = lan.AddRouter((byte)lan.Random.Next(1, 100), config, lan.Random.Next(-200, 201));
        lan.RunFor(TimeSpan.FromSeconds(10 + lan.Random.NextDouble()));
        Assert.Equal(Role.Active, active.Role);
        int changes = active.Changes.Count;
        int sent = active.AdvertsSent;

        active.Freeze();
        lan.RunFor(TimeSpan.FromSeconds(lan.Random.NextDouble() * 12));
        bool replaced = backup.Role == Role.Active;
        active.Thaw();

        if (replaced)
        {
            Assert.Equal(sent, active.AdvertsSent);
            Assert.Equal(TransitionReason.RanLate, active.Changes[changes].Change.Reason);
            Assert.False(active.HoldsAddresses);
        }
        else
        {
            Assert.Equal(changes, active.Changes.Count);
            Assert.Equal(Role.Active, active.Role);
        }
        lan.RunFor(TimeSpan.FromSeconds(10));
        Assert.Equal(config.Preempt || !replaced ? active : backup, lan.Routers.Single(r => r.Role == Role.Active));
        Assert.Equal(1, lan.Routers.Count(r => r.HoldsAddresses));
    }

    /// <summary>While one is frozen two may hold the addresses; afterwards all must come right again.</summary>
    private static void FreezeOne(SimulatedLan lan, int seed, TimeSpan interval)
    {
        SimulatedRouter router = lan.Routers[lan.Random.Next(lan.Routers.Count)];
        if (router.IsRunning && lan.Random.Next(3) == 0)
        {
            router.Freeze();
            lan.RunFor(interval * (lan.Random.NextDouble() * 12), () => Check(lan, seed, TimeSpan.MaxValue));
            router.Thaw();
            lan.MarkFault();
        }
    }

    private static void InjectFault(SimulatedLan lan)
    {
        SimulatedRouter router = lan.Routers[lan.Random.Next(lan.Routers.Count)];
        switch (lan.Random.Next(8))
        {
            case 0 when router.IsRunning:
                lan.Crash(router);
                break;
            case 1 when !router.IsRunning:
                lan.MarkFault();
                router.Boot();
                break;
            case 2 when router.IsRunning:
                lan.MarkFault();
                router.Stop();
                break;
            case 3:
                lan.Partition(_ => lan.Random.Next(2));
                break;
            case 4:
                lan.Partition(_ => 0);
                break;
            case 5 when router.IsRunning && router.Role != Role.Initialize:
                lan.MarkFault();
                router.Step(VrrpEvent.FaultsAre(
                    router.State.Faults == FaultCauses.None ? FaultCauses.Tracker : FaultCauses.None));
                break;
            case 6 or 7 when router.IsRunning && router.Role != Role.Initialize:
                lan.MarkFault();
                TimeSpan interval = router.Config.AdvertInterval;
                TimeSpan gap = lan.Random.Next(2) == 0 ? interval * 0.1 : interval * lan.Random.Next(1, 8);
                router.CrashAndResume(gap, isStale: lan.Random.Next(4) == 0);
                break;
            default:
                break;
        }
    }

    private static void Check(SimulatedLan lan, int seed, TimeSpan settle)
    {
        if (Describe(lan, seed, settle) is { } broken)
        {
            Assert.Fail(broken);
        }
    }

    private static string? Describe(SimulatedLan lan, int seed, TimeSpan settle)
        => Invariants.Broken(lan, settle) is { } broken
            ? $"seed {seed} at {lan.Now}: {broken}; " + string.Join(", ", lan.Routers.Select(r =>
                $"{r.Index}:{r.Role}/{r.State.Addresses}/p{r.State.EffectivePriority}/part{r.Part}/run={r.IsRunning}"))
            : null;
}
