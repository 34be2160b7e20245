using Holdfast.Primitives;
using Holdfast.Vrrp.Wire;

namespace Holdfast.Runtime.Vrrp;

/// <summary>
/// Which causes of a doubtful packet have been logged: each once, and again after a change of state, which is a new
/// situation; but forged packets that change the state again and again do not fill the log.
/// </summary>
internal struct DropReports
{
    private static readonly TimeSpan s_renewalGap = TimeSpan.FromSeconds(10);
    private const int StrangerBit = 31;

    private uint _reported;
    private MonotonicTime _renewableFrom;

    /// <summary>Whether this verdict has yet to be reported; it counts as reported from now on.</summary>
    public bool IsNew(ReceiveVerdict verdict) => IsNewBit((int)verdict);

    /// <summary>Whether it has yet to be reported that a stranger's advert was accepted.</summary>
    public bool IsNewStranger() => IsNewBit(StrangerBit);

    /// <summary>Lets everything be reported once more, unless that was so a moment ago.</summary>
    public void Renew(MonotonicTime now)
    {
        if (now >= _renewableFrom)
        {
            _reported = 0;
            _renewableFrom = now + s_renewalGap;
        }
    }

    private bool IsNewBit(int bit)
    {
        uint mask = 1u << bit;
        bool isNew = (_reported & mask) == 0;
        _reported |= mask;
        return isNew;
    }
}
