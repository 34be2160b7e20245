using Holdfast.Config.Keepalived;
using Holdfast.Config.Keepalived.Model;
using Holdfast.Primitives;

namespace Holdfast.Config.Tests.Keepalived;

/// <summary>Virtual servers, groups, real servers and checkers as the binder makes them.</summary>
public sealed class ServerModelTests
{
    private const string Header = "protocol TCP\nlvs_sched rr\nlvs_method NAT\n";
    private static readonly KeepalivedParseOptions s_acceptLoss = new() { AcceptLoss = true };

    [Fact]
    public void Service_EveryWord_IsRead()
    {
        VirtualServerModel service = Service("10.0.0.1 80", """
            protocol SCTP
            lvs_sched mh
            lvs_method TUN type gue port 6080 remcsum
            mh-port
            mh-fallback
            persistence_timeout 50
            persistence_granularity 255.255.0.0
            ha_suspend
            alpha
            omega
            quorum 3
            hysteresis 2
            weight 5
            quorum_up "/bin/up a"
            quorum_down /bin/down
            sorry_server 10.0.0.9 80
            sorry_server_inhibit
            real_server 10.0.0.2 80 {
                lvs_method DR
                uthreshold 100
                lthreshold 50
                inhibit_on_failure
            }
            real_server 10.0.0.3 {
                weight 0
            }
            """);
        Assert.Equal("[10.0.0.1]:sctp:80", service.Name);
        Assert.Equal(("mh", ServiceFlags.Flag1 | ServiceFlags.Flag2, 50.0, 16, true, true, true, 3L, 2L),
            (service.Scheduler, service.Flags, service.Persistence.TotalSeconds, service.PersistencePrefix,
            service.SuspendWithoutAddress, service.Alpha, service.Omega, service.Quorum, service.Hysteresis));
        Assert.Equal(["/bin/up", "a"], service.QuorumUp!.Arguments);
        var gue = new ForwardingModel(ForwardingMethod.Tunnel, TunnelKind.Gue, 6080, TunnelChecksum.Remote);
        Assert.Equal((IpAddress.Parse("10.0.0.9"), 80, gue, true), (service.SorryServer!.Address,
            service.SorryServer.Port, service.SorryServer.Forwarding, service.SorryServer.Inhibit));
        RealServerModel first = service.RealServers[0], second = service.RealServers[1];
        Assert.Equal((5L, new ForwardingModel(ForwardingMethod.Direct), 100L, 50L, true),
            (first.Weight, first.Forwarding, first.UpperThreshold, first.LowerThreshold, first.InhibitOnFailure));
        Assert.Equal((0L, gue, 0), (second.Weight, second.Forwarding, second.Port));
    }

    /// <summary>The defaults that keepalived 2.2.7 shows in its dump of the same file.</summary>
    [Theory]
    [InlineData("", false)]
    [InlineData("#holdfast: masquerade on\n", true)]
    [InlineData("#holdfast: masquerade on\n#holdfast: masquerade off\n", false)]
    public void Service_Masquerade_IsForServersBehindNat(string option, bool expected)
    {
        VirtualServerModel service = Service("10.0.0.1 80", Header + option + """
            sorry_server 10.0.0.9 80
            real_server 10.0.0.2 80 {
            }
            real_server 10.0.0.3 80 {
                lvs_method DR
            }
            """);

        Assert.Equal([expected, false], service.RealServers.Select(static s => s.Forwarding.IsMasqueraded));
        Assert.Equal(expected, service.SorryServer!.Forwarding.IsMasqueraded);
    }

    [Theory]
    [InlineData("TCP_CHECK {\n}", 1, 1)]
    [InlineData("PING_CHECK {\n}", 1, 1)]
    [InlineData("UDP_CHECK {\n}", 1, 1)]
    [InlineData("SMTP_CHECK {\n}", 1, 1)]
    [InlineData("DNS_CHECK {\n}", 3, 60)]
    [InlineData("HTTP_GET {\nurl {\npath /\n}\n}", 1, 3)]
    [InlineData("SSL_GET {\nurl {\npath /\n}\n}", 1, 3)]
    [InlineData("MISC_CHECK {\nmisc_path /bin/true\n}", 0, 1)]
    public void Checker_NothingGiven_HasTheDefaultsOfTheOriginal(string checker, int retries, int delaySeconds)
    {
        CheckerModel model = Checker(checker);
        Assert.Equal(new CheckTimingModel(TimeSpan.FromSeconds(60), retries, TimeSpan.FromSeconds(delaySeconds),
            TimeSpan.FromSeconds(60), Alpha: false, LogAllFailures: false), model.Timing);
        if (model is NetworkCheckerModel network)
        {
            Assert.Equal(new CheckConnectionModel(IpAddress.Parse("10.0.0.2"), 80, default, 0, null, 0,
                TimeSpan.FromSeconds(5)), network.Connection);
        }
    }

    [Fact]
    public void Checker_OuterBlocksSetTimes_TheNearestCounts()
    {
        VirtualServerModel service = Service("10.0.0.1 80", Header + """
            delay_loop 10
            retry 7
            warmup 0
            alpha
            connect_timeout 2
            virtualhost outer
            real_server 10.0.0.2 80 {
                retry 8
                delay_before_retry 0.5
                TCP_CHECK {
                    delay_loop 3
                    alpha no
                }
                HTTP_GET {
                    virtualhost middle
                    url {
                        path /a
                    }
                    url {
                        path /b
                        virtualhost inner
                    }
                }
            }
            """);
        var tcp = (TcpCheckModel)service.RealServers[0].Checkers[0];
        Assert.Equal(new CheckTimingModel(TimeSpan.FromSeconds(3), 8, TimeSpan.FromSeconds(0.5), TimeSpan.Zero,
            Alpha: false, LogAllFailures: false), tcp.Timing);
        Assert.Equal(TimeSpan.FromSeconds(2), tcp.Connection.Timeout);
        var http = (HttpCheckModel)service.RealServers[0].Checkers[1];
        Assert.True(http.Timing.Alpha);
        Assert.Equal(["middle", "inner"], http.Urls.Select(static u => u.VirtualHost));
    }

    [Fact]
    public void Http_EveryWord_IsRead()
    {
        var check = (HttpCheckModel)Checker("""
            SSL_GET {
                http_protocol 1.1
                enable_sni
                fast_recovery
                connect_ip 10.1.1.1
                connect_port 8443
                bindto 10.1.1.2
                bind_port 99
                bind_if eth0
                fwmark 7
                url {
                    path /x
                    digest 000102030405060708090A0B0C0D0E0F
                    status_code 200 300-399
                    regex "a b"
                    regex_no_match
                    regex_options caseless dotall
                    regex_min_offset 3
                    regex_max_offset 9
                    regex_stack 1000 2000
                }
            }
            """);
        Assert.Equal((true, HttpCheckProtocol.Http11, true, true),
            (check.IsTls, check.Protocol, check.EnableSni, check.FastRecovery));
        Assert.Equal(new CheckConnectionModel(IpAddress.Parse("10.1.1.1"), 8443, IpAddress.Parse("10.1.1.2"), 99,
            "eth0", 7, TimeSpan.FromSeconds(5)), check.Connection);
        HttpUrlModel url = check.Urls[0];
        Assert.Equal(Enumerable.Range(0, 16).Select(static i => (byte)i), url.Digest);
        Assert.Equal([new StatusRange(200, 200), new StatusRange(300, 399)], url.StatusCodes);
        HttpRegexModel regex = url.Regex!;
        Assert.Equal(("a b", true, 3L, 9L, 1000L, 2000L), (regex.Pattern, regex.IsForbidden, regex.OffsetMin,
            regex.OffsetMax, regex.StackStart, regex.StackMax));
        Assert.Equal(["caseless", "dotall"], regex.Options);
    }

    [Fact]
    public void Udp_FreeHexForm_IsReadAsTheManualSays()
    {
        var check = (UdpCheckModel)Checker("UDP_CHECK {\npayload \"Ab12f 3 456 546443123\"\nrequire_reply 0aXx 5\n}");
        Assert.Equal(Convert.FromHexString("AB120F0345065464431203"), check.Payload);
        Assert.Equal([0x0A, 0x00, 0x05], check.Reply);
        Assert.Equal([0xFF, 0x00, 0xFF], check.ReplyMask);
    }

    [Theory]
    [InlineData("10.0.0.1-9 80", "10.0.0.1", 9)]
    [InlineData("10.0.0.250-10.0.1.5 80", "10.0.0.250", 12)]
    [InlineData("10.0.0.8/29 80", "10.0.0.8", 8)]
    [InlineData("2001:db8::1-a 80", "2001:db8::1", 10)]
    [InlineData("2001:db8::/120 80", "2001:db8::", 256)]
    public void Group_Ranges_AreCounted(string line, string first, int count)
    {
        KeepalivedModel model = Sample.Parse($"virtual_server_group g {{\n{line}\nfwmark 9 inet\n}}\n").Model;
        GroupEntryModel[] entries = [.. model.VirtualServerGroups[0].Entries];
        Assert.Equal((IpAddress.Parse(first), (long)count, 80), (entries[0].First, entries[0].Count, entries[0].Port));
        Assert.Equal((true, 9u, IpFamily.V4), (entries[1].IsMark, entries[1].Mark, entries[1].MarkFamily));
    }

    [Fact]
    public void Group_Empty_OneAnswerForEveryMistake()
        => Assert.Contains("KA0336", Sample.Errors(Sample.Parse("virtual_server_group g {\n10.0.0.9-1 80\n}\n")));

    [Theory]
    [InlineData("10.0.0.0/16 80", true)]
    [InlineData("10.0.0.0/15 80", false)]
    [InlineData("10.0.0.0/17 80\n10.1.0.0/17 80\n10.2.0.1 80", false)]
    [InlineData("2001:db8::/64 80", false)]
    public void Group_MoreAddressesThanCanBeServed_IsAnError(string lines, bool isGood)
    {
        var errors = Sample.Errors(Sample.Parse($"virtual_server_group g {{\n{lines}\n}}\n"));
        Assert.Equal(isGood, !errors.Contains("KA0402"));
    }

    [Fact]
    public void Quorum_MoreThanAllWeigh_IsLoweredWithAWarning()
    {
        KeepalivedParseResult result = Sample.Parse(
            $"virtual_server 10.0.0.1 80 {{\n{Header}quorum 3\nhysteresis 2\nreal_server 10.0.0.2 80 {{\n}}\n}}\n",
            s_acceptLoss);

        Assert.False(result.HasErrors);
        Assert.Equal(2, result.Diagnostics.Count(static d => d.Code == "KA0428"));
        Assert.Equal((1, 0), (result.Model.VirtualServers[0].Quorum, result.Model.VirtualServers[0].Hysteresis));
    }

    [Theory]
    [InlineData("10.0.0.1", Header + "real_server 10.0.0.2 80 {\n}", "KA0214")]
    [InlineData("10.0.0.1 80", "lvs_sched rr\nlvs_method DR\nreal_server 10.0.0.2 80 {\n}", "KA0405")]
    [InlineData("10.0.0.1 80", Header + "real_server 10.0.0.2 80 {\n}\nreal_server 10.0.0.2 80 {\n}", "KA0407")]
    [InlineData("10.0.0.1 80", Header + "real_server 10.0.0.2 81 {\nlvs_method DR\n}", "KA0408")]
    [InlineData("10.0.0.1 80", Header + "real_server 2001:db8::1 80 {\n}", "KA0406")]
    [InlineData("10.0.0.1 80", Header + "ops\nreal_server 10.0.0.2 80 {\n}", "KA0410")]
    [InlineData("group g", Header + "real_server 10.0.0.2 80 {\n}", "KA0401")]
    [InlineData("10.0.0.1-9 80", Header + "real_server 10.0.0.2 80 {\n}", "KA0400")]
    [InlineData("10.0.0.1 80", Header + "persistence_granularity 24\nreal_server 10.0.0.2 80 {\n}", "KA0412")]
    [InlineData("10.0.0.1 80", Header + "sorry_server_inhibit\nreal_server 10.0.0.2 80 {\n}", "KA0409")]
    public void Service_Mistake_HasItsFinding(string target, string body, string code)
        => Assert.Contains(code, Sample.Errors(
            Sample.Parse($"virtual_server {target} {{\n{body}\n}}\n", s_acceptLoss)));

    [Fact]
    public void Globals_EveryWordOfLayer4_IsRead()
    {
        KeepalivedModel model = Sample.Parse("""
            global_defs {
                lvs_timeouts tcp 900 tcpfin 10 udp 20
                lvs_flush
                lvs_flush_on_stop VS
                lvs_sync_daemon eth1 inst VI_1 id 5 maxlen 1000 port 9000 ttl 3 group 224.0.0.99
                rs_init_notifies
                checker_log_all_failures
                lvs_notify_fifo /run/fifo root adm
            }
            SSL {
                ca /etc/ca.pem
                password secret
            }
            """).Model;
        LvsGlobalModel lvs = model.Global.Lvs;
        Assert.Equal((900.0, 10.0, 20.0, true, FlushOnStop.VirtualServers, true, true, "/run/fifo", "root", "adm"),
            (lvs.TcpTimeout.TotalSeconds, lvs.TcpFinTimeout.TotalSeconds, lvs.UdpTimeout.TotalSeconds, lvs.Flush,
            lvs.FlushOnStop, lvs.NotifyAtStart, lvs.LogAllFailures, lvs.NotifyFifo, lvs.NotifyFifoUser,
            lvs.NotifyFifoGroup));
        Assert.Equal(new LvsSyncDaemonModel("eth1", "VI_1", 5, 1000, 9000, 3, IpAddress.Parse("224.0.0.99"),
            lvs.SyncDaemon!.Span), lvs.SyncDaemon);
        Assert.Equal(new SslModel("secret", "/etc/ca.pem", null, null), model.Ssl);
    }

    private static VirtualServerModel Service(string target, string body)
    {
        KeepalivedParseResult result = Sample.Parse($"virtual_server {target} {{\n{body}\n}}\n", s_acceptLoss);
        Assert.Empty(Sample.Errors(result));
        return Assert.Single(result.Model.VirtualServers);
    }

    private static CheckerModel Checker(string text)
        => Assert.Single(Service("10.0.0.1 80", Header + $"real_server 10.0.0.2 80 {{\n{text}\n}}\n")
            .RealServers[0].Checkers);
}
