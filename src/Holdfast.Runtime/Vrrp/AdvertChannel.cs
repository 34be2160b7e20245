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

    /// <summary>
    /// Whether every packet for nobody here is wanted; else the kernel may do no more than count them.
    /// </summary>
    bool HearsUnknownVrids { get; }

    /// <summary>Packets that the kernel has kept away and counted, when it no longer does.</summary>
    void OnKeptAway(ulong count);

    /// <summary>More packets came than one wake-up reads.</summary>
    void OnFlood(AdvertChannel channel);
}

/// <summary>The sockets through which the instances of one interface and family exchange adverts.</summary>
/// <remarks>
/// Receiving and sending are separate sockets: the receiver is bound to the group, so that unicast does not arrive,
/// and the sender has no receive buffer. One wake-up handles a bounded number of packets, so that a flood cannot
/// keep the own adverts from being sent. Packets for a VRID of ours are all read, also under a flood: what is wrong
/// with each is counted by kind, and a limit in the kernel could not tell the Active's adverts from forged ones, so
/// that it would let an attacker silence the Active. Packets for other VRIDs are left to <see cref="ForeignPackets"/>
/// from the first one on.
/// </remarks>
internal sealed class AdvertChannel : IReadyHandler, IDisposable
{
    private const int PacketsPerWakeUpMax = 256;
    private const int Ipv4HeaderSize = 20;

    private readonly EpollLoop _loop;
    private IAdvertReceiver _receiver;
    private readonly RawIpSocket _receive;
    private readonly RawIpSocketOptions _receiveOptions;
    private readonly RawIpSocket _send;
    private readonly byte[] _receiveBuffer = new byte[AdvertFormat.SizeMax + 64];
    private readonly byte[] _sendBuffer = new byte[AdvertFormat.SizeMax + Ipv4HeaderSize];
    private readonly VrrpInstance?[] _byVrid = new VrrpInstance?[256];
    private ForeignPackets? _foreign;
    private HashSet<byte> _passing = [];
    private bool _filterIsCurrent;
    private bool _foreignCame;
    private ulong _received;

    public AdvertChannel(EpollLoop loop, IAdvertReceiver receiver, AdvertChannelKey key, int receiveBufferBytes)
    {
        _loop = loop;
        _receiver = receiver;
        Key = key;
        bool multicast = key.Local.IsMulticast;
        _receiveOptions = new RawIpSocketOptions
        {
            Family = key.Family,
            Protocol = AdvertFormat.IpProtocol,
            InterfaceIndex = key.InterfaceIndex,
            BindAddress = key.Local,
            FreeBind = !multicast,
            ReceiveBufferBytes = receiveBufferBytes > 0 ? receiveBufferBytes : null,
        };
        _receive = RawIpSocket.Open(_receiveOptions);
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

    /// <summary>Packets that the kernel has dropped because we did not read fast enough.</summary>
    public ulong Dropped => _receive.Dropped;

    /// <summary>Packets for a VRID that nobody here has, which the kernel kept from us.</summary>
    public ulong KeptAway => _foreign?.Count(_received) ?? 0;

    /// <summary>Adds an instance.</summary>
    public void Attach(VrrpInstance instance)
    {
        ref VrrpInstance? first = ref _byVrid[instance.Plan.Model.Vrid.Value];
        instance.NextOfVrid = first;
        first = instance;
        instance.Channel = this;
        if (_passing.Add(instance.Plan.Model.Vrid.Value) && _foreign?.Know(_passing) == false)
        {
            HearAll();
        }
    }

    /// <summary>Gives what arrives to another node, whose instances are yet to be attached (a reload).</summary>
    public void GoOnWith(IAdvertReceiver receiver)
    {
        _receiver = receiver;
        Array.Clear(_byVrid);
        _filterIsCurrent = false; // but not narrower yet: nothing may be lost until all instances are back
        if (receiver.HearsUnknownVrids)
        {
            HearAll();
        }
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
        _filterIsCurrent = false;
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
                UpdateFilter();
                return false;
            }
            if (errno == Errno.Success)
            {
                _received++;
                Deliver(info);
            }
            // Any other error (ENETDOWN) is cleared by having been read; the link monitor tells what it means.
        }
        UpdateFilter();
        _receiver.OnFlood(this);
        return true;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _loop.Remove(_receive.Descriptor);
        HearAll();
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
            _foreignCame = true;
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

    /// <summary>
    /// When a packet for nobody has arrived, the kernel does not know (all of) whom we are. One that had been queued
    /// before changes nothing.
    /// </summary>
    private void UpdateFilter()
    {
        if (_foreignCame && !_filterIsCurrent && !_receiver.HearsUnknownVrids)
        {
            _foreignCame = false;
            _filterIsCurrent = true; // also when it is refused: once is enough
            _passing = KnownVrids();
            if (_foreign is null)
            {
                _foreign = ForeignPackets.TryBegin(_receive, _receiveOptions, _passing, _received);
            }
            else if (!_foreign.Know(_passing))
            {
                HearAll();
            }
        }
    }

    private void HearAll()
    {
        if (_foreign is { } foreign)
        {
            _receiver.OnKeptAway(foreign.Count(_received));
            _foreign = null;
            foreign.Dispose();
        }
    }

    private HashSet<byte> KnownVrids()
    {
        var known = new HashSet<byte>();
        for (int vrid = 0; vrid < _byVrid.Length; vrid++)
        {
            if (_byVrid[vrid] is not null)
            {
                known.Add((byte)vrid);
            }
        }
        return known;
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
