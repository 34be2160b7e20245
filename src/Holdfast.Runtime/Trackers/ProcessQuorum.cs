using Holdfast.Config.Keepalived.Model;
using Holdfast.Primitives;

namespace Holdfast.Runtime.Trackers;

/// <summary>One block: how many were found, and since when that speaks against its present result.</summary>
internal sealed class ProcessQuorum(TrackProcessModel model)
{
    private MonotonicTime _since = MonotonicTime.Never;

    internal TrackProcessModel Model => model;

    internal int Found { get; set; }

    /// <summary>The result; null before the first one.</summary>
    internal bool? IsUp { get; private set; }

    /// <summary>When the result changes if nothing else does; <see cref="MonotonicTime.Never"/>: not at all.</summary>
    internal MonotonicTime DueAt => _since.IsNever ? MonotonicTime.Never : _since + Delay(IsMet);

    private bool IsMet => Found >= model.Quorum && Found <= model.QuorumMax;

    /// <returns>Whether the result changed.</returns>
    internal bool Judge(MonotonicTime now)
    {
        bool met = IsMet;
        if (met == IsUp)
        {
            _since = MonotonicTime.Never;
            return false;
        }
        _since = MonotonicTime.Min(_since, now);
        if (IsUp is not null && now < _since + Delay(met))
        {
            return false;
        }
        IsUp = met;
        _since = MonotonicTime.Never;
        return true;
    }

    private TimeSpan Delay(bool met) => met ? model.ForkDelay : model.TerminateDelay;
}
