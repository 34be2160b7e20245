using Holdfast.Demo.Traffic;

namespace Holdfast.Demo.Web;

/// <summary>The lab: two balancers that proxy, two web servers, and a client.</summary>
internal sealed class WebStage(string program, PlayReport report, CancellationToken cancelled)
    : PlayStage<WebBalancer>(program, report, cancelled)
{
    /// <summary>The command that is asked for what the proxy says of its servers.</summary>
    internal const string TableCommand = "holdfast status";

    private readonly string _program = program;

    /// <summary>Whether the proxy of a balancer uses a server.</summary>
    internal bool Uses(WebBalancer balancer, string server) => StateIn(TableOf(balancer), server) == "up";

    /// <inheritdoc/>
    protected override WebBalancer AddBalancer(int number, string address)
        => new(AddNode($"balancer{number}", address), address, _program, Report);

    /// <summary>The lines about servers: backend, server, address, state and connections.</summary>
    protected override IReadOnlyList<string> TableOf(WebBalancer active) => [.. active.Run(TableCommand)
        .Where(static line => line.Contains("192.168.1.10", StringComparison.Ordinal)
            && line.Contains(":80 ", StringComparison.Ordinal))];

    /// <inheritdoc/>
    protected override string? StateIn(IReadOnlyList<string> table, string server)
    {
        foreach (string line in table)
        {
            string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            int address = Array.IndexOf(words, server + ":80");
            if (address >= 0 && address + 1 < words.Length)
            {
                return words[address + 1] == "down" ? null : words[address + 1];
            }
        }
        return null;
    }
}
