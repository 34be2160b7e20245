using System.Collections.Immutable;
using System.Globalization;
using Holdfast.Config.Ipvsadm;
using Holdfast.Layer4;
using Holdfast.Layer4.Model;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Netlink;
using Holdfast.Primitives;

namespace Holdfast.Ipvsadm;

/// <summary>Carries out commands that were understood.</summary>
internal sealed class IpvsadmExecutor(ILayer4Client client, IpvsInfo info, TextWriter output, TextWriter error)
{
    private const int KernelRefused = 255;
    private const int NotFound = 1;

    /// <summary>Carries out one command, and says what the kernel refused.</summary>
    /// <returns>Exit code.</returns>
    internal int Execute(IpvsadmCommand command)
    {
        if (command.Verb is IpvsadmVerb.List)
        {
            return List(command);
        }
        NetlinkResult result = command.Verb switch
        {
            IpvsadmVerb.AddService => client.AddService(SpecOf(command.Service)),
            IpvsadmVerb.EditService => client.SetService(SpecOf(command.Service)),
            IpvsadmVerb.DeleteService => client.DeleteService(KeyOf(command.Service)),
            IpvsadmVerb.Clear => client.Flush(),
            IpvsadmVerb.AddServer => client.AddServer(KeyOf(command.Service), SpecOf(command.Server)),
            IpvsadmVerb.EditServer => client.SetServer(KeyOf(command.Service), SpecOf(command.Server)),
            IpvsadmVerb.DeleteServer => client.DeleteServer(
                KeyOf(command.Service), new(command.Server.Address, command.Server.Port)),
            IpvsadmVerb.SetTimeouts => client.SetTimeouts(
                new(command.Timeouts.Tcp, command.Timeouts.TcpFin, command.Timeouts.Udp)),
            IpvsadmVerb.StartDaemon => client.StartDaemon(SpecOf(command.Daemon)),
            IpvsadmVerb.StopDaemon => client.StopDaemon(RoleOf(command.Daemon)),
            IpvsadmVerb.Zero => command.Options.Has(IpvsadmOption.ServiceAddress)
                ? client.ZeroService(KeyOf(command.Service)) : client.ZeroAll(),
            _ => Save(command),
        };
        if (result.IsSuccess)
        {
            return 0;
        }
        // What only this plane cannot do, the original has no words for.
        error.WriteLine(result is { Errno: Errno.EOPNOTSUPP, Text: { } reason } ? reason
            : KernelWords.Of(command.Verb, result.Errno));
        return KernelRefused;
    }

    /// <summary>What a command line calls a service.</summary>
    internal static VirtualServiceKey KeyOf(IpvsadmService service) => service.FirewallMark != 0
        ? VirtualServiceKey.Mark(service.FirewallMark, service.Family)
        : VirtualServiceKey.At((ServiceProtocol)service.Protocol, service.Address, service.Port);

    /// <summary>The service as the kernel is to have it.</summary>
    internal static VirtualServiceSpec SpecOf(IpvsadmService service) => new()
    {
        Key = KeyOf(service),
        Scheduler = service.Scheduler,
        Flags = (ServiceFlags)service.SchedulerFlags
            | (service.PersistenceSeconds is null ? ServiceFlags.None : ServiceFlags.Persistent)
            | (service.OnePacket ? ServiceFlags.OnePacket : ServiceFlags.None),
        PersistenceSeconds = service.PersistenceSeconds ?? 0,
        Netmask = service.Netmask,
        PersistenceEngine = service.PersistenceEngine,
    };

    /// <summary>The server as the kernel is to have it.</summary>
    internal static RealServerSpec SpecOf(IpvsadmServer server) => new()
    {
        Key = new(server.Address, server.Port),
        Forwarding = server.Forwarding switch
        {
            IpvsadmForwarding.Masquerading => ForwardingMethod.Nat,
            IpvsadmForwarding.Tunnel => ForwardingMethod.Tunnel,
            _ => ForwardingMethod.DirectRouting,
        },
        Weight = server.Weight,
        UpperThreshold = server.UpperThreshold,
        LowerThreshold = server.LowerThreshold,
        TunnelKind = (TunnelKind)server.Tunnel,
        TunnelPort = server.TunnelPort,
        TunnelChecksum = (TunnelChecksum)server.TunnelChecksum,
    };

    private static SyncRole RoleOf(IpvsadmDaemon daemon) => daemon.IsMaster ? SyncRole.Master : SyncRole.Backup;

    private static SyncDaemonSpec SpecOf(IpvsadmDaemon daemon) => new()
    {
        Role = RoleOf(daemon),
        Interface = daemon.Interface,
        SyncId = daemon.SyncId,
        LengthMax = daemon.LengthMax,
        Group = daemon.Group,
        Port = daemon.Port,
        Ttl = daemon.Ttl,
    };

    private NetlinkResult Save(IpvsadmCommand command)
    {
        NetlinkResult result = client.Observe(out ImmutableArray<ObservedPool> pools);
        output.Write(new RuleListing(command.Options.Has(IpvsadmOption.Numeric)).Render(pools));
        return result;
    }

    private int List(IpvsadmCommand command)
    {
        IpvsadmOptionSet options = command.Options;
        if (options.Has(IpvsadmOption.Connection))
        {
            return ListConnections(options);
        }
        NetlinkResult result = default;
        if (options.Has(IpvsadmOption.Timeout))
        {
            result = client.GetTimeouts(out ConnectionTimeouts timeouts);
            output.Write(string.Create(CultureInfo.InvariantCulture,
                $"Timeout (tcp tcpfin udp): {timeouts.TcpSeconds} {timeouts.TcpFinSeconds} {timeouts.UdpSeconds}\n"));
        }
        else if (options.Has(IpvsadmOption.Daemon))
        {
            result = ListDaemons();
        }
        else
        {
            result = ListPools(command);
        }
        if (!result.IsSuccess)
        {
            error.WriteLine(KernelWords.Of(IpvsadmVerb.List, result.Errno));
        }
        return result.IsSuccess ? 0 : NotFound;
    }

    private NetlinkResult ListPools(IpvsadmCommand command)
    {
        NetlinkResult result;
        ImmutableArray<ObservedPool> pools;
        bool isOne = command.Options.Has(IpvsadmOption.ServiceAddress);
        if (isOne)
        {
            VirtualServiceKey key = KeyOf(command.Service);
            result = client.GetService(key, out ObservedService? service);
            if (service is null)
            {
                return result;
            }
            result = client.GetServers(key, out ImmutableArray<ObservedServer> servers);
            pools = [new(service, servers)];
        }
        else
        {
            result = client.Observe(out pools);
        }
        output.Write(new PoolListing(command.Options).Render(pools, isOne ? null : info));
        return result;
    }

    private NetlinkResult ListDaemons()
    {
        NetlinkResult result = client.GetDaemons(out ImmutableArray<SyncDaemonSpec> daemons);
        foreach (SyncDaemonSpec daemon in daemons)
        {
            string role = daemon.Role == SyncRole.Master ? "master" : "backup";
            output.Write(string.Create(CultureInfo.InvariantCulture,
                $"{role} sync daemon (mcast={daemon.Interface}, syncid={daemon.SyncId}"));
            Add("maxlen", daemon.LengthMax, daemon.LengthMax != 0);
            Add("group", daemon.Group, daemon.Group != IpAddress.None);
            Add("port", daemon.Port, daemon.Port != 0);
            Add("ttl", daemon.Ttl, daemon.Ttl != 0);
            output.Write(")\n");
        }
        return result;

        void Add<T>(string name, T value, bool isKnown)
        {
            if (isKnown)
            {
                output.Write(string.Create(CultureInfo.InvariantCulture, $", {name}={value}"));
            }
        }
    }

    private int ListConnections(IpvsadmOptionSet options)
    {
        if (client is IConnectionTable director)
        {
            director.GetConnections(out ImmutableArray<ObservedConnection> connections).ThrowIfFailed("list");
            ConnectionListing.Write(connections, output, options);
            return 0;
        }
        try
        {
            using StreamReader reader = new(ConnectionListing.Path);
            return ConnectionListing.TryWrite(reader, output, options)
                ? 0 : Complain($"unexpected input from {ConnectionListing.Path}");
        }
        catch (IOException)
        {
            return Complain($"cannot open file {ConnectionListing.Path}");
        }

        int Complain(string text)
        {
            error.WriteLine(text);
            return NotFound;
        }
    }
}
