using System.Collections.Concurrent;
using Holdfast.HAProxyParity.Tests.Comparison;
using Holdfast.HAProxyParity.Tests.Scenarios;

namespace Holdfast.HAProxyParity.Tests.Running;

/// <summary>The written scenarios, each file of them run once.</summary>
public sealed class AllRuns
{
    /// <summary>Most of a file's time is waiting for timeouts; not more at once, or clients would be late.</summary>
    private const int AtOnce = 4;

    private readonly Dictionary<string, TaskCompletionSource<IReadOnlyDictionary<string, ScenarioResult>>> _files
        = ScenarioLibrary.Files.ToDictionary(static f => f.Name,
            static _ => new TaskCompletionSource<IReadOnlyDictionary<string, ScenarioResult>>());

    /// <summary>Begins with all files.</summary>
    public AllRuns()
    {
        // Those that wait most come first.
        var files = new ConcurrentQueue<ScenarioFile>(ScenarioLibrary.Files
            .OrderByDescending(static f => f.Scenarios.Count(static s => s.Configuration.Contains("00ms",
                StringComparison.Ordinal))));
        for (int i = 0; i < AtOnce; i++)
        {
            new Thread(() => Work(files)) { IsBackground = true }.Start();
        }
    }

    /// <summary>Scenarios that ours does not load yet.</summary>
    internal static IReadOnlySet<string> Pending { get; } = ScenarioLibrary.List("pending.list");

    /// <summary>Scenarios that the two proxies do not do alike yet.</summary>
    internal static IReadOnlySet<string> Open { get; } = ScenarioLibrary.List("open.list");

    /// <summary>Scenarios that go alike, and that the two count in another way yet.</summary>
    internal static IReadOnlySet<string> CountedOtherwise { get; } = ScenarioLibrary.List("statistics.list");

    /// <summary>Those that stand, each with the heading that explains it.</summary>
    internal static IReadOnlyDictionary<string, string> Explained { get; } = ScenarioLibrary.Pairs("explained.list");

    internal ScenarioResult Of(string scenario)
        => _files[scenario.Split('/')[0]].Task.GetAwaiter().GetResult()[scenario];

    private void Work(ConcurrentQueue<ScenarioFile> files)
    {
        while (files.TryDequeue(out ScenarioFile? file))
        {
            try
            {
                _files[file.Name].SetResult(
                    FileRun.Run(file with { Scenarios = [.. file.Scenarios.Where(IsChosen)] }));
            }
            catch (Exception failure)
            {
                _files[file.Name].SetException(failure);
            }
        }
    }

    private static bool IsChosen(Scenario scenario) => !Pending.Contains(scenario.Name);
}
