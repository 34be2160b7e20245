using System.Globalization;

namespace Holdfast.ProxyBench;

/// <summary>What a process and its children have used.</summary>
internal static class ProcessTimes
{
    /// <summary>Nanoseconds that all threads of a process and of its children have run (schedstat).</summary>
    internal static long RunNanoseconds(int pid)
    {
        long sum = 0;
        foreach (string task in Directory.GetDirectories($"/proc/{pid}/task"))
        {
            string[] words = File.ReadAllText(Path.Combine(task, "schedstat")).Split(' ');
            sum += long.Parse(words[0], CultureInfo.InvariantCulture);
        }
        return sum + Children(pid).Sum(RunNanoseconds);
    }

    /// <summary>
    /// Memory in KiB that a process and its children have in use, pages that several share divided among them (Pss).
    /// </summary>
    internal static long ProportionalKibibytes(int pid)
    {
        string line = File.ReadLines($"/proc/{pid}/smaps_rollup").First(
            static line => line.StartsWith("Pss:", StringComparison.Ordinal));
        long own = long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
        return own + Children(pid).Sum(ProportionalKibibytes);
    }

    private static IEnumerable<int> Children(int pid)
        => File.ReadAllText($"/proc/{pid}/task/{pid}/children").Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Select(static word => int.Parse(word, CultureInfo.InvariantCulture));
}
