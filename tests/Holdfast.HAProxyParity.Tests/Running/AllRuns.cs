using System.Collections.Concurrent;
using Holdfast.HAProxyParity.Tests.Comparison;
using Holdfast.HAProxyParity.Tests.Scenarios;

namespace Holdfast.HAProxyParity.Tests.Running;

/// <summary>The written scenarios, each file of them run once.</summary>
public sealed class AllRuns
{
    private readonly ConcurrentDictionary<string, Lazy<IReadOnlyDictionary<string, ScenarioResult>>> _files = new(
        ScenarioLibrary.Files.Select(static file
            => KeyValuePair.Create(file.Name, new Lazy<IReadOnlyDictionary<string, ScenarioResult>>(()
                => FileRun.Run(file with { Scenarios = [.. file.Scenarios.Where(IsChosen)] })))));

    /// <summary>Begins with all files; most of their time is waiting for timeouts.</summary>
    public AllRuns()
    {
        foreach (Lazy<IReadOnlyDictionary<string, ScenarioResult>> file in _files.Values)
        {
            _ = Task.Run(() => file.Value);
        }
    }

    /// <summary>Scenarios that ours does not load yet.</summary>
    internal static IReadOnlySet<string> Pending { get; } = ScenarioLibrary.List("pending.list");

    /// <summary>Scenarios that the two proxies do not do alike yet.</summary>
    internal static IReadOnlySet<string> Open { get; } = ScenarioLibrary.List("open.list");

    /// <summary>Those that stand, with the heading that explains them.</summary>
    internal static IReadOnlySet<string> Explained { get; } = ScenarioLibrary.List("explained.list");

    internal ScenarioResult Of(string scenario) => _files[scenario.Split('/')[0]].Value[scenario];

    private static bool IsChosen(Scenario scenario) => !Pending.Contains(scenario.Name);
}
