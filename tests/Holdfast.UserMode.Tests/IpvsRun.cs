using System.Globalization;
using System.Runtime.InteropServices;
using Holdfast.Lab.UserMode;
using Holdfast.Tests.Repository;

namespace Holdfast.UserMode.Tests;

/// <summary>
/// One boot of user-mode Linux for all tests: everything that they look at is done in one go, and comes out as files.
/// </summary>
public sealed class IpvsRun : IDisposable
{
    /// <summary>States that the original and ours build and list.</summary>
    internal const int StateCount = 200;

    /// <summary>States that one builds and both list.</summary>
    internal const int CrossCount = 4;

    private const string Original = "/usr/sbin/ipvsadm";
    private readonly string _directory = Directory.CreateTempSubdirectory("holdfast-uml-").FullName;

    public IpvsRun()
    {
        if (!File.Exists(Original))
        {
            throw new InvalidOperationException($"{Original} is missing: install the package ipvsadm");
        }
        Write("hosts", "127.0.0.1 localhost\n10.1.1.1 short\n10.1.1.2 a-very-long-host-name-indeed.example.org\n"
            + "2001:db8::1 six.example\n");
        Write("nsswitch.conf", "hosts: files\nservices: files\n");
        Write("states", string.Concat(Enumerable.Range(0, StateCount).Select(
            static n => new RuleGenerator(n).State(n))));
        for (int i = 0; i < CrossCount; i++)
        {
            RuleGenerator generator = new(1000 + i);
            Write(Invariant($"cross{i}"), string.Concat(Enumerable.Range(0, 6).Select(_ => generator.Build())));
        }
        Write("listings", "-L -n\n-L\n-S\n-S -n\n-L -n --nosort\n-L -n --stats\n-L -n --rate\n-L -n --thresholds\n"
            + "-L -n --tun-info\n-L -n --persistent-conn\n-L -n --exact --stats\n-L --timeout\n");
        Write("everything", EverySetting.Rules);
        Write("base", "-C\n-A -t 1.1.1.1:80\n-a -t 1.1.1.1:80 -r 2.2.2.2:81 -m\n");
        Write("lines", string.Join('\n', CommandLines.All) + "\n");
        WithIpvs = Run(Script(), UserModeJob.IpvsModules.Append("drivers/net/dummy"));
        WithoutIpvs = Run($"{Ours} -Ln >/mnt/none.out 2>/mnt/none.err; echo $? >/mnt/none.code", []);
    }

    /// <summary>The boot with IPVS.</summary>
    internal UserModeResult WithIpvs { get; }

    /// <summary>The boot without.</summary>
    internal UserModeResult WithoutIpvs { get; }

    private static string Ours => Path.Combine(RepositoryRoot.Path, "out", "ipvsadm");

    /// <summary>A file that came out; the console instead when it did not.</summary>
    internal string Read(string name)
    {
        string path = Path.Combine(_directory, name);
        return File.Exists(path) ? File.ReadAllText(path) : $"{name} is missing; the console says:\n{WithIpvs.Console}";
    }

    /// <inheritdoc/>
    public void Dispose() => Directory.Delete(_directory, recursive: true);

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private UserModeResult Run(string script, IEnumerable<string> modules) => UserModeKernel.Run(new()
    {
        Script = script,
        Directory = _directory,
        Modules = [.. modules],
        Console = static line => Console.Error.WriteLine(line),
        Limit = TimeSpan.FromMinutes(5),
    });

    private void Write(string name, string text) => File.WriteAllText(Path.Combine(_directory, name), text);

    /// <summary>Connections of both families, as both programs list them, and their counters set to zero.</summary>
    private const string Connections = """
        say "connections"
        still() { sed -E 's/[0-9]{2}:[0-9]{2}/-/'; }
        $O -C; $O --set 900 120 300
        for service in 10.9.9.1:80,10.9.9.2:80 '[2001:db8:9::1]:80,[2001:db8:9::2]:81'; do
          for kind in t u; do
            $O -A -$kind "${service%,*}" -s rr -p 200; $O -a -$kind "${service%,*}" -r "${service#*,}" -m
          done
        done
        for protocol in tcp udp; do for host in 10.9.9.1 2001:db8:9::1; do for i in 1 2 3; do
          (echo x >/dev/$protocol/$host/80) 2>/dev/null
        done; done; done
        for listing in '-L -n -c' '-L -c' '-L -n -c --persistent-conn' '-L -n --stats' '-L -n --persistent-conn'; do
          name="$(tr -d ' -' <<<"$listing")"
          # Connections end meanwhile: only what stood still for the original's two looks can be compared.
          for ((i = 0; i < 20; i++)); do
            $O $listing >"$M/conn.$name.o"; $H $listing >"$M/conn.$name.h"; $O $listing >$M/conn.again
            cmp -s <(still <"$M/conn.$name.o") <(still <$M/conn.again) && break
          done
        done
        # The kernel sums counters up every two seconds: what it has not summed yet comes back after -Z.
        for ((i = 0; i < 300; i++)); do
          $O -L -n --stats >$M/conn.counted
          [ "$(grep -cE ' 3 +3 +[03] +[0-9]+ +[0-9]+$' $M/conn.counted)" = 8 ] && break || sleep 0.1
        done
        $H -Z; $O -L -n --stats >$M/conn.zero
        """;

    private static string Script()
    {
        string guest = Path.Combine(RepositoryRoot.Path, "tests", "Holdfast.IpvsGuest", "bin", "Release", "net10.0",
            "Holdfast.IpvsGuest");
        string runtime = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));
        string seed = Path.Combine(RepositoryRoot.Path, "tests", "seed");
        return $$"""
            O={{Original}}; H={{Ours}}; M=/mnt
            export DOTNET_ROOT={{runtime}} DOTNET_EnableDiagnostics=0 DOTNET_TieredPGO=0
            say() { echo "ipvs: $1 at $SECONDS s"; }
            mount --bind $M/hosts /etc/hosts; mount --bind $M/nsswitch.conf /etc/nsswitch.conf
            ip link set dummy0 up
            ip addr add 10.9.9.1/24 dev dummy0; ip addr add 10.9.9.2/24 dev dummy0
            ip -6 addr add 2001:db8:9::1/64 dev dummy0 nodad; ip -6 addr add 2001:db8:9::2/64 dev dummy0 nodad

            say "client"
            {{guest}} >$M/client.out 2>$M/client.err; echo $? >$M/client.code
            say "every setting"
            $H -C; $H -R <$M/everything; $O -S -n >$M/everything.save; $O -L -n --tun-info >$M/everything.tunnels
            $O -L -n --thresholds >$M/everything.thresholds
            say "states, the original"
            $O -R <$M/states >$M/states.o.out 2>$M/states.o.err; echo $? >$M/states.o.code
            say "states, ours"
            $H -R <$M/states >$M/states.h.out 2>$M/states.h.err; echo $? >$M/states.h.code
            for ((i = 0; i < {{CrossCount}}; i++)); do
              say "cross $i"
              $O -C; $O -R <$M/cross$i 2>/dev/null; $O -R <$M/listings >$M/cross$i.oo; $H -R <$M/listings >$M/cross$i.oh
              $H -C; $H -R <$M/cross$i 2>/dev/null; $O -R <$M/listings >$M/cross$i.ho; $H -R <$M/listings >$M/cross$i.hh
            done
            say "command lines"
            $O -R <$M/base; n=0; base="$(</proc/net/ip_vs)"
            while IFS= read -r line; do
              eval "words=($line)"
              for who in o h; do
                [ $who = o ] && program=$O || program=$H
                (exec -a ipvsadm $program "${words[@]}") >$M/line$n.$who.out 2>$M/line$n.$who.err </dev/null
                echo $? >$M/line$n.$who.code; table="$(</proc/net/ip_vs)"; echo "$table" >$M/line$n.$who.table
                [ "$table" = "$base" ] || $O -R <$M/base
              done
              n=$((n + 1))
            done <$M/lines
            say "synchronisation daemons"
            $H --start-daemon master --mcast-interface dummy0 --syncid 9; $O --start-daemon backup \
              --mcast-interface dummy0 --mcast-group ff02::99 --mcast-ttl 7 --mcast-port 99 --sync-maxlen 1000
            $O -L --daemon >$M/daemon.o; $H -L --daemon >$M/daemon.h
            $O --stop-daemon master; $H --stop-daemon backup; $O -L --daemon >$M/daemon.none
            {{Connections}}
            say "seed"
            mkdir /run/bin; ln -s $H /run/bin/ipvsadm
            $O -C; PATH=/run/bin:$PATH sh {{seed}}/ipvsadm-dr.sh >$M/seed.dr 2>&1; $O -S -n >>$M/seed.dr
            $O -C; PATH=/run/bin:$PATH sh {{seed}}/ipvsadm-nat.sh >$M/seed.nat 2>&1
            say "done"
            """;
    }
}
