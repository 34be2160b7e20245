namespace Holdfast.Proxy.Tests.Checks.Original;

/// <summary>Checks that both programs make.</summary>
internal static class CheckCases
{
    private const string Ok = @"<\r\n\r\n|>HTTP/1.0 200 OK\r\nContent-Length: 5\r\nX-A: one, two\r\n\r\nhello";
    private const string Pong = @"<\r\n|>+PONG\r\n";
    private const string MySql = @">\x22\0\0\0\n8.0.1\0\x01\0\0\0abcdefgh\0\xff\xf7\x08\x02\0\xff\x81\x15\0\0\0\0\0\0";

    /// <summary>For those that nobody answers; others have the time that a busy machine takes.</summary>
    private static readonly string[] s_short = ["timeout check 2s", "timeout connect 2s"];

    internal static IEnumerable<CheckCase> All
        => [.. Connections, .. Http, .. HttpExpect, .. Tcp, .. Protocols, .. Tls];

    private static CheckCase[] Connections =>
    [
        new("c_ok", [], ""),
        new("c_refused", [], null),
        new("c_proxy", ["option tcp-check", "tcp-check expect string hi"], @"<\r\n|>hi", "check-send-proxy"),
        new("c_proxy2", ["option tcp-check", "tcp-check expect string hi"], @"<\r\n|>hi",
            "send-proxy-v2 check-send-proxy"),
        new("c_httprefused", ["option httpchk"], null),
        new("c_tcprefused", ["option tcp-check", "tcp-check send QUIT"], null),
        new("c_tcpconnect", ["option tcp-check", "tcp-check connect"], ""),
        new("c_tcpnone", ["option tcp-check"], ""),
    ];

    private static CheckCase[] Http =>
    [
        new("h_ok", ["option httpchk"], Ok),
        new("h_500", ["option httpchk"], @"<\r\n\r\n|>HTTP/1.0 500 Oops\r\n\r\n|."),
        new("h_noreason", ["option httpchk"], @"<\r\n\r\n|>HTTP/1.0 503\r\n\r\n|."),
        new("h_404", ["option httpchk", "http-check disable-on-404"], @"<\r\n\r\n|>HTTP/1.0 404 Not\r\n\r\n"),
        new("h_404plain", ["option httpchk"], @"<\r\n\r\n|>HTTP/1.0 404 Not Found\r\n\r\n"),
        new("h_404expect", ["option httpchk", "http-check expect status 404"], @"<\r\n\r\n|>HTTP/1.0 404 Not\r\n\r\n"),
        new("h_404both", ["option httpchk", "http-check expect status 404", "http-check disable-on-404"],
            @"<\r\n\r\n|>HTTP/1.0 404 Not\r\n\r\n"),
        new("h_junk", ["option httpchk"], @"<\r\n\r\n|>hello world\r\n\r\n"),
        new("h_close", ["option httpchk"], @"<\r\n\r\n|."),
        new("h_reset", ["option httpchk"], @"<\r\n\r\n|!"),
        new("h_cut", ["option httpchk"], @"<\r\n\r\n|>HTTP/1.0 200 OK\r\n|."),
        new("h_silent", ["option httpchk", .. s_short], ""),
        new("h_uri", ["option httpchk /x?y"], Ok),
        new("h_head", ["option httpchk HEAD /x HTTP/1.1"], Ok),
        new("h_old", [@"option httpchk GET /x HTTP/1.1\r\nHost:\ a.b\r\nX-Q:\ 1"], Ok),
        new("h_merge", ["option httpchk OPTIONS * HTTP/1.1", "http-check send hdr Host www"], Ok),
        new("h_put", ["option httpchk",
            "http-check send meth PUT uri /u ver HTTP/1.1 hdr Host h.i hdr X-B c%[int(5)] body abc"], Ok),
        new("h_own", ["option httpchk", "http-check send meth GET uri /u ver HTTP/1.1 hdr Connection keep-alive "
            + "hdr Content-Length 99"], Ok),
        new("h_formats", ["option httpchk", "http-check send uri-lf /%[int(7)]/%b body-lf x=%[int(3)]"], Ok),
        new("h_post", ["option httpchk", "http-check send meth POST uri /u ver HTTP/1.1"], Ok),
        new("h_absolute", ["option httpchk",
            "http-check send meth GET uri http://foo.bar:80/u ver HTTP/1.1 hdr host x.y"], Ok),
        new("h_absolute2", ["option httpchk", "http-check send meth GET uri http://foo.bar:80/u ver HTTP/1.1"], Ok),
        new("h_state", ["option httpchk", "http-check send-state", "http-check send hdr X-A b"], Ok),
        new("h_statebody", ["option httpchk", "http-check send-state",
            "http-check send meth POST ver HTTP/1.1 uri /q body abc"], Ok),
        new("h_keep10", ["option httpchk", "http-check send hdr Connection keep-alive"], Ok),
        new("h_empty", ["option httpchk", "http-check send hdr X-E %[var(check.none)]"], Ok),
        new("h_chunkfield", ["option httpchk",
            "http-check send meth POST ver HTTP/1.1 hdr Transfer-Encoding chunked body xyz"], Ok),
        new("h_twice", ["option httpchk", "http-check connect", "http-check send meth GET",
            "http-check expect status 200", "http-check connect", "http-check send meth HEAD uri /two"], Ok),
        new("h_proxy", ["option httpchk", "http-check connect send-proxy"], Ok),
        new("h_variable", ["option httpchk", "http-check set-var(check.a) int(12)",
            "http-check send uri-lf /%[var(check.a)]"], Ok),
        new("h_continue", ["option httpchk"], @"<\r\n\r\n|>HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n\r\n"),
    ];

    private static CheckCase[] HttpExpect =>
    [
        Expect("e_status", "status 200-202,204"),
        Expect("e_nostatus", "status 201,204"),
        Expect("e_notstatus", "! status 200"),
        Expect("e_rstatus", "rstatus ^3"),
        Expect("e_rstatusok", "rstatus ^2"),
        Expect("e_string", "string ell"),
        Expect("e_nostring", "string xyz"),
        Expect("e_notstring", "! string ell comment bad-word"),
        Expect("e_rstring", "rstring ^h.*o$"),
        Expect("e_norstring", "rstring ^x"),
        Expect("e_format", "string-lf he%[str(llo)]"),
        Expect("e_noformat", "string-lf he%[str(lxo)]"),
        Expect("e_emptyformat", "string-lf %[var(check.none)]"),
        Expect("e_hdr", "hdr name x-a value two"),
        Expect("e_nohdr", "hdr name x-a value three"),
        Expect("e_fhdr", "fhdr name x-a value two"),
        Expect("e_fhdrsub", "fhdr name -m beg X- value -m sub two"),
        Expect("e_fhdrreg", "fhdr name -m reg ^x value -m reg ^one"),
        Expect("e_fhdrend", "fhdr name -m end -A value -m end two"),
        Expect("e_nofield", "hdr name x-z"),
        Expect("e_notfield", "! hdr name x-a"),
        Expect("e_hdrformat", "hdr name-lf x-%[str(a)] value-lf %[str(two)]"),
        Expect("e_okstatus", "status 200 ok-status L6OK on-success all-%[int(4)]"),
        Expect("e_errorstatus", "status 201 error-status L4CON on-error wrong-%[int(4)] comment c-text"),
        Expect("e_conditional", "status 200 ok-status L7OKC"),
        Expect("e_code", "status 201 status-code int(77)"),
        Expect("e_codeok", "status 200 status-code int(77)"),
        Expect("e_fetches", "status 201 on-error got-%[status]-%[res.hdr(x-a)]"),
        Expect("e_body", "string ell on-success \"body %[res.body]\""),
        new("e_timeout",
            ["option httpchk", .. s_short, "http-check expect string xyz tout-status L6TOUT comment waits"],
            @"<\r\n\r\n|>HTTP/1.0 200 OK\r\nContent-Length: 50\r\n\r\nhello"),
        new("e_early", ["option httpchk", "http-check expect string hel"],
            @"<\r\n\r\n|>HTTP/1.0 200 OK\r\nContent-Length: 50\r\n\r\nhello"),
        new("e_minimum", ["option httpchk", "http-check expect min-recv 3 string xyz"],
            @"<\r\n\r\n|>HTTP/1.0 200 OK\r\nContent-Length: 50\r\n\r\nhello"),
        new("e_nobody", ["option httpchk", "http-check expect ! string hello"],
            @"<\r\n\r\n|>HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n"),
        new("e_close", ["option httpchk", "http-check expect string xyz"],
            @"<\r\n\r\n|>HTTP/1.0 200 OK\r\n\r\nhello|."),
        new("e_chunks", ["option httpchk", "http-check expect string hello"],
            @"<\r\n\r\n|>HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n"),
        new("e_two", ["option httpchk", "http-check expect status 200", "http-check expect string zzz"], Ok),
        new("e_variable", ["option httpchk", "http-check expect status 200", "http-check set-var(check.q) status",
            "http-check expect status 201 on-error \"v=%[var(check.q)]\""], Ok),
        new("e_comment", ["option httpchk", "http-check comment c1", "http-check send meth GET",
            "http-check comment c2", "http-check expect status 201"], Ok),
    ];

    private static CheckCase[] Tcp =>
    [
        new("t_ping", Script(@"send PING\r\n", "expect string +PONG"), Pong),
        new("t_not", Script(@"send PING\r\n", "expect ! string +PONG comment unwanted"), Pong),
        new("t_missing", Script(@"send PING\r\n", "expect string +PANG comment wanted"), Pong),
        new("t_comment", Script("comment one", @"send PING\r\n", "comment two", "expect string +PANG"), Pong + "|."),
        new("t_regex", Script(@"send PING\r\n", @"expect rstring ^\+PONG"), Pong),
        new("t_noregex", Script(@"send PING\r\n", "expect rstring ^PONG"), Pong + "|."),
        new("t_notregex", Script(@"send PING\r\n", @"expect ! rstring ^\+P"), Pong),
        new("t_binary", Script("send-binary 50494e470d0a", "expect binary 2b504F4e47"), Pong),
        new("t_nobinary", Script("send-binary 50494e470d0a", "expect binary 00ff"), Pong + "|."),
        new("t_rbinary", Script("send-binary 50494e470d0a", "expect rbinary ^2B50"), Pong),
        new("t_norbinary", Script("send-binary 50494e470d0a", "expect rbinary ^2b50"), Pong + "|."),
        new("t_format", Script(@"send-lf PI%[str(NG)]\r\n", "expect string-lf +P%[str(ONG)]"), Pong),
        new("t_noformat", Script(@"send-lf PI%[str(NG)]\r\n", "expect string-lf a%[int(4)]"), Pong + "|."),
        new("t_digits", Script("send-binary-lf 5049%[str(NG),hex]0d0a", "expect binary-lf 2b%[str(PO),hex]"), Pong),
        new("t_nodigits", Script("send-binary-lf 5049%[str(NG)]0d0a"), Pong),
        new("t_silent", [.. s_short, .. Script(@"send PING\r\n", "expect string +PONG comment ccc")], ""),
        new("t_close", Script(@"send PING\r\n", "expect string +PONG"), @"<\r\n|."),
        new("t_reset", Script(@"send PING\r\n", "expect string +PONG"), @"<\r\n|!"),
        new("t_pieces", Script(@"send PING\r\n", "expect string +PONG"), @"<\r\n|>+P|~|>ONG\r\n"),
        new("t_minimum", Script(@"send PING\r\n", "expect min-recv 6 ! string +PAX"), @"<\r\n|>+P|~|>ONG\r\n"),
        new("t_atonce", Script(@"send PING\r\n", "expect min-recv 0 string abc"), @"<\r\n|>xyzxyz"),
        new("t_steps", Script(@"send PING\r\n", "expect string +PONG", @"send info\r\n", "expect string role:master",
            @"send QUIT\r\n", "expect string +OK"), @"<\r\n|>+PONG\r\n|<\r\n|>role:master\r\n|<\r\n|>+OK\r\n"),
        new("t_role", Script(@"send PING\r\n", "expect string +PONG", @"send info\r\n",
            "expect string role:master comment is-master"), @"<\r\n|>+PONG\r\n|<\r\n|>role:slave\r\n|."),
        new("t_twice", Script("connect", @"send PING\r\n", "expect string +PONG", "connect", "expect string 220"),
            Pong + @"&>220 hi\r\n"),
        new("t_linger", Script("connect linger", "expect string 220"), @">220 hi\r\n"),
        new("t_port", Script("connect port 1 comment port-one", "expect string 220"), @">220 hi\r\n"),
        new("t_variable", Script("set-var(check.port) int(@PORT@)", "connect port var(check.port)",
            "expect string 220"), @">220 hi\r\n"),
        new("t_proxy", Script("connect send-proxy", "expect string hi"), @"<\r\n|>hi"),
        new("t_default", Script("connect default", "expect string hi"), @"<\r\n|>hi", "check-send-proxy"),
        new("t_success", Script(@"send PING\r\n",
            "expect string +PONG on-success \"good %[res.payload(1,4)]\" ok-status L4OK"), Pong),
        new("t_notlast", Script("connect linger", @"send PING\r\n", "expect string +PONG on-success good",
            @"send X\r\n"), Pong),
        new("t_error", Script("expect string abc status-code int(5) on-error \"err %[int(1)]\" "
            + "error-status L6RSP comment cc"), ">xyz|."),
        new("t_conditional", Script("expect string xyz error-status L7OKC"), ">abc|."),
        new("t_code", Script("expect string xyz status-code int(5)"), ">xyz|."),
        new("t_quote", Script("connect linger", @"send PING\r\n", "expect string +PONG",
            "set-var(check.x) res.payload(0,4)", "send-lf %[var(check.x)]"), Pong),
        new("t_sends", Script("connect linger", @"send QUIT\r\n"), ""),
        new("t_big", Script("expect string xyz"), ">" + new string('a', 20_000)),
        new("t_zero", Script("expect string bc"), @">a\0bc"),
        new("t_same", Script("expect string 220", "expect string 250"), @">220 one 250\r\n"),
    ];

    private static CheckCase[] Protocols =>
    [
        new("p_mysql", ["option mysql-check"], MySql),
        new("p_mysqluser", ["option mysql-check user bob"], MySql + @"|<#5|~|>\x07\0\0\x02\0\0\0\x02\0\0\0"),
        new("p_mysqlpre", ["option mysql-check user bob pre-41"], MySql + @"|<#5|~|>\x07\0\0\x02\0\0\0\x02\0\0\0"),
        new("p_mysqlerror", ["option mysql-check"], @">\x23\0\0\0\xff\x15\x04#28000Access denied for user abc"),
        new("p_mysqlerror2", ["option mysql-check user bob"],
            MySql + @"|<#5|~|>\x23\0\0\x02\xff\x15\x04#28000Access denied for user abc"),
        new("p_mysqlcut", ["option mysql-check"], @">\x26\0\0|."),
        new("p_pgsql", ["option pgsql-check user bob"], @"<#8|~|>R\0\0\0\x08\0\0\0\0"),
        new("p_pgsqlerror", ["option pgsql-check user bob"], @"<#8|~|>E\0\0\0\x20SFATAL\0C28000\0\0"),
        new("p_pgsqljunk", ["option pgsql-check user bob"], "<#8|~|>hello world, nothing"),
        new("p_pgsqlclose", ["option pgsql-check user bob"], "<#18|."),
        new("p_redis", ["option redis-check"], @"<PING\r\n|>+PONG\r\n"),
        new("p_redisshort", ["option redis-check"], @"<PING\r\n|>+P|."),
        new("p_redisclose", ["option redis-check"], @"<PING\r\n|."),
        new("p_rediserror", ["option redis-check", .. s_short], @"<PING\r\n|>-NOAUTH\r\n"),
        new("p_smtp", ["option smtpchk EHLO a.b"],
            @">220 mail\r\n|<\r\n|>250-mail\r\n250-SIZE\r\n250 OK\r\n|<\r\n|>221 bye\r\n"),
        new("p_smtpother", ["option smtpchk FOO a.b"],
            @">220 mail\r\n|<\r\n|>250 OK\r\n|<\r\n|>221 bye\r\n"),
        new("p_smtp554", ["option smtpchk"], @">554 no service\r\n"),
        new("p_smtp450", ["option smtpchk"], @">220 x\r\n|<\r\n|>450 later\r\n|."),
        new("p_smtp500", ["option smtpchk"], @">220 x\r\n|<\r\n|>250 ok\r\n|<\r\n|>500 bad\r\n"),
        new("p_smtpjunk", ["option smtpchk"], @">hello\r\n"),
        new("p_ldap", ["option ldap-check"], @"<#14|>0\x0c\x02\x01\x01\x61\x07\n\x01\0\x04\0\x04\0"),
        new("p_ldaperror", ["option ldap-check"], @"<#14|>0\x0c\x02\x01\x01\x61\x07\n\x01\x31\x04\0\x04\0"),
        new("p_ldapjunk", ["option ldap-check"], "<#14|>hello, this is not ldap at all"),
        new("p_ldapclose", ["option ldap-check"], "<#14|."),
        new("p_tls", ["option ssl-hello-chk"], @"<#126|>\x16\x03\x01\0\x4a\x02xxxxxx"),
        new("p_tlsalert", ["option ssl-hello-chk"], @"<#126|>\x15\x03\0\0\x02\x02\x28"),
        new("p_tlsjunk", ["option ssl-hello-chk"], "<#126|>HTTP! 400 bad"),
        new("p_tlsclose", ["option ssl-hello-chk"], "<#126|."),
        new("p_spop", ["option spop-check"], @"<#82|>\0\0\0\x27\x65\0\0\0\x01\0\0\x07version\x08\x032.0"
            + @"\x0emax-frame-size\x03\xfc\xf0\x06"),
        new("p_spopversion", ["option spop-check"], @"<#82|>\0\0\0\x14\x65\0\0\0\x01\0\0\x07version\x08\x031.0"),
        new("p_spopjunk", ["option spop-check"], @"<#82|>\0\0\0\x08hello wo"),
        new("p_true", ["option external-check", "external-check command /bin/true"], ""),
        new("p_false", ["option external-check", "external-check command /bin/false"], ""),
        new("p_nothing", ["option external-check", "external-check command /nonexistent"], ""),
    ];

    private static CheckCase[] Tls =>
    [
        new("s_connect", [], "", "check-ssl verify none") { IsTls = true },
        new("s_http", ["option httpchk"], Ok, "check-ssl verify none check-sni a.example") { IsTls = true },
        new("s_server", ["option httpchk"], Ok, "ssl verify none") { IsTls = true },
        new("s_elsewhere", ["option httpchk"], Ok, "ssl verify none port @PORT@"),
        new("s_not", ["option httpchk"], Ok, "ssl verify none no-check-ssl"),
        new("s_plain", ["option httpchk"], @"<#10|>HTTP/1.0 400 bad\r\n\r\n|.", "check-ssl verify none"),
        new("s_silent", ["option httpchk", .. s_short], "", "check-ssl verify none"),
        new("s_refused", ["option httpchk"], null, "check-ssl verify none"),
        new("s_step", Script("connect ssl sni c.example", "send x", "expect string hi"), "<x|>hi", "verify none")
        {
            IsTls = true,
        },
        new("s_steponly", Script("connect ssl"), "", "verify none") { IsTls = true },
        new("s_junk", Script("connect ssl comment cc", "send x"), "<#10|>HTTP/1.0 400 bad|.", "verify none"),
    ];

    private static CheckCase Expect(string name, string words)
        => new(name, ["option httpchk", "http-check expect " + words], Ok);

    private static string[] Script(params string[] lines)
        => ["option tcp-check", .. lines.Select(static line => "tcp-check " + line)];
}
