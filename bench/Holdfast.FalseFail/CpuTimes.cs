using System.Globalization;

namespace Holdfast.FalseFail;

/// <summary>What the kernel says of the processors.</summary>
internal static class CpuTimes
{
    /// <summary>CPU time since boot that the hypervisor gave to others, of all processors.</summary>
    internal static TimeSpan Steal
    {
        get
        {
            // proc(5): cpu user nice system idle iowait irq softirq steal, in hundredths of a second.
            string[] fields = File.ReadLines("/proc/stat").First().Split(' ', StringSplitOptions.RemoveEmptyEntries);
            return TimeSpan.FromMilliseconds(10 * long.Parse(fields[8], CultureInfo.InvariantCulture));
        }
    }
}
