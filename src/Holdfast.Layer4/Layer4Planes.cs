using Holdfast.Layer4.Ipvs;
using Holdfast.Layer4.Nftables;
using Holdfast.Layer4.Xdp;
using Holdfast.Linux;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Netlink;

namespace Holdfast.Layer4;

/// <summary>Which plane is wanted.</summary>
public enum PlaneChoice : byte
{
    /// <summary>The kernel's IPVS where there is one, otherwise the director at XDP, otherwise nftables.</summary>
    Automatic,

    /// <summary>The kernel's IPVS.</summary>
    Ipvs,

    /// <summary>The director at XDP.</summary>
    Xdp,

    /// <summary>The kernel's nftables.</summary>
    Nftables,
}

/// <summary>Opens the plane of this network namespace.</summary>
public static class Layer4Planes
{
    /// <summary>Opens a plane for the daemon.</summary>
    /// <param name="choice">Which.</param>
    /// <param name="plane">Null unless it worked.</param>
    /// <returns>Success, with the reason for this plane as its text, if there is one. ENOENT: the kernel has no IPVS;
    /// the text says why none of the others works either, if they were tried.</returns>
    /// <exception cref="LinuxException">The kernel has no generic netlink.</exception>
    public static NetlinkResult TryOpen(PlaneChoice choice, out ILayer4Plane? plane)
    {
        switch (choice)
        {
            case PlaneChoice.Nftables:
                return WithoutDirector(Chosen(NftablesPlane.TryOpen(out plane)));
            case PlaneChoice.Xdp:
                return WithoutTables(Chosen(XdpPlane.TryOpen(out plane)));
            default:
                break;
        }
        NetlinkResult ipvs = IpvsPlane.TryOpen(out plane);
        if (choice == PlaneChoice.Ipvs || ipvs.Errno != Errno.ENOENT)
        {
            return WithoutDirector(WithoutTables(choice == PlaneChoice.Ipvs ? Chosen(ipvs) : ipvs));
        }
        NetlinkResult xdp = XdpPlane.TryOpen(out plane);
        if (xdp.IsSuccess)
        {
            return WithoutTables(xdp with { Text = "the kernel has no IPVS" });
        }
        NetlinkResult nftables = NftablesPlane.TryOpen(out plane);
        return nftables.IsSuccess
            ? WithoutDirector(nftables with
            {
                Text = $"the kernel has no IPVS, and the xdp plane does not work here: {xdp}",
            })
            : ipvs with { Text = $"and no director at XDP: {xdp}, and no nftables: {nftables}" };
    }

    private static NetlinkResult Chosen(NetlinkResult result)
        => result.IsSuccess ? result with { Text = "the configuration says so" } : result;

    // What a daemon with the nftables plane has left would forward beside the other plane.
    private static NetlinkResult WithoutTables(NetlinkResult opened)
    {
        if (opened.IsSuccess && NftablesClient.TryOpen(out NftablesClient? tables).IsSuccess)
        {
            using (tables)
            {
                _ = tables!.HasTables ? tables.Flush() : default;
            }
        }
        return opened;
    }

    // The same holds for a director that is pinned.
    private static NetlinkResult WithoutDirector(NetlinkResult opened)
    {
        if (!opened.IsSuccess || XdpRemains.Remove() is not { IsSuccess: false } remains)
        {
            return opened;
        }
        return opened with { Text = opened.Text is null ? remains.Text : $"{opened.Text}; {remains.Text}" };
    }

    /// <summary>Opens the synchronisation daemons of the plane that the daemon has, which another process may have
    /// opened.</summary>
    /// <param name="choice">Which plane.</param>
    /// <param name="daemons">Null unless it worked.</param>
    /// <returns>ENOENT: the kernel has no IPVS. EAGAIN: there is no director at XDP, or not yet.</returns>
    /// <exception cref="LinuxException">The kernel has no generic netlink.</exception>
    public static NetlinkResult TryOpenSync(PlaneChoice choice, out ISyncDaemons? daemons)
    {
        if (choice != PlaneChoice.Xdp)
        {
            NetlinkResult ipvs = IpvsClient.TryOpen(out IpvsClient? client);
            daemons = client;
            if (choice == PlaneChoice.Ipvs || ipvs.Errno != Errno.ENOENT)
            {
                return ipvs;
            }
        }
        Errno errno = XdpClient.TryOpen(
            new XdpOptions { PinDirectory = PinDirectories.Find() }, out XdpClient? director);
        daemons = director;
        return errno == Errno.ENOENT ? new(Errno.EAGAIN, "there is no director at XDP") : new(errno);
    }
}
