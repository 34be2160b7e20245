using System.Net;
using System.Net.Sockets;
using Holdfast.Lab;
using Holdfast.Linux.Abi;
using Holdfast.Tests.HAProxy;

namespace Holdfast.Tests.Nginx;

/// <summary>The seed's nginx.conf as it is, alone and beside keepalived-nginx.conf, between real hosts.</summary>
public sealed class SeedTests : IDisposable
{
    private const string Own = "192.168.1.10";
    private const string Virtual = "192.168.1.100";

    private readonly ProxyLab _lab = new();

    public void Dispose() => _lab.Dispose();

    [Fact]
    public void Seed_ItsProcessIsKilled_AnotherOneServesAndNoClientIsRefused()
    {
        LabNode balancer = _lab.AddBalancer("lb1", Own);
        LabProcess daemon = ProxyLab.Run(balancer, ("nginx.conf", ProxyLab.Seed("nginx.conf")));
        _ = daemon.WaitForLine("The web server serves", ProxyLab.Patience);
        Assert.Equal(["web1", "web1", "web2", "web2"],
            Enumerable.Range(0, 4).Select(_ => _lab.Get(Own)).Order(StringComparer.Ordinal));

        string before = ProxyLab.PidOf(balancer, "nginx");
        Assert.True(balancer.Execute("kill", "-9", before).Exit!.Value.IsSuccess);
        // Clients wait in the kernel meanwhile: the listener never closes.
        Assert.StartsWith("web", _lab.Get(Own), StringComparison.Ordinal);
        Assert.NotEqual(before, ProxyLab.PidOf(balancer, "nginx"));

        LabProcess status = balancer.Execute(ProxyLab.Program, "status", "--run-dir", "/run/holdfast");
        Assert.Contains("0.0.0.0:80", status.Output, StringComparison.Ordinal);
        daemon.Stop();
        Assert.Equal(0, daemon.WaitForExit(ProxyLab.Patience).Code);
        ProxyLab.Until(() => _lab.Get(Own) == "(ConnectionRefused)", "the port closes", daemon);
    }

    [Fact]
    public void Stock_FileOfDebiansPackage_ServesUnmodified()
    {
        LabNode balancer = _lab.AddBalancer("lb1", Own);
        LabProcess daemon = balancer.Start(
            ProxyLab.Program, ["run", "--run-dir", "/run/holdfast", "/etc/nginx/nginx.conf"], name: "holdfast");
        _ = daemon.WaitForLine("The web server serves", ProxyLab.Patience);
        Assert.Equal("ml>\n", _lab.Get(Own)); // the end of the page that comes with the package
    }

    [Fact]
    public void Seed_ReloadsUnderLoad_NoRequestFails()
    {
        LabNode balancer = _lab.AddBalancer("lb1", Own);
        LabProcess daemon = ProxyLab.Run(balancer, ("nginx.conf", ProxyLab.Seed("nginx.conf")));
        _ = daemon.WaitForLine("The web server serves", ProxyLab.Patience);

        List<string> answers = [];
        for (int round = 0; round < 5; round++)
        {
            string before = ProxyLab.PidOf(balancer, "nginx");
            daemon.Signal(Signal.SIGHUP);
            ProxyLab.Until(() =>
            {
                answers.Add(_lab.Get(Own));
                return ProxyLab.PidOf(balancer, "nginx") is { Length: > 0 } now && !now.Split(' ').Contains(before);
            }, "the old process ends", daemon);
        }

        Assert.All(answers, static answer => Assert.StartsWith("web", answer, StringComparison.Ordinal));
    }

    [Fact]
    public void Upstream_WithANameThatNobodyKnows_IsWarnedOfAndTheOthersServe()
    {
        LabNode balancer = _lab.AddBalancer("lb1", Own);
        string text = ProxyLab.Seed("nginx.conf");
        LabProcess daemon = ProxyLab.Run(balancer,
            ("nginx.conf", text.Replace("192.168.1.101", "web1.invalid", StringComparison.Ordinal)));
        _ = daemon.WaitForLine("warning: /run/lab/nginx.conf:3:16: host not found in upstream \"web1.invalid\"",
            ProxyLab.Patience);
        _ = daemon.WaitForLine("The web server serves", ProxyLab.Patience);
        Assert.Contains("web2", Enumerable.Range(0, 4).Select(_ => _lab.Get(Own)));

        // And so is a reload of it.
        daemon.Signal(Signal.SIGHUP);
        _ = daemon.WaitForLine("The web server process before", ProxyLab.Patience);
        Assert.Contains("web2", Enumerable.Range(0, 4).Select(_ => _lab.Get(Own)));
    }

    [Fact]
    public void Pair_TheWebServerEnds_TheBackupTakesOver()
    {
        LabNode first = _lab.AddBalancer("lb1", Own);
        LabNode second = _lab.AddBalancer("lb2", "192.168.1.11");
        LabProcess active = ProxyLab.Run(first,
            ("keepalived.conf", ProxyLab.Seed("keepalived-nginx.conf")),
            ("nginx.conf", ProxyLab.Seed("nginx.conf")));
        ProxyLab.Until(() => _lab.Get(Virtual).StartsWith("web", StringComparison.Ordinal), "lb1 serves", active);
        LabProcess backup = ProxyLab.Run(second,
            ("keepalived.conf", ProxyLab.Seed("keepalived-backup.conf")),
            ("nginx.conf", ProxyLab.Seed("nginx.conf")));
        _ = backup.WaitForLine("The web server serves", ProxyLab.Patience);
        _ = backup.WaitForLine("Startup complete", ProxyLab.Patience);

        Assert.True(first.Execute("kill", "-QUIT", ProxyLab.PidOf(first, "nginx")).Exit!.Value.IsSuccess);

        ProxyLab.Until(() => second.HasAddress(Primitives.IpAddress.Parse(Virtual)), "lb2 takes over", backup);
        ProxyLab.Until(() => !first.HasAddress(Primitives.IpAddress.Parse(Virtual)), "lb1 lets go", active);
        ProxyLab.Until(() => _lab.Get(Virtual).StartsWith("web", StringComparison.Ordinal), "lb2 serves", backup);
        Assert.Empty(ProxyLab.PidOf(first, "nginx"));

        // A reload brings it back, and with it the address.
        active.Signal(Signal.SIGHUP);
        ProxyLab.Until(() => first.HasAddress(Primitives.IpAddress.Parse(Virtual)), "lb1 is back", active);
        Assert.StartsWith("web", _lab.Get(Virtual), StringComparison.Ordinal);
    }

    [Fact]
    public void Daemon_WhoseSupervisorIsKilled_ServesOnWithAnother()
    {
        LabNode balancer = _lab.AddBalancer("lb1", Own);
        LabProcess daemon = ProxyLab.Run(balancer,
            ("keepalived.conf", ProxyLab.Seed("keepalived-nginx.conf")),
            ("haproxy.cfg", ProxyLab.Seed("haproxy.cfg").Replace("*:80", "*:8080", StringComparison.Ordinal)),
            ("nginx.conf", ProxyLab.Seed("nginx.conf")));
        ProxyLab.Until(() => _lab.Get(Virtual).StartsWith("web", StringComparison.Ordinal), "lb1 serves", daemon);
        Assert.NotEmpty(ProxyLab.PidOf(balancer));
        string before = ProxyLab.PidOf(balancer, "nginx");

        string supervisor = balancer.Execute("sh", "-c", $"awk '{{print $4}}' /proc/{before}/stat").Output.Trim();
        Assert.True(balancer.Execute("kill", "-9", supervisor).Exit!.Value.IsSuccess);

        ProxyLab.Until(
            () => ProxyLab.PidOf(balancer, "nginx") is { Length: > 0 } now && !now.Split(' ').Contains(before),
            "another one serves", daemon);
        ProxyLab.Until(() => _lab.Get(Virtual).StartsWith("web", StringComparison.Ordinal), "it serves", daemon);
        Assert.True(balancer.HasAddress(Primitives.IpAddress.Parse(Virtual)));
    }

    [Fact]
    public void Drain_OfAClientThatStays_EndsWithItsTime()
    {
        LabNode balancer = _lab.AddBalancer("lb1", Own);
        LabProcess daemon = ProxyLab.Run(balancer,
            ("nginx.conf", "worker_shutdown_timeout 1s;\n" + ProxyLab.Seed("nginx.conf")));
        _ = daemon.WaitForLine("The web server serves", ProxyLab.Patience);
        string before = ProxyLab.PidOf(balancer, "nginx");
        using Socket client = _lab.Client.Run(static () =>
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            socket.Connect(IPAddress.Parse(Own), 80);
            _ = socket.Send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nabc"u8);
            return socket;
        });
        daemon.Signal(Signal.SIGHUP);
        _ = daemon.WaitForLine("The web server process before", ProxyLab.Patience);
        Assert.DoesNotContain(before, ProxyLab.PidOf(balancer, "nginx").Split(' '));
    }

    [Fact]
    public void Program_ReloadsAndChangesItsBinaryUnderLoad_NoRequestFails()
    {
        LabNode balancer = _lab.AddBalancer("lb1", Own);
        balancer.WriteFile("/run/lab/nginx.conf",
            "pid /run/lab/pid;\nerror_log /run/lab/log notice;\n" + ProxyLab.Seed("nginx.conf"));
        LabProcess started = balancer.Start(
            ProxyLab.Program, ["-c", "/run/lab/nginx.conf", "-e", "/run/lab/log"], name: "nginx");
        Assert.True(started.WaitForExit(ProxyLab.Patience).Code == 0, started.Output);
        List<string> answers = [];

        Tell("-HUP", "/run/lab/pid");
        Serve(() => Count("exited with code 0") == 1);
        Tell("-USR2", "/run/lab/pid");
        Serve(() => Count("start worker process ") == 3 && Read("/run/lab/pid.oldbin").Length > 0);
        Tell("-QUIT", "/run/lab/pid.oldbin");
        Serve(() => Read("/run/lab/pid.oldbin").Length == 0);
        Serve(() => true);
        Tell("-QUIT", "/run/lab/pid");
        ProxyLab.Until(() => Read("/run/lab/pid").Length == 0, "it ends", started);

        Assert.All(answers, static answer => Assert.StartsWith("web", answer, StringComparison.Ordinal));
        // Three processes and two masters; nothing has gone wrong with any.
        Assert.Equal(5, Count(": exit") - Count(": exiting"));
        Assert.Equal(0, Count("[emerg]") + Count("[alert]") + Count("[error]") + Count("[warn]"));

        string Read(string path) => balancer.Execute("sh", "-c", $"cat {path} 2> /dev/null").Output.Trim();
        int Count(string text) => Read("/run/lab/log").Split('\n').Count(
            line => line.Contains(text, StringComparison.Ordinal));
        void Tell(string signal, string file)
            => Assert.True(balancer.Execute("kill", signal, Read(file)).Exit!.Value.IsSuccess);
        void Serve(Func<bool> isDone) => ProxyLab.Until(() =>
        {
            answers.Add(_lab.Get(Own));
            return isDone();
        }, $"it serves on; {Read("/run/lab/log")}", started);
    }
}
