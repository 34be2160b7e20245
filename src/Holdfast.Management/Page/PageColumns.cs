using System.Collections.Immutable;
using Holdfast.Management.Statistics;

namespace Holdfast.Management.Page;

/// <summary>A column of the page.</summary>
/// <param name="Title">Its title.</param>
/// <param name="Long">The title for those who hear the page.</param>
/// <param name="Value">What stands there for a row.</param>
internal sealed record PageColumn(string Title, string Long, Func<StatisticRow, string> Value)
{
    /// <summary>More about it, shown when it is pointed at; null: nothing.</summary>
    internal Func<StatisticRow, string?> Details { get; init; } = static _ => null;
}

/// <summary>The columns in the original's groups and order.</summary>
internal static class PageColumns
{
    internal static ImmutableArray<(string Group, ImmutableArray<PageColumn> Columns)> All { get; } =
    [
        ("Queue",
        [
            Of("Cur", StatisticField.Qcur), Of("Max", StatisticField.Qmax),
            Of("Limit", StatisticField.Qlimit),
        ]),
        ("Session rate",
        [
            Of("Cur", StatisticField.Rate, PageDetails.Rates), Of("Max", StatisticField.RateMax),
            Of("Limit", StatisticField.RateLim),
        ]),
        ("Sessions",
        [
            Of("Cur", StatisticField.Scur, PageDetails.Connections), Of("Max", StatisticField.Smax),
            Of("Limit", StatisticField.Slim), Of("Total", StatisticField.Stot, PageDetails.Sessions),
            Of("LbTot", StatisticField.Lbtot),
            new("Last", "Time since the last session", static row => PageText.Since(row, StatisticField.Lastsess)),
        ]),
        ("Bytes",
        [
            Of("In", StatisticField.Bin), Of("Out", StatisticField.Bout, PageDetails.Compression),
        ]),
        ("Denied", [Of("Req", StatisticField.Dreq), Of("Resp", StatisticField.Dresp)]),
        ("Errors",
        [
            Of("Req", StatisticField.Ereq), Of("Conn", StatisticField.Econ),
            Of("Resp", StatisticField.Eresp, PageDetails.Aborts),
        ]),
        ("Warnings", [Of("Retr", StatisticField.Wretr), Of("Redis", StatisticField.Wredis)]),
        ("Server",
        [
            new("Status", "State", PageText.Status),
            new("LastChk", "Last health check", PageText.LastCheck) { Details = PageDetails.Check },
            new("Wght", "Weight now, and as it was set", PageText.Weight),
            new("Act", "Active servers", static row => PageText.Member(row, StatisticField.Act)),
            new("Bck", "Backup servers", static row => PageText.Member(row, StatisticField.Bck)),
            Of("Chk", StatisticField.Chkfail), Of("Dwn", StatisticField.Chkdown),
            new("Dwntme", "Time spent down", static row => PageText.Since(row, StatisticField.Downtime)),
            new("Thrtle", "Percent of the weight in slow start",
                static row => row[StatisticField.Throttle].IsSome ? $"{row[StatisticField.Throttle]}%" : ""),
        ]),
    ];

    private static PageColumn Of(string title, StatisticField field, Func<StatisticRow, string?>? details = null)
        => new(title, StatisticFields.Meaning(field), row => PageText.Number(row[field]))
        {
            Details = details ?? (static _ => null),
        };
}
