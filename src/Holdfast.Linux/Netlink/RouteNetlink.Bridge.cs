using Holdfast.Linux.Abi;

namespace Holdfast.Linux.Netlink;

/// <summary>Bridges.</summary>
public sealed partial class RouteNetlink
{
    /// <summary>Creates a bridge without spanning tree.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="multicastSnooping">Whether multicast goes only to ports that asked for it; false: to all.</param>
    public NetlinkResult CreateBridge(string name, bool multicastSnooping)
        => CreateLink(name, "bridge", static (ref NetlinkWriter w, bool snooping)
            => w.Put(IFLA_BR.IFLA_BR_MCAST_SNOOPING, (byte)(snooping ? 1 : 0)), multicastSnooping);
}
