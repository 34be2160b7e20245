using System.Globalization;
using System.Text;
using Holdfast.Management.Statistics;

namespace Holdfast.Management.Page;

/// <summary>What is shown of a cell when it is pointed at, or reached with the keyboard.</summary>
internal static class PageDetails
{
    internal static string? Rates(StatisticRow row) => row.Kind != StatisticObject.Frontend ? null
        : Lines(row, ("Connections", StatisticField.ConnRate), ("Requests", StatisticField.ReqRate),
            ("Most connections", StatisticField.ConnRateMax), ("Most requests", StatisticField.ReqRateMax));

    internal static string? Connections(StatisticRow row) => row.Kind != StatisticObject.Server ? null
        : Lines(row, ("In use", StatisticField.UsedConnCur), ("Idle", StatisticField.SrvIcur),
            ("- unsafe", StatisticField.IdleConnCur), ("- safe", StatisticField.SafeConnCur),
            ("Thought to be needed", StatisticField.NeedConnEst));

    internal static string? Sessions(StatisticRow row)
    {
        var text = new StringBuilder(Lines(row, ("Sessions", StatisticField.Stot),
            ("Connections", row.Kind == StatisticObject.Frontend ? StatisticField.ConnTot : StatisticField.Connect),
            ("Reused connections", StatisticField.Reuse), ("HTTP requests", StatisticField.ReqTot),
            ("- 1xx responses", StatisticField.Hrsp1xx), ("- 2xx responses", StatisticField.Hrsp2xx),
            ("- 3xx responses", StatisticField.Hrsp3xx), ("- 4xx responses", StatisticField.Hrsp4xx),
            ("- 5xx responses", StatisticField.Hrsp5xx), ("- other responses", StatisticField.HrspOther),
            ("Compressed", StatisticField.CompRsp), ("Intercepted", StatisticField.Intercepted),
            ("Failed header changes", StatisticField.Wrew), ("Internal errors", StatisticField.Eint)));
        if (row[StatisticField.Qtime].IsSome)
        {
            text.Append("\nLongest / average over 1024, in ms");
            Time(text, "Queue", row, StatisticField.QtimeMax, StatisticField.Qtime);
            Time(text, "Connect", row, StatisticField.CtimeMax, StatisticField.Ctime);
            Time(text, "Response", row, StatisticField.RtimeMax, StatisticField.Rtime);
            Time(text, "Total", row, StatisticField.TtimeMax, StatisticField.Ttime);
        }
        return text.ToString();
    }

    internal static string? Compression(StatisticRow row) => !row[StatisticField.CompIn].IsSome ? null
        : Lines(row, ("Compression in", StatisticField.CompIn), ("Compression out", StatisticField.CompOut),
            ("Passed by", StatisticField.CompByp));

    internal static string? Aborts(StatisticRow row) => !row[StatisticField.CliAbrt].IsSome ? null
        : Lines(row, ("Cut by clients", StatisticField.CliAbrt), ("Cut by servers", StatisticField.SrvAbrt));

    internal static string? Check(StatisticRow row)
    {
        if (!row[StatisticField.CheckStatus].IsSome)
        {
            return null;
        }
        string info = row[StatisticField.LastChk].String is { Length: > 0 } text ? $"\n{text}" : "";
        return row[StatisticField.CheckDesc].String + info + "\n" + Lines(row, ("Health", StatisticField.CheckHealth),
            ("Rise", StatisticField.CheckRise), ("Fall", StatisticField.CheckFall));
    }

    private static string Lines(StatisticRow row, params ReadOnlySpan<(string Name, StatisticField Field)> lines)
    {
        var text = new StringBuilder();
        foreach ((string name, StatisticField field) in lines)
        {
            if (row[field].IsSome)
            {
                text.Append(text.Length > 0 ? "\n" : "").Append(name).Append(": ")
                    .Append(PageText.Number(row[field]));
            }
        }
        return text.ToString();
    }

    private static void Time(
        StringBuilder text, string name, StatisticRow row, StatisticField longest, StatisticField average)
        => text.Append(CultureInfo.InvariantCulture, $"\n- {name}: {row[longest]} / {row[average]}");
}
