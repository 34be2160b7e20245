using System.Globalization;
using Holdfast.Lab.UserMode;
using Holdfast.Tests.Repository;

namespace Holdfast.UserMode.Tests;

/// <summary>
/// The virtual servers of a keepalived.conf in a kernel that has IPVS, as the original's ipvsadm saves them at each
/// step of a life: servers die and return, the checks process is killed, files change, the daemon stops.
/// </summary>
public sealed class VirtualServerTests : IDisposable
{
    private const string Service = "-A -t 10.0.0.1:80 -s rr";
    private const string One = "-a -t 10.0.0.1:80 -r 127.0.0.2:8080 -m -w 1";
    private const string Two = "-a -t 10.0.0.1:80 -r 127.0.0.3:8080 -m -w 2";
    private const string TwoHeavier = "-a -t 10.0.0.1:80 -r 127.0.0.3:8080 -m -w 7";
    private const string Sorry = "-a -t 10.0.0.1:80 -r 127.0.0.9:8080 -m -w 1";
    private const string Foreign = "-A -u 10.9.9.9:53 -s wrr";
    private const string Mark = "-A -f 5 -s wlc -p 360";
    private const string MarkServer = "-a -f 5 -r 127.0.0.2:0 -m -w 1";
    private const string Range1 = "-A -t 10.0.0.7:443 -s mh -b mh-port";
    private const string Range1Server = "-a -t 10.0.0.7:443 -r 127.0.0.3:443 -i -w 0 --tun-type ipip";
    private const string Range2 = "-A -t 10.0.0.8:443 -s mh -b mh-port";
    private const string Range2Server = "-a -t 10.0.0.8:443 -r 127.0.0.3:443 -i -w 0 --tun-type ipip";

    private readonly string _directory = Directory.CreateTempSubdirectory("holdfast-uml-").FullName;

    private static string Script => $$"""
        mkdir /run/t; ip addr add 10.0.0.1/32 dev lo
        server() { # address: one that takes every connection
          exec perl -MIO::Socket::INET -e '
            my $s = IO::Socket::INET->new(LocalAddr => "'$1':8080", Listen => 100, ReuseAddr => 1) or die;
            while (my $c = $s->accept) { close $c }'
        }
        await() { # step, condition: until it is so, at most 20 s; then what ipvsadm says
          for ((i = 0; i < 100; i++)); do eval "$2" && break; sleep 0.2; done
          { echo "== $1"; /usr/sbin/ipvsadm -S -n | sort; } >>/mnt/out
        }
        table() { grep -c "7F00000$1" /proc/net/ip_vs; } # entries with 127.0.0.$1
        lines() { grep -c "$1" /mnt/log; }
        conf() { cat >/run/t/conf; }
        first() {
          cat <<EOF
        virtual_server 10.0.0.1 80 {
          protocol TCP
          lvs_sched rr
          lvs_method NAT
          alpha
          delay_loop 0.2
          connect_timeout 20
          warmup 0
          sorry_server 127.0.0.9 8080
          real_server 127.0.0.2 8080 {
            TCP_CHECK { retry 0 }
          }
          real_server 127.0.0.3 8080 {
            weight $1
            TCP_CHECK { retry 0 }
          }
        }
        EOF
        }
        others() {
          cat <<EOF
        virtual_server fwmark 5 {
          lvs_sched wlc
          lvs_method NAT
          persistence_timeout 360
          real_server 127.0.0.2 0 { }
        }
        virtual_server_group range {
          10.0.0.7-8 443
        }
        virtual_server group range {
          protocol TCP
          lvs_sched mh
          mh-port
          lvs_method TUN
          inhibit_on_failure
          delay_loop 0.2
          connect_timeout 20
          warmup 0
          real_server 127.0.0.3 443 {
            weight 3
            TCP_CHECK { retry 0 }
          }
        }
        EOF
        }
        server 127.0.0.2 & one=$!
        server 127.0.0.3 & two=$!
        /usr/sbin/ipvsadm -A -u 10.9.9.9:53 -s wrr
        { first 2; others; } | conf
        {{Path.Combine(RepositoryRoot.Path, "out", "keepalived")}} -n -l -G -f /run/t/conf -p /run/t/pid -r /run/t/v \
          -c /run/t/checks --run-dir=/run/t/run >/mnt/log 2>&1 & daemon=$!
        quiet() { /usr/sbin/ipvsadm -Ln | grep -c '443 *Tunnel *0'; } # inhibited entries
        await begin '[ $(table 2) = 2 -a $(table 3) = 3 -a $(table 9) = 0 -a $(quiet) = 2 ]'
        counted() { /usr/sbin/ipvsadm -Ln --stats | grep 127.0.0.3:8080 | tr -s ' ' | cut -d' ' -f4; }
        for ((i = 0; i < 100 && $(counted) == 0; i++)); do (echo x >/dev/tcp/10.0.0.1/80) 2>/dev/null; done
        kill $one
        await "one dies" '[ $(table 2) = 1 ]'
        kill -9 $(cat /run/t/checks)
        await "checks process is killed" '[ $(lines "Health checks run") = 2 ]'
        counted >/mnt/connections
        kill $two
        await "both are dead" '[ $(table 9) = 1 ]'
        kill -9 $(cat /run/t/checks)
        await "checks process is killed again" '[ $(lines "Health checks run") = 3 ]'
        server 127.0.0.2 & one=$!
        await "one returns" '[ $(table 9) = 0 -a $(table 2) = 2 ]'
        server 127.0.0.3 & two=$!
        await "two returns" '[ $(table 3) = 3 ]'
        { first 7; others; } | conf; kill -HUP $daemon
        await "weight changes" '[ $(lines "Reload finished") = 1 ]'
        first 7 | conf; kill -HUP $daemon
        await "services leave" '[ $(lines "Reload finished") = 2 ]'
        kill -9 $daemon
        await "supervisor is killed" '[ $(lines "Health checks run") = 4 ]'
        kill $(cat /run/t/pid)
        await stop '[ $(table 3) = 0 ]'
        kill $one $two
        """;

    [Fact]
    public void VirtualServers_LifeOfTheirServers_IsInIpvs()
    {
        UserModeResult result = UserModeKernel.Run(new()
        {
            Script = Script,
            Directory = _directory,
            Modules = UserModeJob.IpvsModules,
            Limit = TimeSpan.FromMinutes(3),
        });
        string log = File.Exists(In("log")) ? File.ReadAllText(In("log")) : "";
        Assert.True(result is { HasBooted: true, HasEnded: true }, result.Console + log);
        string[] others = [Mark, MarkServer, Range1, Range1Server, Range2, Range2Server];
        string expected = string.Concat(
            Step("begin", [Service, One, Two, .. others]),
            Step("one dies", [Service, Two, .. others]),
            Step("checks process is killed", [Service, Two, .. others]),
            Step("both are dead", [Service, Sorry, .. others]),
            Step("checks process is killed again", [Service, Sorry, .. others]),
            Step("one returns", [Service, One, .. others]),
            Step("two returns", [Service, One, Two, .. others]),
            Step("weight changes", [Service, One, TwoHeavier, .. others]),
            Step("services leave", [Service, One, TwoHeavier]),
            Step("supervisor is killed", [Service, One, TwoHeavier]),
            Step("stop", []));
        Assert.True(expected == File.ReadAllText(In("out")),
            $"wanted:\n{expected}\nbut:\n{File.ReadAllText(In("out"))}\n{log}");
        // An entry that had been taken out and put in again would count from zero.
        Assert.True(int.Parse(File.ReadAllText(In("connections")), CultureInfo.InvariantCulture) > 0, log);
    }

    /// <inheritdoc/>
    public void Dispose() => Directory.Delete(_directory, recursive: true);

    private static string Step(string name, string[] rules)
        => $"== {name}\n{string.Join('\n', rules.Append(Foreign).Order(StringComparer.Ordinal))}\n";

    private string In(string name) => Path.Combine(_directory, name);
}
