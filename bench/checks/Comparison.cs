using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Holdfast.CheckBench;

/// <summary>Each program in turn against the same listener, which measures them from outside.</summary>
internal static class Comparison
{
    private const int Port = 7000;
    private const int WarmupSeconds = 5;
    private const double IntervalSeconds = 2;

    public static int Run(string work, int seconds)
    {
        using var listener = new TimedListener(Port);
        Console.WriteLine("| Program | Checks | Checks/s | Interval − 2 s: p50 | p99 | max | CPU | Memory |");
        Console.WriteLine("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
        foreach ((string name, int count) in ((string, int)[])
            [("keepalived 2.2.7", 1000), ("keepalived 2.2.7", 10000), ("Holdfast", 1000), ("Holdfast", 10000)])
        {
            string file = Path.Combine(work, "bench.conf");
            File.WriteAllText(file, Config(count));
            ProcessStartInfo start = name == "Holdfast"
                ? new ProcessStartInfo(Environment.ProcessPath!)
                {
                    ArgumentList = { "engine", file, (seconds + 2).ToString(CultureInfo.InvariantCulture) },
                }
                : new ProcessStartInfo("keepalived")
                {
                    ArgumentList =
                    {
                        "-C", "-n", "-l", "-f", file, "-p", Path.Combine(work, "pid"), "-c", Path.Combine(work, "cpid"),
                    },
                    Environment = { ["LD_PRELOAD"] = Path.Combine(work, "fake_ipvs.so") },
                    RedirectStandardError = true,
                    RedirectStandardOutput = true,
                };
            Measure(name, count, start, listener, work, seconds);
        }
        return 0;
    }

    private static void Measure(
        string name, int count, ProcessStartInfo start, TimedListener listener, string work, int seconds)
    {
        using Process process = Process.Start(start)!;
        if (start.RedirectStandardError)
        {
            process.BeginErrorReadLine();
            process.BeginOutputReadLine();
        }
        Wait(WarmupSeconds);
        string pidFile = Path.Combine(work, "cpid");
        int pid = name != "Holdfast" && File.Exists(pidFile)
            ? int.Parse(File.ReadAllText(pidFile), CultureInfo.InvariantCulture) : process.Id;
        listener.Clear();
        double cpu = CpuSeconds(pid);
        Wait(seconds);
        cpu = CpuSeconds(pid) - cpu;
        double[] errors = listener.IntervalErrors(IntervalSeconds);
        long accepted = listener.Accepted;
        string memory = File.ReadAllLines($"/proc/{pid}/status")
            .First(static l => l.StartsWith("VmRSS", StringComparison.Ordinal));
        Array.Sort(errors);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"| {name} | {count} | {accepted / (double)seconds:F0} | {At(0.5):F1} ms | {At(0.99):F1} ms "
            + $"| {At(1):F1} ms | {cpu / seconds * 100:F1} % | {memory[6..].Trim()} |"));
        if (name != "Holdfast")
        {
            Process.Start("kill", process.Id.ToString(CultureInfo.InvariantCulture)).WaitForExit();
        }
        process.WaitForExit();

        double At(double part) => errors.Length == 0 ? double.NaN
            : errors[Math.Min(errors.Length - 1, (int)(errors.Length * part))] * 1000;
    }

    private static void Wait(int seconds)
    {
        using var never = new ManualResetEventSlim();
        never.Wait(TimeSpan.FromSeconds(seconds));
    }

    private static double CpuSeconds(int pid)
    {
        string[] fields = File.ReadAllText($"/proc/{pid}/stat").Split(") ")[1].Split(' ');
        return (long.Parse(fields[11], CultureInfo.InvariantCulture)
            + long.Parse(fields[12], CultureInfo.InvariantCulture)) / 100.0;
    }

    private static string Config(int count)
    {
        var text = new StringBuilder("virtual_server 10.9.9.9 80 {\nprotocol TCP\nlvs_sched rr\nlvs_method NAT\n"
            + "delay_loop 2\nwarmup 2\n");
        for (int i = 0; i < count; i++)
        {
            text.Append(CultureInfo.InvariantCulture,
                $"real_server 127.1.{i / 250}.{(i % 250) + 1} {Port} {{\nTCP_CHECK {{\nconnect_timeout 1\n}}\n}}\n");
        }
        return text.Append("}\n").ToString();
    }
}
