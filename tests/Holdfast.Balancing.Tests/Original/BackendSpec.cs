using System.Globalization;
using System.Text;
using Holdfast.Balancing.Algorithms;
using Holdfast.Balancing.Servers;

namespace Holdfast.Balancing.Tests.Original;

/// <summary>A backend for both: text for the original, a pool for ours.</summary>
internal sealed record BackendSpec(string Name, BalanceSettings Balance, ServerSettings[] Servers)
{
    /// <summary>What seeds begin at: 0, or <c>HOLDFAST_SEED</c>, which tries others.</summary>
    internal static int Seed { get; } = int.TryParse(
        Environment.GetEnvironmentVariable("HOLDFAST_SEED"), CultureInfo.InvariantCulture, out int seed) ? seed : 0;

    /// <summary>Lines of the backend; those of <c>balance</c> at least.</summary>
    internal string[] Lines { get; init; } = [];

    /// <summary>Servers s1, s2 ... with these weights.</summary>
    internal static ServerSettings[] Weighted(params int[] weights)
        => [.. weights.Select(static (w, i) => new ServerSettings { Name = $"s{i + 1}", Weight = w })];

    internal ServerPool Pool() => new(Servers, Balance);

    internal string Text()
    {
        var text = new StringBuilder().Append(CultureInfo.InvariantCulture, $"backend {Name}\n");
        foreach (string line in Lines)
        {
            text.Append(CultureInfo.InvariantCulture, $"  {line}\n");
        }
        if (Balance.UsesAllBackups)
        {
            text.Append("  option allbackups\n");
        }
        if (Balance.FullConnections > 0)
        {
            text.Append(CultureInfo.InvariantCulture, $"  fullconn {Balance.FullConnections}\n");
        }
        foreach (ServerSettings server in Servers)
        {
            text.Append(CultureInfo.InvariantCulture,
                $"  server {server.Name} unix@@DIRECTORY@/o{server.Name[1..]} weight {server.Weight}");
            Option(text, "id", server.Id);
            Option(text, "maxconn", server.MaxConnections);
            Option(text, "minconn", server.MinConnections);
            Option(text, "maxqueue", server.MaxQueue);
            Option(text, "slowstart", (int)server.SlowStart.TotalMilliseconds);
            text.Append(server.IsBackup ? " backup" : "").Append(server.IsDisabled ? " disabled" : "").Append('\n');
        }
        return text.ToString();
    }

    private static void Option(StringBuilder text, string name, int value)
    {
        if (value > 0)
        {
            text.Append(CultureInfo.InvariantCulture, $" {name} {value}");
        }
    }
}
