using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Holdfast.Linux.Abi;
using Holdfast.Primitives;

namespace Holdfast.Linux.Names;

/// <summary>Hosts and services as nsswitch.conf(5) says: files, DNS and so on.</summary>
/// <remarks>
/// The oldest of the resolver's functions, because those who print or read names here compare themselves with
/// programs that use them. May ask the network, and wait for it. One thread at a time.
/// </remarks>
public static unsafe class NameService
{
    private const int Ipv4Size = 4;

    /// <summary>The first IPv4 address of a host (gethostbyname(3)); also of an address written as inet_aton(3)
    /// reads it.</summary>
    public static IpAddress FindAddressV4(string name)
    {
        fixed (byte* key = Utf8Strings.Terminated(name))
        {
            hostent* entry = LibC.gethostbyname(key);
            return entry is null || entry->h_length != Ipv4Size || entry->h_addr_list[0] is null
                ? IpAddress.None : IpAddress.FromBytes(new ReadOnlySpan<byte>(entry->h_addr_list[0], Ipv4Size));
        }
    }

    /// <summary>The name of an address (gethostbyaddr(3)); null when it has none.</summary>
    public static string? FindHost(IpAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        int size = address.CopyTo(bytes);
        fixed (byte* raw = bytes)
        {
            hostent* entry = LibC.gethostbyaddr(raw, (uint)size, (int)(address.IsV4 ? AF.AF_INET : AF.AF_INET6));
            return entry is null ? null : Marshal.PtrToStringUTF8(entry->h_name);
        }
    }

    /// <summary>The port of a service (getservbyname(3)); null when there is no such service.</summary>
    /// <param name="name">"http", for example.</param>
    /// <param name="protocol">"tcp", "udp" or "sctp".</param>
    public static ushort? FindPort(string name, string protocol)
    {
        fixed (byte* key = Utf8Strings.Terminated(name))
        fixed (byte* kind = Utf8Strings.Terminated(protocol))
        {
            servent* entry = LibC.getservbyname(key, kind);
            return entry is null ? null : BinaryPrimitives.ReverseEndianness((ushort)entry->s_port);
        }
    }

    /// <summary>The name of a port (getservbyport(3)); null when it has none.</summary>
    /// <param name="port">In host byte order.</param>
    /// <param name="protocol">"tcp", "udp" or "sctp".</param>
    public static string? FindService(ushort port, string protocol)
    {
        fixed (byte* kind = Utf8Strings.Terminated(protocol))
        {
            servent* entry = LibC.getservbyport(BinaryPrimitives.ReverseEndianness(port), kind);
            return entry is null ? null : Marshal.PtrToStringUTF8(entry->s_name);
        }
    }
}
