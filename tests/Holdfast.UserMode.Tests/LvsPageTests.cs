using System.Globalization;
using System.Text;
using Holdfast.Lab.UserMode;
using Holdfast.Tests.Repository;

namespace Holdfast.UserMode.Tests;

/// <summary>
/// The commands of <c>docs/tasks/lvs.md</c>, run as they stand there, on two directors, two real servers and a client
/// in one guest.
/// </summary>
public sealed class LvsPageTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("holdfast-uml-").FullName;
    private readonly string _page = File.ReadAllText(Path.Combine(RepositoryRoot.Path, "docs", "tasks", "lvs.md"));

    /// <summary>
    /// How the nodes get along. A node is a network namespace with a directory and a run directory of its own; "block"
    /// runs the next block of commands that the page has for a role.
    /// </summary>
    private static string Script => $$"""
        mkdir -p /run/netns /run/t /run/holdfast /run/bin
        for name in holdfast ipvsadm; do ln -s {{Path.Combine(RepositoryRoot.Path, "out")}}/$name /run/bin/$name; done
        cp /mnt/curl /run/bin/curl; chmod +x /run/bin/curl
        export PATH=/run/bin:$PATH
        ip link add br0 type bridge; ip link set br0 up
        node() { # name, address
          ip netns add $1; mkdir -p /run/t/$1/run; cp /mnt/keepalived.conf /mnt/rules /run/t/$1
          ip link add $1 type veth peer name eth0 netns $1; ip link set $1 master br0 up
          ip -n $1 -batch - <<EOF
        link set lo up
        link set eth0 up
        address add $2/24 dev eth0
        EOF
        }
        node c 192.0.2.50; node d1 192.0.2.1; node d2 192.0.2.2; node r1 192.0.2.101; node r2 192.0.2.102
        on() { # node, command...: in its place
          ip netns exec $1 bash -c 'mount --bind /run/t/$0/run /run/holdfast; cd /run/t/$0; eval "$@"' "$@"
        }
        block() { # node, file: the page's commands; what is not as it should be is in failed
          on $1 "set -e; . /mnt/$2" >>/mnt/$1.$2.out 2>&1 || echo "$1 $2 $?" >>/mnt/failed
          echo "lvs: $2 of $1 at $SECONDS s"
        }
        serve() { # node, text: a web server that says it
          exec ip netns exec $1 perl -MIO::Socket::INET -e '
            my $s = IO::Socket::INET->new(LocalPort => 80, Listen => 9, ReuseAddr => 1) or die;
            while (my $c = $s->accept) { sysread $c, my $x, 4096; print $c "HTTP/1.0 200 OK\r\n\r\n'$2'\n"; close $c }'
        }
        await() { # step, condition: until it is so, at most 60 s; otherwise all that follows makes no sense
          local end=$((SECONDS + 60))
          until eval "$2" >/dev/null 2>&1; do
            [ $SECONDS -lt $end ] || { echo "$1: no" >>/mnt/out; table d1 >>/mnt/out; table d2 >>/mnt/out; exit 1; }
            sleep 0.2
          done
          echo "$1" >>/mnt/out; echo "lvs: $1 at $SECONDS s"
        }
        table() { ip netns exec $1 cat /proc/net/ip_vs; }
        entries() { table $1 | grep -c "$2"; } # node, method or address
        ask() { on c ". /mnt/client.1"; }
        serve r1 one & one=$!
        serve r2 two & two=$!
        serve d1 sorry & serve d2 sorry &
        block r1 realserver.1; block r2 realserver.1
        block d1 director.1
        await "both servers" '[ $(entries d1 Route) = 2 ] && ask'
        block d2 second.1
        ask >/mnt/answers; ask >>/mnt/answers
        await "standby has both" '[ $(entries d2 Route) = 2 ]'
        block d1 director.2
        on r1 'sysctl -qw net.ipv4.conf.all.arp_ignore=0; sysctl -qw net.ipv4.conf.eth0.arp_ignore=0'
        on d1 'holdfast doctor --listen 0.3 keepalived.conf' >/mnt/doctor
        on r1 'sysctl -qw net.ipv4.conf.all.arp_ignore=1'
        kill $one; await "one is out" '[ $(entries d1 Route) = 1 ]'
        kill $two; await "sorry server" '[ "$(ask)" = sorry ]'
        serve r1 one & one=$!
        serve r2 two & two=$!
        await "both are back" '[ $(entries d1 "Route *1") = 2 ] && [ $(entries d2 "Route *1") = 2 ]'
        block d1 director.3
        await "takeover" '[[ "$(ask)" = @(one|two) ]]'
        block r1 realserver.2; block r2 realserver.2
        block d2 second.2
        await "tunnel" '[ $(entries d2 Tunnel) = 2 ] && [[ "$(ask)" = @(one|two) ]]'
        for n in r1 r2; do on $n "holdfast realserver --undo; ip address show tunl0" >/mnt/undo.$n; done
        on d2 "holdfast stop"; await "second is empty" '[ $(entries d2 Tunnel) = 0 ]'
        for n in 1 2; do
          ip -n r$n address del 192.0.2.10$n/24 dev eth0; ip -n r$n address add 10.0.0.10$n/24 dev eth0
          ip -n r$n route add default via 10.0.0.1
        done
        ip -n d1 address add 10.0.0.1/24 dev eth0
        block d1 director.4
        ip -n c neighbour flush dev eth0 # nobody has announced that the address is on the first again
        await "nat" '[ $(entries d1 Masq) = 2 ] && [[ "$(ask)" = @(one|two) ]]'
        on d1 "ipvsadm -S -n" >/mnt/nat
        sed -i '$d' /run/t/d1/rules; on d1 "holdfast reload" >/mnt/reload 2>&1
        await "one rule less" '[ $(entries d1 Masq) = 1 ]'
        on d1 "holdfast stop"; await "table is empty" '[ $(entries d1 Masq) = 0 ]'
        kill $one $two
        """;

    [Fact]
    public void Page_EveryCommand_DoesWhatItSays()
    {
        Write("keepalived.conf", Assert.Single(Blocks("conf")));
        Write("rules", Assert.Single(Blocks("rules")));
        // Any client will do; this one is there on every Debian.
        Write("curl", """
            #!/usr/bin/perl
            use IO::Socket::INET;
            my ($host) = $ARGV[-1] =~ m{//([^/]+)};
            my $s = IO::Socket::INET->new(PeerAddr => $host, PeerPort => 80, Timeout => 5) or exit 7;
            print $s "GET / HTTP/1.0\r\n\r\n"; $SIG{ALRM} = sub { exit 28 }; alarm 8;
            local $/; my $all = <$s>; $all =~ s/.*?\r\n\r\n//s; print $all; exit($all eq "" ? 52 : 0);
            """);
        foreach (string role in new[] { "realserver", "director", "second", "client" })
        {
            foreach ((int index, string text) in Blocks($"sh {role}").Index())
            {
                Write($"{role}.{(index + 1).ToString(CultureInfo.InvariantCulture)}", text);
            }
        }
        Assert.Equal(8, Blocks("sh realserver").Length + Blocks("sh director").Length + Blocks("sh second").Length);

        UserModeResult result = UserModeKernel.Run(new()
        {
            Script = Script,
            Directory = _directory,
            Modules =
            [
                .. UserModeJob.IpvsModules, "drivers/net/veth", "net/llc/llc", "net/802/stp", "net/bridge/bridge",
                "net/ipv4/ip_tunnel", "net/ipv4/tunnel4", "net/ipv4/ipip",
            ],
            Console = static line => Console.Error.WriteLine(line),
            Limit = TimeSpan.FromMinutes(5),
        });

        string all = Everything(result);
        Assert.True(result is { HasBooted: true, HasEnded: true }, all);
        Assert.True(Read("out").TrimEnd() == """
            both servers
            standby has both
            one is out
            sorry server
            both are back
            takeover
            tunnel
            second is empty
            nat
            one rule less
            table is empty
            """, all);
        Assert.True(Read("failed").Length == 0, all);
        Assert.Equal(["one", "two"], Read("answers").Split('\n', StringSplitOptions.RemoveEmptyEntries).Order());
        Assert.Contains("the real server 192.0.2.101", Read("doctor"), StringComparison.Ordinal);
        Assert.Contains("answers ARP for the virtual address 192.0.2.10", Read("doctor"), StringComparison.Ordinal);
        Assert.DoesNotContain("192.0.2.102 (", Read("doctor"), StringComparison.Ordinal);
        Assert.DoesNotContain("192.0.2.10/32", Read("undo.r1").Split(": tunl0")[^1], StringComparison.Ordinal);
        Assert.Contains("-a -t 192.0.2.10:80 -r 10.0.0.102:80 -m -w 1", Read("nat"), StringComparison.Ordinal);
    }

    /// <inheritdoc/>
    public void Dispose() => Directory.Delete(_directory, recursive: true);

    private string[] Blocks(string info)
        => [.. _page.Split($"```{info}\n").Skip(1).Select(static rest => rest[..rest.IndexOf("\n```",
            StringComparison.Ordinal)] + "\n")];

    private string Everything(UserModeResult result)
    {
        var text = new StringBuilder(result.Console);
        foreach (string file in Directory.EnumerateFiles(_directory).Order(StringComparer.Ordinal)
            .Where(static f => Path.GetFileName(f) != "init"))
        {
            text.Append(CultureInfo.InvariantCulture, $"== {Path.GetFileName(file)}\n{File.ReadAllText(file)}\n");
        }
        return text.ToString();
    }

    private string Read(string name)
        => File.Exists(Path.Combine(_directory, name)) ? File.ReadAllText(Path.Combine(_directory, name)) : "";

    private void Write(string name, string text) => File.WriteAllText(Path.Combine(_directory, name), text);
}
