using Holdfast.Lab;
using Holdfast.Layer4;
using Holdfast.Layer4.Model;
using Holdfast.Layer4.Xdp;
using Holdfast.Primitives;

namespace Holdfast.Layer4Bench;

/// <summary>Who balances connections, end to end.</summary>
/// <param name="Name">For the table.</param>
/// <param name="Start">Begins; what it returns ends it.</param>
/// <param name="IsTranslating">Whether answers go through the director.</param>
internal sealed record Contender(string Name, Func<PeerLab, IDisposable> Start, bool IsTranslating = false)
{
    internal const string Nobody = "nobody: straight to a server";

    internal const string Haproxy = "HAProxy, tcp";

    internal static IReadOnlyList<Contender> All { get; } =
    [
        new(Nobody, static _ => new Ending(static () => { })),
        new("Holdfast xdp, DR", static lab => StartXdp(lab, ForwardingMethod.DirectRouting)),
        new("Holdfast xdp, NAT", static lab => StartXdp(lab, ForwardingMethod.Nat), IsTranslating: true),
        new("nftables, DNAT", StartNftables, IsTranslating: true),
        new(Haproxy, StartHaproxy),
        new("nginx, stream", StartNginx),
    ];

    private static Ending StartXdp(PeerLab lab, ForwardingMethod method)
    {
        ILayer4Plane plane = lab.Director.Run(() =>
        {
            XdpPlane.TryOpen(new XdpOptions(), out ILayer4Plane? opened).ThrowIfFailed("open the plane");
            var service = new VirtualServiceSpec
            {
                Key = VirtualServiceKey.At(
                    ServiceProtocol.Tcp, IpAddress.Parse(PeerLab.VirtualAddress), PeerLab.Port),
                Scheduler = "mh",
                Flags = ServiceFlags.Scheduler2,
            };
            Linux.Netlink.NetlinkResult result = opened!.Reconcile(
                [new(service, [.. Enumerable.Range(1, 2).Select(number => new RealServerSpec
                {
                    Key = new(IpAddress.Parse(PeerLab.ServerOf(number)), PeerLab.Port),
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

    private static Ending StartNftables(PeerLab lab)
    {
        lab.Director.WriteFile("/tmp/bench.nft", $$"""
            table ip bench {
                chain before {
                    type nat hook prerouting priority dstnat;
                    ip daddr {{PeerLab.VirtualAddress}} tcp dport {{PeerLab.Port}} dnat to \
                        jhash ip saddr . tcp sport mod 2 map {
                            0 : {{PeerLab.ServerOf(1)}}, 1 : {{PeerLab.ServerOf(2)}}
                        }
                }
            }
            """);
        PeerLab.Run(lab.Director, "nft", "-f", "/tmp/bench.nft");
        return new(() => PeerLab.Run(lab.Director, "nft", "delete", "table", "ip", "bench"));
    }

    private static Ending StartHaproxy(PeerLab lab)
    {
        lab.Director.WriteFile("/tmp/haproxy.cfg", $"""
            global
                maxconn 4000
            defaults
                mode tcp
                timeout connect 10s
                timeout client 10s
                timeout server 10s
            listen bench
                bind {PeerLab.VirtualAddress}:{PeerLab.Port}
                balance roundrobin
                server one {PeerLab.ServerOf(1)}:{PeerLab.Port}
                server two {PeerLab.ServerOf(2)}:{PeerLab.Port}

            """);
        return StartProcess(lab, "haproxy", "-db", "-f", "/tmp/haproxy.cfg");
    }

    private static Ending StartNginx(PeerLab lab)
    {
        lab.Director.WriteFile("/tmp/nginx.conf", $$"""
            load_module /usr/lib/nginx/modules/ngx_stream_module.so;
            daemon off;
            pid /run/nginx.pid;
            error_log /dev/null crit;
            worker_processes auto;
            events {
                worker_connections 8192;
            }
            stream {
                upstream servers {
                    server {{PeerLab.ServerOf(1)}}:{{PeerLab.Port}};
                    server {{PeerLab.ServerOf(2)}}:{{PeerLab.Port}};
                }
                server {
                    listen {{PeerLab.VirtualAddress}}:{{PeerLab.Port}} backlog=4096;
                    proxy_pass servers;
                }
            }
            """);
        return StartProcess(lab, "nginx", "-c", "/tmp/nginx.conf");
    }

    private static Ending StartProcess(PeerLab lab, string program, params string[] arguments)
    {
        LabProcess process = lab.Director.Start(program, arguments);
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
