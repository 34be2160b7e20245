using Holdfast.Config.Keepalived.Model;
using static Holdfast.Config.Keepalived.Planning.ModelText;

namespace Holdfast.Config.Keepalived.Planning;

/// <summary>Every keyword of a sync group and of the trackers.</summary>
internal static class TrackerFields
{
    private const string Restarted = "the check starts anew; its last result counts until the next one";
    private const string Judged = "judged at once";
    private const string InPlace = "for what refers to it without a weight of its own";

    public static readonly FieldTable<SyncGroupModel> Group = new(
        [
            new("sync_group_tracking_weight", g => Switch(g.TrackingWeight), Judged),
            .. NotifyFields.All.Select(static f => new Field<SyncGroupModel>(
                f.Keyword, g => f.Text(g.Notify), f.Effect(new(), new()))),
        ],
        [
            new("group", g => g.Members.Select(static m => (m, m)),
                "moves with the others from now on", "moves by itself from now on", ""),
            new("track_interface", g => Trackers(g.Trackers.Interfaces), Judged, Judged, Judged),
            new("track_script", g => Trackers(g.Trackers.Scripts), Judged, Judged, Judged),
            new("track_file", g => Trackers(g.Trackers.Files), Judged, Judged, Judged),
            new("track_process", g => Trackers(g.Trackers.Processes), Judged, Judged, Judged),
            new("track_bfd", g => Trackers(g.Trackers.Bfd), Judged, Judged, Judged),
        ]);

    public static readonly FieldTable<VrrpScriptModel> Script = new(
        [
            new("script", s => Command(s.Command), Restarted),
            new("interval", s => Time(s.Interval), Restarted),
            new("timeout", s => Time(s.Timeout), Restarted),
            new("rise", s => Number(s.Rise), Restarted),
            new("fall", s => Number(s.Fall), Restarted),
            new("init_fail", s => Switch(s.InitFail), Restarted),
            new("weight", s => Number(s.Weight) + (s.Reverse ? " reverse" : ""), InPlace),
        ],
        []);

    public static readonly FieldTable<TrackFileModel> File = new(
        [
            new("file", f => f.Path, "the other file is read at once"),
            new("weight", f => Number(f.Weight) + (f.Reverse ? " reverse" : ""), InPlace),
            new("init_file", f => Number(f.InitialValue) + (f.Overwrite ? " overwrite" : ""),
                "counts at a start alone"),
        ],
        []);

    public static readonly FieldTable<TrackProcessModel> Process = new(
        [
            new("process", p => Words(p.Process), Restarted),
            new("param_match", p => p.ParameterMatch ?? "", Restarted),
            new("weight", p => Number(p.Weight) + (p.Reverse ? " reverse" : ""), InPlace),
            new("quorum", p => Number(p.Quorum), Restarted),
            new("quorum_max", p => p.QuorumMax == int.MaxValue ? "" : Number(p.QuorumMax), Restarted),
            new("fork_delay", p => Time(p.ForkDelay), Restarted),
            new("terminate_delay", p => Time(p.TerminateDelay), Restarted),
            new("full_command", p => Switch(p.FullCommand), Restarted),
        ],
        []);
}
