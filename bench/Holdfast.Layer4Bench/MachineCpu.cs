using System.Globalization;

namespace Holdfast.Layer4Bench;

/// <summary>What all processors together have done so far.</summary>
internal static class MachineCpu
{
    private const double TicksPerSecond = 100;

    /// <summary>Seconds in processes, in the kernel and in interrupts. Of processes with a positive nice value counts
    /// only what they spend in the kernel: that is other work, and nobody who is measured has one.</summary>
    internal static double BusySeconds
    {
        get
        {
            // proc(5): user nice system idle iowait irq softirq steal.
            double[] fields = [.. File.ReadLines("/proc/stat").First()
                .Split(' ', StringSplitOptions.RemoveEmptyEntries).Skip(1)
                .Select(static word => double.Parse(word, CultureInfo.InvariantCulture))];
            return (fields[0] + fields[2] + fields[5] + fields[6]) / TicksPerSecond;
        }
    }
}
