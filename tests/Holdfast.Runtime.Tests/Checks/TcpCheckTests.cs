using System.Net;
using System.Net.Sockets;
using Holdfast.Config.Keepalived.Model;
using Holdfast.Health.Services;
using Holdfast.Linux;
using Holdfast.Linux.Abi;
using Holdfast.Primitives;
using Holdfast.Runtime.Checks;

namespace Holdfast.Runtime.Tests.Checks;

public sealed class TcpCheckTests
{
    private const string Check = "TCP_CHECK {\nconnect_timeout 0.2\nretry 2\n}";

    [Fact]
    public void Tcp_ServerEndsAndReturns_IsReportedOnceEach() => CheckBed.Run(bed =>
    {
        var server = new ScriptedServer(static _ => { });
        int port = server.Port;
        Assert.Equal(ServerReportKind.Up, bed.First(CheckBed.Model(port, Check)).Kind);
        server.Dispose();
        ServerReport down = bed.NextReport();
        Assert.Equal((ServerReportKind.Down, new ProbeResult(ProbeOutcome.Network, (int)Errno.ECONNREFUSED)),
            (down.Kind, down.Result));
        CheckStatus status = Assert.Single(bed.Engine.Status);
        Assert.Equal((false, "connection refused"), (status.IsUp, status.LastFailure.ToString()));
        using var again = new ScriptedServer(static _ => { }, port);
        Assert.Equal(ServerReportKind.Up, bed.NextReport().Kind);
        Assert.Equal(3, bed.Reports.Count);
    });

    [Fact]
    public void Tcp_ServerDoesNotAnswer_IsATimeout() => CheckBed.Run(bed =>
    {
        // A full queue: the kernel drops further connection requests.
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(0);
        using var first = new TcpClient();
        first.Connect((IPEndPoint)listener.LocalEndPoint!);
        ServerReport report = bed.First(CheckBed.Model(((IPEndPoint)listener.LocalEndPoint!).Port, Check));
        Assert.Equal((ServerReportKind.Down, ProbeOutcome.Timeout), (report.Kind, report.Result.Outcome));
    });

    [Fact]
    public void Tcp_SourceSettings_AreSeenByTheServer() => CheckBed.Run(bed =>
    {
        EndPoint? peer = null;
        using var server = new ScriptedServer(client => peer = client.RemoteEndPoint);
        Assert.Equal(ServerReportKind.Up, bed.First(CheckBed.Model(server.Port,
            "TCP_CHECK {\nbindto 127.0.0.77\nbind_port 4321\nbind_if lo\nfwmark 7\n}")).Kind);
        bed.Until(() => peer is not null);
        Assert.Equal(new IPEndPoint(IPAddress.Parse("127.0.0.77"), 4321), peer);
        ServerReport report = bed.First(CheckBed.Model(server.Port, "TCP_CHECK {\nbind_if nothere\nretry 1\n}"));
        Assert.Equal("no such interface", report.Result.ToString());
    });

    [Fact]
    public void Engine_HundredsOfChecks_AllocateNothing() => CheckBed.Run(bed =>
    {
        using var server = new ScriptedServer(static _ => { });
        bed.Apply(CheckBed.Model(
            server.Port, string.Concat(Enumerable.Repeat("TCP_CHECK {\ndelay_loop 0.01\n}\n", 8))));
        long least = long.MaxValue;
        for (int stretch = 0; stretch < 5 && least > 0; stretch++)
        {
            long end = bed.Engine.Statistics.Started + 200;
            MonotonicTime limit = MonotonicClock.Now + TimeSpan.FromSeconds(20);
            long before = GC.GetAllocatedBytesForCurrentThread();
            while (bed.Engine.Statistics.Started < end && MonotonicClock.Now < limit)
            {
                bed.Loop.RunOnce(MonotonicTime.Min(bed.Engine.Deadline, limit));
                bed.Engine.OnTime(MonotonicClock.Now);
            }
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
            Assert.True(bed.Engine.Statistics.Started >= end);
        }
        Assert.Equal(0, least);
    });

    [Fact]
    public void Apply_SameChecker_GoesOnAndOthersBegin() => CheckBed.Run(bed =>
    {
        using var server = new ScriptedServer(static _ => { });
        bed.First(CheckBed.Model(server.Port, Check));
        bed.Apply(CheckBed.Model(server.Port, Check + "\nTCP_CHECK {\nalpha\n}"));
        Assert.Equal([true, false], bed.Engine.Status.Select(static s => s.HasRun));
        Assert.Equal([true, false], bed.Engine.Status.Select(static s => s.IsUp));
        Assert.Equal(1, bed.NextReport().Id.Checker);
        Assert.Equal(2, bed.Reports.Count);
    });

    [Fact]
    public void Apply_WithinAReport_TheNewConfigurationRuns() => CheckBed.Run(bed =>
    {
        using var server = new ScriptedServer(static _ => { });
        KeepalivedModel next = CheckBed.Model(server.Port, "TCP_CHECK {\nbindto 127.0.0.1\ndelay_loop 0.03\n}");
        CheckEngine? engine = null;
        int reports = 0;
        using var own = new CheckEngine(bed.Loop, new CheckEngineOptions(), _ =>
        {
            if (reports++ == 0)
            {
                engine!.Apply(next, MonotonicClock.Now);
            }
        });
        engine = own;
        own.Apply(CheckBed.Model(server.Port, Check + "\n" + Check + "\n" + Check), MonotonicClock.Now);
        MonotonicTime limit = MonotonicClock.Now + TimeSpan.FromSeconds(20);
        while ((reports < 2 || own.Statistics.Started < 5) && MonotonicClock.Now < limit)
        {
            bed.Loop.RunOnce(MonotonicTime.Min(own.Deadline, limit));
            own.OnTime(MonotonicClock.Now);
        }
        Assert.Equal((2, 1), (reports, own.Count));
        Assert.True(Assert.Single(own.Status).IsUp);
    });

    /// <summary>Of its settings those are new that say how often and how patiently.</summary>
    [Fact]
    public void Apply_OtherTiming_ADeadServerStaysDown() => CheckBed.Run(bed =>
    {
        var server = new ScriptedServer(static _ => { });
        int port = server.Port;
        server.Dispose();
        const string Slow = "TCP_CHECK {\nretry 0\ndelay_loop 3600\n}";
        Assert.Equal(ServerReportKind.Down, bed.First(CheckBed.Model(port, Slow)).Kind);
        bed.Apply(CheckBed.Model(port, "TCP_CHECK {\nretry 50\ndelay_loop 0.05\nconnect_timeout 3\n"
            + "delay_before_retry 0.01\nlog_all_failures\n}"));
        CheckStatus kept = Assert.Single(bed.Engine.Status);
        Assert.Equal((false, true), (kept.IsUp, kept.HasRun));
        // Checks come as often as it says now, and their failures are told as it says now.
        Assert.Equal(ServerReportKind.Failure, bed.NextReport().Kind);
        using var again = new ScriptedServer(static _ => { }, port);
        bed.Until(() => bed.Last.Kind == ServerReportKind.Up);
        Assert.Single(bed.Reports, static r => r.Kind == ServerReportKind.Down);
    });

    [Fact]
    public void Tcp_NoLocalPortIsLeft_SaysNothingOfTheServer() => CheckBed.Run(bed =>
    {
        File.WriteAllText("/proc/sys/net/ipv4/ip_local_port_range", "50000 50001"); // of this namespace alone
        var listener = new TcpListener(IPAddress.Loopback, 2000);
        listener.Start();
        TcpClient[] holders = [.. Enumerable.Range(0, 2).Select(static _ => new TcpClient())];
        foreach (TcpClient holder in holders)
        {
            holder.LingerState = new LingerOption(true, 0); // its port is free as soon as it is closed
            holder.Connect(IPAddress.Loopback, 2000);
        }
        bed.Apply(CheckBed.Model(2000, "TCP_CHECK {\nretry 0\n}"));
        bed.Until(() => bed.Engine.Statistics.Abandoned >= 2);
        Assert.Empty(bed.Reports);
        Assert.Equal("not made: no local port is left", bed.Engine.Status[0].Last.ToString());
        Array.ForEach(holders, static h => h.Dispose());
        Assert.Equal(ServerReportKind.Up, bed.NextReport().Kind);
        listener.Dispose();
    });

    [Fact]
    public void Apply_OtherTimeout_TheNextProbeHasIt() => CheckBed.Run(bed =>
    {
        // A full queue: the kernel drops further connection requests.
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(0);
        using var first = new TcpClient();
        first.Connect((IPEndPoint)listener.LocalEndPoint!);
        int port = ((IPEndPoint)listener.LocalEndPoint!).Port;
        bed.Apply(CheckBed.Model(port, "TCP_CHECK {\nretry 0\nwarmup 3600\ndelay_loop 3600\nconnect_timeout 3600\n}"));
        bed.Apply(CheckBed.Model(port, "TCP_CHECK {\nretry 0\nwarmup 0\ndelay_loop 1\nconnect_timeout 0.1\n}"));
        Assert.Equal(ProbeOutcome.Timeout, bed.NextReport().Result.Outcome);
    });

    [Fact]
    public void SetSuspended_AddressLeaves_NothingIsProbedUntilItReturns() => CheckBed.Run(bed =>
    {
        using var server = new ScriptedServer(static _ => { });
        bed.First(CheckBed.Model(server.Port, Check));
        bed.Engine.SetSuspended([true], MonotonicClock.Now);
        Assert.True(bed.Engine.Deadline.IsNever);
        long started = bed.Engine.Statistics.Started;
        bed.Engine.SetSuspended([false], MonotonicClock.Now);
        bed.Until(() => bed.Engine.Statistics.Started > started);
    });

    /// <summary>One server of two goes and comes back: the table has the sorry server in between.</summary>
    [Fact]
    public void Board_ServerGoesAndReturns_TheTableFollows() => CheckBed.Run(bed =>
    {
        var changes = new List<ServiceChange>();
        var board = new ServiceBoard(changes.Add);
        using var stable = new ScriptedServer(static _ => { });
        var shaky = new ScriptedServer(static _ => { });
        int port = shaky.Port;
        KeepalivedModel model = CheckBed.Model(stable.Port, Check,
            $"quorum 2\nsorry_server 127.0.0.9 80\nreal_server 127.0.0.1 {port} {{\nweight 1\n{Check}\n}}");
        board.Apply(model);
        bed.Apply(model);
        bed.Until(Forward);
        Assert.Equal([1, 1], board.TableOf(0).Servers);
        shaky.Dispose();
        bed.Until(() => Forward() && !board.StateOf(0).HasQuorum);
        Assert.Equal((null, null, 1L), (board.TableOf(0).Servers[0], board.TableOf(0).Servers[1],
            board.TableOf(0).SorryServer));
        board.Apply(model);
        Assert.False(board.StateOf(0).HasQuorum);
        using var again = new ScriptedServer(static _ => { }, port);
        bed.Until(() => Forward() && board.StateOf(0).HasQuorum);
        Assert.Equal([ServiceEffectKind.ServerUp, ServiceEffectKind.QuorumGained],
            changes[^1].Effects.Select(static e => e.Kind));

        bool Forward()
        {
            int done = _forwarded;
            for (; _forwarded < bed.Reports.Count; _forwarded++)
            {
                board.OnReport(bed.Reports[_forwarded]);
            }
            return _forwarded >= 2 || done > 0;
        }
    });

    private int _forwarded;
}
