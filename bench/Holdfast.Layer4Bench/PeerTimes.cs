using System.Globalization;
using System.Text;

namespace Holdfast.Layer4Bench;

/// <summary>Connections through each contender in turn, and what they cost the whole machine.</summary>
internal sealed class PeerTimes
{
    private const int WarmUp = 1000;
    private const double TicksPerSecond = 100;
    private const double Aim = 5;

    private readonly Dictionary<string, List<Figures>> _rounds = [];
    private readonly Dictionary<string, string> _failures = [];

    /// <summary>Whether the share of the director is small enough beside HAProxy's.</summary>
    internal bool MeetsAim => Share("Holdfast xdp, DR") * Aim <= Share(Contender.Haproxy);

    internal void Measure(PeerLab lab, int rounds, int connections)
    {
        for (int round = 0; round < rounds; round++)
        {
            foreach (Contender contender in Contender.All.Where(c => !_failures.ContainsKey(c.Name)))
            {
                try
                {
                    MeasureOnce(lab, contender, connections);
                }
                catch (Exception exception) when (exception is NotSupportedException or InvalidOperationException
                    or Lab.LabTimeoutException)
                {
                    _failures[contender.Name] = exception.Message;
                }
            }
        }
    }

    internal string Markdown()
    {
        var text = new StringBuilder("| Who | connections/s | CPU µs a connection, whole machine ")
            .Append("| of it the balancer's | for HAProxy's CPU |\n");
        text.Append("| --- | ---: | ---: | ---: | ---: |\n");
        double haproxy = Share(Contender.Haproxy);
        foreach ((string name, List<Figures> rounds) in _rounds)
        {
            text.Append(CultureInfo.InvariantCulture, $"| {name} | {Median(rounds, static f => f.PerSecond):F0} | ")
                .Append(CultureInfo.InvariantCulture, $"{Cpu(name):F1} | ");
            if (name == Contender.Nobody)
            {
                text.Append("– | – |\n");
                continue;
            }
            text.Append(CultureInfo.InvariantCulture, $"{Share(name):F1} | ")
                .Append(CultureInfo.InvariantCulture, $"{haproxy / Share(name):F1} times as many |\n");
        }
        foreach ((string name, string failure) in _failures)
        {
            text.Append(CultureInfo.InvariantCulture, $"\nNot measured: {name}: {failure}\n");
        }
        return text.ToString();
    }

    private void MeasureOnce(PeerLab lab, Contender contender, int connections)
    {
        string address = contender.Name == Contender.Nobody ? PeerLab.ServerOf(1) : PeerLab.VirtualAddress;
        if (contender.IsTranslating)
        {
            lab.ReturnThroughDirector(isWanted: true);
        }
        try
        {
            using IDisposable running = contender.Start(lab);
            if (!lab.Answers(address))
            {
                throw new InvalidOperationException("nothing comes through");
            }
            _ = lab.Connect(address, WarmUp);
            double before = BusySeconds();
            (double seconds, int failed) = lab.Connect(address, connections);
            double busy = BusySeconds() - before;
            if (failed > 0)
            {
                throw new InvalidOperationException($"{failed} of {connections} connections failed");
            }
            if (!_rounds.TryGetValue(contender.Name, out List<Figures>? rounds))
            {
                _rounds[contender.Name] = rounds = [];
            }
            rounds.Add(new(connections / seconds, busy * 1e6 / connections));
        }
        finally
        {
            if (contender.IsTranslating)
            {
                lab.ReturnThroughDirector(isWanted: false);
            }
        }
    }

    // What remains when the same connection goes straight to a server; at least something, to divide by.
    private double Share(string name) => _rounds.ContainsKey(name)
        ? Math.Max(0.1, Cpu(name) - Cpu(Contender.Nobody)) : double.NaN;

    // The least of all rounds: what else the machine does can only add to it.
    private double Cpu(string name) => _rounds[name].Min(static f => f.CpuMicroseconds);

    private static double Median(List<Figures> rounds, Func<Figures, double> select)
        => rounds.Select(select).Order().ElementAt(rounds.Count / 2);

    private static double BusySeconds()
    {
        // proc(5): user nice system idle iowait irq softirq steal.
        double[] fields = [.. File.ReadLines("/proc/stat").First()
            .Split(' ', StringSplitOptions.RemoveEmptyEntries).Skip(1)
            .Select(static word => double.Parse(word, CultureInfo.InvariantCulture))];
        return (fields[0] + fields[1] + fields[2] + fields[5] + fields[6]) / TicksPerSecond;
    }

    private readonly record struct Figures(double PerSecond, double CpuMicroseconds);
}
