using System.Net;
using System.Net.Sockets;

namespace Holdfast.Management.Tests;

/// <summary>The same commands to the real HAProxy and to ours, on the same file: the same bytes come back.</summary>
public sealed class CommandParityTests
{
    private const string Proxies = """
        global
          nbthread 1
          maxconn 1000
          max-spread-checks 10ms
          node nodeone
          description the description
        defaults
          mode http
          timeout connect 1s
          timeout client 10s
          timeout server 10s
        frontend fe
          bind @FE
          acl bad path_beg -f bad.acl
          http-request deny if bad
          http-request set-header X-M %[path,map(m.map,none)]
          http-request track-sc0 src table tab
          default_backend be
        backend be
          balance roundrobin
          cookie SRV insert indirect nocache
          server s1 127.0.0.1:@ORIGIN check inter 60s weight 10 maxconn 50 cookie c1
          server s3 127.0.0.1:@ORIGIN disabled
          server s4 127.0.0.1:@ORIGIN
          server s5 127.0.0.1:@ORIGIN weight 5
        backend st
          balance static-rr
          server a 127.0.0.1:@ORIGIN weight 3
          server b 127.0.0.1:@ORIGIN backup
        backend tcpbe
          mode tcp
          balance leastconn
          server t1 127.0.0.1:@ORIGIN
          server t2 127.0.0.1:9 check inter 60s rise 2 fall 2
        backend tab
          stick-table type ip size 1k expire 10m store gpc0,http_req_cnt,http_req_rate(10s),conn_cur,server_id
        backend empty

        """;

    public static TheoryData<string, string> Scripts => new()
    {
        { "language", """
            show cli level
            show version;show version
               show    version\t
            quit
            show version; quit; show version
            operator; show cli level; set weight be/s1 10
            user; show cli level; operator; show env HOME
            user; disable server be/s1
            set severity-output number; set weight be/xx 10
            set severity-output string; set weight be/xx 10
            set severity-output string; prepare map nofile
            set severity-output foo
            set timeout
            set timeout cli
            set timeout cli 10s
            set timeout cli abc
            set timeout foo 1
            experimental-mode
            experimental-mode on
            show version\nshow version
            """ },
        { "prompt", """
            prompt\nshow version\nget weight be/s1\nquit
            prompt\nshow version;get weight be/s1\nadd map m.map <<\n/x 1\n/y 2\n\nshow cli level\nquit
            prompt\nset severity-output number\nget weight be\nprompt\nshow version
            """ },
        { "weights", """
            get weight be/s1
            get weight be
            get weight be/xx
            get weight xx/yy
            get weight #3/#1
            set weight be/s1
            set weight be/s1 50%
            get weight be/s1
            set weight be/s1 300
            set weight be/s1 -1
            set weight be/s1 abc
            set weight be/s1 5abc
            set weight be/s1 200%
            get weight be/s1
            set weight be/s1 10
            set weight st/a 2
            set weight st/a 0
            set weight st/a 100%
            get weight st/a
            """ },
        { "servers", """
            set server
            set server be/s1
            set server be/s1 foo
            set server be/s1 weight 20
            set server be/s1 weight
            set server be/s1 state foo
            set server be/s1 state drain
            show servers state
            set server be/s1 state ready
            set server be/s1 health foo
            set server be/s1 agent up
            set server be/s1 agent foo
            set server be/s1 agent-addr 127.0.0.1
            set server be/s1 agent-port 11
            set server be/s1 agent-send foo
            set server be/s1 check-addr 127.0.0.1
            set server be/s4 check-port 18091
            set server be/s4 check-port abc
            set server be/s1 addr
            set server be/s1 addr 127.0.0.2
            set server be/s1 addr 127.0.0.1 port 18091
            set server be/s1 addr 127.0.0.1 port 18091
            set server be/s1 addr foo
            set server be/s1 fqdn foo.bar
            disable server be/s5
            show servers state be
            enable server be/s5
            enable server be/s3
            show servers state be
            disable server be/nn
            disable server
            set maxconn server be/s1 60
            set maxconn server be/s1
            set maxconn server be/xx 10
            show servers state nobe
            show backend
            set server be/s4 health up
            set server be/s1 state maint
            set server be/s1 state ready
            """ },
        { "frontends", """
            disable frontend
            disable frontend fe
            disable frontend fe
            enable frontend fe
            enable frontend fe
            enable frontend nofe
            shutdown frontend nofe
            set maxconn frontend
            set maxconn frontend fe
            set maxconn frontend fe 500
            set maxconn frontend nofe 500
            set maxconn global 900
            set maxconn global 10000
            set maxconn global
            set rate-limit
            set rate-limit connections
            set rate-limit connections global 0
            set rate-limit foo global 0
            set rate-limit connections foo 0
            shutdown frontend fe
            enable frontend fe
            disable frontend fe
            shutdown frontend fe
            """ },
        { "patterns", """
            show map nofile
            show map m.map
            show acl bad.acl
            show acl #99
            get map m.map /a
            get map m.map /zzz
            get map m.map
            get map nofile /a
            get acl bad.acl /bad
            get acl bad.acl /nope
            add map m.map /c gamma
            add map m.map /c
            add map m.map
            add map
            add map nofile /c x
            set map m.map /c delta
            set map m.map /nokey delta
            set map m.map /c
            set map m.map
            show map m.map
            del map m.map /c
            del map m.map /c
            del map m.map
            del map m.map #0xdeadbeef
            del map m.map #abc
            add map m.map <<\n/p one\n/q two words\n
            show map m.map
            prepare map m.map
            add map @1 m.map /v1 x
            show map @1 m.map
            show map @0 m.map
            show map @9 m.map
            add map @9 m.map /v1 x
            commit map @9 m.map
            commit map m.map
            commit map @1 m.map
            show map m.map
            prepare map nofile
            prepare map
            clear map @5 m.map
            clear map m.map
            show map m.map
            clear map
            clear map nofile
            add acl bad.acl /third
            add acl bad.acl
            show acl bad.acl
            del acl bad.acl /third
            del acl bad.acl /third
            add acl #99 x
            prepare acl bad.acl
            add acl @1 bad.acl /other
            commit acl @1 bad.acl
            show acl bad.acl
            """ },
        { "tables", """
            show table
            show table tab
            show table foo
            show table tab key 1.2.3.4
            show table tab key foo
            show table tab key
            set table tab key 1.2.3.4 data.gpc0 5 data.http_req_cnt 7
            show table tab
            show table tab key 1.2.3.4
            show table tab data.gpc0 gt 0
            show table tab data.gpc0 eq 0
            show table tab data.foo eq 0
            show table tab data.gpc0 foo 0
            show table tab data.gpc0 eq
            show table tab data.gpc0 eq abc
            show table tab foo
            set table tab key 1.2.3.5
            set table tab key 1.2.3.4 data.foo 5
            set table tab key 1.2.3.4 data.gpc0 abc
            set table tab key 1.2.3.4 data.gpc0
            set table tab key 1.2.3.4 data.gpc1 1
            set table
            set table foo key 1.2.3.4
            set table tab key 1.2.3.4 foo
            set table tab data.gpc0 eq 5
            clear table tab key 9.9.9.9
            clear table tab data.gpc0 eq 5
            show table tab
            clear table tab
            show table
            clear table
            clear table foo
            """ },
        { "statistics", """
            show stat domain dns
            show stat nobe 4 1
            show stat fe 1 -1
            show stat tcpbe 2 -1
            show stat empty -1 -1
            show stat -1 2 -1 no-maint
            show stat -1 2 -1 up
            show stat fe 1 -1 typed
            show stat be 2 -1 typed
            show stat st -1 -1 typed
            show stat be 2 -1 json
            show stat tcpbe 4 1 json
            show stat tcpbe 4 2 typed
            show schema json
            clear counters foo
            clear counters all
            """ },
        { "members", CommandScripts.Members },
        { "agents", CommandScripts.Agents },
        { "variables", CommandScripts.Variables },
        { "limits", CommandScripts.Limits },
        { "reports", """
            show resolvers foo
            show peers
            show cache
            show startup-logs
            show env HOLDFAST_NO_SUCH
            """ },
    };

    [Theory]
    [MemberData(nameof(Scripts))]
    public void Commands_SameFile_SameAnswers(string topic, string script)
    {
        string directory = Directory.CreateTempSubdirectory("hfm-").FullName;
        try
        {
            File.WriteAllText(Path.Combine(directory, "bad.acl"), "/bad\n/worse\n");
            File.WriteAllText(Path.Combine(directory, "m.map"), "/a alpha\n/b beta two\n");
            using var origin = new TcpListener(IPAddress.Loopback, 0);
            origin.Start(128);
            string port = $"{((IPEndPoint)origin.LocalEndpoint).Port}";
            string text = Proxies.Replace("@ORIGIN", port, StringComparison.Ordinal);
            using var judge = new Judge(
                directory, text.Replace("@FE", $"unix@{directory}/fe", StringComparison.Ordinal));
            using var ours = new Ours(directory, text.Replace("@FE", "127.0.0.1:1", StringComparison.Ordinal));
            judge.WaitFor("show servers state be\n", " s1 127.0.0.1 2 0 10 10 * 6 3 4 6 ");
            const string Checked = "show servers state tcpbe\n";
            judge.WaitFor(Checked, " t2 127.0.0.1 0 0 1 1 * 8 2 0 6 ");
            Judge.Wait(() => Masks.Apply(ours.Ask(Checked)), " t2 127.0.0.1 0 0 1 1 * 8 2 0 6 ");
            Judge.Wait(() => Masks.Apply(ours.Ask("show servers state be\n")), " s1 127.0.0.1 2 0 10 10 * 6 3 4 6 ");
            var differences = new List<string>();
            foreach (string line in script.Split('\n'))
            {
                string input = line.Replace("\\n", "\n", StringComparison.Ordinal)
                    .Replace("\\t", "\t", StringComparison.Ordinal) + "\n";
                string wanted = Masks.Apply(judge.Ask(input));
                string given = Masks.Apply(ours.Ask(input));
                if (wanted != given)
                {
                    differences.Add($"--- {topic}: {line}\n{wanted}+++ ours\n{given}");
                }
            }
            Assert.True(differences.Count == 0, string.Join('\n', differences));
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }
}
