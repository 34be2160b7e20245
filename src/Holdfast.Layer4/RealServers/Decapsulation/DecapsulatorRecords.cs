using System.Runtime.InteropServices;
using Holdfast.Layer4.Xdp.Layout;
using Holdfast.Primitives;

namespace Holdfast.Layer4.RealServers.Decapsulation;

/// <summary>What became of a packet in a tunnel (FATE_* of bpf/decapsulator.h).</summary>
public enum TunnelFate
{
    /// <summary>Taken out of IP in IP, to the stack.</summary>
    Ipip,

    /// <summary>Taken out of GUE, to the stack.</summary>
    Gue,

    /// <summary>Taken out of GRE, to the stack.</summary>
    Gre,

    /// <summary>To the stack as it came: what is in it is not for a virtual address.</summary>
    Other,

    /// <summary>To the stack as it came: a header is cut off, or contradicts itself.</summary>
    Malformed,

    /// <summary>To the stack as it came: fields of GUE or GRE that are not understood.</summary>
    Option,

    /// <summary>To the stack as it came: a part of an outer packet.</summary>
    Fragment,

    /// <summary>Dropped: for a virtual address, but not from a director.</summary>
    Source,

    /// <summary>Dropped: the way is congested, and its sender does not understand that (RFC 6040).</summary>
    Congested,
}

/// <summary>How often something became of packets, and how much it was.</summary>
/// <param name="Packets">Number.</param>
/// <param name="Bytes">Bytes of the packets inside, or of the outer ones when nothing was taken out.</param>
[StructLayout(LayoutKind.Sequential)]
public readonly record struct FateCounter(ulong Packets, ulong Bytes);

/// <summary>struct virtual_address of bpf/decapsulator.h.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct VirtualAddressRecord
{
    internal AddressWords Address;
    internal uint Family;

    internal static VirtualAddressRecord From(IpAddress address)
        => new() { Address = AddressWords.From(address), Family = address.IsV6 ? 6u : 4u };

    internal readonly IpAddress ToAddress() => Address.ToAddress(Family == 6);
}

/// <summary>struct source_prefix of bpf/decapsulator.h.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct SourcePrefixRecord
{
    private const int MappedBits = 96;

    internal uint Length;
    internal AddressWords Address;

    internal static SourcePrefixRecord From(IpPrefix prefix)
    {
        var record = new SourcePrefixRecord { Length = (uint)prefix.Length };
        Span<byte> bytes = MemoryMarshal.AsBytes(new Span<AddressWords>(ref record.Address));
        if (prefix.Address.IsV4)
        {
            record.Length += MappedBits;
            bytes[10..12].Fill(0xFF);
            bytes = bytes[12..];
        }
        _ = prefix.Address.CopyTo(bytes);
        return record;
    }

    internal readonly IpPrefix ToPrefix()
    {
        AddressWords words = Address;
        ReadOnlySpan<byte> bytes = MemoryMarshal.AsBytes(new ReadOnlySpan<AddressWords>(in words));
        bool isV4 = Length >= MappedBits && bytes[..10].IndexOfAnyExcept((byte)0) < 0 && bytes[10] == 0xFF
            && bytes[11] == 0xFF;
        return isV4 ? new(IpAddress.FromBytes(bytes[12..]), (byte)(Length - MappedBits))
            : new(IpAddress.FromBytes(bytes), (byte)Length);
    }
}

/// <summary>struct decapsulation of bpf/decapsulator.h.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct DecapsulationRecord
{
    internal ushort GuePort;
    internal ushort IsRestricted;
    internal uint Reserved;
}
