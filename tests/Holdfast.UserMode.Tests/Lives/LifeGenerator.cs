using System.Globalization;
using System.Text;

namespace Holdfast.UserMode.Tests.Lives;

/// <summary>Random keepalived.conf with virtual servers and a life for them, the same for the same seed.</summary>
/// <remarks>
/// In one step the servers of a service only come up, or only go down, so that the end of the step is the same in
/// whatever order a daemon finds out.
/// </remarks>
internal sealed partial class LifeGenerator(int seed)
{
    private readonly Random _random = new(seed);
    private readonly List<ServiceDraft> _services = [];
    private readonly StringBuilder _script = new();
    private readonly Dictionary<string, bool> _told = new(StringComparer.Ordinal);
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);
    private int _steps;
    private int _generation;
    private int _next;
    private int _scripts;

    /// <summary>A configuration and its life.</summary>
    internal Life Generate()
    {
        MakeServices();
        List<string> files = [Render()];
        Step("start");
        Load();
        Die("dies", 0.6, 0.3);
        Weights();
        Die("quorum", 0.8, 0.8);
        Return("returns", 0.5);
        GiveScriptsAWeight();
        Mutate();
        files.Add(Render());
        Step("reload");
        Load();
        Weights();
        Die("dies again", 0.5, 0.5);
        Return("all return", 1);
        if (_random.Next(2) == 0)
        {
            Die("down at the end", 0.3, 0.3);
        }
        Step("stop");
        Do("stop now");
        return new Life(seed, files, _script.ToString(), _steps);
    }

    private void MakeServices()
    {
        int count = _random.Next(4, 8);
        for (int i = 0; i < count; i++)
        {
            _services.Add(NewService());
        }
    }

    private void Step(string name)
    {
        _steps++;
        Do($"step {name}");
    }

    private void Do(string line) => _script.Append(line).Append('\n');

    private void Load()
    {
        // Whoever goes is told as down at the end of its service, and expected to be nothing.
        HashSet<string> present = [.. _services.SelectMany(static s => s.Servers).Select(static s => s.Address)];
        foreach (string gone in _known.Where(k => !present.Contains(k)))
        {
            Do($"forget {gone}");
        }
        foreach (ServiceDraft service in _services)
        {
            foreach (ServerDraft server in service.Servers)
            {
                Introduce(service, server);
            }
        }
        Do($"load {_generation - 1} {Marker(_generation - 1)}");
        Expect();
    }

    // A server begins as up and silent, or with alpha as down until its checkers have succeeded.
    private void Introduce(ServiceDraft service, ServerDraft server)
    {
        if (!_known.Add(server.Address))
        {
            return;
        }
        foreach (CheckerDraft checker in server.Checkers)
        {
            // Some are dead when the daemon first looks; with hysteresis the order would matter.
            if (service.Hysteresis == 0 && checker.Kind is (TargetKind.Tcp or TargetKind.Http or TargetKind.Udp)
                && Chance(8))
            {
                checker.IsBad = true;
                continue;
            }
            Do(checker.Kind switch
            {
                TargetKind.File => $"number {checker.Target} 0",
                TargetKind.Script => $"code {checker.Target} 0",
                TargetKind.Ping => $"ping {checker.Target}",
                _ => $"open {checker.Kind} {checker.Target}",
            });
        }
        bool startsUp = !service.Alpha || server.Checkers.TrueForAll(static c => c.Kind == TargetKind.File);
        Do($"assume {server.Address} {(startsUp ? "up" : "down")}");
        _told[server.Address] = startsUp;
    }

    private void Expect()
    {
        foreach (ServerDraft server in _services.SelectMany(static s => s.Servers))
        {
            if (_told[server.Address] != server.IsUp)
            {
                _told[server.Address] = server.IsUp;
                Do($"expect {server.Address} {(server.IsUp ? "up" : "down")}");
            }
        }
    }

    private void Die(string name, double share, double servers)
    {
        Step(name);
        foreach (ServiceDraft service in _services.Where(_ => _random.NextDouble() < share))
        {
            foreach (CheckerDraft checker in service.Servers.Where(_ => _random.NextDouble() < servers)
                .SelectMany(static s => s.Checkers).Where(static c => !c.IsBad && c.Kind != TargetKind.Ping))
            {
                if (_random.Next(4) > 0)
                {
                    Break(checker);
                }
            }
        }
        Expect();
    }

    private void Break(CheckerDraft checker)
    {
        switch (checker.Kind)
        {
            case TargetKind.File when checker.IsWeight:
                return;
            case TargetKind.File:
                Do($"number {checker.Target} 1");
                break;
            case TargetKind.Script:
                Do($"exit {checker.Target} 1");
                break;
            case TargetKind.Http when _random.Next(2) == 0:
                Do($"wrong {checker.Target}");
                break;
            default:
                Do($"close {checker.Target}");
                break;
        }
        checker.IsBad = true;
    }

    private void Return(string name, double share)
    {
        Step(name);
        foreach (CheckerDraft checker in _services.SelectMany(static s => s.Servers)
            .Where(_ => _random.NextDouble() < share).SelectMany(static s => s.Checkers).Where(static c => c.IsBad)
            // At a reload the original puts a server that a file holds down into the pool, and takes it out again.
            .Union(_services.SelectMany(static s => s.Servers).SelectMany(static s => s.Checkers)
                .Where(static c => c is { IsBad: true, Kind: TargetKind.File })))
        {
            Do(checker.Kind switch
            {
                TargetKind.File => $"number {checker.Target} 0",
                TargetKind.Script => $"exit {checker.Target} 0",
                _ => $"open {checker.Kind} {checker.Target}",
            });
            checker.IsBad = false;
        }
        Expect();
    }

    // At most one for each service: the quorum depends on the order otherwise.
    private void Weights()
    {
        Step("weights");
        foreach (ServiceDraft service in _services)
        {
            CheckerDraft? checker = service.Servers.SelectMany(static s => s.Checkers)
                .Where(static c => c is { IsWeight: true, IsBad: false }).OrderBy(_ => _random.Next()).FirstOrDefault();
            if (checker is not null)
            {
                Do(checker.Kind == TargetKind.File
                    ? string.Create(CultureInfo.InvariantCulture, $"number {checker.Target} {_random.Next(-4, 8)}")
                    : string.Create(CultureInfo.InvariantCulture, $"exit {checker.Target} {_random.Next(2, 12)}"));
            }
        }
        Expect();
    }

    // At a reload the original takes the exit code 0 of a dynamic script for the weight −2, until the code changes.
    private void GiveScriptsAWeight()
    {
        foreach (CheckerDraft checker in _services.SelectMany(static s => s.Servers).SelectMany(static s => s.Checkers)
            .Where(static c => c is { IsWeight: true, Kind: TargetKind.Script, IsBad: false }))
        {
            Do($"exit {checker.Target} {N(_random.Next(3, 9))}");
        }
    }

    private static string N(long value) => value.ToString(CultureInfo.InvariantCulture);

    private T Pick<T>(params ReadOnlySpan<T> values) => values[_random.Next(values.Length)];

    private bool Chance(int oneIn) => _random.Next(oneIn) == 0;
}
