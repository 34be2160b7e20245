using System.Globalization;
using Holdfast.Lab;

namespace Holdfast.Layer4Bench;

/// <summary>A client, a director with 10.0.0.100, and two servers that have it on their loopback, on one segment: all
/// with the stack of the kernel, and with processes that open and take connections (load.c).</summary>
internal sealed class PeerLab : IConnectionLab
{
    private const int WarmUp = 1000;

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(120);

    private readonly Lab.Lab _lab;
    private readonly LabNode _client;
    private readonly LabNode[] _servers;
    private readonly string _load;
    private readonly int _connections;
    private readonly BenchProgram _passing;

    /// <summary>Makes it.</summary>
    /// <param name="load">Path of the compiled load.c.</param>
    /// <param name="peersObject">Path of the compiled peers.bpf.c.</param>
    /// <param name="connections">Of a turn.</param>
    internal PeerLab(string load, string peersObject, int connections)
    {
        _load = load;
        _connections = connections;
        _lab = Lab.Lab.Create(new LabOptions { SharedDirectories = [Path.GetDirectoryName(load)!] });
        LabSegment lan = _lab.AddSegment();
        _client = _lab.AddNode("client");
        Director = _lab.AddNode("director");
        _servers = [.. Enumerable.Range(1, PeerLayout.Servers).Select(number => _lab.AddNode($"server{number}"))];
        _ = lan.Attach(_client, PeerLayout.Client + "/24");
        LabLink director = lan.Attach(Director, PeerLayout.Director + "/24", PeerLayout.VirtualAddress + "/32");
        _client.SetSysctl("ipv4/tcp_tw_reuse", 1);
        PeerLayout.Prepare(Director);
        PeerLayout.Run(_client, "sh", "-c", "echo 1024 65535 >/proc/sys/net/ipv4/ip_local_port_range");
        for (int i = 0; i < _servers.Length; i++)
        {
            _ = lan.Attach(_servers[i], PeerLayout.ServerOf(i + 1) + "/24");
            _servers[i].SetSysctl("ipv4/conf/all/arp_ignore", 1);
            _servers[i].SetSysctl("ipv4/conf/all/arp_announce", 2);
            PeerLayout.Run(_servers[i], "ip", "address", "add", PeerLayout.VirtualAddress + "/32", "dev", "lo");
            LabProcess server = _servers[i].Start(
                _load, ["serve", PeerLayout.Port.ToString(CultureInfo.InvariantCulture)]);
            _ = server.WaitForLine("ready", s_patience);
        }
        // Translated packets have checksums that are still to be made otherwise, which no wire has.
        foreach (LabNode node in (LabNode[])[_client, .. _servers])
        {
            PeerLayout.Run(node, "ethtool", "-K", "eth0", "tx", "off");
        }
        // A switch takes what the director sends by XDP: the port needs NAPI, which a program brings with it.
        _passing = BenchProgram.Load(peersObject, "wire");
        _ = lan.Run(() => _passing.Attach(director.PortIndex));
    }

    public LabNode Director { get; }

    // Servers would need interfaces for it, which cost what no other contender's servers have to pay.
    public bool Takes(Contender contender) => !contender.IsTunnel;

    public Turn Measure(Contender contender)
    {
        string address = contender.Name == Contender.Nobody ? PeerLayout.ServerOf(1) : PeerLayout.VirtualAddress;
        ReturnThroughDirector(contender, isWanted: true);
        try
        {
            if (!SpinWait.SpinUntil(() => Connect(address, 1).Failed == 0, TimeSpan.FromSeconds(20)))
            {
                throw new InvalidOperationException("nothing comes through");
            }
            _ = Connect(address, WarmUp);
            double before = MachineCpu.BusySeconds;
            (double seconds, int failed) = Connect(address, _connections);
            double busy = MachineCpu.BusySeconds - before;
            return failed == 0 ? new(_connections, seconds, busy)
                : throw new InvalidOperationException($"{failed} of {_connections} connections failed");
        }
        finally
        {
            ReturnThroughDirector(contender, isWanted: false);
        }
    }

    public void Dispose()
    {
        _passing.Dispose();
        _lab.Dispose();
    }

    // Whether answers to the client go through the director, as NAT needs it.
    private void ReturnThroughDirector(Contender contender, bool isWanted)
    {
        foreach (LabNode server in contender.IsTranslating ? _servers : [])
        {
            PeerLayout.Run(server, "ip", "route", isWanted ? "add" : "delete", PeerLayout.Client + "/32", "via",
                PeerLayout.Director);
        }
    }

    // Opens connections, 64 together, and waits until all have ended.
    private (double Seconds, int Failed) Connect(string address, int count)
    {
        LabProcess process = _client.Start(_load,
            [
                "connect", address, PeerLayout.Port.ToString(CultureInfo.InvariantCulture),
                count.ToString(CultureInfo.InvariantCulture), "64",
            ]);
        _ = process.WaitForExit(s_patience);
        string[] words = process.Output.Trim().Split(' ');
        return (double.Parse(words[0], CultureInfo.InvariantCulture),
            int.Parse(words[1], CultureInfo.InvariantCulture));
    }
}
