using System.Net.Sockets;
using Holdfast.Lab;
using Holdfast.Tests.Repository;

namespace Holdfast.Xdp.Tests;

/// <summary>Virtual servers of a keepalived.conf on a kernel without IPVS.</summary>
public sealed class KeepalivedTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly DirectorLab _lab = new();

    public void Dispose() => _lab.Dispose();

    [Fact]
    public void VirtualServer_ServerDiesAndReturns_ClientsFollow()
    {
        _lab.StartServers();
        using LabProcess daemon = Start("""
            virtual_server 10.0.0.100 80 {
                delay_loop 1
                lvs_sched wlc
                lvs_method DR
                protocol TCP
                real_server 10.0.0.13 80 {
                    TCP_CHECK {
                        connect_timeout 2
                    }
                }
                real_server 10.0.0.14 80 {
                    TCP_CHECK {
                        connect_timeout 2
                        retry 1
                        delay_before_retry 1
                    }
                }
                real_server 10.0.0.15 80 {
                    TCP_CHECK {
                        connect_timeout 2
                    }
                }
            }
            """);
        daemon.WaitForLine("carried out by the xdp plane", Patience);
        Eventually(() => Listing().Split(" Route ").Length == 4, "the servers did not come");
        // The table is shown before the program is attached: until then the director itself refuses.
        Eventually(() => Servers() is [1, 2, 3], "not all servers get connections");

        _lab.StopServer(2);
        Eventually(() => !Listing().Contains("10.0.0.14", StringComparison.Ordinal), "the dead server stayed");
        Assert.Equal([1, 3], _lab.Connect("10.0.0.100", 40).Select(static c => c.Server).Distinct().Order());

        _ = _lab.StartServer(2);
        Eventually(() => Listing().Contains("10.0.0.14", StringComparison.Ordinal), "the server did not return");
        Eventually(() => _lab.Connect("10.0.0.100", 10).Any(static c => c.Server == 2), "it gets no connections");

        daemon.Stop();
        Assert.True(daemon.WaitForExit(Patience).IsSuccess, daemon.Output);
        LabProcess pins = _lab.Director.Execute("/bin/sh", "-c", "ls -d /sys/fs/bpf/holdfast/xdp2-*");
        Assert.NotEqual(0, pins.Exit!.Value.Code);
    }

    [Fact]
    public void VirtualServer_WhatThePlaneCannotDo_IsSaid()
    {
        using LabProcess daemon = Start("""
            virtual_server fwmark 7 {
                lvs_sched wlc
                lvs_method DR
                real_server 10.0.0.13 {
                }
            }
            """);

        daemon.WaitForLine("the xdp plane sees packets before the firewall marks them", Patience);
    }

    private LabProcess Start(string config)
    {
        _lab.Director.WriteFile("/tmp/keepalived.conf", config);
        return _lab.Director.Start(Path.Combine(RepositoryRoot.Path, "out", "keepalived"),
            ["-n", "-l", "-D", "-f", "/tmp/keepalived.conf", "-p", "/run/k.pid", "-c", "/run/c.pid"],
            name: "keepalived");
    }

    /// <summary>Who answers; nobody while connections are refused.</summary>
    private int[] Servers()
    {
        try
        {
            return [.. _lab.Connect("10.0.0.100", 40).Select(static c => c.Server).Distinct().Order()];
        }
        catch (SocketException)
        {
            return [];
        }
    }

    private string Listing()
        => _lab.Director.Execute(Path.Combine(RepositoryRoot.Path, "out", "ipvsadm"), "-Ln").Output;

    private static void Eventually(Func<bool> condition, string problem)
        => Assert.True(SpinWait.SpinUntil(condition, Patience), problem);
}
