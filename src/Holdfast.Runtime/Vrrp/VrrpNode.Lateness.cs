using Holdfast.Primitives;

namespace Holdfast.Runtime.Vrrp;

/// <summary>
/// A node that was not scheduled in time (frozen, starved, busy with itself) hears before it speaks.
/// </summary>
internal sealed partial class VrrpNode
{
    private const int ReadsPerChannelMax = 64;
    private static readonly TimeSpan LateLimit = TimeSpan.FromMilliseconds(1);

    private MonotonicTime _heardAt;

    /// <summary>
    /// When the node is late, reads every advert that has arrived, so that an Active yields to a successor instead of
    /// shouting it down. Call it after each wait, before anything else is acted upon: the kernel's report of an
    /// address that expired, for one, must not bring it back before the state is decided.
    /// </summary>
    /// <remarks>
    /// Costs a reading of the clock when the node is on time. One round of reading lasts for
    /// <see cref="LateLimit"/>, so that many instances that are due together do not read once each.
    /// </remarks>
    public void HearWhenLate()
    {
        MonotonicTime now = Now;
        if (now - MonotonicTime.Max(_deadlines.Earliest, _heardAt) <= LateLimit)
        {
            return;
        }
        foreach (AdvertChannel channel in _channels.Values)
        {
            // Bounded: a flood must not keep the node from its deadlines for ever.
            for (int reads = 0; reads < ReadsPerChannelMax && channel.ReadAdverts(); reads++)
            {
            }
        }
        _heardAt = Now;
    }
}
