using Holdfast.Lab;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Sockets;
using Holdfast.Primitives;
using Holdfast.Vrrp.Wire;

namespace Holdfast.Parity.Tests.Vrrp;

/// <summary>Sends adverts of a node that runs no router, as they are wanted.</summary>
internal sealed class Forger(LabLink link) : IDisposable
{
    private readonly IpAddress _group4 = AdvertFormat.MulticastGroupV4;
    private readonly List<RawIpSocket> _sockets = [];

    /// <summary>Where from, for IPv4.</summary>
    internal IpAddress Source { get; init; } = TestLan.Parse("192.168.1.13");

    /// <summary>A version 3 advert over IPv4.</summary>
    /// <param name="priority">Priority.</param>
    /// <param name="ttl">TTL.</param>
    /// <param name="damage">Changes the finished message.</param>
    /// <param name="destination">None: the group.</param>
    /// <param name="length">Bytes of the message that are sent; 0: all.</param>
    internal void Send(byte priority, byte ttl = 255, Action<byte[]>? damage = null, IpAddress destination = default,
        int length = 0)
    {
        IpAddress to = destination.IsNone ? _group4 : destination;
        byte[] message = Write(IpFamily.V4, priority, TestLan.Vip, Source, to);
        damage?.Invoke(message);
        message = length > 0 ? message[..length] : message;
        byte[] packet = new byte[20 + message.Length];
        packet[0] = 0x45;
        packet[1] = 0xC0;
        packet[8] = ttl;
        packet[9] = AdvertFormat.IpProtocol;
        Source.CopyTo(packet.AsSpan(12));
        to.CopyTo(packet.AsSpan(16));
        message.CopyTo(packet, 20);
        RawIpSocket socket = Open(IpFamily.V4, 255);
        Assert.Equal(Errno.Success, socket.Send(packet, to));
    }

    /// <summary>A version 3 advert over IPv6, from the link-local address.</summary>
    internal void SendV6(byte priority, byte hopLimit = 255, Action<byte[]>? damage = null)
    {
        IpAddress source = TestLan.Parse("fe80::48:46ff:fe00:3");
        byte[] message = Write(IpFamily.V6, priority, TestLan.Vip6, source, AdvertFormat.MulticastGroupV6);
        damage?.Invoke(message);
        Assert.Equal(Errno.Success,
            Open(IpFamily.V6, hopLimit).Send(message, AdvertFormat.MulticastGroupV6, link.Index, source));
    }

    public void Dispose() => _sockets.ForEach(socket => socket.Dispose());

    private static byte[] Write(IpFamily family, byte priority, IpAddress vip, IpAddress from, IpAddress to)
    {
        var template = new AdvertTemplate(
            new Vrid(51), 3, family, WireAuthType.None, default, ChecksumForm.PseudoHeader);
        byte[] message = new byte[AdvertFormat.Size(3, family, 1)];
        _ = AdvertWriter.Write(
            template, new Priority(priority), TimeSpan.FromMilliseconds(200), [vip], from, to, message);
        return message;
    }

    private RawIpSocket Open(IpFamily family, byte hopLimit)
    {
        RawIpSocket socket = link.Node.Run(() =>
        {
            var opened = RawIpSocket.Open(new RawIpSocketOptions
            {
                Family = family,
                Protocol = AdvertFormat.IpProtocol,
                InterfaceIndex = link.Index,
                HeaderIncluded = family == IpFamily.V4,
                HopLimit = hopLimit,
            });
            _ = opened.SetMulticastInterface(link.Index);
            return opened;
        });
        _sockets.Add(socket);
        return socket;
    }
}
