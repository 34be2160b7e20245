using Holdfast.Lab;

namespace Holdfast.Tests.HAProxy;

/// <summary>The proxy process beside its supervisor: it hangs, and it hears the signals of haproxy.</summary>
public sealed class ProxyProcessTests : IDisposable
{
    private const string Own = "192.168.1.10";

    private readonly ProxyLab _lab = new();
    private readonly LabNode _balancer;
    private readonly LabProcess _daemon;

    public ProxyProcessTests()
    {
        _balancer = _lab.AddBalancer("lb1", Own);
        _daemon = ProxyLab.Run(_balancer, ("haproxy.cfg", ProxyLab.Seed("haproxy.cfg")));
        _ = _daemon.WaitForLine("The proxy serves", ProxyLab.Patience);
    }

    public void Dispose() => _lab.Dispose();

    [Fact]
    public void Process_DoesNotTurn_AnotherOneServes()
    {
        string before = ProxyLab.PidOf(_balancer);

        Assert.True(_balancer.Execute("kill", "-STOP", before).Exit!.Value.IsSuccess);

        _ = _daemon.WaitForLine("does not answer: killing it", ProxyLab.Patience * 2);
        ProxyLab.Until(() => _lab.Get(Own).StartsWith("web", StringComparison.Ordinal), "another one serves", _daemon);
        Assert.NotEqual(before, ProxyLab.PidOf(_balancer));
    }

    [Fact]
    public void Ttou_ThenTtin_ListenersPauseAndGoOn()
    {
        string pid = ProxyLab.PidOf(_balancer);
        Assert.StartsWith("web", _lab.Get(Own), StringComparison.Ordinal);

        Assert.True(_balancer.Execute("kill", "-TTOU", pid).Exit!.Value.IsSuccess);
        ProxyLab.Until(() => !_lab.Get(Own).StartsWith("web", StringComparison.Ordinal), "clients wait", _daemon);
        Assert.True(_balancer.Execute("kill", "-TTIN", pid).Exit!.Value.IsSuccess);
        ProxyLab.Until(() => _lab.Get(Own).StartsWith("web", StringComparison.Ordinal), "clients are served", _daemon);

        Assert.Equal(pid, ProxyLab.PidOf(_balancer));
    }
}
