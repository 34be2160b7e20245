using System.Globalization;
using System.Text;
using Holdfast.Config.Keepalived.Model;
using Holdfast.Health.Services;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Files;
using Holdfast.Primitives;

namespace Holdfast.Runtime.Checks.Reports;

/// <summary>keepalived_check.data: the original's lines for virtual servers and checkers, which monitoring parses.
/// </summary>
internal static class ChecksDump
{
    private const string Directory = "/tmp";
    private const uint OwnerOnly = 0x180; // 0600

    /// <summary>Writes the file to the original's place.</summary>
    internal static void Save(ChecksView view, Action<string> warn)
    {
        KeepalivedModel model = view.Model;
        string instance = model.Global.DataUseInstance && model.InstanceName is { } name ? "." + name : "";
        string path = $"{Directory}/keepalived_check{instance}.data";
        Errno errno = FileNames.WriteAtomically(path, Encoding.UTF8.GetBytes(Write(view)), OwnerOnly);
        if (errno != Errno.Success)
        {
            warn($"cannot write {path}: {errno}");
        }
    }

    /// <summary>The whole file.</summary>
    internal static string Write(ChecksView view)
    {
        var text = new StringBuilder();
        GlobalModel global = view.Model.Global;
        Line(text, "------< Global definitions >------");
        Line(text, $" Router ID = {global.RouterId ?? Environment.MachineName}");
        Line(text, $" Checkers log all failures = {(global.Lvs.LogAllFailures ? "true" : "false")}");
        Line(text, $" LVS flush = {(global.Lvs.Flush ? "true" : "false")}");
        Line(text, $" rs_init_notifies = {Bit(global.Lvs.NotifyAtStart)}");
        Line(text, $" no_checker_emails = {Bit(global.Lvs.NoCheckerMails)}");
        Line(text, "------< LVS Topology >------");
        foreach (VirtualServerGroupModel group in view.Model.VirtualServerGroups)
        {
            WriteGroup(text, group);
        }
        for (int service = 0; service < view.Model.VirtualServers.Length; service++)
        {
            WriteService(text, view, service);
        }
        Line(text, "------< Health checkers >------");
        foreach (CheckStatus status in view.Engine.Status)
        {
            WriteChecker(text, view.Model, status);
        }
        return text.ToString();
    }

    private static void WriteGroup(StringBuilder text, VirtualServerGroupModel group)
    {
        Line(text, " ------< Virtual server group >------");
        Line(text, $" Virtual Server Group = {group.Name}");
        foreach (GroupEntryModel entry in group.Entries)
        {
            Line(text, entry.IsMark ? $"   FWMARK = {Number(entry.Mark)}"
                : $"   VIP = {entry.First}{(entry.Count > 1 ? $" ({Number(entry.Count)})" : "")}, "
                    + $"VPORT = {Number(entry.Port)}");
        }
    }

    private static void WriteService(StringBuilder text, ChecksView view, int index)
    {
        VirtualServerModel service = view.Model.VirtualServers[index];
        ServiceState state = view.Board.StateOf(index);
        ServiceTable table = view.Board.TableOf(index);
        Line(text, " ------< Virtual server >------");
        Line(text, service.Target.Group is not null ? $" VS GROUP = {service.Name}"
            : service.Target.Mark != 0 ? $" VS FWMARK = {Number(service.Target.Mark)}"
            : $" VS VIP = {service.Target.Address}, VPORT = {Number(service.Target.Port)}");
        Line(text, $"   Address family = {(service.Family == IpFamily.V6 ? "inet6" : "inet")}");
        Line(text, $"   lvs_sched = {service.Scheduler}");
        Line(text, $"   Hashed = {Enabled(service, ServiceFlags.Hashed)}");
        Line(text, $"   flag-1 = {Enabled(service, ServiceFlags.Flag1)}");
        Line(text, $"   flag-2 = {Enabled(service, ServiceFlags.Flag2)}");
        Line(text, $"   flag-3 = {Enabled(service, ServiceFlags.Flag3)}");
        Line(text, $"   One packet scheduling = {Enabled(service, ServiceFlags.OnePacket)}");
        if (service.Persistence > TimeSpan.Zero)
        {
            Line(text, $"   persistence timeout = {Number((long)service.Persistence.TotalSeconds)}");
        }
        string protocol = service.ProtocolName;
        Line(text, $"   protocol = {(protocol == "none" ? protocol : protocol.ToUpperInvariant())}");
        Line(text, $"   alpha is {On(service.Alpha)}");
        Line(text, $"   omega is {On(service.Omega)}");
        Line(text, $"   quorum = {Number(service.Quorum)}, hysteresis = {Number(service.Hysteresis)}");
        Line(text, $"   Using smtp notification = {YesNo(service.SmtpAlert)}");
        if (service.SorryServer is { } sorry)
        {
            Line(text, $"   sorry server = {service.Endpoint(sorry.Address, sorry.Port)}");
            Line(text, $"     forwarding method = {Method(sorry.Forwarding)}");
            Line(text, $"     Inhibit on failure is {On(sorry.Inhibit)}");
            Line(text, $"     alive = {Bit(table.SorryServer > 0)}");
        }
        Line(text, $"   alive = {Bit(view.PlaneProblem is null)}");
        Line(text, $"   quorum_state_up = {Bit(state.HasQuorum)}");
        for (int server = 0; server < service.RealServers.Length; server++)
        {
            WriteServer(text, service.RealServers[server], state.Servers[server], table.Servers[server]);
        }
    }

    private static void WriteServer(StringBuilder text, RealServerModel server, ServerState state, long? entry)
    {
        Line(text, "   ------< Real server >------");
        Line(text, $"   RIP = {server.Address}, RPORT = {Number(server.Port)}, WEIGHT = {Number(server.Weight)} "
            + $"EFF WEIGHT = {Number(state.Weight)}");
        Line(text, $"   forwarding method = {Method(server.Forwarding)}");
        Line(text, $"   connection limit range = {Number(server.LowerThreshold)} -> {Number(server.UpperThreshold)}");
        Line(text, $"   Inhibit on failure is {On(server.InhibitOnFailure)}");
        Line(text, $"   Using smtp notification = {YesNo(server.SmtpAlert)}");
        Line(text, $"   initial weight = {Number(server.Weight)}");
        Line(text, $"   effective weight = {Number(state.Weight)}");
        Line(text, $"   alive = {Bit(state.IsUp)}");
        Line(text, $"   num failed checkers = {Number(state.IsDown.Count(static d => d))}");
        Line(text, $"   RS set = {Bit(entry is not null)}");
    }

    private static void WriteChecker(StringBuilder text, KeepalivedModel model, CheckStatus status)
    {
        VirtualServerModel service = model.VirtualServers[status.Id.Service];
        RealServerModel server = service.RealServers[status.Id.Server];
        CheckerModel checker = server.Checkers[status.Id.Checker];
        CheckTimingModel timing = checker.Timing;
        Line(text, $" {service.Name} -> {service.Endpoint(server.Address, server.Port)}");
        Line(text, $"   Enabled = {YesNo(!status.IsSuspended)}");
        Line(text, $"   Up = {YesNo(status.IsUp)}");
        Line(text, $"   Has run = {YesNo(status.HasRun)}");
        Line(text, $"   Current weight = {Number(status.WeightDelta)}");
        Line(text, $"   Alpha = {YesNo(timing.Alpha)}");
        Line(text, $"   Delay loop = {Microseconds(timing.DelayLoop)} us");
        Line(text, $"   Warmup = {Microseconds(timing.Warmup)} us");
        Line(text, $"   Retries = {Number(timing.Retries)}");
        Line(text, $"   Delay before retry = {Microseconds(timing.DelayBeforeRetry)} us");
        Line(text, $"   Retries iterations = {Number(status.Failures)}");
        Line(text, $"   Log all failures = {YesNo(timing.LogAllFailures)}");
        if (checker is NetworkCheckerModel { Connection: { } connection })
        {
            Line(text, "   Connection");
            Line(text, $"     Dest = [{connection.Address}]:{Number(connection.Port)}");
            Line(text, string.Create(CultureInfo.InvariantCulture,
                $"     Timeout = {connection.Timeout.TotalSeconds:F6}"));
        }
        Line(text, $"   Keepalive method = {checker.Keyword}");
        if (checker is MiscCheckModel misc)
        {
            Line(text, $"   script = {string.Join(' ', misc.Command.Arguments.Select(static a => $"'{a}'"))}");
            Line(text, $"   dynamic = {(misc.IsDynamic ? "YES" : "NO")}");
        }
    }

    private static string Method(ForwardingModel forwarding) => forwarding.Method switch
    {
        ForwardingMethod.Nat => "NAT",
        ForwardingMethod.Direct => "DR",
        _ => "TUN",
    };

    private static string Enabled(VirtualServerModel service, ServiceFlags flag)
        => service.Flags.HasFlag(flag) ? "enabled" : "disabled";

    private static string On(bool value) => value ? "ON" : "OFF";

    private static string YesNo(bool value) => value ? "yes" : "no";

    private static string Bit(bool value) => value ? "1" : "0";

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Microseconds(TimeSpan time) => Number((long)time.TotalMicroseconds);

    private static void Line(StringBuilder text, string line) => text.Append(line).Append('\n');
}
