using System.Collections.Immutable;
using Holdfast.Layer4.Model;
using Holdfast.Linux;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Netlink;

namespace Holdfast.Layer4.Ipvs;

/// <summary>IPVS of the kernel, over generic netlink: all its commands, with typed results.</summary>
/// <remarks>
/// Belongs to the network namespace of the thread that opens it. One thread at a time. Everything needs
/// CAP_NET_ADMIN there, reading, too. Source: linux/ip_vs.h.
/// </remarks>
public sealed partial class IpvsClient : ILayer4Client
{
    private const string FamilyName = "IPVS";
    private const byte FamilyVersion = 1;

    private readonly GenericNetlink _netlink;

    private IpvsClient(GenericNetlink netlink) => _netlink = netlink;

    /// <summary>Opens IPVS; the kernel loads its module when it has one.</summary>
    /// <param name="client">Null unless it worked.</param>
    /// <returns>ENOENT: the kernel has no IPVS; <see cref="MissingRemedy"/> says what to do.</returns>
    /// <exception cref="LinuxException">There is no generic netlink at all.</exception>
    public static NetlinkResult TryOpen(out IpvsClient? client)
    {
        NetlinkResult result = GenericNetlink.TryOpen(FamilyName, FamilyVersion, out GenericNetlink? netlink);
        client = netlink is null ? null : new(netlink);
        return result;
    }

    /// <summary>What an operator does when the kernel has no IPVS.</summary>
    public static string MissingRemedy =>
        "load the module with 'modprobe ip_vs'; where the kernel was built without it, install a kernel that has "
        + "CONFIG_IP_VS (Debian: linux-image-amd64; in a container, load it on the host)";

    /// <summary>Version, and size of the connection table.</summary>
    public NetlinkResult GetInfo(out IpvsInfo info)
    {
        NetlinkWriter writer = Begin(IPVS_CMD.IPVS_CMD_GET_INFO);
        InfoVisitor visitor = default;
        NetlinkResult result = _netlink.Query(ref writer, ref visitor);
        info = visitor.Info;
        return result;
    }

    /// <summary>How long connections are remembered.</summary>
    public NetlinkResult GetTimeouts(out ConnectionTimeouts timeouts)
    {
        NetlinkWriter writer = Begin(IPVS_CMD.IPVS_CMD_GET_CONFIG);
        TimeoutVisitor visitor = default;
        NetlinkResult result = _netlink.Query(ref writer, ref visitor);
        timeouts = visitor.Timeouts;
        return result;
    }

    /// <summary>Sets how long connections are remembered.</summary>
    /// <param name="timeouts">Each 1 to 31535999 seconds, or 0 to keep what is there.</param>
    /// <returns>EINVAL: out of range.</returns>
    public NetlinkResult SetTimeouts(ConnectionTimeouts timeouts)
    {
        NetlinkWriter writer = Begin(IPVS_CMD.IPVS_CMD_SET_CONFIG);
        writer.Put(IPVS_CMD_ATTR.IPVS_CMD_ATTR_TIMEOUT_TCP, timeouts.TcpSeconds);
        writer.Put(IPVS_CMD_ATTR.IPVS_CMD_ATTR_TIMEOUT_TCP_FIN, timeouts.TcpFinSeconds);
        writer.Put(IPVS_CMD_ATTR.IPVS_CMD_ATTR_TIMEOUT_UDP, timeouts.UdpSeconds);
        return _netlink.Execute(ref writer);
    }

    /// <summary>Removes every service.</summary>
    public NetlinkResult Flush()
    {
        NetlinkWriter writer = Begin(IPVS_CMD.IPVS_CMD_FLUSH);
        return _netlink.Execute(ref writer);
    }

    /// <summary>Sets the counters of every service to zero.</summary>
    public NetlinkResult ZeroAll()
    {
        NetlinkWriter writer = Begin(IPVS_CMD.IPVS_CMD_ZERO);
        return _netlink.Execute(ref writer);
    }

    /// <summary>Starts a synchronisation daemon.</summary>
    /// <returns>EEXIST: one of this role runs. ENODEV: no such interface. EINVAL: it cannot multicast.</returns>
    public NetlinkResult StartDaemon(SyncDaemonSpec daemon)
    {
        NetlinkWriter writer = Begin(IPVS_CMD.IPVS_CMD_NEW_DAEMON);
        DaemonCodec.Write(ref writer, daemon);
        return _netlink.Execute(ref writer);
    }

    /// <summary>Stops a synchronisation daemon.</summary>
    /// <returns>ESRCH: none of this role runs.</returns>
    public NetlinkResult StopDaemon(SyncRole role)
    {
        NetlinkWriter writer = Begin(IPVS_CMD.IPVS_CMD_DEL_DAEMON);
        // The kernel wants all three attributes, and looks at the first only.
        DaemonCodec.WriteRole(ref writer, role);
        NetlinkResult result = _netlink.Execute(ref writer);
        // A daemon whose thread has not run yet is stopped as well, but kthread_stop says EINTR then.
        bool isGone = result.Errno == Errno.EINTR && GetDaemons(out ImmutableArray<SyncDaemonSpec> left).IsSuccess
            && !left.Any(daemon => daemon.Role == role);
        return isGone ? default : result;
    }

    /// <summary>The synchronisation daemons that run: none, one or two.</summary>
    public NetlinkResult GetDaemons(out ImmutableArray<SyncDaemonSpec> daemons)
    {
        NetlinkWriter writer = Begin(IPVS_CMD.IPVS_CMD_GET_DAEMON);
        DaemonVisitor visitor = new([]);
        NetlinkResult result = _netlink.Dump(ref writer, ref visitor);
        daemons = [.. visitor.Found];
        return result;
    }

    /// <summary>Closes the socket; what is in the kernel stays.</summary>
    public void Dispose() => _netlink.Dispose();

    private NetlinkWriter Begin(IPVS_CMD command)
    {
        NetlinkWriter writer = _netlink.NewRequest();
        _netlink.Begin(ref writer, (byte)command);
        return writer;
    }

    private struct InfoVisitor : IGenericVisitor
    {
        internal IpvsInfo Info;

        public void Restart() => Info = default;

        public void Visit(byte command, NetlinkReader attributes)
        {
            while (attributes.MoveNext())
            {
                uint number = attributes.Read<uint>();
                Info = (IPVS_INFO_ATTR)attributes.Type switch
                {
                    IPVS_INFO_ATTR.IPVS_INFO_ATTR_VERSION => Info with { Version = number },
                    IPVS_INFO_ATTR.IPVS_INFO_ATTR_CONN_TAB_SIZE => Info with { ConnectionTableSize = number },
                    _ => Info,
                };
            }
        }
    }

    private struct TimeoutVisitor : IGenericVisitor
    {
        internal ConnectionTimeouts Timeouts;

        public void Restart() => Timeouts = default;

        public void Visit(byte command, NetlinkReader attributes)
        {
            while (attributes.MoveNext())
            {
                uint seconds = attributes.Read<uint>();
                Timeouts = (IPVS_CMD_ATTR)attributes.Type switch
                {
                    IPVS_CMD_ATTR.IPVS_CMD_ATTR_TIMEOUT_TCP => Timeouts with { TcpSeconds = seconds },
                    IPVS_CMD_ATTR.IPVS_CMD_ATTR_TIMEOUT_TCP_FIN => Timeouts with { TcpFinSeconds = seconds },
                    IPVS_CMD_ATTR.IPVS_CMD_ATTR_TIMEOUT_UDP => Timeouts with { UdpSeconds = seconds },
                    _ => Timeouts,
                };
            }
        }
    }

    private readonly struct DaemonVisitor(List<SyncDaemonSpec> found) : IGenericVisitor
    {
        internal List<SyncDaemonSpec> Found { get; } = found;

        public void Restart() => Found.Clear();

        public void Visit(byte command, NetlinkReader attributes)
        {
            while (attributes.MoveNext())
            {
                if ((IPVS_CMD_ATTR)attributes.Type == IPVS_CMD_ATTR.IPVS_CMD_ATTR_DAEMON)
                {
                    Found.Add(DaemonCodec.Read(attributes.Nested()));
                }
            }
        }
    }
}
