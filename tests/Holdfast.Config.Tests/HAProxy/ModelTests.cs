using System.Text;
using Holdfast.Config.HAProxy;
using Holdfast.Config.HAProxy.Model;
using Holdfast.Primitives;

namespace Holdfast.Config.Tests.HAProxy;

/// <summary>What the lines of a haproxy.cfg become.</summary>
public sealed class ModelTests
{
    [Fact]
    public void Seed_File_IsReadAsItIs()
    {
        string text = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "seed", "haproxy.cfg"));
        HAProxyParseResult result = Cfg.Parse(text);
        Assert.DoesNotContain(result.Diagnostics, static d => d.Severity != Severity.Note);
        HAProxyModel model = result.Model;
        Assert.Equal(4096, model.Global.MaxConnections);
        ProxyModel front = model.FindFrontend("http_front")!, back = model.FindBackend("http_back")!;
        Assert.Equal("http_back", front.DefaultBackend!.Name.Constant);
        Assert.Equal(ProxyMode.Http, back.Mode);
        Assert.Equal("/dev/log", Assert.Single(front.Logs).Address);
        Assert.Equal((2, 3), (front.Id, back.Id));
        Assert.Equal(["web1", "web2"], back.Servers.Select(static s => s.Name));
        Assert.Equal((80, true, 2000L, 2, 3), (back.Servers[1].Endpoint.Port, back.Servers[1].Check.IsEnabled,
            back.Servers[1].Check.Interval, back.Servers[1].Check.Rise, back.Servers[1].Check.Fall));
        Assert.Equal(50_000, back.Timeouts.Server);
    }

    [Fact]
    public void Run_OfAFileWithPlannedWords_IsRefused()
    {
        const string Text = "listen f\n bind :80\n mode http\n server s 127.0.0.1:1 strict-maxconn\n";
        HAProxyParseResult result = Cfg.Parse(Text, new HAProxyParseOptions { IsToRun = true });
        Assert.Contains(result.Diagnostics, static d => d.Code == "HA0154" && d.Severity == Severity.Error);
        Assert.Single(Cfg.Parse(Text).Diagnostics, static d => d.Code == "HA0153");
    }

    [Fact]
    public void Loss_OfALaterWord_IsRefusedUnlessAccepted()
    {
        string text = Cfg.Defaults + "cache c\n total-max-size 4\n";
        Assert.Contains(Cfg.Parse(text).Diagnostics, static d => d.Code == "HA0150" && d.Severity == Severity.Error);
        Assert.False(Cfg.Parse(text, new HAProxyParseOptions { AcceptLoss = true }).HasErrors);
    }

    [Theory]
    [InlineData("*:80", "", 80, 80)]
    [InlineData(":8000-8010", "", 8000, 8010)]
    [InlineData("10.0.0.1:443", "10.0.0.1", 443, 443)]
    [InlineData("[::1]:80", "::1", 80, 80)]
    [InlineData(":::80", "::", 80, 80)]
    [InlineData("ipv4@1.2.3.4:5", "1.2.3.4", 5, 5)]
    [InlineData("unix@/run/x.sock", "/run/x.sock", 0, 0)]
    [InlineData("/run/x.sock", "/run/x.sock", 0, 0)]
    [InlineData("fd@7", "", 7, 7)]
    [InlineData("abns@name", "name", 0, 0)]
    public void Bind_Address_IsRead(string address, string host, int port, int last)
    {
        EndpointModel endpoint = Cfg.Proxy($"frontend f\n bind {address}\n").Binds[0].Endpoints[0];
        Assert.Equal((host, port, last), (endpoint.Host, endpoint.Port, endpoint.LastPort));
    }

    [Fact]
    public void Bind_OptionsAndLists_AreRead()
    {
        BindModel bind = Cfg.Proxy("frontend f\n bind :80,:443 ssl crt /a crt /b alpn h2,http/1.1 verify optional "
            + "ca-file /ca ssl-min-ver TLSv1.2 no-tls-tickets accept-proxy mode 660 name x\n").Binds[0];
        Assert.Equal(2, bind.Endpoints.Length);
        Assert.Equal(["/a", "/b"], bind.Certificates);
        Assert.Equal(["h2", "http/1.1"], bind.Tls.Alpn);
        Assert.Equal((TlsVerify.Optional, "TLSv1.2", false, true, 0x1B0, "x"), (bind.Verify, bind.Tls.MinimumVersion,
            bind.Tls.Tickets, bind.AcceptsProxy, bind.Mode!.Value, bind.Name));
    }

    [Fact]
    public void Servers_DefaultServer_ActsOnLaterLines()
    {
        ProxyModel backend = Cfg.Proxy("""
            backend b
              server a 10.0.0.1:80
              default-server inter 1s fall 5 check weight 7 ssl verify none
              default-server rise 4
              server b 10.0.0.2 no-check port 99
              server-template t 2-4 10.0.0.3:81 id 9
            """.Replace(" id 9", "", StringComparison.Ordinal));
        Assert.Equal(["a", "b", "t2", "t3", "t4"], backend.Servers.Select(static s => s.Name));
        Assert.Equal([1, 2, 3, 4, 5], backend.Servers.Select(static s => s.Id));
        Assert.False(backend.Servers[0].Check.IsEnabled);
        ServerModel b = backend.Servers[1];
        Assert.Equal((false, 1000L, 5, 4, 7, PortMapping.Same, 99), (b.Check.IsEnabled, b.Check.Interval, b.Check.Fall,
            b.Check.Rise, b.Weight, b.Endpoint.Mapping, b.Check.Port!.Value));
        Assert.True(backend.Servers[4] is { IsTls: true, Tls.Verify: TlsVerify.None, Check.IsEnabled: true });
    }

    [Fact]
    public void Defaults_Chain_IsInherited()
    {
        HAProxyModel model = Cfg.Good("""
            defaults base
              mode http
              timeout client 1s
              timeout server 2s
              timeout connect 3s
              balance leastconn
              retries 9
              option httpclose
            defaults more from base
              no option httpclose
              timeout server 4s
            backend a from more
              server s 10.0.0.1:80
            backend b from base
              server s 10.0.0.1:80
            backend c
              server s 10.0.0.1:80
            """);
        Assert.Equal([4000L, 2000L, 4000L], model.Proxies.Select(static p => p.Timeouts.Server!.Value));
        Assert.Equal([ConnectionMode.KeepAlive, ConnectionMode.Close, ConnectionMode.KeepAlive],
            model.Proxies.Select(static p => p.ConnectionMode));
        Assert.All(model.Proxies, static p => Assert.Equal(("leastconn", 9), (p.Balance.Algorithm, p.Retries)));
    }

    [Fact]
    public void Conditions_OrOfAnds_AreFlat()
    {
        ProxyModel proxy = Cfg.Proxy("""
            frontend f
              bind :80
              acl a path_beg /a -i /B
              acl a path -m end .x
              acl n hdr_val(x) 1:5 gt 9
              http-request deny deny_status 429 if a !n or !{ src 10.0.0.0/8 ::1 } METH_GET || n
            """);
        RuleModel rule = Assert.Single(proxy.RulesOf(RuleSet.HttpRequest));
        Assert.Equal(429, Assert.IsType<ReplyAction>(rule.Action).Reply.Status);
        Assert.Equal([2, 2, 1], rule.Condition!.Alternatives.Select(static t => t.Length));
        ConditionTerm first = rule.Condition.Alternatives[0][0];
        Assert.Equal([MatchMethod.Begin, MatchMethod.End], first.Alternatives.Select(static a => a.Method));
        Assert.Equal("path", first.Alternatives[0].Expression.Fetch);
        ConditionTerm number = rule.Condition.Alternatives[0][1];
        Assert.True(number.Negated);
        Assert.Equal((1L, 5L, 10L), (number.Alternatives[0].Patterns[0].Pattern.Minimum,
            number.Alternatives[0].Patterns[0].Pattern.Maximum, number.Alternatives[0].Patterns[1].Pattern.Minimum));
        Assert.Equal(MatchMethod.Ip, rule.Condition.Alternatives[1][0].Alternatives[0].Method);
        Assert.Equal(MatchMethod.Method, rule.Condition.Alternatives[1][1].Alternatives[0].Method);
    }

    [Fact]
    public void Expression_WithConverters_HasTypes()
    {
        ProxyModel proxy = Cfg.Proxy("""
            frontend f
              bind :80
              http-request set-var(txn.a) req.hdr(host,-1),lower,regsub("'/(a|b),c/'","'x\,y'",g),length
              http-request set-header X-%[src] %[path,field(2,/)]:%ci%{+Q}r%%%[var(txn.a),add(1)]
            """);
        SampleExpression expression = Assert.IsType<SetVariableAction>(
            proxy.RulesOf(RuleSet.HttpRequest)[0].Action).Expression!;
        Assert.Equal(["lower", "regsub", "length"], expression.Converters.Select(static c => c.Name));
        Assert.Equal(SampleType.Integer, expression.Type);
        Assert.Equal(-1, expression.Arguments[1].Integer);
        Assert.Equal("/(a|b),c/", expression.Converters[1].Arguments[0].Text);
        SetHeaderAction header = Assert.IsType<SetHeaderAction>(proxy.RulesOf(RuleSet.HttpRequest)[1].Action);
        Assert.Equal(["LogLiteral", "LogSample"], header.Header.Items.Select(static i => i.GetType().Name));
        Assert.Equal(["LogSample", "LogLiteral", "LogAlias", "LogAlias", "LogLiteral", "LogSample"],
            header.Value.Items.Select(static i => i.GetType().Name));
        Assert.Equal(LogItemFlags.Quoted, Assert.IsType<LogAlias>(header.Value.Items[3]).Flags);
    }

    [Fact]
    public void Backend_AllParts_AreTyped()
    {
        ProxyModel p = Cfg.Proxy("""
            listen l
              bind :80
              balance uri depth 3 path-only
              hash-type consistent djb2 avalanche
              cookie SRV insert indirect nocache httponly maxidle 30m domain .a.b
              stick-table type string len 40 size 100k expire 30m nopurge store gpc0,http_req_rate(10s),gpt(3)
              stick on req.cook(SRV) if { path / }
              option httpchk GET /up HTTP/1.1 x
              http-check send meth GET uri /up ver HTTP/1.1 hdr Host www
              http-check expect ! status 200,400-404
              option forwardfor except 127.0.0.0/8 if-none header X-Client
              option redispatch 2
              retry-on all-retryable-errors 503
              capture request header Host len 20
              declare capture response len 9
              http-request track-sc0 src
              http-request deny if { sc_http_req_rate(0) gt 20 }
              redirect scheme https code 301 if !{ ssl_fc }
              errorloc303 503 http://x/
              compression algo gzip
              compression type text/html text/plain
              stats enable
              stats uri /s
              stats auth a:b:c
              monitor-uri /m
              monitor fail if { nbsrv lt 1 }
              source 10.0.0.9 interface eth0
              server s1 10.0.0.1:80 check slowstart 30s maxconn 50 cookie s1 backup
            """);
        Assert.Equal(("uri", 3, true), (p.Balance.Algorithm, p.Balance.UriDepth, p.Balance.UriPathOnly));
        Assert.Equal((true, "djb2", true), (p.HashType.IsConsistent, p.HashType.Function, p.HashType.HasAvalanche));
        Assert.Equal((CookieMode.Insert, true, 1800L), (p.Cookie!.Mode, p.Cookie.IsIndirect, p.Cookie.MaxIdle));
        Assert.Equal((40, 102_400L, 1_800_000L), (p.StickTable!.KeyLength, p.StickTable.Size,
            p.StickTable.Expire!.Value));
        Assert.Equal(new TableDataModel("http_req_rate", 1, 10_000), p.StickTable.Data[1]);
        Assert.Equal(3, p.StickTable.Data[2].Count);
        CheckExpect expect = Assert.IsType<CheckExpect>(p.HealthCheck.Steps[1]);
        Assert.True(expect.IsNegated);
        Assert.Equal([(200, 200), (400, 404)], expect.Statuses);
        Assert.Equal(("X-Client", true), (p.ForwardedFor!.Header, p.ForwardedFor.IfNone));
        Assert.Equal(2, p.Redispatch);
        Assert.Equal(301, Assert.IsType<RedirectAction>(p.Redirects[0].Action).Redirect.Status);
        Assert.Equal(303, p.ErrorPages[0].LocationStatus);
        Assert.Equal(("/s", ("a", "b:c")), (p.Stats!.Uri, p.Stats.Users[0]));
        Assert.Equal((30_000L, 50, "s1", true), (p.Servers[0].SlowStart, p.Servers[0].MaxConnections,
            p.Servers[0].Cookie,
            p.Servers[0].IsBackup));
    }

    [Theory]
    [InlineData("frontend f\n bind :80\n use_backend nosuch\n", "HA0202@8:14")]
    [InlineData("frontend f\n bind :80\nfrontend f\n bind :81\n", "HA0200@8:1")]
    [InlineData("frontend f\n bind :80\n http-request deny if a\n", "HA0126@8:23")]
    [InlineData("frontend f\n bind :80\n http-request deny\n http-request allow\n", "HA0213@9:2")]
    [InlineData("frontend f\n bind :80\n redirect location /\n http-request deny\n", "HA0214@9:2")]
    [InlineData("frontend f\n bind :80\n http-request set-header a %[res.hdr(x)]\n", "HA0124@8:30")]
    [InlineData("frontend f\n bind :80\n acl a path,foo /\n", "HA0122@8:13")]
    [InlineData("frontend f\n bind :80\n acl a pth /\n", "HA0121@8:8")]
    [InlineData("frontend f\n bind :80\n acl a src,json(utf8) /\n http-request deny if a\n", "")]
    [InlineData("frontend f\n bind :80\n http-request deny if { path / \n", "HA0127@8:23")]
    [InlineData("frontend f\n bind :80\n http-request track-sc0 src\n", "HA0205@8:2")]
    [InlineData("frontend f\n bind :80\n http-request auth unless { http_auth(u) }\n", "HA0206@8:39")]
    [InlineData("frontend f\n bind :80 nam x\n", "HA0100@7:11")]
    [InlineData("frontend f\n bind 1.2.3.4\n", "HA0110@7:7")]
    [InlineData("frontend f\n bind :99999\n", "HA0110@7:7")]
    [InlineData("frontend f\n bind :443 ssl\n", "HA0103@7:2")]
    [InlineData("frontend f\n bind :80\n option httplgo\n", "HA0100@8:9")]
    [InlineData("frontend f\n bind :80\n balance roundrobin\n", "HA0102@8:2")]
    [InlineData("frontend f\n bind :80\n server s 1.1.1.1:80\n", "HA0101@8:2")]
    [InlineData("frontend f\n", "HA0218@6:1")]
    [InlineData("backend b\n server s 1.1.1.1:80\n server s 1.1.1.2:80\n", "HA0200@8:2")]
    [InlineData("backend b\n server s 1.1.1.1:80 chek\n", "HA0100@7:22")]
    [InlineData("backend b\n server s 1.1.1.1:80 weight 300\n", "HA0107@7:29")]
    [InlineData("backend b\n server s 1.1.1.1:80 inter 15min\n", "HA0106@7:28")]
    [InlineData("backend b\n server s 1.1.1.1:80 track o/s\n", "HA0203@7:2")]
    [InlineData("backend b\n mode tcp\n server s 1.1.1.1:80\n cookie A insert\n", "HA0211@9:2")]
    [InlineData("listen l :80\n server s 1.1.1.1:80\n", "HA0160@6:10")]
    [InlineData("listen l\n bind :80\n clitimeout 3000\n server s 1.1.1.1:80\n", "HA0160@8:2")]
    [InlineData("listen l\n bind :80\n reqrep a b\n server s 1.1.1.1:80\n", "HA0160@8:2")]
    [InlineData("listen l\n bind :80\n monitor-net 1.1.1.1\n server s 1.1.1.1:80\n", "HA0161@8:2")]
    [InlineData("defaults\n http-request deny\nfrontend f\n bind :80\n timeout client 1s\n", "HA0216@7:2")]
    [InlineData("frontend f from none\n bind :80\n", "HA0204@6:17")]
    public void Findings_OfDefinitions_StandAtTheirPlace(string text, string expected)
        => Assert.Equal(expected, Cfg.Findings(Cfg.Defaults + text));

    [Theory]
    [InlineData("frontend f\n bind :80\n acl a path_bag /\n", "did you mean 'path_beg'?")]
    [InlineData("backend b\n server s 1.1.1.1:80 chek\n", "did you mean 'check'?")]
    public void Help_OfAMistypedWord_NamesTheNearest(string text, string expected)
        => Assert.Contains(Cfg.Parse(Cfg.Defaults + text).Diagnostics, d => d.Help == expected);

    [Fact]
    public void Timeouts_Missing_AreWarnedOfOnceAProxy()
        => Assert.Equal("HA0210@1:1", Cfg.Findings("listen l\n bind :80\n server s 1.1.1.1:80\n"));

    [Fact]
    public void OldRules_AreReadAsTheyWereMeant()
    {
        ProxyModel proxy = Cfg.Proxy("""
            listen l
              bind :80
              http-request deny if TRUE
              http-request set-header A b
              reqirep ^Host:\ (.*) Host:\ x\1 if { src 10.0.0.1 }
              rspadd X-A:\ b
              block if { path /a }
              dispatch 10.0.0.1:80
            """);
        RuleModel rule = Assert.Single(proxy.RulesOf(RuleSet.OldRequest));
        OldLineAction action = Assert.IsType<OldLineAction>(rule.Action);
        Assert.Equal(("reqrep", "^Host: (.*)", true, @"Host: x\1"), (action.Name, action.Regex!.Pattern,
            action.Regex.IgnoreCase, action.Text));
        Assert.NotNull(rule.Condition);
        Assert.Equal("X-A: b", Assert.IsType<OldLineAction>(proxy.RulesOf(RuleSet.OldResponse)[0].Action).Text);
        Assert.Equal(["deny", "deny", "set-header"], proxy.RulesOf(RuleSet.HttpRequest).Select(static r
            => r.Action.Name));
        Assert.Equal("<DISPATCH>", Assert.Single(proxy.Servers).Name);
    }

    [Fact]
    public void Run_OfOldRules_IsRefusedUntilTheProxyHasThem()
        => Assert.Contains(Cfg.Parse("listen l\n bind :80\n reqadd a\n", new HAProxyParseOptions { IsToRun = true })
            .Diagnostics, static d => d.Code == "HA0154" && d.Span.Line == 3);

    [Fact]
    public void Bytes_OfHexEscapes_SurviveAsTheyAre()
    {
        ProxyModel proxy = Cfg.Proxy("frontend f\n bind :80\n http-request set-header X \"\\xe9é\"\n");
        string text = Assert.IsType<SetHeaderAction>(proxy.RulesOf(RuleSet.HttpRequest)[0].Action).Value.Constant!;
        Assert.Equal([0xE9, .. Encoding.UTF8.GetBytes("é")], ByteText.ToBytes(text));
    }

    [Fact]
    public void RulesOfNamedDefaults_GoBeforeThoseOfTheProxy()
    {
        HAProxyModel model = Cfg.Good("""
            defaults d
              mode http
              timeout client 1s
              http-request set-header A 1
            frontend f from d
              bind :80
              http-request set-header B 2
            """);
        Assert.Equal(["A", "B"], model.Proxies[0].RulesOf(RuleSet.HttpRequest)
            .Select(static r => Assert.IsType<SetHeaderAction>(r.Action).Header.Constant));
    }
}
