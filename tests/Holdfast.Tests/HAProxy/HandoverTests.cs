using Holdfast.Lab;

namespace Holdfast.Tests.HAProxy;

/// <summary>Listeners go from the real haproxy to ours, and back, by <c>-x</c>: the same socket all the time.</summary>
public sealed class HandoverTests : IDisposable
{
    private const string Own = "192.168.1.10";
    private const string ConfigPath = "/run/lab/haproxy.cfg";
    private const string Original = "/usr/sbin/haproxy";

    private readonly ProxyLab _lab = new();
    private readonly LabNode _node;

    public HandoverTests()
    {
        _node = _lab.AddBalancer("lb1", Own);
        _node.WriteFile(ConfigPath, """
            global
                stats socket /run/api.sock level admin expose-fd listeners
            defaults
                mode http
                timeout connect 5s
                timeout client 5s
                timeout server 5s
            listen l
                bind 192.168.1.10:80
                bind 192.168.1.10:81 interface lo
                server web1 192.168.1.101:80

            """);
    }

    public void Dispose() => _lab.Dispose();

    [Fact]
    public void Listeners_FromTheOriginalToOursAndBack_AreTheSameSockets()
    {
        Start(Original, "-p", "/run/1.pid");
        string first = _node.ReadFile("/run/1.pid")!.Trim();
        Assert.Equal("web1", _lab.Get(Own));
        string sockets = Sockets();
        Assert.Equal(2, sockets.Split(' ').Length);

        LabProcess ours = Start(ProxyLab.Program, "-p", "/run/2.pid", "-x", "/run/api.sock", "-sf", first);
        ProxyLab.Until(() => !IsThere(first), "the original ends", ours);
        Assert.Equal(sockets, Sockets());
        Assert.Equal("web1", _lab.Get(Own));

        string second = _node.ReadFile("/run/2.pid")!.Trim();
        LabProcess last = Start(Original, "-p", "/run/3.pid", "-x", "/run/api.sock", "-sf", second);
        ProxyLab.Until(() => !IsThere(second), "ours ends", last);
        Assert.Equal(sockets, Sockets());
        Assert.Equal("web1", _lab.Get(Own));
        Assert.True(_node.Execute("kill", _node.ReadFile("/run/3.pid")!.Trim()).Exit!.Value.IsSuccess);
    }

    private bool IsThere(string pid) => ProxyLab.PidOf(_node).Split(' ').Contains(pid);

    /// <summary>The inodes of what listens on ports 80 and 81.</summary>
    private string Sockets() => string.Join(' ', _node.Execute("cat", "/proc/net/tcp").Output.Split('\n')
        .Select(static line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        .Where(static words => words.Length > 9 && words[3] == "0A"
            && (words[1].EndsWith(":0050", StringComparison.Ordinal)
                || words[1].EndsWith(":0051", StringComparison.Ordinal)))
        .Select(static words => words[9]).Order(StringComparer.Ordinal));

    private LabProcess Start(string program, params string[] options)
    {
        LabProcess process = _node.Start(program, ["-f", ConfigPath, "-D", .. options], name: "haproxy");
        process.WaitForExit(ProxyLab.Patience);
        Assert.True(process.Exit!.Value.Code == 0, process.Output);
        return process;
    }
}
