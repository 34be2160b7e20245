using Holdfast.Primitives;
using Holdfast.Vrrp.Wire;

namespace Holdfast.Runtime.Vrrp;

/// <summary>The last that an instance has heard of other routers: for messages, status and readiness.</summary>
internal sealed class PeerView
{
    /// <summary>Sender of the last accepted advert; none when there was none.</summary>
    public IpAddress Source => Advert.Source;

    /// <summary>The priority in it.</summary>
    public Priority Priority => Advert.Priority;

    /// <summary>The last accepted advert; of use only when <see cref="Source"/> is some.</summary>
    public Advert Advert { get; private set; }

    /// <summary>When it came.</summary>
    public MonotonicTime HeardAt { get; private set; }

    /// <summary>Whether its list of addresses is ours.</summary>
    public bool ListIsOurs { get; private set; } = true;

    /// <summary>The first address in its list that is not ours; none: every one is.</summary>
    public IpAddress ForeignAddress { get; private set; }

    /// <summary>Why the last packet that was dropped was dropped; accepted when none was.</summary>
    public ReceiveVerdict DroppedFor { get; private set; }

    /// <summary>Who sent it.</summary>
    public IpAddress DroppedFrom { get; private set; }

    /// <summary>When it came.</summary>
    public MonotonicTime DroppedAt { get; private set; }

    /// <summary>Notes a packet that was dropped.</summary>
    public void Drop(ReceiveVerdict verdict, IpAddress source, MonotonicTime now)
    {
        DroppedFor = verdict;
        DroppedFrom = source;
        DroppedAt = now;
    }

    /// <summary>Notes an advert that was accepted.</summary>
    public void Hear(in Advert advert, ReceiveVerdict verdict, in ReceivedPacket packet, ReceivePolicy policy,
        MonotonicTime now)
    {
        bool isOurs = verdict == ReceiveVerdict.Accepted;
        // Searched once for each foreign list, not for each advert with it: that takes time where lists are long.
        bool isSame = !isOurs && !ListIsOurs && advert.Source == Source && advert.AddressCount == Advert.AddressCount;
        ForeignAddress = isOurs ? IpAddress.None : isSame ? ForeignAddress
            : FirstForeign(packet.Message, advert.AddressCount, policy);
        Advert = advert;
        HeardAt = now;
        ListIsOurs = isOurs;
    }

    /// <summary>Goes on from the process before a restart, which knew no more than its last advert.</summary>
    public void Restore(in Advert advert, MonotonicTime heardAt)
    {
        Advert = advert;
        HeardAt = heardAt;
    }

    /// <summary>Goes on from the instance before a reload.</summary>
    public void TakeOver(PeerView before)
    {
        Advert = before.Advert;
        HeardAt = before.HeardAt;
        ListIsOurs = before.ListIsOurs;
        ForeignAddress = before.ForeignAddress;
        DroppedFor = before.DroppedFor;
        DroppedFrom = before.DroppedFrom;
        DroppedAt = before.DroppedAt;
    }

    private static IpAddress FirstForeign(ReadOnlySpan<byte> message, int count, ReceivePolicy policy)
    {
        int size = policy.Template.Family == IpFamily.V6 ? 16 : 4;
        for (int index = 0; index < count; index++)
        {
            // The checks have made sure that the list is as long as it says.
            IpAddress address = IpAddress.FromBytes(message.Slice(AdvertFormat.HeaderSize + (index * size), size));
            if (!policy.Addresses.Span.Contains(address))
            {
                return address;
            }
        }
        return IpAddress.None;
    }
}
