using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using Holdfast.Linux.Abi;
using Holdfast.Primitives;

namespace Holdfast.Linux.Sockets;

/// <summary>One answer to an echo request.</summary>
/// <param name="Source">Who answered.</param>
/// <param name="Sequence">The sequence number that was sent.</param>
/// <param name="ReceivedAt">When the kernel got it.</param>
public readonly record struct EchoReply(IpAddress Source, ushort Sequence, MonotonicTime ReceivedAt);

/// <summary>Sends ICMP echo requests and hears only the answers to its own identifier.</summary>
/// <remarks>
/// A raw socket (CAP_NET_RAW) whose filters drop all other ICMP in the kernel, so that several may run on one host.
/// Nothing is allocated by sending or receiving.
/// </remarks>
public sealed unsafe class IcmpEchoSocket : IDisposable
{
    private const int HeaderSize = 8;
    private const int BufferSize = 2048;
    private readonly RawIpSocket _socket;
    private readonly IpFamily _family;
    private readonly ushort _identifier;

    private IcmpEchoSocket(RawIpSocket socket, IpFamily family, ushort identifier)
    {
        _socket = socket;
        _family = family;
        _identifier = identifier;
    }

    /// <summary>The descriptor, for epoll.</summary>
    public int Descriptor => _socket.Descriptor;

    /// <summary>Opens a socket.</summary>
    /// <param name="family">Family.</param>
    /// <param name="identifier">Tells the answers of several sockets on this host apart.</param>
    /// <param name="interfaceIndex">Interface to bind to; 0: any.</param>
    /// <exception cref="LinuxException">A step failed; the message says which.</exception>
    public static IcmpEchoSocket Open(IpFamily family, ushort identifier, int interfaceIndex = 0)
    {
        RawIpSocket socket = RawIpSocket.Open(new()
        {
            Family = family,
            Protocol = (byte)(family == IpFamily.V4 ? IPPROTO.IPPROTO_ICMP : IPPROTO.IPPROTO_ICMPV6),
            InterfaceIndex = interfaceIndex,
            HopLimit = 64,
            TrafficClass = 0,
            Timestamps = true,
        });
        Errno errno = SetTypeFilter(socket, family);
        if (errno == Errno.Success)
        {
            errno = socket.AttachFilter(ClassicFilter.EchoIdentifier(family == IpFamily.V4, identifier));
        }
        if (errno != Errno.Success)
        {
            socket.Dispose();
            throw new LinuxException("filter an ICMP socket", errno);
        }
        return new(socket, family, identifier);
    }

    /// <summary>Sends one echo request.</summary>
    /// <param name="destination">Whom to ask.</param>
    /// <param name="sequence">Comes back in the answer.</param>
    /// <param name="payloadBytes">Bytes after the header, 0 to 1400; zeroes.</param>
    /// <param name="interfaceIndex">Interface to leave by; 0: by route.</param>
    /// <returns>ENETUNREACH, EHOSTUNREACH and so on, also when an earlier one failed.</returns>
    public Errno Send(IpAddress destination, ushort sequence, int payloadBytes = 0, int interfaceIndex = 0)
    {
        Span<byte> message = stackalloc byte[HeaderSize + Math.Clamp(payloadBytes, 0, 1400)];
        message.Clear();
        message[0] = (byte)(_family == IpFamily.V4 ? ICMP.ICMP_ECHO : (ICMP)ICMP6.ICMP6_ECHO_REQUEST);
        BinaryPrimitives.WriteUInt16BigEndian(message[4..], _identifier);
        BinaryPrimitives.WriteUInt16BigEndian(message[6..], sequence);
        if (_family == IpFamily.V4) // the kernel itself does the checksum of ICMPv6
        {
            BinaryPrimitives.WriteUInt16BigEndian(
                message[2..], InternetChecksum.Finish(InternetChecksum.Add(message)));
        }
        return _socket.Send(message, destination, interfaceIndex);
    }

    /// <summary>Receives one answer without waiting.</summary>
    /// <returns>EAGAIN: there is none. EBADMSG: one came, but damaged.</returns>
    public Errno TryReceive(out EchoReply reply)
    {
        reply = default;
        Span<byte> buffer = stackalloc byte[BufferSize];
        Errno errno = _socket.TryReceive(buffer, out ReceivedPacket packet);
        if (errno != Errno.Success)
        {
            return errno;
        }
        ReadOnlySpan<byte> message = buffer[packet.HeaderLength..packet.Length];
        if (message.Length < HeaderSize
            || (_family == IpFamily.V4 && InternetChecksum.Finish(InternetChecksum.Add(message)) != 0))
        {
            return Errno.EBADMSG;
        }
        reply = new(packet.Source, BinaryPrimitives.ReadUInt16BigEndian(message[6..]), packet.ToMonotonic());
        return Errno.Success;
    }

    /// <summary>Closes the socket.</summary>
    public void Dispose() => _socket.Dispose();

    private static Errno SetTypeFilter(RawIpSocket socket, IpFamily family)
    {
        if (family == IpFamily.V4)
        {
            return socket.Set((int)SOL.SOL_RAW, (int)ICMP.ICMP_FILTER,
                new icmp_filter { data = ~(1u << (int)ICMP.ICMP_ECHOREPLY) });
        }
        icmp6_filter filter = default;
        Unsafe.InitBlock(filter.icmp6_filt, 0xFF, (uint)sizeof(icmp6_filter));
        filter.icmp6_filt[(int)ICMP6.ICMP6_ECHO_REPLY >> 5] &= ~(1u << ((int)ICMP6.ICMP6_ECHO_REPLY & 31));
        return socket.Set((int)IPPROTO.IPPROTO_ICMPV6, (int)ICMP6.ICMP6_FILTER, filter);
    }
}
