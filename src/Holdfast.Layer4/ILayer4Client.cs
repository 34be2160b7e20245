using System.Collections.Immutable;
using Holdfast.Layer4.Model;
using Holdfast.Linux.Netlink;

namespace Holdfast.Layer4;

/// <summary>Virtual services of one plane, with the operations and error numbers of IPVS: what ipvsadm(8) needs.
/// </summary>
/// <remarks>One thread at a time.</remarks>
public interface ILayer4Client : ISyncDaemons
{
    /// <summary>Adds a service.</summary>
    /// <returns>EEXIST: it is there. ENOENT: no such scheduler or persistence engine. EINVAL: the mask is no mask.
    /// EOPNOTSUPP: this plane cannot; the text says what.</returns>
    NetlinkResult AddService(VirtualServiceSpec service);

    /// <summary>Changes a service; its servers and connections stay.</summary>
    /// <returns>ESRCH: no such service. Others as for adding.</returns>
    NetlinkResult SetService(VirtualServiceSpec service);

    /// <summary>Removes a service and its servers.</summary>
    /// <returns>ESRCH: no such service.</returns>
    NetlinkResult DeleteService(VirtualServiceKey key);

    /// <summary>Sets the counters of one service and its servers to zero.</summary>
    /// <returns>ESRCH: no such service.</returns>
    NetlinkResult ZeroService(VirtualServiceKey key);

    /// <summary>Sets the counters of every service to zero.</summary>
    NetlinkResult ZeroAll();

    /// <summary>Adds a real server.</summary>
    /// <returns>EEXIST: it is there. ESRCH: no such service. ERANGE: a threshold or the weight. EINVAL: the address.
    /// EOPNOTSUPP: this plane cannot; the text says what.</returns>
    NetlinkResult AddServer(VirtualServiceKey service, RealServerSpec server);

    /// <summary>Changes a real server; its connections stay.</summary>
    /// <returns>ENOENT: no such server. Others as for adding.</returns>
    NetlinkResult SetServer(VirtualServiceKey service, RealServerSpec server);

    /// <summary>Removes a real server.</summary>
    /// <returns>ENOENT: no such server. ESRCH: no such service.</returns>
    NetlinkResult DeleteServer(VirtualServiceKey service, RealServerKey server);

    /// <summary>Removes every service.</summary>
    NetlinkResult Flush();

    /// <summary>One service.</summary>
    /// <param name="key">Which.</param>
    /// <param name="service">Null unless it was found.</param>
    /// <returns>ESRCH: no such service.</returns>
    NetlinkResult GetService(VirtualServiceKey key, out ObservedService? service);

    /// <summary>All real servers of a service, the last added first; none when there is no such service.</summary>
    NetlinkResult GetServers(VirtualServiceKey service, out ImmutableArray<ObservedServer> servers);

    /// <summary>Everything that is there: services with their servers.</summary>
    NetlinkResult Observe(out ImmutableArray<ObservedPool> pools);

    /// <summary>How long connections are remembered.</summary>
    NetlinkResult GetTimeouts(out ConnectionTimeouts timeouts);

    /// <summary>Sets how long connections are remembered.</summary>
    /// <param name="timeouts">Each 1 to 31535999 seconds, or 0 to keep what is there.</param>
    /// <returns>EINVAL: out of range.</returns>
    NetlinkResult SetTimeouts(ConnectionTimeouts timeouts);
}
