using System.Buffers;
using System.Text.Json;
using Holdfast.Config.Keepalived.Model;
using Holdfast.Linux;
using Holdfast.Runtime.Checks;
using Holdfast.Runtime.Checks.Reports;
using Holdfast.Runtime.Processes;

namespace Holdfast.Runtime.Tests.Checks;

/// <summary>The state of virtual servers as JSON and as a dump.</summary>
public sealed class ChecksStatusTests
{
    private const string Checks = "notify_up /bin/true\nTCP_CHECK {\nretry 0\n}\n";

    [Fact]
    public void Status_ServerDown_SaysWhyAndSince() => WithView(static (bed, view) =>
    {
        JsonElement service = Write(view, StatusKind.Summary).GetProperty("services")[0];
        Assert.Equal("[10.9.9.9]:tcp:80", service.GetProperty("name").GetString());
        Assert.False(service.GetProperty("has_quorum").GetBoolean());
        Assert.True(service.GetProperty("sorry_server").GetProperty("in_use").GetBoolean());
        Assert.Equal(7, service.GetProperty("sorry_server").GetProperty("active").GetInt64());

        JsonElement server = service.GetProperty("servers")[0];
        Assert.Equal("down", server.GetProperty("state").GetString());
        Assert.False(server.TryGetProperty("entry_weight", out _));
        Assert.False(server.TryGetProperty("wanted_weight", out _));
        Assert.True(server.GetProperty("since_ms").GetInt64() >= 0);
        JsonElement checker = server.GetProperty("checkers")[0];
        Assert.Equal("connection refused", checker.GetProperty("last_failure").GetString());
        Assert.Equal("TCP_CHECK", checker.GetProperty("kind").GetString());
        Assert.Equal("test.conf", checker.GetProperty("file").GetString());
        Assert.False(checker.TryGetProperty("results", out _));
    });

    [Fact]
    public void Explain_HasResultsAndOutlook() => WithView(static (bed, view) =>
    {
        JsonElement server = Write(view, StatusKind.Explain, 0, 0).GetProperty("services")[0].GetProperty("servers")[0];
        JsonElement checker = server.GetProperty("checkers")[0];
        Assert.Equal(50, checker.GetProperty("delay_loop_ms").GetInt64());
        JsonElement[] results = [.. checker.GetProperty("results").EnumerateArray()];
        Assert.Equal(10, results.Length);
        Assert.All(results, static r => Assert.Equal("connection refused", r.GetProperty("text").GetString()));
        long[] ages = [.. results.Select(static r => r.GetProperty("ms_ago").GetInt64())];
        Assert.Equal(ages.Order(), ages); // the newest first

        JsonElement outlook = Assert.Single(server.GetProperty("outlook").EnumerateArray());
        Assert.Equal("up", outlook.GetProperty("if").GetString());
        Assert.Equal("up", outlook.GetProperty("state").GetString());
        Assert.True(outlook.GetProperty("has_quorum").GetBoolean());
        Assert.False(outlook.GetProperty("sorry_server").GetBoolean());
        Assert.Equal(1, outlook.GetProperty("entry_weight").GetInt64());
    });

    [Fact]
    public void Status_PlaneHasAnotherWeight_SaysBoth() => CheckBed.Run(static bed =>
    {
        KeepalivedModel model = CheckBed.Model(1, Checks, "real_server 127.0.0.2 1 {\nweight 4\n}");
        var board = new ServiceBoard(static _ => { });
        board.Apply(model);
        bed.Apply(model);
        var view = new ChecksView
        {
            Model = model,
            Board = board,
            Engine = bed.Engine,
            TrafficOf = static (_, address, _) => address.ToString() == "127.0.0.2" ? new(0, 0, 0, 9) : null,
            Now = MonotonicClock.Now,
        };
        JsonElement servers = Write(view, StatusKind.Full).GetProperty("services")[0].GetProperty("servers");
        JsonElement changed = servers.EnumerateArray().Single(static s => s.TryGetProperty("entry_weight", out _));
        Assert.Equal("127.0.0.2:1", changed.GetProperty("address").GetString());
        Assert.Equal((4, 9), (changed.GetProperty("wanted_weight").GetInt64(),
            changed.GetProperty("entry_weight").GetInt64()));
        JsonElement refused = servers.EnumerateArray().Single(static s => !s.TryGetProperty("entry_weight", out _));
        Assert.Equal(1, refused.GetProperty("wanted_weight").GetInt64());
    });

    [Fact]
    public void Dump_HasTheOriginalsLines() => WithView(static (bed, view) =>
    {
        string dump = ChecksDump.Write(view);
        foreach (string line in (string[])[
            "------< LVS Topology >------", " VS VIP = 10.9.9.9, VPORT = 80", "   quorum_state_up = 0",
            "   sorry server = [127.0.0.9]:tcp:99", "   RIP = 127.0.0.1, RPORT = 1, WEIGHT = 1 EFF WEIGHT = 1",
            "   num failed checkers = 1", " [10.9.9.9]:tcp:80 -> [127.0.0.1]:tcp:1", "   Up = no", "   Has run = yes",
            "   Keepalive method = TCP_CHECK"])
        {
            Assert.Contains($"\n{line}\n", dump, StringComparison.Ordinal);
        }
    });

    [Fact]
    public void TcpCheck_Succeeding_AllocatesNothing() => CheckBed.Run(static bed =>
    {
        using var server = new ScriptedServer(static _ => { });
        bed.Apply(CheckBed.Model(server.Port, Checks, "delay_loop 0.001"));
        bed.Until(() => bed.Engine.Statistics.Succeeded > 200);
        // What grows once, or a check that fails on a busy machine, spoils one of these windows; what each check
        // allocates would spoil all.
        long least = long.MaxValue;
        for (int window = 0; window < 5 && least > 0; window++)
        {
            long before = -1, end = bed.Engine.Statistics.Succeeded + 300;
            bed.Until(() =>
            {
                before = before < 0 ? GC.GetAllocatedBytesForCurrentThread() : before;
                return bed.Engine.Statistics.Succeeded > end;
            });
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }
        Assert.Equal(0, least);
    });

    private static void WithView(Action<CheckBed, ChecksView> test) => CheckBed.Run(bed =>
    {
        // Nobody listens to port 1.
        KeepalivedModel model = CheckBed.Model(1, Checks, "sorry_server 127.0.0.9 99");
        var board = new ServiceBoard(static _ => { });
        board.Apply(model);
        bed.Apply(model);
        bed.Until(() => bed.Engine.Statistics.Failed > 12);
        bed.Reports.ForEach(board.OnReport);
        test(bed, new ChecksView
        {
            Model = model,
            Board = board,
            Engine = bed.Engine,
            TrafficOf = static (_, address, _) => address.ToString() == "127.0.0.9" ? new(7, 1, 20, 5) : null,
            Now = MonotonicClock.Now,
        });
    });

    private static JsonElement Write(ChecksView view, StatusKind kind, int service = -1, int server = -1)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            ChecksStatus.Write(writer, view, kind, service, server);
        }
        using JsonDocument document = JsonDocument.Parse(buffer.WrittenMemory);
        return document.RootElement.Clone();
    }
}
