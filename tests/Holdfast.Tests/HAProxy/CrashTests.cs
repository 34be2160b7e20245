using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Holdfast.Lab;

namespace Holdfast.Tests.HAProxy;

/// <summary>A proxy process that is killed: the next one knows what it knew.</summary>
public sealed class CrashTests : IDisposable
{
    private const string Own = "192.168.1.10";
    private const int ApiPort = 9999;

    private readonly ProxyLab _lab = new();

    public void Dispose() => _lab.Dispose();

    [Fact]
    public void Killed_HealthWeightsMaintenanceAndTables_ComeBack()
    {
        LabNode balancer = _lab.AddBalancer("lb1", Own);
        LabProcess daemon = ProxyLab.Run(balancer, ("haproxy.cfg", """
            global
                stats socket ipv4@192.168.1.10:9999 level admin
            defaults
                mode http
                timeout connect 5s
                timeout client 5s
                timeout server 5s
            listen l
                bind 192.168.1.10:80
                server web1 192.168.1.101:80 weight 10
                server web2 192.168.1.102:80
                server dead 192.168.1.103:80 check inter 100ms fall 1 rise 200
                server ill 192.168.1.101:80 check inter 60s
            backend t
                stick-table type string size 100 expire 1h store gpc0

            """));
        _ = daemon.WaitForLine("Server l/dead is DOWN", ProxyLab.Patience);
        _ = Api("set weight l/web1 7");
        _ = Api("disable server l/web2");
        _ = Api("set server l/ill health down");
        _ = Api("set table t key abc data.gpc0 5");
        long before = Remembered(balancer);
        // The one under way when this is asked may be of before.
        ProxyLab.Until(() => Remembered(balancer) >= before + 2, "what is known is remembered", daemon);

        string pid = ProxyLab.PidOf(balancer);
        Assert.True(balancer.Execute("kill", "-9", pid).Exit!.Value.IsSuccess);

        ProxyLab.Until(() => Api("get weight l/web1").Contains('7', StringComparison.Ordinal)
            && ProxyLab.PidOf(balancer) is { Length: > 0 } now && now != pid, "another one answers", daemon);
        Assert.Equal("7 (initial 10)", Api("get weight l/web1").Trim());
        Assert.Contains(" key=abc use=0 ", Api("show table t"), StringComparison.Ordinal);
        Assert.Contains("gpc0=5", Api("show table t"), StringComparison.Ordinal);
        string[] states = [.. Api("show stat l 4 -1 ").Split('\n').Select(static line => line.Split(','))
            .Where(static row => row.Length > 17 && row[0] == "l").Select(static row => $"{row[1]} {row[17]}")];
        Assert.Equal(["web1 no check", "web2 MAINT", "dead DOWN", "ill DOWN"],
            states.Select(static one => one.Replace(" 1/200", "", StringComparison.Ordinal)));
        Assert.Equal("web1", _lab.Get(Own));
    }

    private static long Remembered(LabNode node)
    {
        LabProcess status = node.Execute(ProxyLab.Program, "status", "--json", "--run-dir", "/run/holdfast");
        using var document = JsonDocument.Parse(status.Output);
        return document.RootElement.GetProperty("proxyStatesRemembered").GetInt64();
    }

    /// <summary>Asks the runtime API; what went wrong in parentheses.</summary>
    private string Api(string command) => _lab.Client.Run(() =>
    {
        try
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp)
            {
                SendTimeout = 5000, ReceiveTimeout = 5000,
            };
            socket.Connect(IPAddress.Parse(Own), ApiPort);
            _ = socket.Send(Encoding.ASCII.GetBytes(command + "\n"));
            var text = new StringBuilder();
            byte[] buffer = new byte[4096];
            for (int count; (count = socket.Receive(buffer)) > 0;)
            {
                _ = text.Append(Encoding.ASCII.GetString(buffer, 0, count));
            }
            return text.ToString();
        }
        catch (SocketException e)
        {
            return string.Create(CultureInfo.InvariantCulture, $"({e.SocketErrorCode})");
        }
    });
}
