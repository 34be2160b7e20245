using Holdfast.Linux.Sockets;
using Holdfast.Primitives;

namespace Holdfast.Runtime.Vrrp;

/// <summary>
/// Sends gratuitous ARP and unsolicited NA: rounds over all addresses of an instance, batched, and spaced per
/// interface where the configuration asks for it (<c>vrrp_garp_interval</c>, <c>garp_group</c>).
/// </summary>
/// <remarks>Requests are merged: an instance that is asked again starts its rounds anew. Never allocates.</remarks>
internal sealed class Announcer(VrrpInstance[] instances, AnnouncePacing pacing) : IDisposable
{
    private const int FramesPerBatch = 64;
    private const int FrameRoom = 96;

    private readonly PacketSocket _socket = PacketSocket.OpenSender();
    private readonly byte[] _frames = new byte[FramesPerBatch * FrameRoom];
    private readonly FrameSlice[] _slices = new FrameSlice[FramesPerBatch];
    private readonly int[] _roundsLeft = new int[instances.Length];
    private readonly int[] _cursor = new int[instances.Length];
    private int _waiting;
    private int _count;

    /// <summary>When the next spaced frame may go; never when none waits.</summary>
    public MonotonicTime NextDeadline { get; private set; } = MonotonicTime.Never;

    /// <summary>Asks for rounds over the addresses of an instance.</summary>
    public void Request(int instance, int rounds)
    {
        if (_roundsLeft[instance] == 0 && rounds > 0)
        {
            _waiting++;
        }
        _roundsLeft[instance] = Math.Max(_roundsLeft[instance], rounds);
        _cursor[instance] = 0;
        NextDeadline = MonotonicTime.Zero;
    }

    /// <summary>Announces one address that is not virtual, once and at once.</summary>
    public void AnnounceOne(int interfaceIndex, MacAddress mac, IpAddress address)
    {
        Span<byte> frame = stackalloc byte[FrameRoom];
        int size = address.IsV6
            ? NeighborAdvertisementFrame.WriteUnsolicited(frame, mac, address, pacing.IsRouter(interfaceIndex))
            : ArpFrame.WriteGratuitousRequest(frame, mac, address);
        _ = _socket.Send(frame[..size], interfaceIndex); // a link that refuses it has nobody to tell
    }

    /// <summary>Goes on with what an instance still had to announce before a reload, from its first address.</summary>
    public void TakeOver(int instance, Announcer before, int old)
    {
        if (before._roundsLeft[old] > 0)
        {
            Request(instance, before._roundsLeft[old]);
        }
    }

    /// <summary>Forgets what an instance still had to announce: it is not Active any more.</summary>
    public void Cancel(int instance)
    {
        if (_roundsLeft[instance] > 0)
        {
            _waiting--;
        }
        _roundsLeft[instance] = 0;
    }

    /// <summary>Sends all that may be sent now.</summary>
    public void Flush(MonotonicTime now)
    {
        if (_waiting == 0)
        {
            NextDeadline = MonotonicTime.Never;
            return;
        }
        NextDeadline = MonotonicTime.Never;
        foreach (VrrpInstance instance in instances)
        {
            if (_roundsLeft[instance.Index] > 0)
            {
                Continue(instance, now);
            }
        }
        SendBatch();
    }

    /// <inheritdoc/>
    public void Dispose() => _socket.Dispose();

    private void Continue(VrrpInstance instance, MonotonicTime now)
    {
        ref int rounds = ref _roundsLeft[instance.Index];
        ref int cursor = ref _cursor[instance.Index];
        int count = instance.Plan.Addresses.Length;
        while (rounds > 0)
        {
            while (cursor < count)
            {
                IpAddress address = instance.Plan.Addresses[cursor].Prefix.Address;
                int interfaceIndex = instance.AddressInterfaces[cursor];
                MonotonicTime allowed = pacing.NextAllowed(interfaceIndex, address.Family);
                if (allowed > now)
                {
                    NextDeadline = MonotonicTime.Min(NextDeadline, allowed);
                    return;
                }
                if (interfaceIndex > 0 && instance.AddressMacs[cursor] != default
                    && !instance.AwaitedAddresses[cursor])
                {
                    Add(instance, cursor, address, interfaceIndex);
                    pacing.Sent(interfaceIndex, address.Family, now);
                }
                cursor++;
            }
            cursor = 0;
            rounds--;
        }
        _waiting--;
    }

    private void Add(VrrpInstance instance, int position, IpAddress address, int interfaceIndex)
    {
        int offset = _count * FrameRoom;
        Span<byte> frame = _frames.AsSpan(offset, FrameRoom);
        MacAddress mac = instance.AddressMacs[position];
        int size = address.IsV6
            ? NeighborAdvertisementFrame.WriteUnsolicited(frame, mac, address, pacing.IsRouter(interfaceIndex))
            : ArpFrame.WriteGratuitousRequest(frame, mac, address);
        _slices[_count++] = new FrameSlice(offset, size, interfaceIndex);
        instance.Counters.AnnouncementsSent++;
        if (_count == FramesPerBatch)
        {
            SendBatch();
        }
    }

    /// <summary>A frame that an interface refuses (it is just going down) must not hold up the others.</summary>
    private void SendBatch()
    {
        int from = 0;
        while (from < _count)
        {
            _ = _socket.SendBatch(_frames, _slices.AsSpan(from, _count - from), out int sent);
            from += Math.Max(sent, 1);
        }
        _count = 0;
    }
}
