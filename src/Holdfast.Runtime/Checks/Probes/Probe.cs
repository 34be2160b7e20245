using Holdfast.Primitives;

namespace Holdfast.Runtime.Checks.Probes;

/// <summary>Makes one kind of check, one probe at a time.</summary>
/// <remarks>
/// An object lives as long as its checker and is used again for every probe. It ends each probe that it has started
/// with exactly one <see cref="CheckerRun.Finish"/>, unless it is cancelled. Runs on the thread of the engine.
/// </remarks>
internal abstract class Probe
{
    private CheckerRun? _run;

    /// <summary>The checker that it belongs to.</summary>
    protected CheckerRun Run => _run!;

    /// <summary>The time limit of one probe, as configured; a reload may change it.</summary>
    internal TimeSpan Timeout { get; set; }

    /// <summary>Called once before anything else.</summary>
    internal void Attach(CheckerRun run) => _run = run;

    /// <summary>Starts a probe: sets its limit with <see cref="CheckerRun.SetLimit"/>, or ends it at once.</summary>
    /// <param name="step">0-based index of the URL; 0 for all others.</param>
    /// <param name="now">The present.</param>
    internal abstract void Start(int step, MonotonicTime now);

    /// <summary>The time limit has come.</summary>
    internal abstract void OnLimit(MonotonicTime now);

    /// <summary>Ends a probe that is under way, without a result; nothing happens when there is none.</summary>
    internal abstract void Cancel();
}
