using System.Globalization;
using System.Text;

namespace Holdfast.Layer4Bench;

/// <summary>Connections through each contender in turn, and what they cost the whole machine.</summary>
internal sealed class PeerTimes(IConnectionLab lab, Layer4Options options)
{
    private const double Aim = 5;

    private readonly Dictionary<string, List<Turn>> _rounds = [];
    private readonly Dictionary<string, string> _failures = [];

    /// <summary>Whether direct routing has five times HAProxy's connections for a second of CPU, all of the machine's
    /// work counted. Without both of them nothing is missed.</summary>
    internal bool MeetsAim => options.Who.Count > 0 || Cpu(Contender.DirectRouting) * Aim <= Cpu(Contender.Haproxy);

    internal void Measure()
    {
        for (int round = 0; round < options.Rounds; round++)
        {
            foreach (Contender contender in Contender.All.Where(
                c => lab.Takes(c) && options.Wants(c) && !_failures.ContainsKey(c.Name)))
            {
                try
                {
                    Turn turn = MeasureOnce(contender);
                    if (!_rounds.TryGetValue(contender.Name, out List<Turn>? turns))
                    {
                        _rounds[contender.Name] = turns = [];
                    }
                    turns.Add(turn);
                }
                catch (Exception exception) when (exception is NotSupportedException or InvalidOperationException
                    or Lab.LabTimeoutException)
                {
                    _failures[contender.Name] = exception.Message;
                }
            }
        }
    }

    /// <summary>A table.</summary>
    /// <param name="withShare">Whether it says what remains after what the same connection costs without anybody in
    /// between: of use where that is the most of it.</param>
    internal string Markdown(bool withShare)
    {
        var text = new StringBuilder("| Who | connections/s | CPU µs a connection, least | median ")
            .Append("| connections for a second of CPU | beside HAProxy's | lost |")
            .Append(withShare ? " the balancer's µs | beside HAProxy's |\n" : "\n")
            .Append("| --- | ---: | ---: | ---: | ---: | ---: | ---: |").Append(withShare ? " ---: | ---: |\n" : "\n");
        foreach (Contender contender in Contender.All.Where(contender => _rounds.ContainsKey(contender.Name)))
        {
            List<Turn> turns = _rounds[contender.Name];
            double cpu = Cpu(contender.Name);
            text.Append(CultureInfo.InvariantCulture, $"| {contender.Name} ")
                .Append(CultureInfo.InvariantCulture, $"| {Median(turns, static turn => turn.PerSecond):F0} ")
                .Append(CultureInfo.InvariantCulture, $"| {cpu:F1} ")
                .Append(CultureInfo.InvariantCulture, $"| {Median(turns, static turn => turn.CpuMicroseconds):F1} ")
                .Append(CultureInfo.InvariantCulture, $"| {1e6 / cpu:F0} | {Ratio(Cpu(Contender.Haproxy) / cpu)} ")
                .Append(CultureInfo.InvariantCulture, $"| {turns.Sum(static turn => turn.Lost)} |");
            double share = Share(contender.Name);
            text.Append(!withShare ? "\n" : contender.Name == Contender.Nobody ? " – | – |\n" : string.Create(
                CultureInfo.InvariantCulture, $" {share:F1} | {Ratio(Share(Contender.Haproxy) / share)} |\n"));
        }
        foreach ((string name, string failure) in _failures)
        {
            text.Append(CultureInfo.InvariantCulture, $"\nNot measured: {name}: {failure}\n");
        }
        return text.ToString();
    }

    private Turn MeasureOnce(Contender contender)
    {
        using IDisposable running = contender.Start(lab.Director);
        return lab.Measure(contender);
    }

    // HAProxy may not have been asked for.
    private static string Ratio(double ratio)
        => double.IsNaN(ratio) ? "–" : ratio.ToString("F1", CultureInfo.InvariantCulture);

    // At least something, to divide by.
    private double Share(string name) => Math.Max(0.1, Cpu(name) - Cpu(Contender.Nobody));

    // The least of all rounds: what else the machine does can only add to it.
    private double Cpu(string name) => _rounds.TryGetValue(name, out List<Turn>? turns)
        ? turns.Min(static turn => turn.CpuMicroseconds) : double.NaN;

    private static double Median(List<Turn> turns, Func<Turn, double> select)
        => turns.Select(select).Order().ElementAt(turns.Count / 2);
}
