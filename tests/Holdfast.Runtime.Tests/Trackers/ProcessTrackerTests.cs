using System.Globalization;
using Holdfast.Config.Keepalived.Model;
using Holdfast.Linux;
using Holdfast.Linux.Epoll;
using Holdfast.Linux.Sockets;
using Holdfast.Primitives;
using Holdfast.Runtime.Logging;
using Holdfast.Runtime.Trackers;

namespace Holdfast.Runtime.Tests.Trackers;

/// <summary>Both ways to learn of processes, with real ones. The connector needs the initial namespaces.</summary>
public sealed class ProcessTrackerTests : IDisposable
{
    private static readonly SourceSpan s_span = new("test.conf", 1, 1, 0);
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);

    private readonly Log _log = new(new LogOptions { Identity = "test", Syslog = false }, TimeProvider.System);
    private readonly List<(int Index, bool IsUp)> _told = [];

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Process_StartsAndEnds_IsTold(bool connected)
    {
        using var loop = new EpollLoop();
        using ProcessTracker tracker = Track(loop, connected, Sleep(201), Sleep(202));
        Assert.Equal(connected, tracker.IsConnected);
        Assert.Equal([(0, false), (1, false)], _told);
        using (TestProcess sleeper = Start(202))
        {
            WaitFor(loop, tracker, () => _told.Count == 3);
            sleeper.Kill();
            WaitFor(loop, tracker, () => _told.Count == 4);
            sleeper.WaitForExit();
        }
        Assert.Equal([(1, true), (1, false)], _told[2..]);
        Assert.Equal(connected, tracker.Deadline.IsNever);
    }

    [Fact]
    public void Connector_ProcessWasThereBefore_IsFoundAndItsEndIsTold()
    {
        using var loop = new EpollLoop();
        using TestProcess sleeper = Start(203);
        WaitUntilItRuns(sleeper);
        using ProcessTracker tracker = Track(loop, mayConnect: true, Sleep(203));
        Assert.Equal([(0, true)], _told);
        sleeper.Kill();
        WaitFor(loop, tracker, () => _told.Count == 2);
        Assert.Equal((0, false), _told[1]);
    }

    [Fact]
    public void Connector_ForkWithoutExec_CountsAsItsParent()
    {
        using var loop = new EpollLoop();
        // The shell and the subshell that it forks have the same command line, until their input ends.
        const string Script = "exec 3<&0; (read x <&3) & wait";
        TrackProcessModel two = Model(["bash", "-c", Script, "holdfast-204"]) with { Quorum = 2 };
        using ProcessTracker tracker = Track(loop, mayConnect: true, two);
        using TestProcess shell = TestProcess.Start("/bin/bash", "-c", Script, "holdfast-204");
        WaitFor(loop, tracker, () => _told.Count == 2);
        shell.CloseInput();
        WaitFor(loop, tracker, () => _told.Count == 3);
        Assert.Equal([(0, false), (0, true), (0, false)], _told);
    }

    [Fact]
    public void Connector_MoreEventsThanTheQueueHolds_EndsWithTheRightCount()
    {
        using var loop = new EpollLoop();
        using ProcessTracker tracker = Track(loop, mayConnect: true, Sleep(205));
        // Far more than a megabyte of events, of which none is read meanwhile; the one that matters comes last.
        using TestProcess storm = TestProcess.Start("/bin/bash", "-c", "for ((i=0;i<2500;i++)); do (:); done");
        storm.WaitForExit();
        using TestProcess sleeper = Start(205);
        WaitUntilItRuns(sleeper);
        WaitFor(loop, tracker, () => _told.Count == 2);
        sleeper.Kill();
        WaitFor(loop, tracker, () => _told.Count == 3);
        Assert.Equal([(0, false), (0, true), (0, false)], _told);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void TerminateDelay_ProcessIsBackInTime_NothingIsTold(bool connected)
    {
        using var loop = new EpollLoop();
        using TestProcess first = Start(206);
        WaitUntilItRuns(first);
        TrackProcessModel model = Sleep(206) with { TerminateDelay = TimeSpan.FromSeconds(1000) };
        using ProcessTracker tracker = Track(loop, connected, model, Sleep(207));
        first.Kill();
        first.WaitForExit();
        using (TestProcess marker = Start(207))
        {
            WaitFor(loop, tracker, () => _told.Count == 3); // by now the end of the first is known, too
            marker.Kill();
            marker.WaitForExit();
        }
        using TestProcess second = Start(206);
        WaitFor(loop, tracker, () => _told.Count == 4);
        Assert.Equal([(0, true), (1, false), (1, true), (1, false)], _told);
        second.Kill();
    }

    [Fact]
    public void Connector_InAnotherNetworkNamespace_FallsBackToPolling() => NodeBench.OnThread(() =>
    {
        NetworkNamespace.UnshareCurrentThread();
        using var loop = new EpollLoop();
        using ProcessTracker tracker = Track(loop, mayConnect: true, Sleep(208));
        Assert.False(tracker.IsConnected);
        Assert.False(tracker.Deadline.IsNever);
    });

    public void Dispose() => _log.Dispose();

    private static TrackProcessModel Model(string[] command) => new()
    {
        Name = "tracked",
        Span = s_span,
        Process = [.. command],
    };

    /// <summary>Numbers tell the processes of tests apart; the sleep is longer than any test.</summary>
    private static TrackProcessModel Sleep(int number)
        => Model(["sleep", "60", (number / 1e6).ToString(CultureInfo.InvariantCulture)]);

    private static TestProcess Start(int number)
        => TestProcess.Start("/bin/sleep", "60", (number / 1e6).ToString(CultureInfo.InvariantCulture));

    /// <summary>Until its exec is done it has the arguments of this program; its name changes sooner.</summary>
    private static void WaitUntilItRuns(TestProcess process)
    {
        MonotonicTime deadline = MonotonicClock.Now + s_patience;
        while (!File.ReadAllText($"/proc/{process.Id}/cmdline").Contains("sleep\0", StringComparison.Ordinal))
        {
            Assert.True(MonotonicClock.Now < deadline);
        }
    }

    private ProcessTracker Track(EpollLoop loop, bool mayConnect, params TrackProcessModel[] models)
    {
        var tracker = new ProcessTracker(loop, _log, (index, isUp) => _told.Add((index, isUp)), mayConnect);
        tracker.Apply([.. models], MonotonicClock.Now);
        return tracker;
    }

    private static void WaitFor(EpollLoop loop, ProcessTracker tracker, Func<bool> condition)
    {
        MonotonicTime deadline = MonotonicClock.Now + s_patience;
        while (!condition())
        {
            Assert.True(MonotonicClock.Now < deadline, "it was not told");
            _ = loop.RunOnce(MonotonicTime.Min(deadline, tracker.Deadline));
            tracker.OnTime(MonotonicClock.Now);
        }
    }
}
