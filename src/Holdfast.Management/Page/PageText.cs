using System.Globalization;
using System.Text;
using Holdfast.Management.Statistics;

namespace Holdfast.Management.Page;

/// <summary>Values as people read them.</summary>
internal static class PageText
{
    /// <summary>A text that is no markup.</summary>
    internal static string Escape(string text)
    {
        if (text.AsSpan().IndexOfAny("<>&\"'") < 0)
        {
            return text;
        }
        var safe = new StringBuilder();
        foreach (char c in text)
        {
            safe.Append(c switch
            {
                '<' => "&lt;",
                '>' => "&gt;",
                '&' => "&amp;",
                '"' => "&quot;",
                '\'' => "&#39;",
                _ => c.ToString(),
            });
        }
        return safe.ToString();
    }

    /// <summary>A number with thin spaces between thousands.</summary>
    internal static string Number(StatisticValue value)
    {
        if (!value.IsSome || value.TypeName == "str")
        {
            return value.String ?? "";
        }
        string digits = value.Number.ToString("#,0", CultureInfo.InvariantCulture);
        return digits.Replace(",", "\u2009", StringComparison.Ordinal);
    }

    /// <summary>"2d3h", "5m12s": two units suffice.</summary>
    internal static string Duration(long seconds) => seconds switch
    {
        >= 86_400 => string.Create(CultureInfo.InvariantCulture, $"{seconds / 86_400}d{seconds / 3600 % 24}h"),
        >= 3600 => string.Create(CultureInfo.InvariantCulture, $"{seconds / 3600}h{seconds / 60 % 60}m"),
        >= 60 => string.Create(CultureInfo.InvariantCulture, $"{seconds / 60}m{seconds % 60}s"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{seconds}s"),
    };

    /// <summary>A time in seconds; "?" where it never was.</summary>
    internal static string Since(StatisticRow row, StatisticField field)
        => !row[field].IsSome ? "" : row.Number(field) < 0 ? "?" : Duration(row.Number(field));

    /// <summary>The state, and since when.</summary>
    internal static string Status(StatisticRow row)
    {
        string state = row[StatisticField.Status].String;
        return row[StatisticField.Lastchg].IsSome && state != "no check"
            ? $"{Duration(row.Number(StatisticField.Lastchg))} {state}" : state;
    }

    /// <summary>The class of the state, for its colour.</summary>
    internal static string StatusClass(StatisticRow row)
    {
        string state = row[StatisticField.Status].String;
        return state.StartsWith("MAINT", StringComparison.Ordinal) ? "maint"
            : state.StartsWith("DOWN", StringComparison.Ordinal) || state is "STOP" ? "down"
            : state.StartsWith("DRAIN", StringComparison.Ordinal) || state.StartsWith("NOLB", StringComparison.Ordinal)
                || state == "PAUSED" ? "drain"
            : state is "no check" ? "none" : row.Kind == StatisticObject.Server && state.Contains('/') ? "trans" : "up";
    }

    /// <summary>"L4OK in 1ms".</summary>
    internal static string LastCheck(StatisticRow row)
    {
        if (!row[StatisticField.CheckStatus].IsSome)
        {
            return "";
        }
        string code = row[StatisticField.CheckCode].IsSome ? $"/{row[StatisticField.CheckCode]}" : "";
        string time = row[StatisticField.CheckDuration].IsSome ? $" in {row[StatisticField.CheckDuration]}ms" : "";
        return row[StatisticField.CheckStatus].String + code + time;
    }

    /// <summary>"5/10".</summary>
    internal static string Weight(StatisticRow row) => row[StatisticField.Weight].IsSome
        ? $"{row[StatisticField.Weight]}/{row[StatisticField.Uweight]}" : "";

    /// <summary>Y or - for a server, a number for a backend.</summary>
    internal static string Member(StatisticRow row, StatisticField field)
        => !row[field].IsSome ? "" : row.Kind == StatisticObject.Server ? row.Number(field) > 0 ? "Y" : "-"
            : Number(row[field]);
}
