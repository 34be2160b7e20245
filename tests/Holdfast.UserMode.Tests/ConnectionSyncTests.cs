using Holdfast.Lab.UserMode;
using Holdfast.Tests.Repository;

namespace Holdfast.UserMode.Tests;

/// <summary>
/// <c>lvs_sync_daemon</c> follows VRRP, in a kernel that has IPVS, as the original's ipvsadm sees it.
/// </summary>
public sealed class ConnectionSyncTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("holdfast-uml-").FullName;

    private static string Script => $$"""
        mkdir -p /run/netns /run/t
        ip netns add a; ip netns add b
        ip link add va type veth peer name vb
        ip link set va netns a name eth0; ip link set vb netns b name eth0
        for node in a b; do ip -n $node link set lo up; ip -n $node link set eth0 up; done
        start() {
          ip -n "$1" addr add "192.168.1.$2/24" dev eth0
          cat > "/run/t/$1.conf" <<EOF
        global_defs {
            lvs_sync_daemon eth0 VI_1 id 7
        }
        vrrp_instance VI_1 {
            version 3
            interface eth0
            virtual_router_id 51
            priority $3
            advert_int 0.2
            virtual_ipaddress {
                192.168.1.100/24
            }
        }
        EOF
          ip netns exec "$1" {{Path.Combine(RepositoryRoot.Path, "out", "keepalived")}} -n -l -P -f "/run/t/$1.conf" \
            -p "/run/t/$1.pid" -r "/run/t/$1v.pid" "--run-dir=/run/t/$1" > "/mnt/$1.log" 2>&1 &
        }
        runs() { ip netns exec "$1" /usr/sbin/ipvsadm -L --daemon | tr '\n' ' '; }
        await() { # node, text: until the daemon is in that role, at most 20 s
          tries=0
          until [[ "$(runs "$1")" == *"$2"* ]] || [ $tries -ge 100 ]; do sleep 0.2; tries=$((tries + 1)); done
          echo "$3 $1: $(runs "$1")" >> /mnt/out
        }
        start a 1 200
        await a "master sync daemon" first
        start b 2 100
        await b "backup sync daemon" first
        kill "$(cat /run/t/a.pid)"
        await b "master sync daemon" then
        tries=0
        until [ -z "$(runs a)" ] || [ $tries -ge 100 ]; do sleep 0.2; tries=$((tries + 1)); done
        echo "then a: $(runs a)" >> /mnt/out
        """;

    [Fact]
    public void SyncDaemon_ActiveAndBackup_FollowsTheInstance()
    {
        UserModeResult result = UserModeKernel.Run(new()
        {
            Script = Script,
            Directory = _directory,
            Modules = [.. UserModeJob.IpvsModules, "drivers/net/veth"],
            Limit = TimeSpan.FromMinutes(3),
        });
        Assert.True(result is { HasBooted: true, HasEnded: true }, result.Console);
        string[] lines = [.. File.ReadAllLines(Path.Combine(_directory, "out")).Select(static line => line.TrimEnd())];
        string all = string.Join('\n', lines) + "\n" + File.ReadAllText(Path.Combine(_directory, "a.log"));
        Assert.True(lines is
            [
                "first a: master sync daemon (mcast=eth0, syncid=7, maxlen=1472, group=224.0.0.81, port=8848, ttl=1)",
                "first b: backup sync daemon (mcast=eth0, syncid=7, maxlen=1472, group=224.0.0.81, port=8848, ttl=1)",
                "then b: master sync daemon (mcast=eth0, syncid=7, maxlen=1472, group=224.0.0.81, port=8848, ttl=1)",
                "then a:",
            ], all);
    }

    /// <inheritdoc/>
    public void Dispose() => Directory.Delete(_directory, recursive: true);
}
