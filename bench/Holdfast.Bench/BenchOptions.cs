using System.Globalization;

namespace Holdfast.Bench;

/// <summary>The command line of the benchmark.</summary>
internal sealed record BenchOptions
{
    internal const string Usage = """
        usage: failover.sh [--rounds N] [--only CASE]... [--keepalived PATH] [--holdfast PATH] [--json FILE] [--list]
          --rounds N         rounds of each case; default 10
          --only CASE        a case by its name, or several by the beginning of their names; may be repeated
          --keepalived PATH  the original; default /usr/sbin/keepalived
          --holdfast PATH    our binary; default out/holdfast; "none" measures the original alone
          --json FILE        every single figure; default bench/failover.json
          --list             names the cases
        """;

    internal int Rounds { get; private set; } = 10;

    internal List<string> Only { get; } = [];

    internal string Keepalived { get; private set; } = "/usr/sbin/keepalived";

    internal string Holdfast { get; private set; } = "out/holdfast";

    internal string Json { get; private set; } = "bench/failover.json";

    internal bool List { get; private set; }

    internal bool HasHoldfast => Holdfast != "none";

    /// <summary>Reads the arguments.</summary>
    /// <exception cref="FormatException">One is unknown or incomplete.</exception>
    internal static BenchOptions Parse(string[] arguments)
    {
        var options = new BenchOptions();
        for (int i = 0; i < arguments.Length; i++)
        {
            string Value() => ++i < arguments.Length ? arguments[i]
                : throw new FormatException($"{arguments[i - 1]} needs a value");
            switch (arguments[i])
            {
                case "--rounds": options.Rounds = int.Parse(Value(), CultureInfo.InvariantCulture); break;
                case "--only": options.Only.Add(Value()); break;
                case "--keepalived": options.Keepalived = Path.GetFullPath(Value()); break;
                case "--holdfast": options.Holdfast = Value(); break;
                case "--json": options.Json = Value(); break;
                case "--list": options.List = true; break;
                default: throw new FormatException($"unknown argument {arguments[i]}");
            }
        }
        if (options.HasHoldfast)
        {
            options.Holdfast = Path.GetFullPath(options.Holdfast);
        }
        return options;
    }

    internal bool Selects(string name)
        => Only.Count == 0 || Only.Exists(prefix => name.StartsWith(prefix, StringComparison.Ordinal));
}
