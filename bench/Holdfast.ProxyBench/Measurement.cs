using System.Diagnostics;

namespace Holdfast.ProxyBench;

/// <summary>One run of one proxy under one load.</summary>
/// <param name="Requests">Requests that were answered.</param>
/// <param name="Errors">Requests that were not, or wrongly.</param>
/// <param name="CpuMicroseconds">CPU time of the proxy for each request.</param>
/// <param name="RequestsPerSecond">Requests for each second of the run.</param>
/// <param name="P50Microseconds">Median time of a request.</param>
/// <param name="P99Microseconds">Time that 99 of 100 requests do not exceed.</param>
/// <param name="MemoryKibibytes">Memory of the proxy at the end, with all clients connected.</param>
internal sealed record Measurement(
    long Requests, long Errors, double CpuMicroseconds, double RequestsPerSecond, double P50Microseconds,
    double P99Microseconds, double MemoryKibibytes)
{
    private const int WarmUpMilliseconds = 300;
    internal const string LoadCore = "1";

    internal static Measurement Take(
        Contender contender, BenchRow row, int port, string directory, BenchOptions options)
    {
        using Process proxy = contender.Start(row, port, options, directory);
        try
        {
            using (Load warm = Load.Start(row, port, WarmUpMilliseconds, options.Tools))
            {
                _ = warm.Run();
            }
            using Load load = Load.Start(row, port, options.Milliseconds, options.Tools);
            long before = ProcessTimes.RunNanoseconds(proxy.Id);
            double[] numbers = load.Run();
            double used = (ProcessTimes.RunNanoseconds(proxy.Id) - before) / 1000.0;
            return new((long)numbers[0], (long)numbers[1], used / Math.Max(1, numbers[0]), numbers[0] / numbers[5],
                numbers[3], numbers[4], ProcessTimes.ProportionalKibibytes(proxy.Id));
        }
        catch (InvalidOperationException)
        {
            Console.Error.WriteLine($"{contender.Name}, ended: {proxy.HasExited}:\n{contender.Said}");
            throw;
        }
        finally
        {
            Stop(proxy);
        }
    }

    /// <summary>The medians of several runs.</summary>
    internal static Measurement Median(IReadOnlyList<Measurement> runs) => new(
        runs.Sum(static run => run.Requests), runs.Sum(static run => run.Errors),
        Middle(runs, static run => run.CpuMicroseconds), Middle(runs, static run => run.RequestsPerSecond),
        Middle(runs, static run => run.P50Microseconds), Middle(runs, static run => run.P99Microseconds),
        Middle(runs, static run => run.MemoryKibibytes));

    internal static Process StartOrigin(string tools)
    {
        Process process = Process.Start("taskset",
            ["-c", LoadCore, Path.Combine(tools, "origin"), "127.0.0.1", $"{Contender.OriginPort}"]);
        LocalPort.Wait(Contender.OriginPort);
        return process;
    }

    internal static void Stop(Process process)
    {
        // TERM, so that nginx ends its worker.
        using Process kill = Process.Start("kill", [$"{process.Id}"]);
        kill.WaitForExit();
        process.WaitForExit();
    }

    private static double Middle(IReadOnlyList<Measurement> runs, Func<Measurement, double> of)
    {
        double[] sorted = [.. runs.Select(of).Order()];
        return sorted[sorted.Length / 2];
    }
}
