using Holdfast.Lab;
using Holdfast.Layer4;
using Holdfast.Layer4.Model;
using Holdfast.Layer4.Xdp;
using Holdfast.Primitives;

namespace Holdfast.Layer4Bench;

/// <summary>Who balances connections, end to end.</summary>
/// <param name="Name">For the table.</param>
/// <param name="Start">Begins; what it returns ends it.</param>
internal sealed record Contender(string Name, Func<LabNode, IDisposable> Start)
{
    internal const string DirectRouting = "Holdfast xdp, DR";

    internal const string Nobody = "nobody: straight to a server";

    internal const string Haproxy = "HAProxy, tcp";

    /// <summary>Whether answers go through the director without being its own.</summary>
    internal bool IsTranslating { get; init; }

    /// <summary>Whether servers get packets in packets.</summary>
    internal bool IsTunnel { get; init; }

    internal static IReadOnlyList<Contender> All { get; } =
    [
        new(Nobody, static _ => new Ending(static () => { })),
        new(DirectRouting, static node => StartXdp(node, ForwardingMethod.DirectRouting)),
        new("Holdfast xdp, DR, generic mode",
            static node => StartXdp(node, ForwardingMethod.DirectRouting, isNative: false)),
        new("Holdfast xdp, NAT", static node => StartXdp(node, ForwardingMethod.Nat)) { IsTranslating = true },
        new("Holdfast xdp, tunnel", static node => StartXdp(node, ForwardingMethod.Tunnel)) { IsTunnel = true },
        new("nftables, DNAT", StartNftables) { IsTranslating = true },
        new(Haproxy, StartHaproxy),
        new("nginx, stream", StartNginx),
    ];

    private static Ending StartXdp(LabNode director, ForwardingMethod method, bool isNative = true)
    {
        ILayer4Plane plane = director.Run(() =>
        {
            var options = new XdpOptions { IsNativeOnVeth = isNative };
            XdpPlane.TryOpen(options, out ILayer4Plane? opened).ThrowIfFailed("open the plane");
            var service = new VirtualServiceSpec
            {
                Key = VirtualServiceKey.At(
                    ServiceProtocol.Tcp, IpAddress.Parse(PeerLayout.VirtualAddress), PeerLayout.Port),
                Scheduler = "mh",
                Flags = ServiceFlags.Scheduler2,
            };
            Linux.Netlink.NetlinkResult result = opened!.Reconcile(
                [new(service, [.. Enumerable.Range(1, PeerLayout.Servers).Select(number => new RealServerSpec
                {
                    Key = new(IpAddress.Parse(PeerLayout.ServerOf(number)), PeerLayout.Port),
                    Forwarding = method,
                })])], out _);
            if (!result.IsSuccess)
            {
                opened.Dispose();
                throw new NotSupportedException(result.ToString());
            }
            return opened;
        });
        return new(() =>
        {
            _ = plane.Flush();
            plane.Dispose();
        });
    }

    private static Ending StartNftables(LabNode director)
    {
        director.WriteFile("/tmp/bench.nft", $$"""
            table ip bench {
                chain before {
                    type nat hook prerouting priority dstnat;
                    ip daddr {{PeerLayout.VirtualAddress}} tcp dport {{PeerLayout.Port}} dnat to \
                        jhash ip saddr . tcp sport mod 2 map {
                            0 : {{PeerLayout.ServerOf(1)}}, 1 : {{PeerLayout.ServerOf(2)}}
                        }
                }
            }
            """);
        PeerLayout.Run(director, "nft", "-f", "/tmp/bench.nft");
        // Or the kernel's table of connections would be full of those that have ended.
        director.SetSysctl("netfilter/nf_conntrack_tcp_timeout_time_wait", 1);
        director.SetSysctl("netfilter/nf_conntrack_tcp_timeout_last_ack", 1);
        return new(() => PeerLayout.Run(director, "nft", "delete", "table", "ip", "bench"));
    }

    private static Ending StartHaproxy(LabNode director)
    {
        director.WriteFile("/tmp/haproxy.cfg", $"""
            global
                maxconn 4000
                nbthread 1
            defaults
                mode tcp
                timeout connect 10s
                timeout client 10s
                timeout server 10s
            listen bench
                bind {PeerLayout.VirtualAddress}:{PeerLayout.Port}
                balance roundrobin
                server one {PeerLayout.ServerOf(1)}:{PeerLayout.Port}
                server two {PeerLayout.ServerOf(2)}:{PeerLayout.Port}

            """);
        return StartProcess(director, "haproxy", "-db", "-f", "/tmp/haproxy.cfg");
    }

    private static Ending StartNginx(LabNode director)
    {
        director.WriteFile("/tmp/nginx.conf", $$"""
            load_module /usr/lib/nginx/modules/ngx_stream_module.so;
            daemon off;
            pid /run/nginx.pid;
            error_log /dev/null crit;
            worker_processes 1;
            events {
                worker_connections 8192;
            }
            stream {
                upstream servers {
                    server {{PeerLayout.ServerOf(1)}}:{{PeerLayout.Port}};
                    server {{PeerLayout.ServerOf(2)}}:{{PeerLayout.Port}};
                }
                server {
                    listen {{PeerLayout.VirtualAddress}}:{{PeerLayout.Port}} backlog=4096;
                    proxy_pass servers;
                }
            }
            """);
        return StartProcess(director, "nginx", "-c", "/tmp/nginx.conf");
    }

    private static Ending StartProcess(LabNode director, string program, params string[] arguments)
    {
        LabProcess process = director.Start(program, arguments);
        return new(() =>
        {
            process.Stop();
            _ = process.WaitForExit(TimeSpan.FromSeconds(30));
        });
    }

    private sealed class Ending(Action end) : IDisposable
    {
        public void Dispose() => end();
    }
}
