using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Holdfast.Layer4.Model;
using Holdfast.Primitives;

namespace Holdfast.Layer4.Xdp.Layout;

/// <summary>Flags of a server in the director (SERVER_*).</summary>
[Flags]
internal enum DirectorServerFlags : uint
{
    None = 0,
    TakesNew = 1,
    Resolved = 2,
    Local = 4,
    Masqueraded = 16,
    Stateful = 32,
}

/// <summary>The first twelve bytes of a frame to a server: its Ethernet address, then ours.</summary>
[InlineArray(12)]
internal struct FrameAddresses
{
    private byte _first;

    internal static FrameAddresses From(MacAddress destination, MacAddress source)
    {
        FrameAddresses addresses = default;
        destination.CopyTo(addresses);
        source.CopyTo(((Span<byte>)addresses)[6..]);
        return addresses;
    }
}

/// <summary>struct server of bpf/director.h.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct ServerRecord
{
    internal const uint NoService = uint.MaxValue;

    internal uint Generation;
    internal uint Service;
    internal DirectorServerFlags Flags;
    internal int InterfaceIndex;
    internal FrameAddresses Macs;
    internal ushort Port;
    internal byte Family;
    internal ForwardingMethod Forwarding;
    internal AddressWords Address;
    internal uint Weight;
    internal uint LastWeight;
    internal uint UpperThreshold;
    internal uint LowerThreshold;
    internal ushort TunnelPort;
    internal TunnelKind TunnelKind;
    internal TunnelChecksum TunnelChecksum;
    internal uint Order;
    internal AddressWords Source;
    internal uint Mtu;
    internal uint Number;
    internal CountersRecord Zero;

    /// <summary>Whether the slot holds a server. A slot that was never used has generation 0.</summary>
    internal readonly bool IsUsed => Generation != 0 && Service != NoService;

    internal readonly IpAddress IpAddress => Address.ToAddress(Family == 6);

    internal readonly RealServerKey Key => new(IpAddress, Port);

    internal readonly RealServerSpec ToSpec() => new()
    {
        Key = Key,
        Forwarding = Forwarding,
        Weight = Weight,
        UpperThreshold = UpperThreshold,
        LowerThreshold = LowerThreshold,
        TunnelKind = TunnelKind,
        TunnelPort = TunnelPort,
        TunnelChecksum = TunnelChecksum,
        IsMasqueraded = (Flags & DirectorServerFlags.Masqueraded) != 0,
    };

    /// <returns>Whether something has changed.</returns>
    internal bool Take(in ServerPath path)
    {
        // Direct routing goes through no router; tunnels and masquerading need an address of ours.
        bool needsSource = Forwarding == ForwardingMethod.Tunnel || (Flags & DirectorServerFlags.Masqueraded) != 0;
        bool isWay = (!needsSource || path.Source.Family == IpAddress.Family)
            && (Forwarding != ForwardingMethod.DirectRouting || path.Router.IsNone);
        DirectorServerFlags flags = (Flags & ~(DirectorServerFlags.Local | DirectorServerFlags.Resolved))
            | (path.IsLocal ? DirectorServerFlags.Local : DirectorServerFlags.None)
            | (path.Mac.IsZero || !isWay ? DirectorServerFlags.None : DirectorServerFlags.Resolved);
        AddressWords source = path.Source.IsNone ? default : AddressWords.From(path.Source);
        FrameAddresses macs = FrameAddresses.From(path.Mac, path.SourceMac);
        if (flags == Flags && path.InterfaceIndex == InterfaceIndex && path.Mtu == Mtu
            && source.Equals(Source) && ((ReadOnlySpan<byte>)macs).SequenceEqual(Macs))
        {
            return false;
        }
        Flags = flags;
        InterfaceIndex = path.InterfaceIndex;
        Macs = macs;
        Mtu = path.Mtu;
        Source = source;
        return true;
    }

    internal void Take(RealServerSpec spec)
    {
        Address = AddressWords.From(spec.Key.Address);
        Family = spec.Key.Address.IsV6 ? (byte)6 : (byte)4;
        Port = spec.Key.Port;
        Forwarding = spec.Forwarding;
        Weight = spec.Weight;
        LastWeight = spec.Weight != 0 ? spec.Weight : LastWeight;
        UpperThreshold = spec.UpperThreshold;
        LowerThreshold = spec.LowerThreshold;
        TunnelKind = spec.TunnelKind;
        TunnelPort = spec.TunnelPort;
        TunnelChecksum = spec.TunnelChecksum;
        Flags = spec.Weight != 0 ? Flags | DirectorServerFlags.TakesNew : Flags & ~DirectorServerFlags.TakesNew;
        Flags = spec.IsMasqueraded ? Flags | DirectorServerFlags.Masqueraded : Flags & ~DirectorServerFlags.Masqueraded;
    }
}
