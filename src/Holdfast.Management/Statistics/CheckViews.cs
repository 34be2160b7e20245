using Holdfast.Health.Servers;
using Holdfast.Linux;
using Holdfast.Proxy.Upstreams;

namespace Holdfast.Management.Statistics;

/// <summary>What the engine knows of checks, as reports show it.</summary>
internal static class CheckViews
{
    /// <summary>The health checks of a server; null: it has none.</summary>
    internal static CheckView? Of(Server server)
    {
        if (!server.Health.IsChecked)
        {
            return null;
        }
        ServerHealth health = server.Health;
        return Of(health.LastCheck, health.Counter, health.Rise, health.Fall) with
        {
            Failures = health.FailedChecks,
            Downs = health.Downs,
            Downtime = (long)health.DownTime(MonotonicClock.Now).TotalSeconds,
        };
    }

    /// <summary>The agent of a server; null: it has none.</summary>
    internal static CheckView? AgentOf(Server server)
        => server.Options.Health.Agent is null ? null
            : Of(server.Health.LastAgent, server.Health.LastAgent.Status == CheckStatus.L7Status ? 0 : 1, 1, 1);

    private static CheckView Of(CheckResult result, int counter, int rise, int fall) => new(
        result.Status.Code(), result.Status.Description(), result.Status.HasNumber() ? result.Number : null,
        result.DurationMilliseconds, result.Info, counter, rise, fall, 0, 0, 0);
}
