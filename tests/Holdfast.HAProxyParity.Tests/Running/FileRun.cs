using System.Globalization;
using System.Net;
using System.Text;
using Holdfast.HAProxyParity.Tests.Comparison;
using Holdfast.HAProxyParity.Tests.Scenarios;
using Holdfast.Tests.Repository;

namespace Holdfast.HAProxyParity.Tests.Running;

/// <summary>All scenarios of a file, on both sides: each proxy is started once.</summary>
internal sealed class FileRun : IDisposable
{
    private const int Original = 0;
    private const int Ours = 1;

    /// <summary>HOLDFAST_OTHER=/usr/sbin/haproxy puts the original on both sides: what differs then is the script.
    /// </summary>
    private static readonly string[] s_programs =
    [
        "/usr/sbin/haproxy",
        Environment.GetEnvironmentVariable("HOLDFAST_OTHER") ?? Path.Combine(RepositoryRoot.Path, "out", "haproxy"),
    ];

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("hf-parity-");
    private readonly ScenarioFile _file;
    private readonly Dictionary<Scenario, Site> _sites = [];
    private readonly SyslogSink[] _logs = [new(), new()];
    private readonly StatisticsTable?[] _statistics = new StatisticsTable?[2];
    private readonly Dictionary<string, ScenarioResult> _results = new(StringComparer.Ordinal);

    private FileRun(ScenarioFile file)
    {
        _file = file;
        foreach (Scenario scenario in file.Scenarios)
        {
            _sites[scenario] = Site.Of(scenario);
        }
    }

    /// <summary>By the name of the scenario.</summary>
    public static IReadOnlyDictionary<string, ScenarioResult> Run(ScenarioFile file)
    {
        using var run = new FileRun(file);
        run.Run();
        return run._results;
    }

    /// <summary>Why ours does not load a scenario; empty when it does.</summary>
    public static string Refusal(ScenarioFile file, Scenario scenario)
    {
        using var run = new FileRun(file with { Scenarios = [scenario] });
        return run.Refusal([scenario]);
    }

    public void Dispose()
    {
        _logs[Original].Dispose();
        _logs[Ours].Dispose();
        _directory.Delete(recursive: true);
    }

    /// <summary>Looks for scenarios that ours refuses only when it refuses the file.</summary>
    private void Run()
    {
        List<Scenario> loaded = [.. _file.Scenarios];
        if (loaded.Count == 0 || TryRun(loaded))
        {
            return;
        }
        foreach (Scenario scenario in _file.Scenarios)
        {
            if (Refusal([scenario]) is { Length: > 0 } refusal)
            {
                _results[scenario.Name] = new(refusal, [], []);
                loaded.Remove(scenario);
            }
        }
        if (loaded.Count > 0 && !TryRun(loaded))
        {
            throw new InvalidOperationException(
                $"{_file.Name}: ours loads each of the rest, and not all together: {Refusal(loaded)}");
        }
    }

    private bool TryRun(List<Scenario> scenarios)
    {
        var ready = new IPEndPoint(Site.Addresses[Ours], Site.FreePort());
        try
        {
            using var ours = new ProxyProcess(s_programs[Ours], Write(scenarios, Ours, ready), ready);
            RunBeside(ours, scenarios);
            return true;
        }
        catch (NotStartedException)
        {
            return false;
        }
    }

    private void RunBeside(ProxyProcess ours, List<Scenario> scenarios)
    {
        var seen = new Dictionary<Scenario, Observation[]>();
        var ready = new IPEndPoint(Site.Addresses[Original], Site.FreePort());
        using (var original = new ProxyProcess(s_programs[Original], Write(scenarios, Original, ready), ready))
        {
            foreach (Scenario scenario in scenarios)
            {
                seen[scenario] = Task.WhenAll(RunAsync(scenario, Original), RunAsync(scenario, Ours))
                    .GetAwaiter().GetResult();
            }
            AdminSocket.WaitUntilIdle(AdminPath(Original));
            _statistics[Original] = new(AdminSocket.Ask(AdminPath(Original), "show stat"));
        }
        _logs[Original].Settle();
        WaitForOurLines(scenarios);
        Assert.True(ours.IsAlive, $"ours has ended: {ours.Said}");
        _statistics[Ours] = new(AdminSocket.Ask(AdminPath(Ours), "show stat"));
        ours.Dispose();
        _logs[Ours].Settle();
        foreach ((Scenario scenario, Observation[] both) in seen)
        {
            _results[scenario.Name] = new("",
                Compare(View(scenario, both, Original), View(scenario, both, Ours)),
                Compare(_statistics[Original]!.Of(scenario.Id), _statistics[Ours]!.Of(scenario.Id)));
        }
    }

    private Task<Observation> RunAsync(Scenario scenario, int side)
        => ScenarioRun.RunAsync(scenario, _sites[scenario].Places(side, SideDirectory(side), scenario.Id));

    /// <summary>What is not there by then does not come.</summary>
    private void WaitForOurLines(List<Scenario> scenarios)
        => SpinWait.SpinUntil(() => scenarios.All(s
            => _logs[Ours].Lines(s.Id).Count >= _logs[Original].Lines(s.Id).Count), TimeSpan.FromSeconds(3));

    private static List<Difference> Compare(Dictionary<string, string> original, Dictionary<string, string> ours)
        => [.. original.Keys.Union(ours.Keys).Order(StringComparer.Ordinal)
            .Select(key => new Difference(key, original.GetValueOrDefault(key, "(none)"),
                ours.GetValueOrDefault(key, "(none)")))
            .Where(static d => d.Original != d.Ours)];

    private Dictionary<string, string> View(Scenario scenario, Observation[] both, int side)
    {
        Observation own = both[side];
        var view = own.Stories.ToDictionary(static s => s.Key, s => Masks.Bytes(s.Value, own.Ports));
        string[] pages = [.. own.Stories.Values.SelectMany(Messages.PageStatuses).Distinct()];
        int number = 0;
        foreach (string line in _logs[side].Lines(scenario.Id))
        {
            number++;
            view[string.Create(CultureInfo.InvariantCulture, $"log {number}")] = Masks.Log(line, own.Ports, pages);
        }
        if (own.Hung is { } hung)
        {
            // A script that does not fit the original is wrong, whatever ours does.
            view[side == Original ? "hung: the script is wrong" : "hung"] = side == Ours ? hung
                : hung + "; " + string.Join("; ", own.Stories.Select(static s => $"{s.Key}: {s.Value}"));
        }
        return view;
    }

    /// <summary>A file can be checked without an error, and still have words that are not carried out.</summary>
    private string Refusal(IReadOnlyList<Scenario> scenarios)
    {
        var ready = new IPEndPoint(Site.Addresses[Ours], Site.FreePort());
        string file = Write(scenarios, Ours, ready);
        return ProxyProcess.Check(s_programs[Ours], file) is { Length: > 0 } refusal
            ? refusal : ProxyProcess.Try(s_programs[Ours], file, ready);
    }

    private string SideDirectory(int side) => _directory.CreateSubdirectory(side == Original ? "o" : "h").FullName;

    private string AdminPath(int side) => Path.Combine(SideDirectory(side), "admin");

    private string Write(IReadOnlyList<Scenario> scenarios, int side, IPEndPoint ready)
    {
        string directory = SideDirectory(side);
        var text = new StringBuilder($"global\n    nbthread 1\n    log {_logs[side].Endpoint} local0\n");
        text.Append(CultureInfo.InvariantCulture, $"    stats socket {AdminPath(side)} mode 600 level admin\n");
        text.Append(_file.Global);
        foreach (Scenario scenario in scenarios)
        {
            text.Append(_sites[scenario].Fill(ScenarioLibrary.Prelude + scenario.Configuration, side, directory,
                scenario.Id));
        }
        text.Append(CultureInfo.InvariantCulture, $"""
            defaults
                mode tcp
                timeout connect 1s
                timeout client 1s
                timeout server 1s
            listen ready
                bind {ready}
                server none 127.0.0.1:9

            """);
        string path = Path.Combine(directory, "haproxy.cfg");
        File.WriteAllText(path, text.ToString());
        return path;
    }
}
