using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Holdfast.Primitives;

namespace Holdfast.Layer4.Xdp.Layout;

/// <summary>struct translation_key of bpf/translation.h; addresses and ports in network order.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct TranslationKey
{
    internal AddressWords Server;
    internal AddressWords Peer;
    internal ushort ServerPort;
    internal ushort PeerPort;
    internal byte Protocol;
    internal byte Family;
    internal ushort Reserved;
}

/// <summary>struct translation of bpf/translation.h.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct TranslationRecord
{
    internal ulong Expires;
    internal AddressWords Client;
    internal AddressWords Address;
    internal ushort ClientPort;
    internal ushort Port;
    internal uint State;
    internal uint Server;
    internal uint Generation;
}

/// <summary>struct last_hop of bpf/translation.h: who has sent us a client's last packet, and by which way.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct LastHopRecord
{
    internal HardwareAddress Mac;
    internal ushort Reserved;
    internal int InterfaceIndex;
    internal uint Tag;

    // The four bytes of the tag as they stand in the frame, read in the order of this machine, as the program does.
    private const uint TagType = 0x0081;

    /// <summary>Control information of the VLAN tag; null: there is none.</summary>
    internal ushort? TagControl
    {
        readonly get => Tag == 0 ? null : BinaryPrimitives.ReverseEndianness((ushort)(Tag >> 16));
        set => Tag = value is { } control ? TagType | ((uint)BinaryPrimitives.ReverseEndianness(control) << 16) : 0;
    }
}

/// <summary>An Ethernet address as it stands in a frame.</summary>
[InlineArray(6)]
internal struct HardwareAddress
{
    private byte _first;

    internal static HardwareAddress From(MacAddress address)
    {
        HardwareAddress bytes = default;
        address.CopyTo(bytes);
        return bytes;
    }

    internal readonly MacAddress ToAddress() => MacAddress.FromBytes(this);
}
