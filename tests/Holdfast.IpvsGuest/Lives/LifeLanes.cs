using System.Collections.Concurrent;

namespace Holdfast.IpvsGuest.Lives;

/// <summary>Runs lives side by side: most of each is waiting.</summary>
internal static class LifeLanes
{
    /// <summary>Runs all lives below a directory.</summary>
    /// <param name="directory">Has one directory for each life.</param>
    /// <param name="original">The original's program.</param>
    /// <param name="ours">Our program.</param>
    /// <param name="count">How many at the same time.</param>
    /// <returns>The exit code.</returns>
    internal static int Run(string directory, string original, string ours, int count)
    {
        ConcurrentQueue<string> lives = new(Directory.GetDirectories(directory).Order(StringComparer.Ordinal));
        Thread[] lanes = [.. Enumerable.Range(0, count).Select(lane => new Thread(() =>
        {
            try
            {
                using LifeSide theirs = new(original, $"/run/{lane}o");
                using LifeSide own = new(ours, $"/run/{lane}h");
                while (lives.TryDequeue(out string? life))
                {
                    new LifeRunner(life, theirs, own).Run();
                }
            }
            catch (Exception failure)
            {
                Console.WriteLine($"lane {lane}: {failure}");
            }
        }))];
        foreach (Thread lane in lanes)
        {
            lane.Start();
        }
        foreach (Thread lane in lanes)
        {
            lane.Join();
        }
        return 0;
    }
}
