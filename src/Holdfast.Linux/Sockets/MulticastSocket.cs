using System.Net;
using System.Net.Sockets;
using System.Text;
using Holdfast.Linux.Abi;

namespace Holdfast.Linux.Sockets;

/// <summary>UDP to and from a multicast group on one interface. Hears neither itself nor any other interface.</summary>
/// <remarks>
/// It is bound to the group's address, so only what is sent to the group is read: a group of the link (224.0.0.0/24,
/// ff02::/16) crosses no router, and nobody behind one can speak to it.
/// </remarks>
public sealed class MulticastSocket : IDisposable
{
    private const int BufferBytes = 8 << 20;

    private readonly Socket _socket;
    private readonly EndPoint _group;

    private MulticastSocket(Socket socket, EndPoint group)
    {
        _socket = socket;
        _group = group;
    }

    /// <summary>Opens it in the network namespace of the calling thread.</summary>
    /// <param name="interfaceName">Name of the interface.</param>
    /// <param name="group">Multicast address and port.</param>
    /// <param name="ttl">TTL or hop limit of what is sent.</param>
    /// <exception cref="LinuxException">ENODEV: no such interface. Others as the kernel says.</exception>
    public static MulticastSocket Open(string interfaceName, IPEndPoint group, byte ttl)
    {
        ArgumentNullException.ThrowIfNull(group);
        int index = InterfaceInfo.IndexOf(interfaceName);
        if (index <= 0)
        {
            throw new LinuxException($"multicast on {interfaceName}", Errno.ENODEV);
        }
        Socket? socket = null;
        try
        {
            socket = new Socket(group.AddressFamily, SocketType.Dgram, ProtocolType.Udp) { Blocking = false };
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
            socket.SetRawSocketOption((int)SOL.SOL_SOCKET, (int)SO.SO_BINDTODEVICE,
                Encoding.ASCII.GetBytes(interfaceName + "\0"));
            // Beyond the limit of the system where we may; the other way round as far as it goes.
            socket.ReceiveBufferSize = BufferBytes;
            TryForce(socket);
            socket.Bind(group);
            Join(socket, group, index, ttl);
            return new(socket, group);
        }
        catch (SocketException exception)
        {
            socket?.Dispose();
            throw new LinuxException($"multicast on {interfaceName}", (Errno)exception.NativeErrorCode);
        }
    }

    /// <summary>Waits until there is something to read.</summary>
    /// <param name="limit">How long at most; not negative.</param>
    /// <returns>False when the time is over.</returns>
    public bool Wait(TimeSpan limit) => _socket.Poll(limit, SelectMode.SelectRead);

    /// <summary>Reads one datagram.</summary>
    /// <param name="buffer">What is longer is cut off.</param>
    /// <returns>Its length; −1: there is none.</returns>
    public int TryReceive(Span<byte> buffer)
    {
        int length = _socket.Receive(buffer, SocketFlags.None, out SocketError error);
        return error == SocketError.Success ? length : -1;
    }

    /// <summary>Sends one datagram to the group.</summary>
    /// <returns>False when the kernel did not take it: no route, no room, or the interface is down.</returns>
    public bool TrySend(ReadOnlySpan<byte> datagram)
    {
        try
        {
            return _socket.SendTo(datagram, _group) == datagram.Length;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    /// <summary>Closes it.</summary>
    public void Dispose() => _socket.Dispose();

    private static void TryForce(Socket socket)
    {
        try
        {
            socket.SetRawSocketOption((int)SOL.SOL_SOCKET, (int)SO.SO_RCVBUFFORCE, BitConverter.GetBytes(BufferBytes));
        }
        catch (SocketException)
        {
            // Without CAP_NET_ADMIN what there is has to do.
        }
    }

    private static void Join(Socket socket, IPEndPoint group, int index, byte ttl)
    {
        if (group.AddressFamily == AddressFamily.InterNetworkV6)
        {
            socket.SetSocketOption(SocketOptionLevel.IPv6, SocketOptionName.MulticastInterface, index);
            socket.SetSocketOption(SocketOptionLevel.IPv6, SocketOptionName.MulticastTimeToLive, ttl);
            socket.SetSocketOption(SocketOptionLevel.IPv6, SocketOptionName.MulticastLoopback, false);
            socket.SetSocketOption(SocketOptionLevel.IPv6, SocketOptionName.AddMembership,
                new IPv6MulticastOption(group.Address, index));
            return;
        }
        socket.SetSocketOption(SocketOptionLevel.IP, SocketOptionName.MulticastInterface,
            IPAddress.HostToNetworkOrder(index));
        socket.SetSocketOption(SocketOptionLevel.IP, SocketOptionName.MulticastTimeToLive, ttl);
        socket.SetSocketOption(SocketOptionLevel.IP, SocketOptionName.MulticastLoopback, false);
        socket.SetSocketOption(SocketOptionLevel.IP, SocketOptionName.AddMembership,
            new MulticastOption(group.Address, index));
    }
}
