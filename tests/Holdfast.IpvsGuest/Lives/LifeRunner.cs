using System.Globalization;
using System.Text;
using Holdfast.Linux;
using Holdfast.Primitives;

namespace Holdfast.IpvsGuest.Lives;

/// <summary>Leads two daemons through one life, and writes down where they differ.</summary>
/// <remarks>
/// A step is over when both have told of every server that it is up or down as it should be, scripts have run with
/// their new codes, and the tables are equal; or after <see cref="s_patience"/>.
/// </remarks>
internal sealed class LifeRunner(string directory, LifeSide original, LifeSide ours)
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);
    private readonly LifeSide[] _sides = [original, ours];
    private readonly Dictionary<string, bool> _expected = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long[]> _runs = new(StringComparer.Ordinal);
    private readonly StringBuilder _report = new();
    private string _marker = "";
    private string _step = "";
    private bool _isStopping;
    private int _differences;

    /// <summary>Runs it.</summary>
    internal void Run()
    {
        MonotonicTime begin = MonotonicClock.Now;
        foreach (string line in File.ReadLines(Path.Combine(directory, "script")))
        {
            string[] words = line.Split(' ', 2);
            if (words[0] == "step")
            {
                if (!End())
                {
                    break;
                }
                _step = words[1];
            }
            else
            {
                Do(words[0], words[1].Split(' '));
            }
        }
        _ = End();
        foreach (LifeSide side in _sides)
        {
            side.Reset();
        }
        TimeSpan took = MonotonicClock.Now - begin;
        _report.Append(CultureInfo.InvariantCulture, $"differences {_differences}, took {took.TotalSeconds:F1} s\n");
        File.WriteAllText(Path.Combine(directory, "report"), _report.ToString());
    }

    private void Do(string verb, string[] values)
    {
        switch (verb)
        {
            case "load":
                _marker = values[1];
                string text = File.ReadAllText(Path.Combine(directory, values[0] + ".conf"));
                ForBoth(side => side.Load(
                    text, Path.Combine(directory, side == original ? "original.log" : "ours.log")));
                break;
            case "open":
                ForBoth(side => side.Servers.Open(values[0], values[1], values[2]));
                break;
            case "close":
                ForBoth(side => side.Servers.Close($"{values[0]} {values[1]}"));
                break;
            case "wrong":
                ForBoth(side => side.Servers.AnswerWrongly($"{values[0]} {values[1]}"));
                break;
            case "number" or "code":
                ForBoth(side => side.Write(values[0], values[1] + "\n"));
                break;
            case "exit":
                ForBoth(side => side.Write(values[0], values[1] + "\n"));
                // The one that may be under way has read the code before.
                _runs[values[0]] = [.. _sides.Select(side => side.RunsOf(values[0]) + 2)];
                break;
            case "assume":
                ForBoth(side => side.Fifo.Assume(values[0], values[1] == "up"));
                break;
            case "expect":
                _expected[values[0]] = values[1] == "up";
                break;
            case "forget":
                _expected.Remove(values[0]);
                break;
            case "stop":
                _isStopping = true;
                ForBoth(static side => side.Stop());
                break;
            default:
                break;
        }
    }

    private void ForBoth(Action<LifeSide> action)
    {
        foreach (LifeSide side in _sides)
        {
            side.Enter();
            action(side);
        }
    }

    // After a difference all that follows differs.
    private bool End()
    {
        if (_step.Length == 0)
        {
            return true;
        }
        MonotonicTime begin = MonotonicClock.Now;
        string missing = "";
        string theirs = "";
        string our = "";
        bool isSettled = LifeWait.Until(() => (missing = Missing(original, 0) + Missing(ours, 1)).Length == 0
            && (theirs = original.Table()) == (our = ours.Table()) && HasLoaded(theirs)
            && original.Fifo.Text == ours.Fifo.Text, s_patience);
        if (!isSettled)
        {
            theirs = original.Table();
            our = ours.Table();
        }
        TimeSpan took = MonotonicClock.Now - begin;
        _report.Append(CultureInfo.InvariantCulture,
            $"step {_step}: {(isSettled ? "same" : "different")} after {took.TotalSeconds:F1} s\n");
        if (!isSettled)
        {
            _differences++;
            _report.Append(missing);
            AddDifference("table", theirs, our);
        }
        else if (_step is "start" or "quorum" or "reload")
        {
            AddDifference("ipvsadm -Sn", original.Save(), ours.Save());
        }
        AddDifference("lvs_notify_fifo", original.Fifo.Text, ours.Fifo.Text);
        if (_isStopping)
        {
            AddDifference("end", original.Ended ?? "runs", ours.Ended ?? "runs");
        }
        File.WriteAllText(Path.Combine(directory, "report"), _report.ToString());
        _step = "";
        return isSettled;
    }

    private bool HasLoaded(string table)
        => _isStopping || table.Contains($"TCP {_marker}:80 ", StringComparison.Ordinal);

    private string Missing(LifeSide side, int index)
    {
        side.Fifo.Read();
        string who = side == original ? "the original" : "ours";
        if (_isStopping)
        {
            return side.HasEnded() ? "" : $"{who} has not ended\n";
        }
        StringBuilder text = new();
        if (side.HasEnded())
        {
            text.Append(CultureInfo.InvariantCulture, $"{who} {side.Ended}\n");
        }
        foreach ((string address, bool isUp) in _expected)
        {
            if (side.Fifo.IsUp(address) != isUp)
            {
                text.Append(CultureInfo.InvariantCulture, $"{who} has not told {address} {(isUp ? "UP" : "DOWN")}\n");
            }
        }
        foreach ((string name, long[] runs) in _runs)
        {
            if (side.RunsOf(name) < runs[index])
            {
                text.Append(CultureInfo.InvariantCulture, $"{who} has not run {name}\n");
            }
        }
        return text.ToString();
    }

    private void AddDifference(string what, string theirs, string our)
    {
        if (theirs == our)
        {
            return;
        }
        if (what != "table")
        {
            _differences++;
        }
        string[] their = theirs.Split('\n');
        string[] own = our.Split('\n');
        _report.Append(CultureInfo.InvariantCulture, $"different {what}:\n");
        foreach (string line in their.Except(own))
        {
            _report.Append(CultureInfo.InvariantCulture, $"  original: {line}\n");
        }
        foreach (string line in own.Except(their))
        {
            _report.Append(CultureInfo.InvariantCulture, $"  ours:     {line}\n");
        }
        _report.Append(CultureInfo.InvariantCulture, $"  --- whole original\n{theirs}  --- whole ours\n{our}  ---\n");
    }
}
