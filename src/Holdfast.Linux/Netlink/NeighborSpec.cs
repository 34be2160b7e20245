using Holdfast.Linux.Abi;
using Holdfast.Primitives;

namespace Holdfast.Linux.Netlink;

/// <summary>States of a neighbour (linux/neighbour.h, NUD_*).</summary>
[Flags]
public enum NeighborStates : ushort
{
    /// <summary>No state.</summary>
    None = NUD.NUD_NONE,

    /// <summary>Asked, no answer yet.</summary>
    Incomplete = NUD.NUD_INCOMPLETE,

    /// <summary>Known to be reachable.</summary>
    Reachable = NUD.NUD_REACHABLE,

    /// <summary>Known, but not confirmed lately.</summary>
    Stale = NUD.NUD_STALE,

    /// <summary>About to be confirmed.</summary>
    Delay = NUD.NUD_DELAY,

    /// <summary>Being confirmed.</summary>
    Probe = NUD.NUD_PROBE,

    /// <summary>Does not answer.</summary>
    Failed = NUD.NUD_FAILED,

    /// <summary>Needs no question.</summary>
    NoArp = NUD.NUD_NOARP,

    /// <summary>Set by the administrator.</summary>
    Permanent = NUD.NUD_PERMANENT,
}

/// <summary>An entry of the neighbour table.</summary>
/// <param name="Address">IP address.</param>
/// <param name="InterfaceIndex">Interface.</param>
/// <param name="Mac">Ethernet address; zero while it is not known.</param>
/// <param name="States">State.</param>
/// <param name="IsProxy">Whether it is not a neighbour but an address that we answer for.</param>
/// <param name="IsWanted">Only in requests: the kernel asks for the address, as if it had a packet for it.</param>
public readonly record struct NeighborSpec(
    IpAddress Address, int InterfaceIndex, MacAddress Mac = default,
    NeighborStates States = NeighborStates.Permanent, bool IsProxy = false, bool IsWanted = false)
{
    /// <summary>Whether <see cref="Mac"/> may be used.</summary>
    public bool IsResolved => !Mac.IsZero && (States & (NeighborStates.Incomplete | NeighborStates.Failed)) == 0;
}

/// <summary>RTM_NEWNEIGH and RTM_DELNEIGH: between the wire and <see cref="NeighborSpec"/>.</summary>
internal readonly struct NeighborMessage : IRequestEncoder<NeighborSpec>
{
    public static void Write(ref NetlinkWriter writer, in NeighborSpec spec, RTM type, NLM_F flags, uint sequence)
    {
        int message = writer.BeginMessage(type, flags, sequence, new ndmsg
        {
            ndm_family = (byte)(spec.Address.IsV4 ? AF.AF_INET : AF.AF_INET6),
            ndm_ifindex = spec.InterfaceIndex,
            ndm_state = (ushort)spec.States,
            ndm_flags = (byte)((spec.IsProxy ? NTF.NTF_PROXY : 0) | (spec.IsWanted ? NTF.NTF_USE : 0)),
        });
        writer.PutAddress(NDA.NDA_DST, spec.Address);
        if (!spec.Mac.IsZero)
        {
            writer.PutMac(NDA.NDA_LLADDR, spec.Mac);
        }
        writer.EndMessage(message);
    }

    internal static bool TryRead(ReadOnlySpan<byte> body, out NeighborSpec spec)
    {
        NetlinkReader reader = NetlinkReader.After(body, out ndmsg header);
        IpAddress address = default;
        MacAddress mac = default;
        while (reader.MoveNext())
        {
            switch ((NDA)reader.Type)
            {
                case NDA.NDA_DST: address = reader.ReadAddress(); break;
                case NDA.NDA_LLADDR: mac = reader.ReadMac(); break;
                default: break;
            }
        }
        spec = new(address, header.ndm_ifindex, mac, (NeighborStates)header.ndm_state,
            (header.ndm_flags & (byte)NTF.NTF_PROXY) != 0);
        return !address.IsNone;
    }
}
