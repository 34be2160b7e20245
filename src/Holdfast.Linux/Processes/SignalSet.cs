using Holdfast.Linux.Abi;

namespace Holdfast.Linux.Processes;

/// <summary>A set of signals: bit n − 1 stands for signal n, as the kernel has it.</summary>
/// <param name="Bits">The kernel's bits.</param>
public readonly record struct SignalSet(ulong Bits)
{
    /// <summary>No signal.</summary>
    public static SignalSet Empty => default;

    /// <summary>
    /// What a process of ours reads from a <see cref="SignalFd"/>: all but those that report a fault of the
    /// running instruction, and but <see cref="Signal.SIGRTMIN"/>, by which .NET stops threads for the collector.
    /// </summary>
    public static SignalSet Daemon => new SignalSet(ulong.MaxValue).Without(
        Signal.SIGILL, Signal.SIGTRAP, Signal.SIGABRT, Signal.SIGBUS, Signal.SIGFPE, Signal.SIGSEGV, Signal.SIGSYS,
        Signal.SIGSTOP, Signal.SIGKILL, Signal.SIGCONT, Signal.SIGTSTP, (Signal)32, (Signal)33, Signal.SIGRTMIN);

    /// <summary>The set of these signals.</summary>
    public static SignalSet Of(params ReadOnlySpan<Signal> signals)
    {
        ulong bits = 0;
        foreach (Signal signal in signals)
        {
            bits |= Bit(signal);
        }
        return new(bits);
    }

    /// <summary>Whether <paramref name="signal"/> is in the set.</summary>
    public bool Contains(Signal signal) => (Bits & Bit(signal)) != 0;

    /// <summary>This set without <paramref name="signals"/>.</summary>
    public SignalSet Without(params ReadOnlySpan<Signal> signals) => new(Bits & ~Of(signals).Bits);

    private static ulong Bit(Signal signal) => 1ul << ((int)signal - 1);
}
