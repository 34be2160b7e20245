using Holdfast.Config.Keepalived.Model;
using Holdfast.Primitives;
using static Holdfast.Config.Keepalived.Planning.ModelText;

namespace Holdfast.Config.Keepalived.Planning;

/// <summary>Every keyword of a virtual server, of a real server and of a group, and what another value does.</summary>
internal static class ServiceFields
{
    private const string NewConnections = "for new connections; open ones stay where they are";
    private const string NextChange = "for the next change of state; nothing is run now";
    private const string Judged = "judged at once";

    public static readonly FieldTable<VirtualServerModel> Service = new(
        [
            new("virtual_server", v => $"{v.Target} {Optional(v.Target.Address)} {Number(v.Target.Port)} "
                + Number(v.Target.Mark), "another service"),
            new("protocol", v => v.ProtocolName, "its services are removed and added; open connections end"),
            new("ip_family", v => v.Family == IpFamily.V6 ? "inet6" : v.Family == IpFamily.V4 ? "inet" : "",
                "its services are removed and added; open connections end"),
            new("lvs_sched", v => v.Scheduler, NewConnections),
            new("flags", v => v.Flags == ServiceFlags.None ? "" : v.Flags.ToString().ToLowerInvariant(),
                NewConnections),
            new("persistence_timeout", v => v.Persistence == TimeSpan.Zero ? "" : Time(v.Persistence),
                "for clients that are new or come back"),
            new("persistence_granularity", v => $"/{Number(v.PersistencePrefix)}",
                "for clients that are new or come back"),
            new("persistence_engine", v => v.PersistenceEngine ?? "", "for clients that are new or come back"),
            new("ha_suspend", v => Switch(v.SuspendWithoutAddress), "at once"),
            new("alpha", v => Switch(v.Alpha), "for checkers that begin anew"),
            new("omega", v => Switch(v.Omega), "when the daemon ends"),
            new("quorum", v => Number(v.Quorum), Judged),
            new("hysteresis", v => Number(v.Hysteresis), Judged),
            new("quorum_up", v => Command(v.QuorumUp), NextChange),
            new("quorum_down", v => Command(v.QuorumDown), NextChange),
            new("smtp_alert", v => Switch(v.SmtpAlert), "for the next alert"),
            new("snmp_name", v => v.SnmpName ?? "", "no effect on what runs"),
            new("sorry_server", v => Sorry(v.SorryServer), "where the quorum is lost, at once"),
        ],
        []);

    public static readonly FieldTable<RealServerModel> Server = new(
        [
            new("weight", s => Number(s.Weight), static (_, now) => now.Weight == 0
                ? "gets no new connections; open ones stay" : NewConnections),
            new("lvs_method", s => Method(s.Forwarding), NewConnections),
            new("uthreshold", s => Number(s.UpperThreshold), NewConnections),
            new("lthreshold", s => Number(s.LowerThreshold), NewConnections),
            new("inhibit_on_failure", s => Switch(s.InhibitOnFailure), "at once where it is down"),
            new("notify_up", s => Command(s.NotifyUp), NextChange),
            new("notify_down", s => Command(s.NotifyDown), NextChange),
            new("smtp_alert", s => Switch(s.SmtpAlert), "for the next alert"),
            new("snmp_name", s => s.SnmpName ?? "", "no effect on what runs"),
        ],
        []);

    public static readonly FieldTable<VirtualServerGroupModel> Group = new(
        [],
        [
            new("entry", g => g.Entries.Select(static e => (Entry(e), Entry(e))),
                "its services are added, with all servers",
                "its services are removed; packets of their open connections are dropped", ""),
        ]);

    public static string Method(ForwardingModel forwarding) => forwarding.Method switch
    {
        ForwardingMethod.Direct => "DR",
        ForwardingMethod.Nat => "NAT",
        _ => "TUN",
    } + (forwarding is { Tunnel: TunnelKind.Ipip, TunnelPort: 0, Checksum: TunnelChecksum.None } ? ""
        : $" type {forwarding.Tunnel.ToString().ToLowerInvariant()} port {Number(forwarding.TunnelPort)} "
            + forwarding.Checksum.ToString().ToLowerInvariant())
        + Flag(forwarding.IsMasqueraded, "masqueraded");

    private static string Sorry(SorryServerModel? sorry) => sorry is null ? ""
        : $"{sorry.Address} {Number(sorry.Port)} {Method(sorry.Forwarding)}{Flag(sorry.Inhibit, "inhibit")}";

    private static string Entry(GroupEntryModel entry)
    {
        string range = entry.Count > 1 ? $" ({Number(entry.Count)} addresses)" : "";
        string mark = entry.Mark != 0 ? $" fwmark {Number(entry.Mark)}" : "";
        string family = entry.MarkFamily == IpFamily.None ? "" : $" {entry.MarkFamily}";
        return $"{Optional(entry.First)}{range} {Number(entry.Port)}{mark}{family}".Trim();
    }
}
