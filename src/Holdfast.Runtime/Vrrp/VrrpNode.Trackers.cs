using Holdfast.Runtime.Processes;

namespace Holdfast.Runtime.Vrrp;

/// <summary>What the supervisor's trackers mean for the instances.</summary>
internal sealed partial class VrrpNode
{
    private readonly bool[] _trackGroupIsBroken;

    /// <summary>The track groups of which a static entry cannot be restored: a fault for their instances.</summary>
    public void SetBrokenTrackGroups(HashSet<string> groups)
    {
        foreach (VrrpInstance instance in _instances)
        {
            bool broken = groups.Count > 0 && Array.Exists(
                [.. _plan.Model.TrackGroups], g => groups.Contains(g.Name) && g.Instances.Contains(instance.Name));
            if (broken != _trackGroupIsBroken[instance.Index])
            {
                _trackGroupIsBroken[instance.Index] = broken;
                if (_ready)
                {
                    Judge(instance);
                }
            }
        }
    }

    /// <summary>A script, file or process that the supervisor watches has another result.</summary>
    public void OnTracker(in TrackerChangedMessage message)
    {
        TrackedKind kind;
        KeepTracker(message);
        switch (message.Tracker)
        {
            case TrackerKind.Script when message.Index < _plan.Model.Scripts.Length:
                _trackers.SetScript(message.Index, message.IsUp);
                kind = TrackedKind.Script;
                break;
            case TrackerKind.File when message.Index < _plan.Model.TrackFiles.Length:
                _trackers.SetFile(message.Index, message.Value);
                kind = TrackedKind.File;
                break;
            case TrackerKind.Process when message.Index < _plan.Model.TrackProcesses.Length:
                _trackers.SetProcess(message.Index, message.IsUp);
                kind = TrackedKind.Process;
                break;
            default:
                return;
        }
        foreach (VrrpInstance instance in _instances)
        {
            foreach (TrackerBinding tracker in instance.Plan.Trackers)
            {
                if (tracker.Kind == kind && tracker.Index == message.Index)
                {
                    Judge(instance);
                    StartIfDecided(instance);
                    break;
                }
            }
        }
    }
}
