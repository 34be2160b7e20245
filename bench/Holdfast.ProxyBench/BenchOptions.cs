using System.Globalization;

namespace Holdfast.ProxyBench;

/// <summary>What is measured.</summary>
internal sealed record BenchOptions
{
    internal const string Usage = """
        usage: --tools DIRECTORY --holdfast FILE [--rounds N] [--milliseconds N] [--only ROW]... [--who NAME]...
               [--json FILE]
               reload --tools DIRECTORY --holdfast FILE [--who haproxy|holdfast]...
        """;

    internal string Tools { get; private init; } = ".";

    /// <summary>Holdfast's program under the name haproxy.</summary>
    internal string Holdfast { get; private init; } = "out/haproxy";

    internal int Rounds { get; private init; } = 5;

    internal int Milliseconds { get; private init; } = 2000;

    internal IReadOnlyList<string> Rows { get; private init; } = [];

    internal IReadOnlyList<string> Contenders { get; private init; } = [];

    internal string? JsonPath { get; private init; }

    internal static BenchOptions Parse(ReadOnlySpan<string> arguments)
    {
        BenchOptions options = new();
        for (int i = 0; i + 1 < arguments.Length; i += 2)
        {
            string value = arguments[i + 1];
            options = arguments[i] switch
            {
                "--tools" => options with { Tools = value },
                "--holdfast" => options with { Holdfast = value },
                "--rounds" => options with { Rounds = int.Parse(value, CultureInfo.InvariantCulture) },
                "--milliseconds" => options with { Milliseconds = int.Parse(value, CultureInfo.InvariantCulture) },
                "--only" => options with { Rows = [.. options.Rows, value] },
                "--who" => options with { Contenders = [.. options.Contenders, value] },
                "--json" => options with { JsonPath = value },
                _ => throw new FormatException($"{arguments[i]}: no such option"),
            };
        }
        return options;
    }
}
