using Holdfast.Config.Keepalived.Model;
using Holdfast.Linux;
using Holdfast.Linux.Epoll;
using Holdfast.Primitives;
using Holdfast.Runtime.Logging;
using Holdfast.Runtime.Trackers;

namespace Holdfast.Runtime.Tests.Trackers;

public sealed class TrackerTests : IDisposable
{
    private static readonly SourceSpan Span = new("test.conf", 1, 1, 0);

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("holdfast-trackers-");
    private readonly Log _log = new(new LogOptions { Identity = "test", Syslog = false }, TimeProvider.System);

    [Theory]
    [InlineData("5", true, 5)]
    [InlineData(" -7\n", true, -7)]
    [InlineData("+3 apples", true, 3)]
    [InlineData("12abc", true, 12)]
    [InlineData("", false, 0)]
    [InlineData("abc", false, 0)]
    [InlineData("-", false, 0)]
    [InlineData("99999999999", false, 0)]
    public void FileTracker_Text_IsReadAsTheNumberAtItsBegin(string text, bool expected, int number)
    {
        Assert.Equal(expected, FileTracker.TryParse(text, out int value));
        Assert.Equal(number, value);
    }

    [Fact]
    public void FileTracker_FileChangesInEveryWay_IsTold()
    {
        using var loop = new EpollLoop();
        var told = new List<(int Index, int Value)>();
        using var tracker = new FileTracker(loop, _log, (index, value) => told.Add((index, value)));
        string missing = Path.Combine(_directory.FullName, "missing");
        string initial = Path.Combine(_directory.FullName, "initial");
        tracker.Apply(
            [new("a", missing, 1, false, null, false, Span), new("b", initial, 1, false, 42, false, Span)]);
        Assert.Equal([(0, 0), (1, 42)], told);

        File.WriteAllText(missing, "3\n");
        WaitFor(loop, () => told.Contains((0, 3)));
        string other = Path.Combine(_directory.FullName, "other");
        File.WriteAllText(other, "-9\n");
        File.Move(other, missing, overwrite: true);
        WaitFor(loop, () => told[^1] == (0, -9));
        File.Delete(missing);
        WaitFor(loop, () => told[^1] == (0, 0));
    }

    [Fact]
    public void FileTracker_FileLeavesTheConfiguration_ItsDirectoryIsNotWatchedAnyMore()
    {
        using var loop = new EpollLoop();
        var told = new List<(int Index, int Value)>();
        using var tracker = new FileTracker(loop, _log, (index, value) => told.Add((index, value)));
        string before = Path.Combine(_directory.CreateSubdirectory("before").FullName, "f");
        string kept = Path.Combine(_directory.CreateSubdirectory("kept").FullName, "f");
        tracker.Apply([new("a", before, 1, false, null, false, Span), new("b", kept, 1, false, null, false, Span)]);
        Assert.Equal(2, tracker.WatchCount);
        tracker.Apply([new("b", kept, 1, false, null, false, Span)]);
        Assert.Equal(1, tracker.WatchCount);
        File.WriteAllText(kept, "7\n");
        WaitFor(loop, () => told[^1] == (0, 7));
    }

    [Theory]
    [InlineData(true, 1)]
    [InlineData(false, 0)]
    public void FileTracker_FileOnAnotherHost_IsWarnedOf(bool isOnNetwork, int warnings)
    {
        using var loop = new EpollLoop();
        string file = Path.Combine(_directory.FullName, "log");
        var options = new LogOptions { Identity = "test", Syslog = false, File = file };
        using (var log = new Log(options, TimeProvider.System))
        {
            using var tracker = new FileTracker(loop, log, static (_, _) => { }) { IsOnNetwork = _ => isOnNetwork };
            tracker.Apply([new("a", Path.Combine(_directory.FullName, "f"), 1, false, null, false, Span)]);
        }
        string text = File.Exists(file) ? File.ReadAllText(file) : "";
        Assert.Equal(warnings, text.Split("is on a network file system").Length - 1);
    }

    [Theory]
    [InlineData("haproxy", null, false, "haproxy", "haproxy -f x", true)]
    [InlineData("haproxy", null, false, "nginx", "nginx", false)]
    [InlineData("a-very-long-process-name", null, false, "a-very-long-pro", "", true)]
    [InlineData("prog a", null, false, "prog", "/usr/bin/prog a", true)]
    [InlineData("prog a", null, false, "prog", "prog a b", false)]
    [InlineData("prog a", "initial", false, "prog", "prog abc d", true)]
    [InlineData("prog b", "initial", false, "prog", "prog abc", false)]
    [InlineData("prog b", "partial", false, "prog", "prog abc", true)]
    [InlineData("/usr/bin/prog", null, true, "prog", "/usr/bin/prog", true)]
    [InlineData("/usr/bin/prog", null, true, "prog", "prog", false)]
    public void ProcessMatch_EachRule_Decides(
        string wanted, string? match, bool full, string comm, string command, bool expected)
    {
        var model = new TrackProcessModel
        {
            Name = "p",
            Span = Span,
            Process = [.. wanted.Split(' ')],
            ParameterMatch = match,
            FullCommand = full,
        };
        Assert.Equal(expected, ProcessMatch.Matches(model, comm, [.. command.Split(' ')]));
    }

    [Fact]
    public void Quorum_Delays_AreWaitedFor()
    {
        var quorum = new ProcessQuorum(new TrackProcessModel
        {
            Name = "p",
            Span = Span,
            Quorum = 2,
            QuorumMax = 3,
            ForkDelay = TimeSpan.FromSeconds(2),
            TerminateDelay = TimeSpan.FromSeconds(5),
        });
        string seen = "";
        int[] counts = [2, 1, 1, 1, 1, 1, 1, 2, 2, 2, 4, 3, 4, 4, 4, 4, 4, 4];
        for (int second = 0; second < counts.Length; second++)
        {
            quorum.Found = counts[second];
            seen += quorum.Judge(new MonotonicTime(second * 1_000_000_000L)) ? (quorum.IsUp == true ? 'U' : 'D') : '.';
        }
        Assert.Equal("U.....D..U.......D", seen);
    }

    public void Dispose()
    {
        _log.Dispose();
        _directory.Delete(recursive: true);
    }

    private static void WaitFor(EpollLoop loop, Func<bool> condition)
    {
        MonotonicTime deadline = MonotonicClock.Now + TimeSpan.FromSeconds(10);
        while (!condition() && MonotonicClock.Now < deadline)
        {
            loop.RunOnce(deadline);
        }
        Assert.True(condition());
    }
}
