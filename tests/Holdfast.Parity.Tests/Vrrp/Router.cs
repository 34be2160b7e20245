using System.Text.Json;
using Holdfast.Lab;
using Holdfast.Linux.Abi;

namespace Holdfast.Parity.Tests.Vrrp;

/// <summary>A running keepalived, ours or the original, with a cursor in its log.</summary>
internal sealed class Router(LabNode node, Maker maker, LabProcess process)
{
    private int _cursor;

    internal LabNode Node => node;

    internal Maker Maker => maker;

    internal LabProcess Process => process;

    /// <summary>Waits for the next line of the log with a text, after the last one that was waited for.</summary>
    internal string Next(string text) => Next(line => line.Contains(text, StringComparison.Ordinal), text);

    internal string Next(Func<string, bool> predicate, string what)
    {
        try
        {
            process.WaitForLine(predicate, Patience.Limit, _cursor);
        }
        catch (LabTimeoutException e)
        {
            throw new LabTimeoutException($"waiting for '{what}' after line {_cursor}: {e.Message}");
        }
        IReadOnlyList<LabLine> lines = process.Lines;
        while (!predicate(lines[_cursor].Text))
        {
            _cursor++;
        }
        return lines[_cursor++].Text;
    }

    /// <summary>Waits until an instance enters a state: MASTER, BACKUP or FAULT.</summary>
    internal void NextState(string state, string instance = "VI_1") => Next($"({instance}) Entering {state} STATE");

    /// <summary>The states that an instance has entered so far.</summary>
    internal string[] States(string instance = "VI_1")
    {
        string start = $"({instance}) Entering ";
        return [.. process.Lines.Select(line => line.Text)
            .Where(line => line.Contains(start, StringComparison.Ordinal))
            .Select(line => line[(line.IndexOf(start, StringComparison.Ordinal) + start.Length)..].Split(' ')[0])];
    }

    /// <summary>Writes another configuration and sends SIGHUP. Does not wait.</summary>
    internal void Reload(InstanceText instance) => Reload(instance.ToString());

    internal void Reload(string config)
    {
        node.WriteFile(KeepalivedDaemon.ConfigPath, InstanceText.Global + config);
        process.Signal(Signal.SIGHUP);
    }

    /// <summary>Asks it to end and waits.</summary>
    internal void Stop()
    {
        process.Stop();
        Assert.True(process.WaitForExit(Patience.Limit).IsSuccess, process.Output);
    }

    /// <summary>The numbers of an instance: our counters, or the "stats" of the original's JSON dump.</summary>
    internal long Count(string name, int instance = 0)
    {
        JsonElement counters = Json(instance).GetProperty(maker == Maker.Original ? "stats" : "counters");
        return counters.TryGetProperty(name, out JsonElement value) ? value.GetInt64() : 0;
    }

    /// <summary>What it tells of an instance: of ours the status, of the original the dump.</summary>
    internal JsonElement Json(int instance = 0)
        => maker == Maker.Original ? Dump()[instance]
            : Status().GetProperty("instances")[instance];

    /// <summary>Our status.</summary>
    internal JsonElement Status()
    {
        LabProcess status = node.Execute(Programs.Holdfast, "status", "--json", "--full");
        Assert.True(status.Exit!.Value.IsSuccess, status.Output);
        using JsonDocument document = JsonDocument.Parse(status.Output);
        JsonElement root = document.RootElement.Clone();
        return root.TryGetProperty("vrrp", out JsonElement vrrp) ? vrrp : root;
    }

    /// <summary>The JSON dump, which a signal asks for.</summary>
    internal JsonElement Dump(string path = "/tmp/keepalived.json")
    {
        _ = node.Execute("rm", "-f", path);
        process.Signal((Signal)36); // SIGRTMIN + 2
        JsonElement? found = null;
        Patience.Until(() => (found = TryParse(node.ReadFile(path))) is not null, $"{path} of {node.Name}");
        return found!.Value;
    }

    private static JsonElement? TryParse(string? text)
    {
        try
        {
            using JsonDocument? document = string.IsNullOrWhiteSpace(text) ? null : JsonDocument.Parse(text);
            return document?.RootElement.Clone();
        }
        catch (JsonException)
        {
            return null; // half written
        }
    }
}
