using Holdfast.Linux;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Epoll;
using Holdfast.Linux.Sockets;
using Holdfast.Primitives;
using Holdfast.Vrrp.Wire;

namespace Holdfast.Runtime.Vrrp;

/// <summary>Which socket pair an instance uses; instances that agree in all of it share one.</summary>
/// <param name="Family">Family of the adverts.</param>
/// <param name="InterfaceIndex">Interface; 0 for unicast without one.</param>
/// <param name="Local">The multicast group, or for unicast the own address.</param>
internal readonly record struct AdvertChannelKey(IpFamily Family, int InterfaceIndex, IpAddress Local);

/// <summary>Takes what a channel has received.</summary>
internal interface IAdvertReceiver
{
    /// <summary>A packet for a VRID that an instance of this channel has.</summary>
    void OnPacket(VrrpInstance first, in Holdfast.Vrrp.Wire.ReceivedPacket packet);

    /// <summary>A packet for nobody here.</summary>
    void OnUnknownVrid(byte vrid, IpAddress source);
}

/// <summary>The sockets through which the instances of one interface and family exchange adverts.</summary>
/// <remarks>
/// Receiving and sending are separate sockets: the receiver is bound to the group, so that unicast does not arrive,
/// and the sender has no receive buffer. One wake-up handles a bounded number of packets, so that a flood cannot
/// keep the own adverts from being sent.
/// </remarks>
internal sealed class AdvertChannel : IReadyHandler, IDisposable
{
    private const int PacketsPerWakeUpMax = 256;
    private const int Ipv4HeaderSize = 20;

    private readonly EpollLoop _loop;
    private IAdvertReceiver _receiver;
    private readonly RawIpSocket _receive;
    private readonly RawIpSocket _send;
    private readonly byte[] _receiveBuffer = new byte[AdvertFormat.SizeMax + 64];
    private readonly byte[] _sendBuffer = new byte[AdvertFormat.SizeMax + Ipv4HeaderSize];
    private readonly VrrpInstance?[] _byVrid = new VrrpInstance?[256];

    public AdvertChannel(EpollLoop loop, IAdvertReceiver receiver, AdvertChannelKey key, int receiveBufferBytes)
    {
        _loop = loop;
        _receiver = receiver;
        Key = key;
        bool multicast = key.Local.IsMulticast;
        _receive = RawIpSocket.Open(new RawIpSocketOptions
        {
            Family = key.Family,
            Protocol = AdvertFormat.IpProtocol,
            InterfaceIndex = key.InterfaceIndex,
            BindAddress = key.Local,
            FreeBind = !multicast,
            ReceiveBufferBytes = receiveBufferBytes > 0 ? receiveBufferBytes : null,
        });
        _send = RawIpSocket.Open(new RawIpSocketOptions
        {
            Family = key.Family,
            Protocol = AdvertFormat.IpProtocol,
            InterfaceIndex = key.InterfaceIndex,
            HeaderIncluded = key.Family == IpFamily.V4,
            FreeBind = true,
            ReceiveBufferBytes = 0,
        });
        if (multicast)
        {
            LinuxException.ThrowIf(_receive.JoinGroup(key.Local, key.InterfaceIndex), $"join {key.Local}");
            LinuxException.ThrowIf(_send.SetMulticastInterface(key.InterfaceIndex), $"send to {key.Local}");
        }
        _loop.Add(_receive.Descriptor, EpollEvents.EPOLLIN, this);
    }

    /// <summary>What it was opened for.</summary>
    public AdvertChannelKey Key { get; }

    /// <summary>Adds an instance.</summary>
    public void Attach(VrrpInstance instance)
    {
        ref VrrpInstance? first = ref _byVrid[instance.Plan.Model.Vrid.Value];
        instance.NextOfVrid = first;
        first = instance;
        instance.Channel = this;
    }

    /// <summary>Gives what arrives to another node, whose instances are yet to be attached (a reload).</summary>
    public void GoOnWith(IAdvertReceiver receiver)
    {
        _receiver = receiver;
        Array.Clear(_byVrid);
    }

    /// <summary>Takes one instance away.</summary>
    public void Detach(VrrpInstance instance)
    {
        ref VrrpInstance? link = ref _byVrid[instance.Plan.Model.Vrid.Value];
        if (link == instance)
        {
            link = instance.NextOfVrid;
        }
        else
        {
            for (VrrpInstance? one = link; one is not null; one = one.NextOfVrid)
            {
                if (one.NextOfVrid == instance)
                {
                    one.NextOfVrid = instance.NextOfVrid;
                }
            }
        }
        instance.Channel = null;
    }

    /// <summary>Sends one advert to the group, or a copy to each peer.</summary>
    /// <returns>The first failure.</returns>
    public Errno SendAdvert(VrrpInstance instance, Priority priority, TimeSpan interval)
    {
        ReadOnlySpan<UnicastPeer> peers = instance.Plan.Peers;
        if (peers.IsEmpty)
        {
            return SendTo(instance, Key.Local, priority, interval, AdvertFormat.RequiredTtl);
        }
        Errno result = Errno.Success;
        foreach (ref readonly UnicastPeer peer in peers)
        {
            Errno errno = SendTo(instance, peer.Address, priority, interval, instance.Plan.Model.UnicastTtl);
            result = result == Errno.Success ? errno : result;
        }
        return result;
    }

    /// <inheritdoc/>
    public void OnReady(EpollEvents events) => _ = ReadAdverts();

    /// <summary>Reads what has arrived, up to a bound.</summary>
    /// <returns>Whether there may be more.</returns>
    public bool ReadAdverts()
    {
        for (int count = 0; count < PacketsPerWakeUpMax; count++)
        {
            Errno errno = _receive.TryReceive(_receiveBuffer, out Linux.Sockets.ReceivedPacket info);
            if (errno == Errno.EAGAIN)
            {
                return false;
            }
            if (errno == Errno.Success)
            {
                Deliver(info);
            }
            // Any other error (ENETDOWN) is cleared by having been read; the link monitor tells what it means.
        }
        return true;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _loop.Remove(_receive.Descriptor);
        _receive.Dispose();
        _send.Dispose();
    }

    private void Deliver(in Linux.Sockets.ReceivedPacket info)
    {
        ReadOnlySpan<byte> message = _receiveBuffer.AsSpan(info.HeaderLength, info.Length - info.HeaderLength);
        if (message.Length < 2)
        {
            _receiver.OnUnknownVrid(0, info.Source);
            return;
        }
        if (_byVrid[message[1]] is not { } first)
        {
            _receiver.OnUnknownVrid(message[1], info.Source);
            return;
        }
        _receiver.OnPacket(first, new Holdfast.Vrrp.Wire.ReceivedPacket
        {
            Message = message,
            Source = info.Source,
            Destination = info.Destination.IsNone ? Key.Local : info.Destination,
            Ttl = (byte)Math.Clamp(info.HopLimit, 0, 255),
        });
    }

    private Errno SendTo(
        VrrpInstance instance, IpAddress destination, Priority priority, TimeSpan interval, byte ttl)
    {
        int header = Key.Family == IpFamily.V4 ? Ipv4HeaderSize : 0;
        int size = AdvertWriter.Write(
            instance.Plan.Template, priority, interval, instance.Plan.AdvertAddresses, instance.SourceAddress,
            destination, _sendBuffer.AsSpan(header));
        if (header > 0)
        {
            WriteIpv4Header(size, instance.SourceAddress, destination, ttl);
            return _send.Send(_sendBuffer.AsSpan(0, header + size), destination);
        }
        return _send.Send(_sendBuffer.AsSpan(0, size), destination, Key.InterfaceIndex, instance.SourceAddress);
    }

    /// <summary>The kernel fills in identification, total length and checksum (raw(7), IP_HDRINCL).</summary>
    private void WriteIpv4Header(int size, IpAddress source, IpAddress destination, byte ttl)
    {
        Span<byte> header = _sendBuffer.AsSpan(0, Ipv4HeaderSize);
        header.Clear();
        header[0] = 0x45;
        header[1] = 0xC0;
        header[2] = (byte)((Ipv4HeaderSize + size) >> 8);
        header[3] = (byte)(Ipv4HeaderSize + size);
        header[8] = ttl;
        header[9] = AdvertFormat.IpProtocol;
        source.CopyTo(header[12..]);
        destination.CopyTo(header[16..]);
    }
}
