using System.Globalization;
using System.Net;
using Holdfast.HAProxyParity.Tests.Actors;
using Holdfast.HAProxyParity.Tests.Comparison;
using Holdfast.HAProxyParity.Tests.Scenarios;

namespace Holdfast.HAProxyParity.Tests.Running;

/// <summary>A scenario on one side.</summary>
internal static class ScenarioRun
{
    /// <summary>How long a scenario may take, of which the longest waits for timeouts of a second.</summary>
    private static TimeSpan Patience { get; } = TimeSpan.FromMilliseconds(int.Parse(
        Environment.GetEnvironmentVariable("HOLDFAST_PATIENCE_MS") ?? "20000", CultureInfo.InvariantCulture));

    public static async Task<Observation> RunAsync(Scenario scenario, IReadOnlyDictionary<string, EndPoint> places)
    {
        using var patience = new CancellationTokenSource(Patience);
        var stage = new Stage(places, patience.Token);
        var servers = new List<ServerActor>();
        var clients = new List<ClientActor>();
        foreach (string name in places.Keys.Where(static n => n is ['s', ..] or ['u', 's', ..]))
        {
            IReadOnlyList<Step> script = scenario.Scripts.GetValueOrDefault(name) ?? [];
            servers.Add(new ServerActor(name, script, places[name], stage));
        }
        foreach ((string name, IReadOnlyList<Step> script) in scenario.Scripts.Where(static s => s.Key[0] == 'c'))
        {
            clients.Add(new ClientActor(name, script, stage));
        }
        servers.ForEach(static s => s.Start());
        string? hung = null;
        try
        {
            await Task.WhenAll(
                [.. clients.Select(static c => c.RunAsync()), .. servers.Select(static s => s.FinishAsync())]);
        }
        catch (Exception failure) when (failure is not FormatException)
        {
            hung = string.Join("; ", clients.Concat<Actor>(servers).Where(static a => a.Doing.Length > 0)
                .Select(static a => $"{a.Name} at {a.Doing}"));
            hung = failure is OperationCanceledException ? hung : $"{failure.Message}; {hung}";
        }
        return Observe(clients.Concat<Actor>(servers), hung);
    }

    private static Observation Observe(IEnumerable<Actor> actors, string? hung)
    {
        var stories = new Dictionary<string, string>(StringComparer.Ordinal);
        var ports = new HashSet<string>(StringComparer.Ordinal);
        foreach (Actor actor in actors)
        {
            int number = 0;
            foreach (Peer peer in actor.Peers)
            {
                number++;
                stories[string.Create(CultureInfo.InvariantCulture, $"{actor.Name} connection {number}")]
                    // A server cares little how a proxy ends a connection; the original often resets.
                    = actor is ServerActor ? peer.Story.Replace("<reset>", "<closed>", StringComparison.Ordinal)
                        : peer.Story;
                if (actor is ClientActor)
                {
                    ports.Add(peer.Port.ToString(CultureInfo.InvariantCulture));
                }
            }
            actor.Dispose();
        }
        return new(stories, hung, ports);
    }
}
