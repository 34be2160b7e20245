using System.Globalization;

namespace Holdfast.FalseFail;

/// <summary>The command line of the benchmark.</summary>
internal sealed record FalseFailOptions
{
    internal const string Usage = """
        usage: falsefail.sh [--rounds N] [--seconds N] [--keepalived PATH] [--holdfast PATH] [--json FILE]
          --rounds N         rounds of each case; default 6
          --seconds N        length of a round; default 20
          --keepalived PATH  the original; default /usr/sbin/keepalived
          --holdfast PATH    our binary under the name keepalived; default out/keepalived
          --json FILE        every round's figures; default bench/falsefail.json
        """;

    internal int Rounds { get; private set; } = 6;

    internal TimeSpan Length { get; private set; } = TimeSpan.FromSeconds(20);

    internal string Keepalived { get; private set; } = "/usr/sbin/keepalived";

    internal string Holdfast { get; private set; } = Path.GetFullPath("out/keepalived");

    internal string Json { get; private set; } = "bench/falsefail.json";

    /// <summary>Reads the arguments.</summary>
    /// <exception cref="FormatException">One is unknown or incomplete.</exception>
    internal static FalseFailOptions Parse(string[] arguments)
    {
        var options = new FalseFailOptions();
        for (int i = 0; i < arguments.Length; i++)
        {
            string Value() => ++i < arguments.Length ? arguments[i]
                : throw new FormatException($"{arguments[i - 1]} needs a value");
            switch (arguments[i])
            {
                case "--rounds": options.Rounds = int.Parse(Value(), CultureInfo.InvariantCulture); break;
                case "--seconds":
                    options.Length = TimeSpan.FromSeconds(int.Parse(Value(), CultureInfo.InvariantCulture));
                    break;
                case "--keepalived": options.Keepalived = Path.GetFullPath(Value()); break;
                case "--holdfast": options.Holdfast = Path.GetFullPath(Value()); break;
                case "--json": options.Json = Value(); break;
                default: throw new FormatException($"unknown argument {arguments[i]}");
            }
        }
        return options;
    }
}
