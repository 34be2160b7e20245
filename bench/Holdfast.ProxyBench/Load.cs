using System.Diagnostics;
using System.Globalization;

namespace Holdfast.ProxyBench;

/// <summary>The clients: connected first, then told to begin, and kept connected until they are disposed of.</summary>
internal sealed class Load : IDisposable
{
    private readonly Process _process;

    private Load(Process process)
    {
        _process = process;
    }

    internal static Load Start(BenchRow row, int port, int milliseconds, string tools)
    {
        ProcessStartInfo start = new("taskset") { RedirectStandardOutput = true, RedirectStandardInput = true };
        string[] arguments =
        [
            "-c", Measurement.LoadCore, Path.Combine(tools, row.Tls == RowTls.None ? "load" : "load-tls"), "127.0.0.1",
            $"{port}", $"{row.Connections}", $"{milliseconds}", row.KeepsAlive ? "keep" : "close",
            row.Path, $"{row.Rate}",
        ];
        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }
        if (row.Tls == RowTls.Resumed)
        {
            start.Environment["LOAD_RESUME"] = "1";
        }
        Process process = Process.Start(start) ?? throw new InvalidOperationException("no load");
        if (process.StandardOutput.ReadLine() != "open")
        {
            throw new InvalidOperationException($"row {row.Name}: the clients do not reach the proxy");
        }
        return new Load(process);
    }

    /// <summary>Asks; returns requests, errors, bytes, p50 and p99 in microseconds, seconds.</summary>
    internal double[] Run()
    {
        _process.StandardInput.WriteLine();
        _process.StandardInput.Flush();
        string line = _process.StandardOutput.ReadLine()
            ?? throw new InvalidOperationException("the clients broke off");
        return [.. line.Split(' ').Select(static word => double.Parse(word, CultureInfo.InvariantCulture))];
    }

    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
    }
}
