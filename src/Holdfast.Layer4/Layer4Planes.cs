using Holdfast.Layer4.Ipvs;
using Holdfast.Layer4.Xdp;
using Holdfast.Linux;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Netlink;

namespace Holdfast.Layer4;

/// <summary>Which plane is wanted.</summary>
public enum PlaneChoice : byte
{
    /// <summary>The kernel's IPVS where there is one, otherwise the director at XDP.</summary>
    Automatic,

    /// <summary>The kernel's IPVS.</summary>
    Ipvs,

    /// <summary>The director at XDP.</summary>
    Xdp,
}

/// <summary>Opens the plane of this network namespace.</summary>
public static class Layer4Planes
{
    /// <summary>Opens a plane for the daemon.</summary>
    /// <param name="choice">Which.</param>
    /// <param name="plane">Null unless it worked.</param>
    /// <returns>ENOENT: the kernel has no IPVS; the text says why there is no director either, if one was tried.
    /// </returns>
    /// <exception cref="LinuxException">The kernel has no generic netlink.</exception>
    public static NetlinkResult TryOpen(PlaneChoice choice, out ILayer4Plane? plane)
    {
        if (choice == PlaneChoice.Xdp)
        {
            return XdpPlane.TryOpen(out plane);
        }
        NetlinkResult ipvs = IpvsPlane.TryOpen(out plane);
        if (choice == PlaneChoice.Ipvs || ipvs.Errno != Errno.ENOENT)
        {
            return ipvs;
        }
        NetlinkResult xdp = XdpPlane.TryOpen(out plane);
        return xdp.IsSuccess ? xdp : ipvs with { Text = $"and no director at XDP: {xdp}" };
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
