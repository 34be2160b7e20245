using System.Text.Json;
using Holdfast.Lab;

namespace Holdfast.Nftables.Tests;

/// <summary>What the real nft program says is in the kernel.</summary>
internal sealed class ListedRuleset : IDisposable
{
    private readonly JsonDocument _document;

    private ListedRuleset(JsonDocument document) => _document = document;

    /// <summary>Asks it.</summary>
    internal static ListedRuleset Of(LabNode node)
    {
        // A listing of a table of Maglev is large: it goes through a file.
        LabProcess process = node.Execute("/bin/sh", "-c", "nft -j list ruleset > /tmp/ruleset.json");
        Assert.True(process.Exit!.Value.Code == 0, process.Output);
        return new(JsonDocument.Parse(node.ReadFile("/tmp/ruleset.json")!));
    }

    /// <summary>"family/name" of everything of a kind: chain, map, set, counter.</summary>
    internal IEnumerable<string> Names(string kind) => All(kind)
        .Select(static e => $"{e.GetProperty("family").GetString()} {e.GetProperty("name").GetString()}");

    /// <summary>Elements of a map with the chain that each goes to: "tcp 192.0.2.1 80 > chain".</summary>
    internal IEnumerable<string> Targets(string family, string map) => All("map")
        .Where(e => Is(e, family, "name", map) && e.TryGetProperty("elem", out _))
        .SelectMany(static e => e.GetProperty("elem").EnumerateArray())
        .Select(static pair => $"{Words(pair[0])} > {Target(pair[1])}");

    /// <summary>Expressions of a rule of a chain.</summary>
    internal IEnumerable<JsonElement> Expressions(string family, string chain) => All("rule")
        .Where(e => Is(e, family, "chain", chain)).SelectMany(static e => e.GetProperty("expr").EnumerateArray())
        .Where(static e => e.ValueKind == JsonValueKind.Object);

    /// <summary>How many slots of the scheduler's table of a service go to each chain.</summary>
    internal Dictionary<string, int> Slots(string family, string chain) => Expressions(family, chain)
        .Where(static e => e.TryGetProperty("vmap", out JsonElement map)
            && map.GetProperty("data").ValueKind == JsonValueKind.Object)
        .SelectMany(static e => e.GetProperty("vmap").GetProperty("data").GetProperty("set").EnumerateArray())
        .GroupBy(static pair => Target(pair[1])).ToDictionary(static g => g.Key, static g => g.Count());

    public void Dispose() => _document.Dispose();

    private IEnumerable<JsonElement> All(string kind) => _document.RootElement.GetProperty("nftables")
        .EnumerateArray().Where(e => e.TryGetProperty(kind, out _)).Select(e => e.GetProperty(kind));

    private static bool Is(JsonElement element, string family, string property, string value)
        => element.GetProperty("family").GetString() == family && element.GetProperty(property).GetString() == value;

    private static string Target(JsonElement verdict)
        => verdict.GetProperty("goto").GetProperty("target").GetString()!;

    private static string Words(JsonElement key) => key.TryGetProperty("concat", out JsonElement parts)
        ? string.Join(' ', parts.EnumerateArray().Select(static p => p.ToString())) : key.ToString();
}
