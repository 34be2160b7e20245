using Holdfast.Config.HAProxy;
using Holdfast.Linux;
using Holdfast.Linux.Memory;
using Holdfast.Primitives;

namespace Holdfast.Runtime.Processes;

/// <summary>Memory that only the start of a process needed: given back when it is ready, and once more soon after.
/// </summary>
/// <remarks>
/// Pages of code come back sixteen at a time around what runs, so what other threads still do of the start, and the
/// giving back itself, brings many of them back. A while later only what a process does all the time runs.
/// </remarks>
internal sealed class StartMemory : ITimed
{
    /// <summary>By then the first of what comes again and again has come: questions for the state, pings.</summary>
    private static readonly TimeSpan s_settling = TimeSpan.FromSeconds(3);

    /// <inheritdoc/>
    public MonotonicTime Deadline { get; private set; } = MonotonicTime.Never;

    /// <summary>
    /// Gives it back: what reading the configuration left on the heap, and pages of code that ran once. Takes some
    /// milliseconds, in which no managed thread of the process runs: once, when it has become ready.
    /// </summary>
    internal void Release()
    {
        HAProxyParser.ForgetWords();
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        _ = ProgramPages.Release();
        Deadline = MonotonicClock.Now + s_settling;
    }

    /// <inheritdoc/>
    public void OnTime(MonotonicTime now)
    {
        if (Deadline <= now)
        {
            Deadline = MonotonicTime.Never;
            _ = ProgramPages.Release();
        }
    }
}
