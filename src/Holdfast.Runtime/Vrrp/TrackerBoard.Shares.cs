using Holdfast.Primitives;
using Holdfast.Vrrp.Tracking;

namespace Holdfast.Runtime.Vrrp;

/// <summary>What each tracker has to do with the priority: for explanations, and for the judgement itself.</summary>
internal sealed partial class TrackerBoard
{
    private (TrackedKind Kind, int Index, string? Name) _changed = (TrackedKind.Interface, -1, null);

    /// <summary>Whether a tracker alone makes a fault now, and what it adds to the priority.</summary>
    public (bool IsFault, int Contribution) ShareOf(TrackerBinding tracker)
    {
        if (tracker.Kind == TrackedKind.File)
        {
            return JudgeFile(tracker, _files[tracker.Index] ?? 0);
        }
        return ShareIf(tracker, IsUp(tracker));
    }

    /// <summary>What follows if one tracker were up or down; a file counts as up when it holds 0.</summary>
    /// <param name="instance">The instance.</param>
    /// <param name="position">0-based place of the tracker among those of the instance; −1: nothing is
    /// supposed.</param>
    /// <param name="isUp">What is supposed of it.</param>
    public (bool IsFault, Priority Priority) JudgeSupposing(int instance, int position, bool isUp)
    {
        VrrpInstancePlan plan = _plan.Instances[instance];
        bool fault = false;
        int sum = 0;
        for (int index = 0; index < plan.Trackers.Length; index++)
        {
            TrackerBinding tracker = plan.Trackers[index];
            (bool isFault, int contribution) = index != position ? ShareOf(tracker)
                : tracker.Kind == TrackedKind.File ? JudgeFile(tracker, isUp ? 0 : 1) : ShareIf(tracker, isUp);
            fault |= isFault;
            sum += contribution;
        }
        return (fault, EffectivePriority.Of(plan.Model.Priority, sum));
    }

    /// <summary>1-based place of the first tracker that makes a fault; 0: none does.</summary>
    public byte FirstFault(int instance)
    {
        TrackerBinding[] trackers = _plan.Instances[instance].Trackers;
        for (int position = 0; position < trackers.Length; position++)
        {
            if (ShareOf(trackers[position]).IsFault)
            {
                return Place(position);
            }
        }
        return 0;
    }

    /// <summary>1-based place of the tracker that changed last; 0: it is none of this instance.</summary>
    public byte LastChanged(int instance)
    {
        TrackerBinding[] trackers = _plan.Instances[instance].Trackers;
        for (int position = 0; position < trackers.Length; position++)
        {
            TrackerBinding tracker = trackers[position];
            if (tracker.Kind == _changed.Kind && tracker.Index == _changed.Index
                && (_changed.Name is null || tracker.Name == _changed.Name))
            {
                return Place(position);
            }
        }
        return 0;
    }

    private static byte Place(int position) => (byte)Math.Min(position + 1, byte.MaxValue);

    private static (bool IsFault, int Contribution) ShareIf(TrackerBinding tracker, bool isUp)
    {
        var vote = new TrackerVote(tracker.Weight, tracker.Reverse, isUp);
        return (vote.IsFault, tracker.Weight == 0 ? 0 : vote.Contribution);
    }
}
