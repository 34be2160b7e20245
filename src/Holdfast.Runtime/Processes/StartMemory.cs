using Holdfast.Linux.Memory;

namespace Holdfast.Runtime.Processes;

/// <summary>Memory that only the start of a process needed.</summary>
internal static class StartMemory
{
    /// <summary>
    /// Gives it back: what reading the configuration left on the heap, and pages of code that ran once. Takes some
    /// milliseconds, in which no managed thread of the process runs: once, when it has become ready.
    /// </summary>
    internal static void Release()
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        _ = ProgramPages.Release();
    }
}
