using Holdfast.Primitives;
using Holdfast.Runtime.Processes;

namespace Holdfast.Runtime.Vrrp;

/// <summary>What every tracker says now, and what follows from it for each instance.</summary>
internal sealed partial class TrackerBoard
{
    // keepalived's limit: a file's number times its weight below this is a fault.
    private const int FileFaultBelow = -253;

    private readonly VrrpPlan _plan;
    private readonly bool?[] _scripts;
    private readonly int?[] _files;
    private readonly bool?[] _processes;
    private readonly Dictionary<string, bool> _interfaces = [];

    public TrackerBoard(VrrpPlan plan)
    {
        _plan = plan;
        _scripts = new bool?[plan.Model.Scripts.Length];
        _files = new int?[plan.Model.TrackFiles.Length];
        _processes = new bool?[plan.Model.TrackProcesses.Length];
    }

    /// <summary>A script's result counts differently now.</summary>
    public void SetScript(int index, bool isUp)
    {
        _scripts[index] = isUp;
        _changed = (TrackedKind.Script, index, null);
    }

    /// <summary>A file has another number.</summary>
    public void SetFile(int index, int value)
    {
        _files[index] = value;
        _changed = (TrackedKind.File, index, null);
    }

    /// <summary>A process quorum is met or lost.</summary>
    public void SetProcess(int index, bool isUp)
    {
        _processes[index] = isUp;
        _changed = (TrackedKind.Process, index, null);
    }

    /// <summary>An interface went up or down.</summary>
    public void SetInterface(string name, bool isUp)
    {
        _interfaces[name] = isUp;
        _changed = (TrackedKind.Interface, -1, name);
    }

    /// <summary>What a tracker of the supervisor says: 0 or 1, or the number of a file; null: nothing yet.</summary>
    public int? Get(TrackerKind kind, int index) => kind switch
    {
        TrackerKind.Script => AsNumber(_scripts[index]),
        TrackerKind.File => _files[index],
        _ => AsNumber(_processes[index]),
    };

    /// <summary>Sets what <see cref="Get"/> returned.</summary>
    public void Set(TrackerKind kind, int index, int value)
    {
        switch (kind)
        {
            case TrackerKind.Script:
                SetScript(index, value != 0);
                break;
            case TrackerKind.File:
                SetFile(index, value);
                break;
            default:
                SetProcess(index, value != 0);
                break;
        }
    }

    /// <summary>Takes over what the board before a reload knew, by name.</summary>
    public void TakeOver(TrackerBoard before)
    {
        for (int index = 0; index < _scripts.Length; index++)
        {
            string name = _plan.Model.Scripts[index].Name;
            int old = before._plan.Model.Scripts.FindIndex(s => s.Name == name);
            _scripts[index] = old >= 0 ? before._scripts[old] : null;
        }
        for (int index = 0; index < _files.Length; index++)
        {
            string name = _plan.Model.TrackFiles[index].Name;
            int old = before._plan.Model.TrackFiles.FindIndex(f => f.Name == name);
            _files[index] = old >= 0 ? before._files[old] : null;
        }
        for (int index = 0; index < _processes.Length; index++)
        {
            string name = _plan.Model.TrackProcesses[index].Name;
            int old = before._plan.Model.TrackProcesses.FindIndex(p => p.Name == name);
            _processes[index] = old >= 0 ? before._processes[old] : null;
        }
    }

    /// <summary>Whether a tracker has no result yet: the instance does not start before.</summary>
    public bool IsUndecided(int instance)
    {
        foreach (TrackerBinding tracker in _plan.Instances[instance].Trackers)
        {
            bool known = tracker.Kind switch
            {
                TrackedKind.Script => _scripts[tracker.Index].HasValue,
                TrackedKind.Process => _processes[tracker.Index].HasValue,
                TrackedKind.File => _files[tracker.Index].HasValue,
                _ => true,
            };
            if (!known)
            {
                return true;
            }
        }
        return false;
    }

    /// <summary>Whether trackers put an instance in fault, and its priority.</summary>
    public (bool IsFault, Priority Priority) Judge(int instance) => JudgeSupposing(instance, -1, isUp: false);

    /// <summary>What a tracker says now, for status; null when it has no result yet.</summary>
    public string? Describe(TrackerBinding tracker) => tracker.Kind switch
    {
        TrackedKind.File => _files[tracker.Index]?.ToString(System.Globalization.CultureInfo.InvariantCulture),
        TrackedKind.Script => Word(_scripts[tracker.Index]),
        TrackedKind.Process => Word(_processes[tracker.Index]),
        _ => Word(_interfaces.TryGetValue(tracker.Name, out bool up) && up),
    };

    private static int? AsNumber(bool? isUp) => isUp is { } up ? up ? 1 : 0 : null;

    private static string? Word(bool? isUp) => isUp switch { null => null, true => "up", false => "down" };

    private bool IsUp(TrackerBinding tracker) => tracker.Kind switch
    {
        // Before its first result nothing is known to be wrong, and nothing is credited either.
        TrackedKind.Script => _scripts[tracker.Index] ?? (tracker.Weight <= 0),
        TrackedKind.Process => _processes[tracker.Index] ?? (tracker.Weight <= 0),
        _ => _interfaces.TryGetValue(tracker.Name, out bool up) && up,
    };

    private static (bool IsFault, int Contribution) JudgeFile(TrackerBinding tracker, int value)
    {
        if (tracker.Weight == 0)
        {
            return (value != 0 != tracker.Reverse, 0);
        }
        long weighted = (long)value * tracker.Weight * (tracker.Reverse ? -1 : 1);
        return (weighted < FileFaultBelow, (int)Math.Clamp(weighted, FileFaultBelow, 253));
    }
}
