using System.Text;
using System.Text.RegularExpressions;
using Holdfast.Balancing.Tables;
using Holdfast.Balancing.Tests.Original;
using Holdfast.Primitives;

namespace Holdfast.Balancing.Tests.Tables;

/// <summary>Tracking beside the original: the same requests leave the same <c>show table</c>.</summary>
public sealed partial class StickTableParityTests
{
    private static readonly string[] Columns
        = ["gpc0", "conn_cnt", "conn_cur", "http_req_cnt", "http_req_rate", "http_err_cnt", "gpc0_rate"];

    [Theory]
    [InlineData("string len 6", 10, "nopurge")]
    [InlineData("string len 20", 600, "")]
    [InlineData("integer", 200, "")]
    public void Tracking_ManyKeys_LeavesTheOriginalsTable(string type, int size, string purge)
    {
        const string Stored = "gpc0,conn_cnt,conn_cur,http_req_cnt,http_req_rate(10h),http_err_cnt,gpc0_rate(10h)";
        using var haproxy = new Haproxy($$"""
            backend t
              stick-table type {{type}} size {{size}} {{purge}} expire 1h store {{Stored}}
            frontend tracked
              bind unix@@DIRECTORY@/tracked
              http-request track-sc0 hdr(x-key) table t
              http-request sc-inc-gpc0(0) if { hdr(x-inc) -m found }
              http-request deny deny_status 403 if { hdr(x-err) -m found }
              http-request return status 200 content-type text/plain string ok
            """);
        StickTable table = Table(type, size, keepsOld: purge.Length > 0);
        var random = new Random(size);
        // A full table that gives way to new keys is not compared: docs/differences/balancing.md.
        int keys = purge.Length > 0 ? size * 3 / 2 : size;
        for (int round = 0; round < 5; round++)
        {
            Ask[] asks = [.. Enumerable.Range(0, 200).Select(_ => new Ask("/")
            {
                Headers =
                [
                    $"x-key: {(type == "integer" ? "" : "key-")}{random.Next(keys)}",
                    random.Next(3) == 0 ? "x-inc: 1" : "x-no: 1",
                ],
            })];
            using (var asker = new HttpAsker(haproxy, "tracked"))
            {
                Assert.All(asker.Ask("none", asks), static answer => Assert.Equal("ok", answer));
            }
            foreach (Ask ask in asks)
            {
                Track(table, ask, isDenied: false);
            }

            // A denied request counts as the client's error; the connection is closed after it.
            Ask denied = asks[0] with { Headers = [.. asks[0].Headers, "x-err: 1"] };
            using (var asker = new HttpAsker(haproxy, "tracked"))
            {
                Assert.Equal(["403"], asker.Ask("none", [denied]));
            }
            Track(table, denied, isDenied: true);
            Assert.Equal(Ours(table), Eventually(haproxy, Ours(table)));
        }
    }

    private static StickTable Table(string type, int size, bool keepsOld) => new(
        new StickTableSettings
        {
            Type = type == "integer" ? StickKeyType.Integer : StickKeyType.String,
            KeyLength = type == "integer" ? 4 : int.Parse(type.Split(' ')[^1], null),
            Size = size,
            KeepsOld = keepsOld,
            Expire = TimeSpan.FromHours(1),
            Stored =
            [
                new(StickData.Gpc0), new(StickData.ConnCnt), new(StickData.ConnCur), new(StickData.HttpReqCnt),
                new(StickData.HttpReqRate, 1, 36_000_000), new(StickData.HttpErrCnt),
                new(StickData.Gpc0Rate, 1, 36_000_000),
            ],
        },
        seed: 1, secondSeed: 2);

    private static void Track(StickTable table, Ask ask, bool isDenied)
    {
        // The clock of the original does not move as far as a period of ten hours can tell.
        MonotonicTime now = new(3_600_000_000_000);
        Span<byte> key = stackalloc byte[32];
        string text = ask.Headers[0][7..];
        if (table.Settings.Type == StickKeyType.Integer)
        {
            StickKey.Write(long.Parse(text, null), key);
        }
        else
        {
            StickKey.Write(table.Settings, Encoding.ASCII.GetBytes(text), key);
        }
        if (!table.TryTrack(key[..table.KeyLength], now, out StickHandle handle))
        {
            return;
        }
        table.Record(handle, StickEvent.Connection, now);
        table.Add(handle, StickData.ConnCur, 0, 1);
        table.Record(handle, StickEvent.HttpRequest, now);
        if (ask.Headers[1] == "x-inc: 1")
        {
            table.Record(handle, StickEvent.Gpc0, now);
        }
        if (isDenied)
        {
            table.Record(handle, StickEvent.HttpError, now);
        }
        table.Add(handle, StickData.ConnCur, 0, -1);
        table.Release(handle, now, touches: true);
    }

    private static string Ours(StickTable table)
    {
        MonotonicTime now = new(3_600_000_000_000);
        var lines = new List<string>();
        byte[] key = new byte[table.KeyLength];
        long[] values = new long[table.WordCount];
        long cursor = 0;
        while (table.TryRead(ref cursor, key, values, now, out int use, out _))
        {
            string name = table.Settings.Type == StickKeyType.Integer
                ? System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(key).ToString(provider: null)
                : Encoding.ASCII.GetString(key).TrimEnd('\0');
            lines.Add($"{name} use={use} {string.Join(' ', Columns.Select((c, i) => $"{c}={values[i]}"))}");
        }
        Assert.Equal(lines.Count, table.Count);
        return string.Join('\n', lines.Order(StringComparer.Ordinal));
    }

    /// <summary>The last stream ends a moment after its answer has arrived.</summary>
    private static string Eventually(Haproxy haproxy, string wanted)
    {
        var waited = System.Diagnostics.Stopwatch.StartNew();
        string seen;
        do
        {
            seen = Originals(haproxy.Command("show table t"));
        }
        while (seen != wanted && waited.Elapsed < TimeSpan.FromSeconds(20));
        return seen;
    }

    private static string Originals(string dump)
    {
        IEnumerable<string> lines = dump.Split('\n').Where(static l => l.Contains("key=", StringComparison.Ordinal))
            .Select(static line =>
            {
                string Value(string name) => Regex.Match(line, $@"\b{name}(\(\d+\))?=(\S+)").Groups[2].Value;
                return $"{Value("key")} use={Value("use")} "
                    + string.Join(' ', Columns.Select(c => $"{c}={Value(c)}"));
            });
        return string.Join('\n', lines.Order(StringComparer.Ordinal));
    }
}
