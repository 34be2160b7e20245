using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Holdfast.Layer4.Model;
using Holdfast.Primitives;

namespace Holdfast.Layer4.Xdp.Layout;

/// <summary>An IP address as the director compares it: network order, IPv4 in the first four bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
internal record struct AddressWords
{
    internal uint First;
    internal uint Second;
    internal uint Third;
    internal uint Fourth;

    internal static AddressWords From(IpAddress address)
    {
        AddressWords words = default;
        Span<byte> bytes = MemoryMarshal.AsBytes(new Span<AddressWords>(ref words));
        _ = address.CopyTo(bytes);
        return words;
    }

    internal readonly IpAddress ToAddress(bool isV6)
    {
        ReadOnlySpan<byte> bytes = MemoryMarshal.AsBytes(new ReadOnlySpan<AddressWords>(in this));
        return IpAddress.FromBytes(bytes[..(isV6 ? 16 : 4)]);
    }
}

/// <summary>struct service_key of bpf/director.h.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct ServiceKeyRecord
{
    internal AddressWords Address;
    internal ushort Port;
    internal byte Protocol;
    internal byte Family;

    internal static ServiceKeyRecord From(in VirtualServiceKey key) => new()
    {
        Address = AddressWords.From(key.Address),
        Port = BinaryPrimitives.ReverseEndianness(key.Port),
        Protocol = (byte)key.Protocol,
        Family = key.Family == IpFamily.V6 ? (byte)6 : (byte)4,
    };

    internal readonly VirtualServiceKey ToKey() => VirtualServiceKey.At(
        (ServiceProtocol)Protocol, Address.ToAddress(Family == 6), BinaryPrimitives.ReverseEndianness(Port));
}

/// <summary>struct address_key of bpf/director.h.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct AddressKeyRecord
{
    internal AddressWords Address;
    internal uint Family;

    internal static AddressKeyRecord From(IpAddress address)
        => new() { Address = AddressWords.From(address), Family = address.IsV6 ? 6u : 4u };
}

/// <summary>struct connection_key4 of bpf/director.h; addresses and ports in network order.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct ConnectionKey4
{
    internal uint Client;
    internal uint Address;
    internal ushort ClientPort;
    internal ushort Port;
    internal uint Protocol;

    /// <summary>The same in the layout of the other family.</summary>
    internal readonly ConnectionKey6 Widen() => new()
    {
        Client = { First = Client },
        Address = { First = Address },
        ClientPort = ClientPort,
        Port = Port,
        Protocol = Protocol,
    };
}

/// <summary>struct connection_key6 of bpf/director.h; addresses and ports in network order.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct ConnectionKey6
{
    internal AddressWords Client;
    internal AddressWords Address;
    internal ushort ClientPort;
    internal ushort Port;
    internal uint Protocol;

    /// <summary>The key of the table of IPv4, for an address of that family.</summary>
    internal readonly ConnectionKey4 Narrow() => new()
    {
        Client = Client.First,
        Address = Address.First,
        ClientPort = ClientPort,
        Port = Port,
        Protocol = Protocol,
    };
}

/// <summary>struct template_key of bpf/director.h; the client's address masked.</summary>
[StructLayout(LayoutKind.Sequential)]
internal record struct TemplateKeyRecord
{
    internal AddressWords Client;
    internal uint Service;
    internal uint Generation;

    /// <summary>The key of a connection's client, as the program computes it.</summary>
    internal static TemplateKeyRecord Of(in ConnectionKey6 connection, int slot, ServiceRecord[] services)
    {
        ref readonly ServiceRecord service = ref services[slot];
        bool isV6 = service.Key.Family == 6;
        uint mask = service.Netmask;
        AddressWords client = connection.Client;
        if (!isV6 && mask != 0)
        {
            client.First &= BinaryPrimitives.ReverseEndianness(mask);
        }
        else if (isV6 && mask is > 0 and < 128)
        {
            Span<byte> bytes = MemoryMarshal.AsBytes(new Span<AddressWords>(ref client));
            for (int i = 0; i < bytes.Length; i++)
            {
                int bits = Math.Clamp((int)mask - (8 * i), 0, 8);
                bytes[i] &= (byte)(0xFF00 >> bits);
            }
        }
        return new() { Client = client, Service = (uint)slot, Generation = service.Generation };
    }
}
