using System.Globalization;
using Holdfast.Lab;

namespace Holdfast.Layer4Bench;

/// <summary>A client, a director with 10.0.0.100, and two servers that have it on their loopback, on one segment.
/// </summary>
internal sealed class PeerLab : IDisposable
{
    internal const string VirtualAddress = "10.0.0.100";
    internal const int Port = 80;

    private const string Client = "10.0.0.1";
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(120);

    private readonly Lab.Lab _lab;
    private readonly LabNode _client;
    private readonly LabNode[] _servers;
    private readonly string _load;

    internal PeerLab(string load)
    {
        _load = load;
        _lab = Lab.Lab.Create(new LabOptions { SharedDirectories = [Path.GetDirectoryName(load)!] });
        LabSegment lan = _lab.AddSegment();
        _client = _lab.AddNode("client");
        Director = _lab.AddNode("director");
        _servers = [_lab.AddNode("server1"), _lab.AddNode("server2")];
        _ = lan.Attach(_client, Client + "/24");
        _ = lan.Attach(Director, "10.0.0.2/24", VirtualAddress + "/32");
        _client.SetSysctl("ipv4/tcp_tw_reuse", 1);
        Director.SetSysctl("ipv4/ip_forward", 1);
        Director.SetSysctl("ipv4/conf/all/send_redirects", 0);
        Director.SetSysctl("ipv4/conf/eth0/send_redirects", 0);
        Run(_client, "sh", "-c", "echo 1024 65535 >/proc/sys/net/ipv4/ip_local_port_range");
        Run(Director, "sh", "-c", "echo 1024 65535 >/proc/sys/net/ipv4/ip_local_port_range");
        for (int i = 0; i < _servers.Length; i++)
        {
            _ = lan.Attach(_servers[i], ServerOf(i + 1) + "/24");
            _servers[i].SetSysctl("ipv4/conf/all/arp_ignore", 1);
            _servers[i].SetSysctl("ipv4/conf/all/arp_announce", 2);
            Run(_servers[i], "ip", "address", "add", VirtualAddress + "/32", "dev", "lo");
            LabProcess server = _servers[i].Start(
                _load, ["serve", Port.ToString(CultureInfo.InvariantCulture)]);
            _ = server.WaitForLine("ready", s_patience);
        }
        // Translated packets have checksums that are still to be made otherwise, which no wire has.
        foreach (LabNode node in (LabNode[])[_client, .. _servers])
        {
            Run(node, "ethtool", "-K", "eth0", "tx", "off");
        }
    }

    internal LabNode Director { get; }

    internal static string ServerOf(int number) => $"10.0.0.{10 + number}";

    /// <summary>Whether answers to the client go through the director, as NAT needs it.</summary>
    internal void ReturnThroughDirector(bool isWanted)
    {
        foreach (LabNode server in _servers)
        {
            Run(server, "ip", "route", isWanted ? "add" : "delete", Client + "/32", "via", "10.0.0.2");
        }
    }

    /// <summary>Opens connections, one after the other with some together, and waits until all have ended.</summary>
    /// <returns>Seconds, and how many failed.</returns>
    internal (double Seconds, int Failed) Connect(string address, int count)
    {
        LabProcess process = _client.Start(_load,
            [
                "connect", address, Port.ToString(CultureInfo.InvariantCulture),
                count.ToString(CultureInfo.InvariantCulture), "64",
            ]);
        _ = process.WaitForExit(s_patience);
        string[] words = process.Output.Trim().Split(' ');
        return (double.Parse(words[0], CultureInfo.InvariantCulture),
            int.Parse(words[1], CultureInfo.InvariantCulture));
    }

    /// <summary>Whether a connection comes through.</summary>
    internal bool Answers(string address)
        => SpinWait.SpinUntil(() => Connect(address, 1).Failed == 0, TimeSpan.FromSeconds(20));

    public void Dispose() => _lab.Dispose();

    internal static void Run(LabNode node, string program, params string[] arguments)
    {
        LabProcess process = node.Execute(program, arguments);
        if (!process.Exit!.Value.IsSuccess)
        {
            throw new InvalidOperationException(
                $"{program} {string.Join(' ', arguments)} of {node.Name}: {process.Output}");
        }
    }
}
