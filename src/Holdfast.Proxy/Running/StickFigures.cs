using System.Collections.Frozen;
using Holdfast.Balancing.Tables;
using Holdfast.Primitives;

namespace Holdfast.Proxy.Running;

/// <summary>What names of fetches and converters mean in an entry of a stick table.</summary>
internal static class StickFigures
{
    private const long Kilo = 1024;

    private static readonly FrozenDictionary<string, StickData> s_data = new Dictionary<string, StickData>
    {
        ["bytes_in_rate"] = StickData.BytesInRate,
        ["bytes_out_rate"] = StickData.BytesOutRate,
        ["conn_cnt"] = StickData.ConnCnt,
        ["conn_cur"] = StickData.ConnCur,
        ["conn_rate"] = StickData.ConnRate,
        ["gpc"] = StickData.Gpc,
        ["gpc0"] = StickData.Gpc0,
        ["gpc1"] = StickData.Gpc1,
        ["gpt"] = StickData.Gpt,
        ["gpt0"] = StickData.Gpt0,
        ["get_gpc"] = StickData.Gpc,
        ["get_gpc0"] = StickData.Gpc0,
        ["get_gpc1"] = StickData.Gpc1,
        ["get_gpt"] = StickData.Gpt,
        ["get_gpt0"] = StickData.Gpt0,
        ["gpc_rate"] = StickData.GpcRate,
        ["gpc0_rate"] = StickData.Gpc0Rate,
        ["gpc1_rate"] = StickData.Gpc1Rate,
        ["http_err_cnt"] = StickData.HttpErrCnt,
        ["http_err_rate"] = StickData.HttpErrRate,
        ["http_fail_cnt"] = StickData.HttpFailCnt,
        ["http_fail_rate"] = StickData.HttpFailRate,
        ["http_req_cnt"] = StickData.HttpReqCnt,
        ["http_req_rate"] = StickData.HttpReqRate,
        ["kbytes_in"] = StickData.BytesInCnt,
        ["kbytes_out"] = StickData.BytesOutCnt,
        ["sess_cnt"] = StickData.SessCnt,
        ["sess_rate"] = StickData.SessRate,
        ["server_id"] = StickData.ServerId,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Reads a figure of a held entry, or counts one (inc_gpc, clr_gpc).</summary>
    /// <returns>Its value; 0 when it is not stored.</returns>
    internal static long Read(StickTable table, StickHandle handle, string name, int index, MonotonicTime now)
    {
        switch (name)
        {
            case "inc_gpc" or "inc_gpc0" or "inc_gpc1":
                StickData data = GpcOf(name);
                table.Record(handle, EventOf(name), now, index: index);
                return table.Get(handle, data, index, now) ?? 0;
            case "clr_gpc" or "clr_gpc0" or "clr_gpc1":
                StickData cleared = GpcOf(name);
                long old = table.Get(handle, cleared, index, now) ?? 0;
                _ = table.Set(handle, cleared, index, 0, now);
                return old;
            case "tracked" or "in_table":
                return 1;
            default:
                if (!s_data.TryGetValue(name, out StickData found))
                {
                    return 0;
                }
                long value = table.Get(handle, found, index, now) ?? 0;
                return name.StartsWith("kbytes", StringComparison.Ordinal) ? value / Kilo : value;
        }
    }

    /// <summary>What a rule does to an entry.</summary>
    internal static void Change(
        StickTable table, StickHandle handle, string action, int index, long value, MonotonicTime now)
    {
        switch (action)
        {
            case "sc-inc-gpc" or "sc-add-gpc":
                table.Record(handle, StickEvent.Gpc, now, value, index);
                break;
            case "sc-inc-gpc0":
                table.Record(handle, StickEvent.Gpc0, now);
                break;
            case "sc-inc-gpc1":
                table.Record(handle, StickEvent.Gpc1, now);
                break;
            case "sc-set-gpt":
                _ = table.Set(handle, StickData.Gpt, index, value, now);
                break;
            default:
                _ = table.Set(handle, StickData.Gpt0, 0, value, now);
                break;
        }
    }

    private static StickData GpcOf(string name) => name[^1] switch
    {
        '0' => StickData.Gpc0,
        '1' => StickData.Gpc1,
        _ => StickData.Gpc,
    };

    private static StickEvent EventOf(string name) => name[^1] switch
    {
        '0' => StickEvent.Gpc0,
        '1' => StickEvent.Gpc1,
        _ => StickEvent.Gpc,
    };
}
