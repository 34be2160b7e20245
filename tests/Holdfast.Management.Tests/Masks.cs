using System.Text.RegularExpressions;

namespace Holdfast.Management.Tests;

/// <summary>What differs by nature between two programs, and is not compared: nothing else is masked.</summary>
internal static partial class Masks
{
    /// <summary>
    /// Entries' addresses (<c>0x…</c>); versions; milliseconds until an entry of a table goes; seconds since a
    /// change: the tenth field of state lines, <c>lastchg</c> and <c>downtime</c> of statistics; how long a check took;
    /// how many connections the original thinks that checks and traffic need.
    /// </summary>
    internal static string Apply(string text)
    {
        text = Pointer().Replace(text, "0x*");
        text = Version().Replace(text, "2.6.*");
        text = Expiry().Replace(text, "exp=*");
        text = StateLine().Replace(text, "$1 *");
        text = TypedFigure().Replace(text, "$1*");
        text = JsonChange().Replace(text, "$1*");
        return CsvChange().Replace(text, "$1*,");
    }

    [GeneratedRegex("0x[0-9a-f]+")]
    private static partial Regex Pointer();

    [GeneratedRegex(@"2\.6\.12[-+~0-9a-z]*")]
    private static partial Regex Version();

    [GeneratedRegex(@"^((?:\S+ ){4}\S+ [0-9]+ [0-9]+ [0-9]+ [0-9]+) [0-9]+", RegexOptions.Multiline)]
    private static partial Regex StateLine();

    [GeneratedRegex("""((lastchg|downtime|check_duration|need_conn_est)\.1:M[ACDG]P:u[0-9]+:)[0-9]+""")]
    private static partial Regex TypedFigure();

    [GeneratedRegex("""("lastchg"[^}]*}[^}]*}[^}]*"value":)[0-9]+""")]
    private static partial Regex JsonChange();

    [GeneratedRegex("^((?:[^,\n]*,){23})[0-9]+,", RegexOptions.Multiline)]
    private static partial Regex CsvChange();

    [GeneratedRegex("exp=[0-9]+")]
    private static partial Regex Expiry();
}
