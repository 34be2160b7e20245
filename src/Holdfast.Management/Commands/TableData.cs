using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Holdfast.Balancing.Tables;
using Holdfast.Config.HAProxy.Model;
using Holdfast.Primitives;

namespace Holdfast.Management.Commands;

/// <summary>Keys and data of stick tables as text.</summary>
internal static class TableData
{
    private static readonly ImmutableArray<string> s_names =
    [
        "server_id", "server_key", "gpt0", "gpc0", "gpc0_rate", "gpc1", "gpc1_rate", "gpc", "gpc_rate", "gpt",
        "conn_cnt", "conn_cur", "conn_rate", "sess_cnt", "sess_rate", "http_req_cnt", "http_req_rate",
        "http_err_cnt", "http_err_rate", "http_fail_cnt", "http_fail_rate", "bytes_in_cnt", "bytes_in_rate",
        "bytes_out_cnt", "bytes_out_rate",
    ];

    /// <summary>In which order the original writes them.</summary>
    private static readonly ImmutableArray<StickData> s_order =
    [
        StickData.ServerId, StickData.Gpt0, StickData.Gpc0, StickData.Gpc0Rate, StickData.ConnCnt,
        StickData.ConnRate, StickData.ConnCur, StickData.SessCnt, StickData.SessRate, StickData.HttpReqCnt,
        StickData.HttpReqRate, StickData.HttpErrCnt, StickData.HttpErrRate, StickData.BytesInCnt,
        StickData.BytesInRate, StickData.BytesOutCnt, StickData.BytesOutRate, StickData.Gpc1, StickData.Gpc1Rate,
        StickData.ServerKey, StickData.HttpFailCnt, StickData.HttpFailRate, StickData.Gpt, StickData.Gpc,
        StickData.GpcRate,
    ];

    /// <summary>The data of a name; null: there is none.</summary>
    internal static StickData? Find(string name)
    {
        int at = s_names.IndexOf(name);
        return at < 0 ? null : (StickData)at;
    }

    /// <summary>Writes a key of a table; false: the text is none.</summary>
    internal static bool TryKey(StickTable table, string text, Span<byte> key)
    {
        switch (table.Settings.Type)
        {
            case StickKeyType.IPv4 or StickKeyType.IPv6:
                return IpAddress.TryParse(text, out IpAddress address)
                    && StickKey.TryWrite(table.Settings, address, key);
            case StickKeyType.Integer:
                if (!uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out uint number))
                {
                    return false;
                }
                StickKey.Write(number, key);
                return true;
            case StickKeyType.String:
                StickKey.Write(table.Settings, ByteText.ToBytes(text), key);
                return true;
            default:
                if (text.Length % 2 != 0 || !text.All(char.IsAsciiHexDigit))
                {
                    return false;
                }
                StickKey.Write(table.Settings, Convert.FromHexString(text), key);
                return true;
        }
    }

    /// <summary>A key as text.</summary>
    internal static string KeyText(StickTable table, ReadOnlySpan<byte> key) => table.Settings.Type switch
    {
        StickKeyType.IPv4 or StickKeyType.IPv6 => IpAddress.FromBytes(key).ToString(),
        StickKeyType.Integer => System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(key)
            .ToString(CultureInfo.InvariantCulture),
        StickKeyType.String => Escaped(key),
        _ => Convert.ToHexString(key),
    };

    /// <summary>All data of an entry: " name=value" each.</summary>
    internal static string Text(StickTable table, ReadOnlySpan<long> values)
    {
        var text = new StringBuilder();
        foreach (StickData data in s_order)
        {
            int at = PlaceOf(table, data, out StoredData stored);
            for (int index = 0; at >= 0 && index < stored.Count; index++)
            {
                text.Append(' ').Append(s_names[(int)data])
                    .Append(IsArray(data) ? string.Create(CultureInfo.InvariantCulture, $"({index})") : "")
                    .Append(stored.IsRate
                        ? string.Create(CultureInfo.InvariantCulture, $"({stored.PeriodMilliseconds})") : "")
                    .Append(CultureInfo.InvariantCulture, $"={values[at + index]}");
            }
        }
        return text.ToString();
    }

    /// <summary>Where a value stands among those of an entry; negative: it is not stored.</summary>
    internal static int PlaceOf(StickTable table, StickData data, out StoredData stored)
    {
        int at = 0;
        foreach (StoredData one in table.Settings.Stored)
        {
            if (one.Data == data)
            {
                stored = one;
                return at;
            }
            at += one.Count;
        }
        stored = default;
        return -1;
    }

    private static bool IsArray(StickData data) => data is StickData.Gpc or StickData.GpcRate or StickData.Gpt;

    /// <summary>A string key without its fill; blanks and what is not printable are escaped.</summary>
    private static string Escaped(ReadOnlySpan<byte> key)
    {
        int end = key.IndexOf((byte)0);
        var text = new StringBuilder();
        foreach (byte value in end < 0 ? key : key[..end])
        {
            text.Append(value switch
            {
                (byte)' ' or (byte)'\\' or (byte)'=' => "\\" + (char)value,
                > 0x20 and < 0x7F => ((char)value).ToString(),
                _ => string.Create(CultureInfo.InvariantCulture, $"\\x{value:x2}"),
            });
        }
        return text.ToString();
    }
}
