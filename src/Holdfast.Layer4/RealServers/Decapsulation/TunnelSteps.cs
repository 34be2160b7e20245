using System.Diagnostics;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Netlink;
using Holdfast.Linux.Sockets;

namespace Holdfast.Layer4.RealServers.Decapsulation;

/// <summary>Carries out the steps that concern the decapsulation program.</summary>
internal static class TunnelSteps
{
    /// <summary>Does one.</summary>
    /// <param name="netlink">Of the network namespace of the thread.</param>
    /// <param name="step">A step of the program.</param>
    internal static NetlinkResult Do(RouteNetlink netlink, RealServerStep step)
    {
        if (Decapsulator.FindPinDirectory(mayMount: true) is not { } directory)
        {
            return new(Errno.EOPNOTSUPP, "the BPF file system cannot be mounted on /sys/fs/bpf");
        }
        int index = step.Verb is RealServerVerb.Attach or RealServerVerb.Detach
            ? InterfaceInfo.IndexOf(step.Subject) : 0;
        if (step.Verb == RealServerVerb.Detach)
        {
            try
            {
                Decapsulator.Detach(directory, index);
                return default;
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                return new(Errno.EPERM, exception.Message);
            }
        }
        Errno errno = Decapsulator.TryLoad(directory, out Decapsulator? decapsulator, out string? problem);
        if (decapsulator is null)
        {
            return new(errno, problem);
        }
        using (decapsulator)
        {
            errno = step.Verb switch
            {
                RealServerVerb.SetTunnels => decapsulator.Configure((ushort)step.To, step.Directors),
                RealServerVerb.AcceptTunnel => decapsulator.Accept(step.Prefix.Address),
                RealServerVerb.RefuseTunnel => decapsulator.Refuse(step.Prefix.Address),
                RealServerVerb.Attach => decapsulator.Attach(index, PrefersNative(netlink, index)),
                _ => throw new UnreachableException(),
            };
        }
        return errno == Errno.EBUSY
            ? new(errno, $"{step.Subject} has an XDP program already: of another program, or of a director of ours")
            : new(errno);
    }

    // As with the director: what other ends of a veth do with frames of a native program cannot be seen from here.
    private static bool PrefersNative(RouteNetlink netlink, int index)
    {
        List<LinkInfo> links = [];
        return netlink.DumpLinks(links).IsSuccess
            && links.Exists(link => link.Index == index && link.Kind != "veth");
    }
}
