using System.Collections.Immutable;
using Holdfast.Layer4.Model;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Netlink;

namespace Holdfast.Layer4.Ipvs;

/// <summary>Virtual services and their real servers.</summary>
public sealed partial class IpvsClient
{
    private static readonly NetlinkResult s_noMasquerading = new(Errno.EOPNOTSUPP,
        "IPVS does not masquerade by itself: take #holdfast: plane xdp (or nftables), or a rule of the "
        + "firewall and net.ipv4.vs.conntrack=1");

    /// <summary>Adds a service.</summary>
    /// <returns>
    /// EEXIST: it is there. ENOENT: no such scheduler or persistence engine. EINVAL: the mask is no mask.
    /// </returns>
    public NetlinkResult AddService(VirtualServiceSpec service) => Send(IPVS_CMD.IPVS_CMD_NEW_SERVICE, service);

    /// <summary>Changes a service; its servers and connections stay.</summary>
    /// <returns>ESRCH: no such service. ENOENT: no such scheduler or persistence engine.</returns>
    public NetlinkResult SetService(VirtualServiceSpec service) => Send(IPVS_CMD.IPVS_CMD_SET_SERVICE, service);

    /// <summary>Removes a service and its servers.</summary>
    /// <returns>ESRCH: no such service.</returns>
    public NetlinkResult DeleteService(VirtualServiceKey key) => Send(IPVS_CMD.IPVS_CMD_DEL_SERVICE, key);

    /// <summary>Sets the counters of one service and its servers to zero.</summary>
    /// <returns>ESRCH: no such service.</returns>
    public NetlinkResult ZeroService(VirtualServiceKey key) => Send(IPVS_CMD.IPVS_CMD_ZERO, key);

    /// <summary>Adds a real server.</summary>
    /// <returns>
    /// EEXIST: it is there. ESRCH: no such service. ERANGE: a threshold or the weight. EINVAL: the address is not
    /// unicast, or of another family without a tunnel.
    /// </returns>
    public NetlinkResult AddServer(VirtualServiceKey service, RealServerSpec server)
        => server.IsMasqueraded ? s_noMasquerading : Send(IPVS_CMD.IPVS_CMD_NEW_DEST, service, server);

    /// <summary>Changes a real server; its connections stay.</summary>
    /// <returns>ENOENT: no such server. ESRCH: no such service. ERANGE: a threshold or the weight.</returns>
    public NetlinkResult SetServer(VirtualServiceKey service, RealServerSpec server)
        => server.IsMasqueraded ? s_noMasquerading : Send(IPVS_CMD.IPVS_CMD_SET_DEST, service, server);

    /// <summary>Removes a real server; what becomes of its connections, sysctls decide.</summary>
    /// <returns>ENOENT: no such server. ESRCH: no such service.</returns>
    public NetlinkResult DeleteServer(VirtualServiceKey service, RealServerKey server)
    {
        NetlinkWriter writer = Begin(IPVS_CMD.IPVS_CMD_DEL_DEST);
        ServiceCodec.WriteKey(ref writer, service);
        ServerCodec.WriteKey(ref writer, server);
        return _netlink.Execute(ref writer);
    }

    /// <summary>One service.</summary>
    /// <param name="key">Which.</param>
    /// <param name="service">Null unless it was found.</param>
    /// <returns>ESRCH: no such service.</returns>
    public NetlinkResult GetService(VirtualServiceKey key, out ObservedService? service)
    {
        NetlinkWriter writer = Begin(IPVS_CMD.IPVS_CMD_GET_SERVICE);
        ServiceCodec.WriteKey(ref writer, key);
        ServiceVisitor visitor = new([]);
        NetlinkResult result = _netlink.Query(ref writer, ref visitor);
        service = visitor.Found.Count == 0 ? null : visitor.Found[0];
        return result;
    }

    /// <summary>All services, in the kernel's order.</summary>
    public NetlinkResult GetServices(out ImmutableArray<ObservedService> services)
    {
        NetlinkWriter writer = Begin(IPVS_CMD.IPVS_CMD_GET_SERVICE);
        ServiceVisitor visitor = new([]);
        NetlinkResult result = _netlink.Dump(ref writer, ref visitor);
        services = [.. visitor.Found.DistinctBy(static service => service.Spec.Key)];
        return result;
    }

    /// <summary>All real servers of a service, in the kernel's order.</summary>
    /// <returns>Success and no servers when there is no such service: the kernel does not tell the two apart.</returns>
    public NetlinkResult GetServers(VirtualServiceKey service, out ImmutableArray<ObservedServer> servers)
    {
        NetlinkWriter writer = Begin(IPVS_CMD.IPVS_CMD_GET_DEST);
        ServiceCodec.WriteKey(ref writer, service);
        ServerVisitor visitor = new([], service.Family);
        NetlinkResult result = _netlink.Dump(ref writer, ref visitor);
        // The kernel counts entries between the parts of a listing, and puts new ones first: one that is added
        // meanwhile makes it tell another one twice.
        servers = [.. visitor.Found.DistinctBy(static server => server.Spec.Key)];
        return result;
    }

    /// <summary>Everything that is there: services with their servers.</summary>
    public NetlinkResult Observe(out ImmutableArray<ObservedPool> pools)
    {
        pools = [];
        NetlinkResult result = GetServices(out ImmutableArray<ObservedService> services);
        ImmutableArray<ObservedPool>.Builder found = ImmutableArray.CreateBuilder<ObservedPool>(services.Length);
        foreach (ObservedService service in services)
        {
            NetlinkResult servers = GetServers(service.Spec.Key, out ImmutableArray<ObservedServer> list);
            result = result.IsSuccess ? servers : result;
            found.Add(new(service, list));
        }
        pools = found.DrainToImmutable();
        return result;
    }

    private NetlinkResult Send(IPVS_CMD command, VirtualServiceSpec service)
    {
        NetlinkWriter writer = Begin(command);
        ServiceCodec.Write(ref writer, service);
        return _netlink.Execute(ref writer);
    }

    private NetlinkResult Send(IPVS_CMD command, VirtualServiceKey key)
    {
        NetlinkWriter writer = Begin(command);
        ServiceCodec.WriteKey(ref writer, key);
        return _netlink.Execute(ref writer);
    }

    private NetlinkResult Send(IPVS_CMD command, VirtualServiceKey service, RealServerSpec server)
    {
        NetlinkWriter writer = Begin(command);
        ServiceCodec.WriteKey(ref writer, service);
        ServerCodec.Write(ref writer, server);
        return _netlink.Execute(ref writer);
    }

    private readonly struct ServiceVisitor(List<ObservedService> found) : IGenericVisitor
    {
        internal List<ObservedService> Found { get; } = found;

        public void Restart() => Found.Clear();

        public void Visit(byte command, NetlinkReader attributes)
        {
            while (attributes.MoveNext())
            {
                if ((IPVS_CMD_ATTR)attributes.Type == IPVS_CMD_ATTR.IPVS_CMD_ATTR_SERVICE)
                {
                    Found.Add(ServiceCodec.Read(attributes.Nested()));
                }
            }
        }
    }

    private readonly struct ServerVisitor(List<ObservedServer> found, Primitives.IpFamily family) : IGenericVisitor
    {
        internal List<ObservedServer> Found { get; } = found;

        public void Restart() => Found.Clear();

        public void Visit(byte command, NetlinkReader attributes)
        {
            while (attributes.MoveNext())
            {
                if ((IPVS_CMD_ATTR)attributes.Type == IPVS_CMD_ATTR.IPVS_CMD_ATTR_DEST)
                {
                    Found.Add(ServerCodec.Read(attributes.Nested(), family));
                }
            }
        }
    }
}
