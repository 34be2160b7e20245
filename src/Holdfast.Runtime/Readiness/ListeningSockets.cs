using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Holdfast.Linux;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Files;
using Holdfast.Primitives;

namespace Holdfast.Runtime.Readiness;

/// <summary>The sockets of this network namespace that wait for clients.</summary>
/// <remarks>
/// Read from /proc/thread-self/net, so that it is the namespace of the calling thread. The kernel lists listening TCP
/// sockets before connections: reading ends at the first connection, however many there are. Whether a socket of
/// <c>::</c> is IPv6 only is not told there; it counts as listening for IPv4, too, as it does by default.
/// </remarks>
internal sealed class ListeningSockets
{
    private const int BytesMax = 1 << 20;
    private const int TcpListen = 0x0A;
    private const int UdpUnconnected = 0x07;

    private readonly HashSet<(LocalService Service, IpAddress Address)> _sockets = [];

    /// <summary>Reads the tables of the protocols that are asked about.</summary>
    internal static ListeningSockets Read(bool tcp, bool udp)
    {
        var sockets = new ListeningSockets();
        if (tcp)
        {
            sockets.ReadTable("tcp", isUdp: false);
            sockets.ReadTable("tcp6", isUdp: false);
        }
        if (udp)
        {
            sockets.ReadTable("udp", isUdp: true);
            sockets.ReadTable("udp6", isUdp: true);
        }
        return sockets;
    }

    /// <summary>Whether clients of an address reach a service: it listens there, or on all addresses.</summary>
    internal bool Listens(LocalService service, IpAddress address)
        => _sockets.Contains((service, address))
            || _sockets.Contains((service, IpAddress.FromBytes(stackalloc byte[16])))
            || (address.IsV4 && _sockets.Contains((service, IpAddress.V4(0, 0, 0, 0))));

    /// <summary>Takes one line: "  0: 0100007F:1F90 00000000:0000 0A …".</summary>
    /// <returns>False when it is a connection, after which no listener follows.</returns>
    internal bool Add(ReadOnlySpan<char> line, bool isUdp)
    {
        Span<Range> parts = stackalloc Range[5];
        int count = line.Split(parts, ' ', StringSplitOptions.RemoveEmptyEntries);
        if (count < 5)
        {
            return true;
        }
        ReadOnlySpan<char> local = line[parts[1]];
        int colon = local.IndexOf(':');
        if (!int.TryParse(line[parts[3]], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out int state)
            || colon < 0 || !ushort.TryParse(
                local[(colon + 1)..], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ushort port))
        {
            return true; // the heading
        }
        if (state != (isUdp ? UdpUnconnected : TcpListen))
        {
            return isUdp;
        }
        if (TryReadAddress(local[..colon], out IpAddress address))
        {
            _sockets.Add((new(isUdp, port), address));
        }
        return true;
    }

    /// <summary>An address as the kernel prints it: each 32 bits as a number of the host's byte order.</summary>
    private static bool TryReadAddress(ReadOnlySpan<char> text, out IpAddress address)
    {
        address = default;
        Span<uint> words = stackalloc uint[4];
        if (text.Length is not (8 or 32))
        {
            return false;
        }
        for (int word = 0; word < text.Length / 8; word++)
        {
            if (!uint.TryParse(text.Slice(word * 8, 8), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture,
                out words[word]))
            {
                return false;
            }
        }
        Span<byte> bytes = MemoryMarshal.AsBytes(words)[..(text.Length / 2)];
        // An IPv4 socket of the IPv6 family is listed as ::ffff:a.b.c.d.
        bool mapped = bytes.Length == 16 && bytes[..10].IndexOfAnyExcept((byte)0) < 0
            && BinaryPrimitives.ReadUInt16BigEndian(bytes[10..]) == 0xFFFF;
        address = IpAddress.FromBytes(mapped ? bytes[12..] : bytes);
        return true;
    }

    private void ReadTable(string name, bool isUdp)
    {
        if (DescriptorIo.TryOpenRead($"/proc/thread-self/net/{name}", out FdHandle file) != Errno.Success)
        {
            return; // without IPv6 there is no such table
        }
        using (file)
        {
            byte[] buffer = new byte[32 * 1024];
            int used = 0;
            for (int total = 0; total < BytesMax;)
            {
                if (DescriptorIo.Read(file.Number, buffer.AsSpan(used), out int count) != Errno.Success || count == 0)
                {
                    return;
                }
                total += count;
                used += count;
                int end;
                int start = 0;
                while ((end = buffer.AsSpan(start, used - start).IndexOf((byte)'\n')) >= 0)
                {
                    if (!Add(Encoding.ASCII.GetString(buffer, start, end), isUdp))
                    {
                        return;
                    }
                    start += end + 1;
                }
                buffer.AsSpan(start, used - start).CopyTo(buffer);
                used -= start;
            }
        }
    }
}
