using Holdfast.Lab;

namespace Holdfast.Tests.HAProxy;

/// <summary>The program called as haproxy: in the background, with a pid file, after one that runs.</summary>
public sealed class CommandLineTests : IDisposable
{
    private const string Own = "192.168.1.10";
    private const string ConfigPath = "/run/lab/haproxy.cfg";
    private const string PidPath = "/run/haproxy.pid";

    private readonly ProxyLab _lab = new();
    private readonly LabNode _node;

    public CommandLineTests()
    {
        _node = _lab.AddBalancer("lb1", Own);
        _node.WriteFile("/run/empty/.keep", "");
        _node.WriteFile(ConfigPath, """
            global
                user nobody
                group nogroup
                chroot /run/empty
            defaults
                mode http
                timeout connect 5s
                timeout client 5s
                timeout server 5s
            listen l
                bind 192.168.1.10:80
                server web1 192.168.1.101:80 check

            """);
    }

    public void Dispose() => _lab.Dispose();

    [Fact]
    public void Background_ThenAnotherOneWithSf_TakesOverAndThePidFileIsItsOwn()
    {
        Assert.Equal(0, Start("-D", "-p", PidPath).Exit!.Value.Code);
        Assert.Equal("web1", _lab.Get(Own));
        string first = _node.ReadFile(PidPath)!.Trim();
        string owner = _node.Execute("stat", "-c", "%U", $"/proc/{first}").Output.Trim();
        Assert.Equal("nobody", owner);
        Assert.Equal("/run/empty", _node.Execute("readlink", $"/proc/{first}/root").Output.Trim());

        LabProcess second = Start("-D", "-p", PidPath, "-sf", first);
        Assert.True(second.Exit!.Value.Code == 0, second.Output);
        ProxyLab.Until(() => !_node.Execute("kill", "-0", first).Exit!.Value.IsSuccess, "the first one ends", second);
        Assert.Equal("web1", _lab.Get(Own));
        string now = _node.ReadFile(PidPath)!.Trim();
        Assert.NotEqual(first, now);

        Assert.True(_node.Execute("kill", now).Exit!.Value.IsSuccess);
        ProxyLab.Until(() => ProxyLab.PidOf(_node).Length == 0, "TERM ends it, and its supervisor", second);
        ProxyLab.Until(() => _lab.Get(Own) == "(ConnectionRefused)", "the port closes", second);
    }

    [Fact]
    public void AFileWithWhatIsNotCarriedOut_DoesNotStart()
    {
        _node.WriteFile(ConfigPath, _node.ReadFile(ConfigPath) + "    filter spoe engine x config /y\n");

        LabProcess started = Start("-D");

        Assert.Equal(1, started.Exit!.Value.Code);
        Assert.Contains($"parsing [{ConfigPath}:13]", started.Output, StringComparison.Ordinal);
    }

    private LabProcess Start(params string[] options)
    {
        LabProcess process = _node.Start(ProxyLab.Program, ["-f", ConfigPath, .. options], name: "haproxy");
        process.WaitForExit(ProxyLab.Patience);
        return process;
    }
}
