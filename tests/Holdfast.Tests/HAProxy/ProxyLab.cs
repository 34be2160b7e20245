using System.Net;
using System.Net.Sockets;
using System.Text;
using Holdfast.Lab;
using Holdfast.Lab.Traffic;
using Holdfast.Tests.Repository;

namespace Holdfast.Tests.HAProxy;

/// <summary>The network of the seed's files: two web servers, a client, and balancers that a test adds.</summary>
internal sealed class ProxyLab : IDisposable
{
    internal static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Lab.Lab _lab;
    private readonly LabSegment _lan;
    private readonly List<TrafficServer> _servers = [];

    internal ProxyLab()
    {
        _lab = Lab.Lab.Create(new LabOptions { SharedDirectories = [Path.GetDirectoryName(Program)!] });
        _lan = _lab.AddSegment();
        for (int number = 1; number <= 2; number++)
        {
            LabNode node = _lab.AddNode($"web{number}");
            _ = _lan.Attach(node, $"192.168.1.10{number}/24");
            _servers.Add(TrafficServer.Start(node));
        }
        Client = _lab.AddNode("client");
        _ = _lan.Attach(Client, "192.168.1.50/24");
    }

    /// <summary>The program as it is shipped: only that one starts scripts as it should.</summary>
    internal static string Program => Path.Combine(RepositoryRoot.Path, "out", "holdfast");

    internal LabNode Client { get; }

    internal IReadOnlyList<TrafficServer> Servers => _servers;

    internal LabNode AddBalancer(string name, string address)
    {
        LabNode node = _lab.AddNode(name);
        _ = _lan.Attach(node, $"{address}/24");
        return node;
    }

    /// <summary>Starts the daemon with files that are written into the node.</summary>
    internal static LabProcess Run(LabNode node, params (string Name, string Text)[] files)
    {
        foreach ((string name, string text) in files)
        {
            node.WriteFile($"/run/lab/{name}", text);
        }
        return node.Start(Program,
            ["run", "--run-dir", "/run/holdfast", .. files.Select(static f => $"/run/lab/{f.Name}")],
            name: "holdfast");
    }

    /// <summary>What a client gets from an address; what went wrong in parentheses.</summary>
    internal string Get(string address) => Client.Run(() =>
    {
        try
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp)
            {
                SendTimeout = 5000, ReceiveTimeout = 5000,
            };
            IAsyncResult connecting = socket.BeginConnect(IPAddress.Parse(address), TrafficServer.Port, null, null);
            if (!connecting.AsyncWaitHandle.WaitOne(TimeSpan.FromSeconds(2)))
            {
                return "(no connection)";
            }
            socket.EndConnect(connecting);
            _ = socket.Send("GET / HTTP/1.1\r\nHost: lab\r\nConnection: close\r\n\r\n"u8);
            var text = new StringBuilder();
            byte[] buffer = new byte[4096];
            for (int count; (count = socket.Receive(buffer)) > 0;)
            {
                _ = text.Append(Encoding.ASCII.GetString(buffer, 0, count));
            }
            string all = text.ToString();
            return all.Contains(" 200 ", StringComparison.Ordinal) ? all[^4..]
                : $"({all.Split('\r')[0]})";
        }
        catch (SocketException e)
        {
            return $"({e.SocketErrorCode})";
        }
    });

    /// <summary>Waits until a condition holds.</summary>
    internal static void Until(Func<bool> condition, string what, LabProcess daemon)
    {
        long begin = TimeProvider.System.GetTimestamp();
        object never = new();
        while (!condition())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(begin) < Patience, $"{what}; log:\n{daemon.Output}");
            lock (never)
            {
                _ = Monitor.Wait(never, TimeSpan.FromMilliseconds(20));
            }
        }
    }

    /// <summary>Process ids of what is called haproxy, or else, in a node; in the node's own numbers.</summary>
    internal static string PidOf(LabNode node, string name = "haproxy") => node.Execute("pidof", name).Output.Trim();

    internal static string Seed(string name)
        => File.ReadAllText(Path.Combine(RepositoryRoot.Path, "tests", "seed", name));

    public void Dispose()
    {
        foreach (TrafficServer server in _servers)
        {
            server.Dispose();
        }
        _lab.Dispose();
    }
}
