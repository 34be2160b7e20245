using Holdfast.Lab;

namespace Holdfast.Tests.HAProxy;

/// <summary>The seed's haproxy.cfg as it is, alone and beside keepalived-haproxy.conf, between real hosts.</summary>
public sealed class SeedTests : IDisposable
{
    private const string Own = "192.168.1.10";
    private const string Virtual = "192.168.1.100";

    private readonly ProxyLab _lab = new();

    public void Dispose() => _lab.Dispose();

    [Fact]
    public void Seed_AServerDiesAndReturns_RequestsGoOn()
    {
        LabNode balancer = _lab.AddBalancer("lb1", Own);
        LabProcess daemon = ProxyLab.Run(balancer, ("haproxy.cfg", ProxyLab.Seed("haproxy.cfg")));
        _ = daemon.WaitForLine("The proxy serves", ProxyLab.Patience);

        string[] answers = [.. Enumerable.Range(0, 6).Select(_ => _lab.Get(Own))];
        Assert.Equal(["web1", "web2", "web1", "web2", "web1", "web2"], answers);
        Assert.NotEmpty(ProxyLab.PidOf(balancer));

        _lab.Servers[0].Die();
        _ = daemon.WaitForLine("Server http_back/web1 is DOWN", ProxyLab.Patience);
        Assert.Equal(["web2", "web2", "web2"], Enumerable.Range(0, 3).Select(_ => _lab.Get(Own)));
        _lab.Servers[0].Return();
        _ = daemon.WaitForLine("Server http_back/web1 is UP", ProxyLab.Patience);
        Assert.Contains("web1", Enumerable.Range(0, 2).Select(_ => _lab.Get(Own)));

        LabProcess status = balancer.Execute(ProxyLab.Program, "status", "--run-dir", "/run/holdfast");
        Assert.Contains("http_front", status.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("VRRP", status.Output, StringComparison.Ordinal);
        daemon.Stop();
        Assert.Equal(0, daemon.WaitForExit(ProxyLab.Patience).Code);
        Assert.Equal("(ConnectionRefused)", _lab.Get(Own));
    }

    [Fact]
    public void Seed_TheProxyIsKilled_AnotherOneServes()
    {
        LabNode balancer = _lab.AddBalancer("lb1", Own);
        LabProcess daemon = ProxyLab.Run(balancer, ("haproxy.cfg", ProxyLab.Seed("haproxy.cfg")));
        _ = daemon.WaitForLine("The proxy serves", ProxyLab.Patience);
        string before = ProxyLab.PidOf(balancer);

        Assert.True(balancer.Execute("kill", "-9", before).Exit!.Value.IsSuccess);

        // Clients wait in the kernel meanwhile: the listener never closes.
        Assert.StartsWith("web", _lab.Get(Own), StringComparison.Ordinal);
        Assert.NotEqual(before, ProxyLab.PidOf(balancer));
        Assert.False(daemon.HasExited);
    }

    [Fact]
    public void Seed_ReloadWithAnotherServer_OldProcessEndsAndNoRequestFails()
    {
        LabNode balancer = _lab.AddBalancer("lb1", Own);
        string text = ProxyLab.Seed("haproxy.cfg");
        LabProcess daemon = ProxyLab.Run(balancer, ("haproxy.cfg", text));
        _ = daemon.WaitForLine("The proxy serves", ProxyLab.Patience);
        string before = ProxyLab.PidOf(balancer);

        balancer.WriteFile("/run/lab/haproxy.cfg", string.Join('\n',
            text.Split('\n').Where(static line => !line.Contains("web1", StringComparison.Ordinal))));
        daemon.Signal(Holdfast.Linux.Abi.Signal.SIGHUP);
        List<string> answers = [];
        ProxyLab.Until(() =>
        {
            answers.Add(_lab.Get(Own));
            return ProxyLab.PidOf(balancer) is { Length: > 0 } now && !now.Split(' ').Contains(before);
        }, "the old process ends", daemon);

        Assert.All(answers, static answer => Assert.StartsWith("web", answer, StringComparison.Ordinal));
        Assert.Equal(["web2", "web2"], Enumerable.Range(0, 2).Select(_ => _lab.Get(Own)));
    }

    [Fact]
    public void Pair_TheProxyIsToldToStop_TheBackupTakesOver()
    {
        LabNode first = _lab.AddBalancer("lb1", Own);
        LabNode second = _lab.AddBalancer("lb2", "192.168.1.11");
        LabProcess active = ProxyLab.Run(first,
            ("keepalived.conf", ProxyLab.Seed("keepalived-haproxy.conf")),
            ("haproxy.cfg", ProxyLab.Seed("haproxy.cfg")));
        ProxyLab.Until(() => _lab.Get(Virtual).StartsWith("web", StringComparison.Ordinal), "lb1 serves", active);
        // This one listens on the virtual address alone, which is not on its host.
        LabProcess backup = ProxyLab.Run(second,
            ("keepalived.conf", ProxyLab.Seed("keepalived-backup.conf")),
            ("haproxy.cfg", ProxyLab.Seed("haproxy.cfg").Replace("*:80", $"{Virtual}:80", StringComparison.Ordinal)));
        _ = backup.WaitForLine("The proxy serves", ProxyLab.Patience);
        _ = backup.WaitForLine("Startup complete", ProxyLab.Patience);
        Assert.Equal("(ConnectionRefused)", _lab.Get("192.168.1.11"));

        string pid = ProxyLab.PidOf(first);
        Assert.True(first.Execute("kill", "-9", pid).Exit!.Value.IsSuccess);
        ProxyLab.Until(() => ProxyLab.PidOf(first) is { Length: > 0 } now && now != pid, "it comes back", active);
        Assert.StartsWith("web", _lab.Get(Virtual), StringComparison.Ordinal);

        Assert.True(first.Execute("kill", "-USR1", ProxyLab.PidOf(first)).Exit!.Value.IsSuccess);
        ProxyLab.Until(() => second.HasAddress(Primitives.IpAddress.Parse(Virtual)), "lb2 takes over", backup);
        ProxyLab.Until(() => !first.HasAddress(Primitives.IpAddress.Parse(Virtual)), "lb1 lets go", active);
        ProxyLab.Until(() => _lab.Get(Virtual).StartsWith("web", StringComparison.Ordinal), "lb2 serves", backup);
        Assert.Empty(ProxyLab.PidOf(first));
    }
}
