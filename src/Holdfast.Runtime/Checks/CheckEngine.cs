using System.Collections.Immutable;
using Holdfast.Config.Keepalived.Model;
using Holdfast.Health.Checks;
using Holdfast.Linux;
using Holdfast.Linux.Epoll;
using Holdfast.Primitives;
using Holdfast.Runtime.Processes;
using Holdfast.Runtime.Vrrp;

namespace Holdfast.Runtime.Checks;

/// <summary>Makes all checks of all real servers on one loop and tells what they find.</summary>
/// <remarks>
/// No thread and no process per check, except the scripts of MISC_CHECK. The next deadline of every checker is in a
/// heap; between two waits the engine starts what is due, the earliest first. A TCP check allocates nothing. The owner
/// runs the loop, with <see cref="Deadline"/>, and calls <see cref="OnTime"/> after each wait. Not thread-safe.
/// </remarks>
public sealed class CheckEngine : ITimed, IDisposable
{
    private static readonly TimeSpan s_delayMin = TimeSpan.FromMilliseconds(1);

    private readonly ProbeFactory _factory;
    private readonly Action<ServerReport> _reported;
    private WarmupSeed _seed;
    private CheckerRun[] _runs = [];
    private DeadlineHeap _deadlines = new(0);

    /// <summary>An engine without checks.</summary>
    /// <param name="loop">Where it waits.</param>
    /// <param name="options">What it needs from its process.</param>
    /// <param name="reported">Told what the checks find, on the thread of the loop; also within calls to us.</param>
    public CheckEngine(EpollLoop loop, CheckEngineOptions options, Action<ServerReport> reported)
    {
        ArgumentNullException.ThrowIfNull(options);
        _reported = reported;
        _seed = new WarmupSeed(options.Seed);
        _factory = new ProbeFactory(loop, options);
    }

    /// <summary>How many checkers there are.</summary>
    public int Count => _runs.Length;

    /// <summary>
    /// What keeps checks of the configuration from being made: a bad regex, a missing certificate, a script that
    /// cannot be run. Such checks fail.
    /// </summary>
    public IReadOnlyList<string> Problems => _factory.Problems;

    /// <summary>How many probes were made, and how late.</summary>
    public CheckStatistics Statistics { get; } = new();

    /// <inheritdoc/>
    public MonotonicTime Deadline => _deadlines.Earliest;

    /// <summary>
    /// Takes over a configuration. A checker that asks the same as before, of the same server of the same service,
    /// goes on with what it knows, with its new delays, retries and limit; the others end, and new ones begin with
    /// their warm-up.
    /// </summary>
    /// <param name="model">The configuration.</param>
    /// <param name="now">The present.</param>
    /// <param name="recall">What is known of checkers that are new here; null: nothing.</param>
    public void Apply(KeepalivedModel model, MonotonicTime now, Func<CheckId, CheckMemory?>? recall = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        var before = _runs.ToDictionary(static r => r.Key, StringComparer.Ordinal);
        var runs = new List<CheckerRun>(_runs.Length);
        _factory.Begin(model);
        string[] names = ServiceNames.Of(model);
        for (int service = 0; service < model.VirtualServers.Length; service++)
        {
            VirtualServerModel virtualServer = model.VirtualServers[service];
            for (int server = 0; server < virtualServer.RealServers.Length; server++)
            {
                RealServerModel realServer = virtualServer.RealServers[server];
                for (int checker = 0; checker < realServer.Checkers.Length; checker++)
                {
                    CheckerModel settings = realServer.Checkers[checker];
                    string key = $"{names[service]}|{CheckKey.Of(virtualServer, realServer, checker, model.Ssl)}";
                    if (before.Remove(key, out CheckerRun? run))
                    {
                        run.Adopt(settings, ModelOf(settings), _seed.Next(), now, _factory);
                    }
                    else
                    {
                        CheckMemory? known = recall?.Invoke(new CheckId(service, server, checker));
                        run = Create(key, settings, known, now);
                    }
                    run.Id = new CheckId(service, server, checker);
                    run.Index = runs.Count;
                    run.ConfiguredWeight = realServer.Weight;
                    runs.Add(run);
                }
            }
        }
        foreach (CheckerRun gone in before.Values)
        {
            gone.Abandon();
        }
        _factory.End();
        _runs = [.. runs];
        _deadlines = new DeadlineHeap(_runs.Length);
        foreach (CheckerRun run in _runs)
        {
            Reschedule(run);
        }
    }

    /// <summary>
    /// Holds the checks of some services (<c>ha_suspend</c>) and lets those of all others go on; servers stay as they
    /// are. Who is as told already goes on as before.
    /// </summary>
    /// <param name="isSuspended">By the index of the virtual server: whether its address has left this node.</param>
    /// <param name="now">The present.</param>
    public void SetSuspended(ReadOnlySpan<bool> isSuspended, MonotonicTime now)
    {
        foreach (CheckerRun run in _runs)
        {
            run.SetSuspended(isSuspended[run.Id.Service], now);
        }
    }

    /// <summary>Tells the number in a file to its FILE_CHECKs.</summary>
    /// <param name="trackFile">Name of the <c>track_file</c> block.</param>
    /// <param name="value">The number; 0 when there is none.</param>
    public void SetFile(string trackFile, long value)
    {
        foreach (CheckerRun run in _runs)
        {
            if (run.Checker is FileCheckModel file && file.TrackFile == trackFile)
            {
                bool isGood = WeightRules.JudgeFile(value, file.Weight, file.Reverse, out long delta);
                ProbeResult result = isGood ? ProbeResult.Success : new ProbeResult(ProbeOutcome.FileValue);
                run.SetDelta(isGood ? delta : run.WeightDelta, result);
                run.Tell(result);
            }
        }
    }

    /// <inheritdoc/>
    public void OnTime(MonotonicTime now)
    {
        // Each turn takes the clock anew, so that the last of many is not judged by the time of the first.
        while (_deadlines.Earliest <= now)
        {
            _runs[_deadlines.EarliestIndex].OnTime(now);
            now = MonotonicClock.Now;
        }
    }

    /// <summary>What is known of every checker, in the order of the configuration.</summary>
    public ImmutableArray<CheckStatus> Status => [.. _runs.Select(static r => r.Status)];

    /// <summary>The last results of a checker, at most ten, the newest first.</summary>
    /// <returns>None for a checker that is not there.</returns>
    public ImmutableArray<CheckResult> ResultsOf(CheckId id)
        => Array.Find(_runs, r => r.Id == id)?.Results ?? [];

    /// <summary>Ends all probes.</summary>
    public void Dispose()
    {
        foreach (CheckerRun run in _runs)
        {
            run.Abandon();
        }
        _runs = [];
        _deadlines = new DeadlineHeap(0);
        _factory.Dispose();
    }

    internal void Reschedule(CheckerRun run)
    {
        // Whoever is told of a result may apply another configuration at once, in which this checker is not.
        if (run.Index < _runs.Length && ReferenceEquals(_runs[run.Index], run))
        {
            _deadlines.Set(run.Index, run.Deadline);
        }
    }

    internal void Report(in ServerReport report) => _reported(report);

    internal void CountResult(ProbeResult result)
    {
        switch (result.Outcome)
        {
            case ProbeOutcome.Success:
                Statistics.Succeeded++;
                break;
            case ProbeOutcome.Inconclusive:
                Statistics.Abandoned++;
                break;
            default:
                Statistics.Failed++;
                break;
        }
    }

    private CheckerRun Create(string key, CheckerModel checker, CheckMemory? known, MonotonicTime now)
    {
        CheckModel model = ModelOf(checker);
        var state = CheckState.Initial(model, now, _seed.Next());
        return known is not { } memory
            ? new CheckerRun(this, key, checker, model, _factory.Create(checker), state)
            : new CheckerRun(
                this, key, checker, model, _factory.Create(checker), state with { IsUp = !memory.IsDown },
                memory.WeightDelta);
    }

    private static CheckModel ModelOf(CheckerModel checker) => new(
        AtLeast(checker.Timing.DelayLoop), checker.Timing.Retries, AtLeast(checker.Timing.DelayBeforeRetry),
        checker.Timing.Warmup, ProbeFactory.StartsDown(checker), ProbeFactory.StepsOf(checker),
        checker is HttpCheckModel { FastRecovery: true });

    /// <summary>A probe that fails at once must not keep the loop from everything else.</summary>
    private static TimeSpan AtLeast(TimeSpan delay) => delay < s_delayMin ? s_delayMin : delay;
}
