using System.Collections.Immutable;
using Holdfast.Lab;
using Holdfast.Layer4.Ipvs;
using Holdfast.Layer4.Model;
using Holdfast.Linux.Netlink;
using Holdfast.Primitives;

namespace Holdfast.TrafficGuest;

/// <summary>A node with IPVS and a keepalived, and what its kernel says.</summary>
internal sealed class Director : IDisposable
{
    private const string ConfigPath = "/run/lab/keepalived.conf";
    private static readonly string[] PidFiles = ["/run/lab/k.pid", "/run/lab/v.pid", "/run/lab/c.pid"];
    private readonly string _program;
    private readonly IpvsClient _ipvs;

    internal Director(LabNode node, string program)
    {
        (Node, _program) = (node, program);
        _ipvs = node.Run(static () => IpvsClient.TryOpen(out IpvsClient? client) is { IsSuccess: true }
            ? client! : throw new CaseException("the guest has no IPVS"));
        node.SetSysctl("ipv4/ip_forward", 1);
        // A client may use a port again whose last connection IPVS still remembers (two minutes after its end): without
        // this the new one would go where the old one went, whatever has become of that server.
        node.SetSysctl("ipv4/vs/expire_nodest_conn", 1);
    }

    internal LabNode Node { get; }

    internal LabProcess? Daemon { get; private set; }

    internal void Start(string config)
    {
        Node.WriteFile(ConfigPath, config);
        // What a killed daemon has left names processes that are others now.
        Node.Execute("rm", ["-f", .. PidFiles]);
        Daemon = Node.Start(_program,
            ["-n", "-l", "-D", "-f", ConfigPath, "-p", PidFiles[0], "-r", PidFiles[1], "-c", PidFiles[2]],
            Path.GetFileName(_program));
    }

    internal void Reload(string config)
    {
        Node.WriteFile(ConfigPath, config);
        Daemon!.Signal(Linux.Abi.Signal.SIGHUP);
    }

    /// <summary>Weights of a service's servers by the last byte of their address; null: no such service.</summary>
    internal Dictionary<int, uint>? Weights(VirtualServiceKey service)
        => Servers(service)?.ToDictionary(static s => Last(s.Spec.Key.Address), static s => s.Spec.Weight);

    /// <summary>The table as text.</summary>
    internal string Table()
    {
        NetlinkResult result = _ipvs.Observe(out ImmutableArray<ObservedPool> pools);
        return result.IsSuccess ? string.Join('\n', pools.SelectMany(static p => p.Servers.Select(
            static s => $"  {s.Spec.Key} {s.Spec.Forwarding} weight {s.Spec.Weight}: {s.ActiveConnections} active, "
            + $"{s.InactiveConnections} inactive, {s.Counters.Connections} in all")
            .Prepend($"{p.Service.Spec.Key}"))) : $"{result}";
    }

    /// <summary>Established connections that it knows of: its own, and those that another director told it.</summary>
    internal int EstablishedCount() => Node.Run(static () => File.ReadLines("/proc/thread-self/net/ip_vs_conn")
        .Count(static line => line.Contains(" ESTABLISHED ", StringComparison.Ordinal)));

    public void Dispose() => _ipvs.Dispose();

    internal static int Last(IpAddress address) => (int)(address.High >> 32 & 255);

    private ImmutableArray<ObservedServer>? Servers(VirtualServiceKey service)
        => _ipvs.GetServers(service, out ImmutableArray<ObservedServer> servers).IsSuccess ? servers : null;
}
