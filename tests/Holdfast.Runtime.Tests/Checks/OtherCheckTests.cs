using System.Net;
using System.Net.Sockets;
using System.Text;
using Holdfast.Config.Keepalived.Model;
using Holdfast.Linux.Epoll;
using Holdfast.Runtime.Checks;
using Holdfast.Runtime.Processes;
using Holdfast.Runtime.Scripts;

namespace Holdfast.Runtime.Tests.Checks;

/// <summary>SMTP, DNS, UDP, ICMP, scripts and files.</summary>
public sealed class OtherCheckTests
{
    [Theory]
    [InlineData("220 hi\r\n", "250 ok\r\n", "221 bye\r\n", ProbeOutcome.Success, 0)]
    [InlineData("220-hi\r\n220 there\r\n", "250-ok\r\n250 x\r\n", "221 bye\r\n", ProbeOutcome.Success, 0)]
    [InlineData("554 go away\r\n", "", "", ProbeOutcome.SmtpCode, 554)]
    [InlineData("220 hi\r\n", "502 what\r\n", "", ProbeOutcome.SmtpCode, 502)]
    [InlineData("220 hi\r\n", "", "", ProbeOutcome.Closed, 0)]
    [InlineData("HTTP/1.0 400 Bad\r\n", "", "", ProbeOutcome.Protocol, 0)]
    public void Smtp_Replies_AreJudged(string greeting, string helo, string quit, ProbeOutcome outcome, int detail)
        => CheckBed.Run(bed =>
    {
        string heard = "";
        using var server = new ScriptedServer(client =>
        {
            byte[] buffer = new byte[200];
            client.Send(Encoding.ASCII.GetBytes(greeting));
            foreach (string reply in (string[])[helo, quit])
            {
                // What nobody has read makes the kernel reset the connection.
                heard += Encoding.ASCII.GetString(buffer, 0, client.Receive(buffer));
                if (reply.Length == 0)
                {
                    break;
                }
                client.Send(Encoding.ASCII.GetBytes(reply));
            }
        });
        ServerReport report = bed.First(CheckBed.Model(server.Port, "SMTP_CHECK {\nretry 0\nhelo_name me.example\n}"));
        Assert.Equal(new ProbeResult(outcome, detail), report.Result);
        if (outcome == ProbeOutcome.Success)
        {
            Assert.StartsWith("HELO me.example\r\nQUIT\r\n", heard, StringComparison.Ordinal);
        }
    });

    [Theory]
    [InlineData("", "", ProbeOutcome.Network)] // nobody there
    [InlineData("", "0a0b", ProbeOutcome.Success)]
    [InlineData("require_reply", "0a0b", ProbeOutcome.Success)]
    [InlineData("require_reply 0axb", "0a0b0c", ProbeOutcome.Success)]
    [InlineData("require_reply 0axc", "0a0b0c", ProbeOutcome.ReplyContent)]
    [InlineData("require_reply\nmin_reply_length 4", "0a0b0c", ProbeOutcome.ReplyLength)]
    [InlineData("require_reply\nmax_reply_length 2", "0a0b0c", ProbeOutcome.ReplyLength)]
    public void Udp_Reply_IsJudged(string settings, string reply, ProbeOutcome outcome) => CheckBed.Run(bed =>
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        int port = ((IPEndPoint)socket.LocalEndPoint!).Port;
        if (reply.Length == 0)
        {
            socket.Dispose();
        }
        else
        {
            Answer(socket, _ => Convert.FromHexString(reply));
        }
        ServerReport report = bed.First(CheckBed.Model(port,
            $"UDP_CHECK {{\nretry 0\nconnect_timeout 3\npayload 0102\n{settings}\n}}"));
        Assert.Equal(outcome, report.Result.Outcome);
    });

    [Fact]
    public void Udp_NoReplyWanted_SilenceIsSuccess() => CheckBed.Run(bed =>
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        int port = ((IPEndPoint)socket.LocalEndPoint!).Port;
        Assert.Equal(ServerReportKind.Up, bed.First(CheckBed.Model(port, "UDP_CHECK {\nconnect_timeout 0.1\n}")).Kind);
        ServerReport report = bed.First(CheckBed.Model(port,
            "UDP_CHECK {\nretry 0\nconnect_timeout 0.1\nrequire_reply\n}"));
        Assert.Equal(ProbeOutcome.Timeout, report.Result.Outcome);
    });

    [Theory]
    [InlineData(0x8180, 1, ProbeOutcome.Success, 0)]
    [InlineData(0x8180, 0, ProbeOutcome.DnsEmpty, 0)]
    [InlineData(0x8182, 0, ProbeOutcome.DnsCode, 2)]
    public void Dns_Answer_IsJudged(int flags, int answers, ProbeOutcome outcome, int detail) => CheckBed.Run(bed =>
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        Answer(socket, query =>
        {
            (query[2], query[3], query[7]) = ((byte)(flags >> 8), (byte)flags, (byte)answers);
            return query;
        });
        ServerReport report = bed.First(CheckBed.Model(((IPEndPoint)socket.LocalEndPoint!).Port,
            "DNS_CHECK {\nretry 0\nconnect_timeout 3\ntype A\nname www.example.com\n}"));
        Assert.Equal(new ProbeResult(outcome, detail), report.Result);
    });

    [Theory]
    [InlineData("type A\nname here.test", ProbeOutcome.Success, 0)]
    [InlineData("type MX\nname here.test", ProbeOutcome.DnsEmpty, 0)]
    [InlineData("type A\nname elsewhere.example", ProbeOutcome.DnsCode, 5)] // refused: it asks nobody else
    public void Dns_RealNameServer_IsJudged(string question, ProbeOutcome outcome, int detail) => CheckBed.Run(bed =>
    {
        using var server = TestProcess.Start(
            "/usr/sbin/dnsmasq", "--no-daemon", "--conf-file=/dev/null", "--no-resolv", "--no-hosts", "--port=5353",
            "--user=root", "--listen-address=127.0.0.1", "--bind-interfaces", "--address=/here.test/10.1.2.3",
            "--local=/here.test/", "--pid-file");
        Assert.Contains("started", server.ReadLine(), StringComparison.Ordinal);
        bed.Apply(CheckBed.Model(5353, $"DNS_CHECK {{\nretry 100\nconnect_timeout 3\nalpha\n{question}\n}}"));
        // It says that it has started a moment before it answers.
        bed.Until(() => bed.Engine.Status[0].Last == new ProbeResult(outcome, detail)
            && bed.Engine.Status[0].HasRun);
    });

    [Fact]
    public void Ping_Loopback_AnswersAndAnotherHostDoesNot() => CheckBed.Run(bed =>
    {
        Assert.Equal(ServerReportKind.Up, bed.First(CheckBed.Model(80, "PING_CHECK {\n}")).Kind);
        Assert.Equal(ServerReportKind.Up, bed.First(CheckBed.Model(80, "PING_CHECK {\nconnect_ip ::1\n}")).Kind);
        ServerReport report = bed.First(CheckBed.Model(80, "PING_CHECK {\nretry 0\nconnect_ip 10.99.99.99\n}"));
        Assert.Equal("network unreachable", report.Result.ToString());
        Assert.Empty(bed.Engine.Problems);
    });

    [Theory]
    [InlineData("exit 0", "", ProbeOutcome.Success, 0, null)]
    [InlineData("exit 3", "", ProbeOutcome.ExitCode, 3, null)]
    [InlineData("exit 12", "misc_dynamic", ProbeOutcome.Success, 0, 9L)]
    [InlineData("exit 1", "misc_dynamic", ProbeOutcome.ExitCode, 1, null)]
    [InlineData("kill -9 $$", "", ProbeOutcome.Signal, 9, null)]
    [InlineData("exec sleep 99", "misc_timeout 0.2", ProbeOutcome.Timeout, 0, null)]
    public void Misc_Script_IsJudged(string script, string settings, ProbeOutcome outcome, int detail, long? delta)
        => CheckBed.Run(bed =>
    {
        ServerReport report = bed.First(CheckBed.Model(80,
            $"MISC_CHECK {{\nmisc_path \"/bin/sh -c '{script}'\"\nmisc_timeout 20\n{settings}\n}}"));
        Assert.Equal(delta is { } weight ? [weight] : [], bed.Reports
            .Where(static r => r.Kind == ServerReportKind.Weight).Select(static r => r.WeightDelta));
        Assert.Equal(new ProbeResult(outcome, detail), report.Result);
        Assert.Empty(bed.Engine.Problems);
    }, ScriptOptions);

    [Fact]
    public void File_Numbers_AreWeightsOrFailures() => CheckBed.Run(bed =>
    {
        const string Files = "track_file f {\nfile /run/f\nweight 3\n}\n";
        bed.Apply(CheckBed.Model(
            80, "FILE_CHECK {\ntrack_file f\n}\nFILE_CHECK {\ntrack_file f\nweight 0\n}", "", Files));
        Assert.True(bed.Engine.Deadline.IsNever);
        bed.Engine.SetFile("other", 1);
        Assert.Empty(bed.Reports);
        bed.Engine.SetFile("f", 5);
        Assert.Equal([(0, ServerReportKind.Weight), (0, ServerReportKind.Up), (1, ServerReportKind.Down)],
            bed.Reports.Select(static r => (r.Id.Checker, r.Kind)));
        Assert.Equal(15, bed.Reports[0].WeightDelta);
        bed.Engine.SetFile("f", 0);
        Assert.Equal([(0, ServerReportKind.Weight), (1, ServerReportKind.Up)],
            bed.Reports.Skip(3).Select(static r => (r.Id.Checker, r.Kind)));
    });

    private static CheckEngineOptions ScriptOptions(EpollLoop loop)
    {
        var global = new GlobalModel { ScriptUser = "root" };
        return new CheckEngineOptions
        {
            Scripts = new ScriptRunner(new ChildRegistry(loop), ["PATH=/usr/bin:/bin"],
                Path.Combine(AppContext.BaseDirectory, "Holdfast.TestChild")),
            Prepare = command => CommandPreparation.TryPrepare(command, global, out PreparedCommand? prepared, out _)
                ? prepared : null,
        };
    }

    private static void Answer(Socket socket, Func<byte[], byte[]> reply) => new Thread(() =>
    {
        byte[] buffer = new byte[1000];
        EndPoint peer = new IPEndPoint(IPAddress.Any, 0);
        try
        {
            while (true)
            {
                int count = socket.ReceiveFrom(buffer, ref peer);
                socket.SendTo(reply(buffer[..count]), peer);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The test has ended.
        }
    })
    { IsBackground = true }.Start();
}
