using System.Runtime.CompilerServices;
using Holdfast.Config.Keepalived.Model;
using Holdfast.Vrrp.Machine;
using Holdfast.Vrrp.Wire;

namespace Holdfast.Runtime.Continuity;

/// <summary>How many entries of each kind a <see cref="StateBoard"/> has: those of one configuration.</summary>
/// <param name="Instances">VRRP instances.</param>
/// <param name="Groups">Sync groups.</param>
/// <param name="Scripts">Blocks <c>vrrp_script</c>.</param>
/// <param name="Files">Blocks <c>track_file</c>.</param>
/// <param name="Processes">Blocks <c>vrrp_track_process</c>.</param>
public readonly record struct BoardShape(int Instances, int Groups, int Scripts, int Files, int Processes)
{
    /// <summary>
    /// To be increased whenever the meaning of a board changes and no size does; a test says when. A board of another
    /// layout is never read: the next process starts afresh.
    /// </summary>
    internal const uint LayoutRevision = 1;

    /// <summary>Which layout this program writes: its revision, and the size of everything that is stored.</summary>
    public static uint Layout { get; } = Hash(
        LayoutRevision, (uint)Unsafe.SizeOf<BoardHeader>(), (uint)Unsafe.SizeOf<InstanceRecord>(),
        (uint)Unsafe.SizeOf<VrrpState>(), (uint)Enum.GetValues<ReceiveVerdict>().Length,
        (uint)Enum.GetValues<TransitionReason>().Length);

    /// <summary>The shape of a configuration.</summary>
    public static BoardShape Of(KeepalivedModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        return new(model.Instances.Length, model.SyncGroups.Length, model.Scripts.Length, model.TrackFiles.Length,
            model.TrackProcesses.Length);
    }

    internal int TrackerCount => Scripts + Files + Processes;

    // FNV-1a: only equality matters.
    private static uint Hash(params ReadOnlySpan<uint> words)
    {
        uint hash = 2166136261;
        foreach (uint word in words)
        {
            hash = unchecked((hash ^ word) * 16777619);
        }
        return hash;
    }
}
