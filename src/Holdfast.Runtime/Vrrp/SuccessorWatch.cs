using Holdfast.Linux;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Epoll;
using Holdfast.Linux.Sockets;
using Holdfast.Primitives;

namespace Holdfast.Runtime.Vrrp;

/// <summary>Sees a successor announce our addresses, so that ours can go without anybody missing them.</summary>
/// <remarks>
/// Open only while addresses linger: an ARP socket wakes the process for every ARP on the segment, which an idle
/// node must not pay for.
/// </remarks>
internal sealed class SuccessorWatch(
    EpollLoop loop, VrrpInstance[] instances, AddressOwners owners, Action<int> allTaken) : IDisposable
{
    private readonly Dictionary<(int Interface, IpFamily Family), Listener> _listeners = [];
    private readonly bool[] _watched = new bool[instances.Length];

    /// <summary>Starts to watch for every address of an instance.</summary>
    public void Watch(int instance)
    {
        _watched[instance] = true;
        Array.Clear(instances[instance].TakenBySuccessor);
        Listen(instance);
    }

    /// <summary>Opens the sockets ahead of time: nothing is missed between resignation and announcement.</summary>
    public void Listen(int instance)
    {
        VrrpInstance one = instances[instance];
        for (int position = 0; position < one.Plan.Addresses.Length; position++)
        {
            var key = (one.AddressInterfaces[position], one.Plan.Addresses[position].Prefix.Address.Family);
            if (key.Item1 > 0 && !_listeners.ContainsKey(key))
            {
                TryOpen(key);
            }
        }
    }

    /// <summary>Stops watching an instance; the last one closes the sockets.</summary>
    public void Unwatch(int instance)
    {
        _watched[instance] = false;
        if (Array.IndexOf(_watched, true) < 0)
        {
            Dispose();
        }
    }

    /// <summary>Closes all sockets.</summary>
    public void Dispose()
    {
        foreach (Listener listener in _listeners.Values)
        {
            loop.Remove(listener.Socket.Descriptor);
            listener.Socket.Dispose();
        }
        _listeners.Clear();
    }

    private void TryOpen((int Interface, IpFamily Family) key)
    {
        try
        {
            PacketSocket socket = key.Family == IpFamily.V6
                ? PacketSocket.OpenNeighborAdvertisement(key.Interface) : PacketSocket.OpenArp(key.Interface);
            var listener = new Listener(this, socket, key.Family);
            _listeners[key] = listener;
            loop.Add(socket.Descriptor, EpollEvents.EPOLLIN, listener);
        }
        catch (LinuxException)
        {
            // Without the socket (the interface is just going) the addresses go after the successor's advert.
        }
    }

    private void Announced(IpAddress address, MacAddress mac)
    {
        foreach ((int index, int position) in owners.Of(address))
        {
            VrrpInstance instance = instances[index];
            if (_watched[index] && mac != instance.AddressMacs[position])
            {
                instance.TakenBySuccessor[position] = true;
                if (Array.IndexOf(instance.TakenBySuccessor, false) < 0)
                {
                    allTaken(index);
                }
            }
        }
    }

    private sealed class Listener(SuccessorWatch watch, PacketSocket socket, IpFamily family) : IReadyHandler
    {
        private const int FramesPerWakeUpMax = 256;
        private readonly byte[] _buffer = new byte[256];

        public PacketSocket Socket => socket;

        public void OnReady(EpollEvents events)
        {
            for (int count = 0; count < FramesPerWakeUpMax; count++)
            {
                if (socket.TryReceive(_buffer, out ReceivedFrame info) == Errno.EAGAIN)
                {
                    return;
                }
                ReadOnlySpan<byte> frame = _buffer.AsSpan(0, Math.Min(info.Length, _buffer.Length));
                if (family == IpFamily.V4 && ArpFrame.TryParse(frame, out ArpMessage arp))
                {
                    watch.Announced(arp.SenderAddress, arp.SenderMac);
                }
                else if (family == IpFamily.V6
                    && NeighborAdvertisementFrame.TryParse(frame, out NeighborAdvertisement advertisement))
                {
                    watch.Announced(advertisement.Target, advertisement.Mac);
                }
            }
        }
    }
}
