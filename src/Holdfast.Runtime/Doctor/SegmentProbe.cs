using Holdfast.Linux;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Epoll;
using Holdfast.Linux.Netlink;
using Holdfast.Linux.Sockets;
using Holdfast.Primitives;
using Holdfast.Runtime.Vrrp;
using Holdfast.Vrrp.Wire;

namespace Holdfast.Runtime.Doctor;

/// <summary>Listens for adverts on the segments of a configuration, and asks whether the firewall lets them in.</summary>
/// <remarks>
/// The question is a packet of protocol 112 to the multicast group with TTL 0: the kernel gives it to the group's
/// members on this host, through the same firewall, and lets none of it out (RFC 1112). Nobody else hears it.
/// </remarks>
internal sealed class SegmentProbe : IReadyHandler, IDisposable
{
    private const int Ipv4HeaderSize = 20;
    private static readonly byte[] s_question = "\0\0holdfast doctor"u8.ToArray(); // version 0, VRID 0: no advert

    private readonly RawIpSocket _socket;
    private readonly EpollLoop _loop;
    private readonly byte[] _buffer = new byte[AdvertFormat.SizeMax + 64];
    private readonly VrrpInstance[] _instances;
    private readonly IpAddress[] _own;

    private SegmentProbe(EpollLoop loop, RawIpSocket socket, VrrpInstance[] instances, IpAddress[] own)
    {
        _loop = loop;
        _socket = socket;
        _instances = instances;
        _own = own;
        loop.Add(socket.Descriptor, EpollEvents.EPOLLIN, this);
    }

    /// <summary>The instances that are listened for.</summary>
    internal IReadOnlyList<VrrpInstance> Instances => _instances;

    /// <summary>Whether a question was sent; only of use over IPv4 multicast.</summary>
    internal bool HasAsked { get; private set; }

    /// <summary>Whether it came back.</summary>
    internal bool IsAnswered { get; private set; }

    /// <summary>For each VRID, senders with the verdict on what they sent; ours with "own packet".</summary>
    internal Dictionary<(byte Vrid, IpAddress Source), (ReceiveVerdict Verdict, Priority Priority)> Heard { get; } = [];

    /// <summary>Whether another router was heard for each instance, and the firewall's answer came.</summary>
    internal bool IsDone => IsAnswered == HasAsked && _instances.All(i => Heard.Any(
        h => h.Key.Vrid == i.Plan.Model.Vrid.Value && h.Value.Verdict != ReceiveVerdict.OwnPacket));

    /// <summary>Opens a socket for instances of one interface, family and group.</summary>
    /// <param name="loop">Where it waits.</param>
    /// <param name="link">The interface.</param>
    /// <param name="local">The group, or the own address of unicast instances.</param>
    /// <param name="instances">The instances.</param>
    /// <param name="own">Addresses of this node.</param>
    /// <exception cref="LinuxException">No privilege, or the interface is not usable.</exception>
    internal static SegmentProbe Open(
        EpollLoop loop, LinkInfo link, IpAddress local, VrrpInstance[] instances, IpAddress[] own)
    {
        RawIpSocket socket = RawIpSocket.Open(new RawIpSocketOptions
        {
            Family = local.Family,
            Protocol = AdvertFormat.IpProtocol,
            InterfaceIndex = link.Index,
            BindAddress = local,
            FreeBind = true,
        });
        var probe = new SegmentProbe(loop, socket, instances, own);
        if (local.IsMulticast)
        {
            LinuxException.ThrowIf(socket.JoinGroup(local, link.Index), $"join {local} on {link.Name}");
            probe.Ask(link, local, own.FirstOrDefault(static a => a.IsV4));
        }
        return probe;
    }

    /// <inheritdoc/>
    public void OnReady(EpollEvents events)
    {
        while (_socket.TryReceive(_buffer, out Linux.Sockets.ReceivedPacket info) == Errno.Success)
        {
            ReadOnlySpan<byte> message = _buffer.AsSpan(info.HeaderLength, info.Length - info.HeaderLength);
            IsAnswered |= message.SequenceEqual(s_question);
            if (message.Length >= AdvertFormat.HeaderSize)
            {
                Take(message, info);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _loop.Remove(_socket.Descriptor);
        _socket.Dispose();
    }

    private void Take(ReadOnlySpan<byte> message, in Linux.Sockets.ReceivedPacket info)
    {
        byte vrid = message[1];
        if (Array.Find(_instances, i => i.Plan.Model.Vrid.Value == vrid) is not { } instance)
        {
            return;
        }
        ReceiveVerdict verdict = ReceiveVerdict.OwnPacket;
        if (!_own.Contains(info.Source))
        {
            verdict = ReceiveChecks.Check(instance.Policy, new Holdfast.Vrrp.Wire.ReceivedPacket
            {
                Message = message,
                Source = info.Source,
                Destination = info.Destination,
                Ttl = (byte)Math.Clamp(info.HopLimit, 0, 255),
            }, isOwner: false, out _);
        }
        Heard[(vrid, info.Source)] = (verdict, new Priority(message[2]));
    }

    private void Ask(LinkInfo link, IpAddress group, IpAddress source)
    {
        if (!group.IsV4 || source.IsNone)
        {
            return;
        }
        using RawIpSocket sender = RawIpSocket.Open(new RawIpSocketOptions
        {
            Family = IpFamily.V4,
            Protocol = AdvertFormat.IpProtocol,
            InterfaceIndex = link.Index,
            HeaderIncluded = true,
            MulticastLoop = true,
            ReceiveBufferBytes = 0,
        });
        byte[] packet = new byte[Ipv4HeaderSize + s_question.Length];
        packet[0] = 0x45; // the kernel fills in length, identification and checksum (raw(7)); the TTL stays 0
        packet[9] = AdvertFormat.IpProtocol;
        source.CopyTo(packet.AsSpan(12));
        group.CopyTo(packet.AsSpan(16));
        s_question.CopyTo(packet.AsSpan(Ipv4HeaderSize));
        _ = sender.SetMulticastInterface(link.Index);
        Errno errno = sender.Send(packet, group);
        HasAsked = errno is Errno.Success or Errno.EPERM; // a firewall's refusal is an answer, too
    }
}
