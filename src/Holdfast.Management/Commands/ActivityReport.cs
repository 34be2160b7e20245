using System.Globalization;
using System.Text;
using Holdfast.Proxy.Counters;

namespace Holdfast.Management.Commands;

/// <summary>What this program has of the original's reports for its developers: few lines, and no invented ones.
/// </summary>
internal static class ActivityReport
{
    private const long UnixEpochTicksPerMicrosecond = 10;

    internal static string Text(ManagedProcess process)
    {
        long micros = (process.Identity.Clock.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks
            / UnixEpochTicksPerMicrosecond;
        long accepted = process.Engine.State.Frontends.Sum(static one => one.Counters[TrafficCounter.Connections]);
        int loops = process.Engine.State.Options.ThreadCount;
        return string.Create(CultureInfo.InvariantCulture, $"thread_id: 1 (1..{loops})\n"
            + $"date_now: {micros / 1_000_000}.{micros % 1_000_000:000000}\n"
            + $"cpust_ms_tot: {(long)Environment.CpuUsage.TotalTime.TotalMilliseconds}\naccepted: {accepted}\n");
    }

    internal static string Threads(ManagedProcess process)
    {
        var text = new StringBuilder();
        for (int i = 0; i < process.Engine.State.Options.ThreadCount; i++)
        {
            text.Append(CultureInfo.InvariantCulture,
                $"  Thread {i + 1} : event loop, {process.Engine.TransportReason}\n");
        }
        return text.ToString();
    }

    internal static string Pools()
    {
        long held = GC.GetTotalMemory(forceFullCollection: false);
        return string.Create(CultureInfo.InvariantCulture, $"Dumping pools usage.\n  - Heap : {held} bytes, "
            + $"{GC.CollectionCount(0)} collections\nTotal: 1 pools, {held} bytes allocated, {held} used.\n");
    }
}
