namespace Holdfast.Management;

/// <summary>How much of the time of its loops a process has not used, since it was last asked.</summary>
/// <remarks>The original measures each loop; ours asks the system for the processor time of the process.</remarks>
internal sealed class Idleness
{
    private const long MillisecondsMin = 1000;

    private readonly Lock _gate = new();
    private long _askedAt = ManagedProcess.Now;
    private TimeSpan _used = Environment.CpuUsage.TotalTime;
    private int _percent = 100;

    /// <summary>0 to 100; it is looked at again after a second.</summary>
    /// <param name="loops">How many loops there are.</param>
    internal int Percent(int loops)
    {
        lock (_gate)
        {
            long passed = ManagedProcess.Now - _askedAt;
            if (passed >= MillisecondsMin)
            {
                TimeSpan used = Environment.CpuUsage.TotalTime;
                double busy = (used - _used).TotalMilliseconds / (passed * Math.Max(1, loops));
                _percent = (int)Math.Clamp(100 - (100 * busy), 0, 100);
                _askedAt += passed;
                _used = used;
            }
            return _percent;
        }
    }
}
