using Holdfast.Proxy.Options;

namespace Holdfast.Web.Tests.Parity;

/// <summary>Written scenarios, beside the real nginx: the same bytes to clients and peers, the same lines of the log.
/// </summary>
public sealed class ScenarioTests
{
    private static readonly Dictionary<string, Scenario> s_all = Directory
        .EnumerateFiles(Path.Combine(AppContext.BaseDirectory, "data"), "*.txt").Order(StringComparer.Ordinal)
        .SelectMany(static path => Scenario.ReadAll(File.ReadAllText(path)).Select(
            one => one with { Name = $"{Path.GetFileNameWithoutExtension(path)}: {one.Name}" }))
        .ToDictionary(static one => one.Name);

    public static TheoryData<string> Names => [.. s_all.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Scenario_IsAsWithTheOriginal(string name)
    {
        Scenario scenario = s_all[name];
        TransportChoice transport = name.Length % 2 == 0 ? TransportChoice.Epoll : TransportChoice.Automatic;
        Differences.AssertNone(ParitySide.Original(scenario), ParitySide.Ours(scenario, transport));
    }
}
