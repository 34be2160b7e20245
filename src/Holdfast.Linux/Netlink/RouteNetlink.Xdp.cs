using Holdfast.Linux.Abi;

namespace Holdfast.Linux.Netlink;

/// <summary>XDP programs of interfaces.</summary>
public sealed partial class RouteNetlink
{
    /// <summary>Sets the generic XDP program of an interface, in place of the one that it has.</summary>
    /// <param name="index">The interface.</param>
    /// <param name="program">The program; null: none.</param>
    public NetlinkResult AttachXdp(int index, FdHandle? program)
        => SetLink(index, static (ref NetlinkWriter w, int fd) =>
        {
            int xdp = w.BeginNested(IFLA.IFLA_XDP);
            w.Put(IFLA_XDP.IFLA_XDP_FD, fd);
            w.Put(IFLA_XDP.IFLA_XDP_FLAGS, XDP_FLAGS.XDP_FLAGS_SKB_MODE);
            w.EndNested(xdp);
        }, program?.Number ?? -1);
}
