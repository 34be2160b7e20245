using System.Globalization;
using System.Net;

namespace Holdfast.Layer4Bench;

/// <summary>What the command line says.</summary>
internal sealed record Layer4Options
{
    internal const string Usage = """
        Usage: bench/layer4 [--only packets|moves|flows|peers]... [--rounds N] [--connections N]
                            [--who TEXT]...
               bench/layer4 --pin PATH [--service ADDRESS:PORT] [--method dr|tunnel|gue|nat] [--servers N]
                            [--scheduler NAME] [--flows N]
        """;

    /// <summary>The parts that run; empty: all.</summary>
    internal IReadOnlyList<string> Only { get; init; } = [];

    /// <summary>Contenders of the peers part whose names begin so; empty: all.</summary>
    internal IReadOnlyList<string> Who { get; init; } = [];

    /// <summary>How often each contender has its turn.</summary>
    internal int Rounds { get; init; } = 5;

    /// <summary>Connections of a turn end to end, with sockets.</summary>
    internal int Connections { get; init; } = 20_000;

    /// <summary>Where the program is left pinned; null: nothing is.</summary>
    internal string? PinPath { get; init; }

    internal IPEndPoint Service { get; init; } = new(IPAddress.Parse("10.0.0.2"), 80);

    internal string Method { get; init; } = "dr";

    internal string Scheduler { get; init; } = "mh";

    internal int Servers { get; init; } = 10;

    /// <summary>Connections that the pinned program knows.</summary>
    internal int Flows { get; init; } = 10_000;

    /// <summary>The compiled floor.bpf.c.</summary>
    internal string Floor { get; init; } = "";

    /// <summary>The compiled peers.bpf.c.</summary>
    internal string Peers { get; init; } = "";

    /// <summary>The compiled load.c.</summary>
    internal string Load { get; init; } = "";

    internal bool Selects(string part) => Only.Count == 0 || Only.Contains(part);

    internal bool Wants(Contender contender)
        => Who.Count == 0 || Who.Any(name => contender.Name.StartsWith(name, StringComparison.OrdinalIgnoreCase));

    internal static Layer4Options Parse(string[] words)
    {
        var options = new Layer4Options();
        if (words.Length % 2 != 0)
        {
            throw new FormatException("every option has a value");
        }
        for (int i = 0; i < words.Length; i += 2)
        {
            options = options.With(words[i], words[i + 1]);
        }
        return options;
    }

    private Layer4Options With(string name, string value) => name switch
    {
        "--only" when value is "packets" or "moves" or "flows" or "peers" => this with { Only = [.. Only, value] },
        "--who" => this with { Who = [.. Who, value] },
        "--rounds" => this with { Rounds = Number(value, 100) },
        "--connections" => this with { Connections = Number(value, 1_000_000) },
        "--pin" => this with { PinPath = value },
        "--service" => this with { Service = IPEndPoint.Parse(value) },
        "--method" when BenchDirector.Methods.Contains(value) => this with { Method = value },
        "--scheduler" => this with { Scheduler = value },
        "--servers" => this with { Servers = Number(value, 250) },
        "--flows" => this with { Flows = Number(value, 200_000) },
        "--floor-object" => this with { Floor = value },
        "--peers-object" => this with { Peers = value },
        "--load-program" => this with { Load = value },
        _ => throw new FormatException($"{name} {value} is not understood"),
    };

    private static int Number(string text, int max)
        => int.TryParse(text, CultureInfo.InvariantCulture, out int number) && number >= 1 && number <= max ? number
            : throw new FormatException($"{text} is not a number from 1 to {max}");
}
