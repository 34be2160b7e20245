using Holdfast.Vrrp.Wire;

namespace Holdfast.Runtime.Vrrp;

/// <summary>What an instance has counted since it started, or since its statistics were cleared.</summary>
internal sealed class VrrpCounters
{
    private readonly ulong[] _verdicts = new ulong[Enum.GetValues<ReceiveVerdict>().Length];

    /// <summary>Adverts sent, copies to several peers counted once.</summary>
    public ulong AdvertsSent { get; set; }

    /// <summary>Adverts that the kernel refused to send.</summary>
    public ulong AdvertsFailed { get; set; }

    /// <summary>Times it became Active.</summary>
    public ulong BecameActive { get; set; }

    /// <summary>Times it stopped being Active.</summary>
    public ulong ReleasedActive { get; set; }

    /// <summary>Resignations received.</summary>
    public ulong PriorityZeroReceived { get; set; }

    /// <summary>Resignations sent.</summary>
    public ulong PriorityZeroSent { get; set; }

    /// <summary>Gratuitous ARPs and unsolicited NAs sent.</summary>
    public ulong AnnouncementsSent { get; set; }

    /// <summary>Unicast adverts that were accepted though their source is no configured peer.</summary>
    public ulong StrangersAccepted { get; set; }

    /// <summary>Adverts that passed all checks.</summary>
    public ulong AdvertsReceived => this[ReceiveVerdict.Accepted] + this[ReceiveVerdict.AcceptedAddressListDiffers];

    /// <summary>How many packets got a verdict.</summary>
    public ulong this[ReceiveVerdict verdict] => _verdicts[(int)verdict];

    /// <summary>Counts one packet.</summary>
    public void Count(ReceiveVerdict verdict) => _verdicts[(int)verdict]++;

    /// <summary>Goes on from the counters of the same instance before a reload.</summary>
    public void TakeOver(VrrpCounters before)
    {
        before._verdicts.CopyTo(_verdicts.AsSpan());
        AdvertsSent = before.AdvertsSent;
        AdvertsFailed = before.AdvertsFailed;
        BecameActive = before.BecameActive;
        ReleasedActive = before.ReleasedActive;
        PriorityZeroReceived = before.PriorityZeroReceived;
        PriorityZeroSent = before.PriorityZeroSent;
        AnnouncementsSent = before.AnnouncementsSent;
        StrangersAccepted = before.StrangersAccepted;
    }

    /// <summary>Writes all of them, for one who goes on later.</summary>
    public void CopyTo(Span<ulong> values)
    {
        values[0] = AdvertsSent;
        values[1] = AdvertsFailed;
        values[2] = BecameActive;
        values[3] = ReleasedActive;
        values[4] = PriorityZeroReceived;
        values[5] = PriorityZeroSent;
        values[6] = AnnouncementsSent;
        _verdicts.CopyTo(values[7..]);
    }

    /// <summary>Goes on from what <see cref="CopyTo"/> wrote.</summary>
    public void CopyFrom(ReadOnlySpan<ulong> values)
    {
        AdvertsSent = values[0];
        AdvertsFailed = values[1];
        BecameActive = values[2];
        ReleasedActive = values[3];
        PriorityZeroReceived = values[4];
        PriorityZeroSent = values[5];
        AnnouncementsSent = values[6];
        values.Slice(7, _verdicts.Length).CopyTo(_verdicts);
    }

    /// <summary>Sets everything to zero.</summary>
    public void Clear()
    {
        Array.Clear(_verdicts);
        AdvertsSent = AdvertsFailed = BecameActive = ReleasedActive = 0;
        PriorityZeroReceived = PriorityZeroSent = AnnouncementsSent = StrangersAccepted = 0;
    }
}
