using System.Buffers;
using System.Text.Json;
using Holdfast.Config.Keepalived.Model;
using Holdfast.Vrrp.Machine;
using Holdfast.Vrrp.Wire;

namespace Holdfast.Runtime.Vrrp.Dumps;

/// <summary>
/// keepalived.json: an array of instances (<c>json_version</c> 1), or an object with that array (2). Exporters read
/// it. The password, which the original prints, is left out.
/// </summary>
internal static class JsonDump
{
    /// <summary>The whole file.</summary>
    public static byte[] Write(VrrpNode node)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(buffer);
        bool wrapped = node.Plan.Model.Global.JsonVersion == 2;
        if (wrapped)
        {
            json.WriteStartObject();
            json.WriteNumber("version", 2);
            json.WritePropertyName("vrrp");
        }
        json.WriteStartArray();
        foreach (VrrpInstance instance in node.Instances)
        {
            json.WriteStartObject();
            WriteData(json, node, instance);
            WriteStatistics(json, instance.Counters);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        if (wrapped)
        {
            json.WriteEndObject();
        }
        json.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    private static void WriteData(Utf8JsonWriter json, VrrpNode node, VrrpInstance instance)
    {
        ref readonly VrrpState state = ref node.Router.State(instance.Index);
        VrrpInstanceModel model = instance.Plan.Model;
        json.WriteStartObject("data");
        json.WriteString("iname", model.Name);
        json.WriteNumber("dont_track_primary", model.DontTrackPrimary ? 1 : 0);
        json.WriteNumber("skip_check_adv_addr", model.SkipCheckAdvertAddresses ? 1 : 0);
        json.WriteNumber("strict_mode", model.Strict ? 1 : 0);
        json.WriteString("vmac_ifname", model.Vmac?.InterfaceName ?? "");
        json.WriteString("ifp_ifname", model.Interface);
        json.WriteNumber("master_priority", state.Role == Role.Active ? 0 : state.ActivePriority.Value);
        json.WriteNumber("last_transition", OriginalText.WallSeconds(state.Since));
        json.WriteNumber("garp_delay", (long)model.Garp.MasterDelay.TotalSeconds);
        json.WriteNumber("garp_refresh", (long)model.Garp.MasterRefresh.TotalSeconds);
        json.WriteNumber("garp_rep", model.Garp.MasterRepeat);
        json.WriteNumber("garp_refresh_rep", model.Garp.MasterRefreshRepeat);
        json.WriteNumber("garp_lower_prio_delay", (long)model.Garp.LowerPriorityDelay.TotalSeconds);
        json.WriteNumber("garp_lower_prio_rep", model.Garp.LowerPriorityRepeat);
        json.WriteNumber("lower_prio_no_advert", model.LowerPriorityNoAdvert ? 1 : 0);
        json.WriteNumber("higher_prio_send_advert", model.HigherPrioritySendAdvert ? 1 : 0);
        json.WriteNumber("vrid", model.Vrid.Value);
        json.WriteNumber("base_priority", model.Priority.Value);
        json.WriteNumber("effective_priority", state.EffectivePriority.Value);
        json.WriteBoolean("vipset", state.Addresses != AddressPhase.Absent);
        json.WriteBoolean("promote_secondaries", model.PromoteSecondaries);
        json.WriteNumber("adver_int", Seconds(model.AdvertInterval));
        json.WriteNumber("master_adver_int", Seconds(state.ActiveInterval));
        json.WriteNumber("accept", model.Accept ? 1 : 0);
        json.WriteBoolean("nopreempt", model.NoPreempt);
        json.WriteNumber("preempt_delay", (long)model.PreemptDelay.TotalSeconds);
        json.WriteNumber("state", OriginalText.StateNumber(state.Role));
        json.WriteNumber("wantstate", OriginalText.StateNumber(state.WantsActive ? Role.Active : state.Role));
        json.WriteNumber("version", model.Version);
        json.WriteBoolean("smtp_alert", model.Notify.SmtpAlert);
        json.WriteBoolean("notify_deleted", model.Notify.Deleted is not null || model.Notify.DeletedWithoutScript);
        WriteScript(json, "script_backup", model.Notify.Backup);
        WriteScript(json, "script_master", model.Notify.Master);
        WriteScript(json, "script_fault", model.Notify.Fault);
        WriteScript(json, "script_stop", model.Notify.Stop);
        WriteScript(json, "script_deleted", model.Notify.Deleted);
        WriteScript(json, "script", model.Notify.Any);
        WriteScript(json, "script_master_rx_lower_pri", model.Notify.MasterReceivedLowerPriority);
        bool isSet = state.Addresses != AddressPhase.Absent;
        WriteList(json, "vips", model.Addresses.Select(a => OriginalText.Address(a, model.Interface, isSet)));
        WriteList(json, "evips", model.ExcludedAddresses.Select(a => OriginalText.Address(a, model.Interface, isSet)));
        WriteList(json, "vroutes", model.Routes.Select(OriginalText.Route));
        WriteList(json, "vrules", model.Rules.Select(OriginalText.Rule));
        WriteList(json, "track_ifp", model.Trackers.Interfaces.Select(static t => t.Name));
        WriteList(json, "track_script", model.Trackers.Scripts.Select(static t => t.Name));
        json.WriteNumber("auth_type", (int)model.AuthType);
        json.WriteEndObject();
    }

    private static void WriteStatistics(Utf8JsonWriter json, VrrpCounters counters)
    {
        json.WriteStartObject("stats");
        json.WriteNumber("advert_rcvd", counters.AdvertsReceived);
        json.WriteNumber("advert_sent", counters.AdvertsSent);
        json.WriteNumber("become_master", counters.BecameActive);
        json.WriteNumber("release_master", counters.ReleasedActive);
        json.WriteNumber("packet_len_err", counters[ReceiveVerdict.PacketLengthError]);
        json.WriteNumber("advert_interval_err", counters[ReceiveVerdict.AdvertisementIntervalError]);
        json.WriteNumber("ip_ttl_err", counters[ReceiveVerdict.IpTtlError]);
        json.WriteNumber("invalid_type_rcvd", counters[ReceiveVerdict.InvalidTypeReceived]);
        json.WriteNumber("addr_list_err", counters[ReceiveVerdict.AcceptedAddressListDiffers]);
        json.WriteNumber("invalid_authtype", counters[ReceiveVerdict.InvalidAuthType]);
        json.WriteNumber("authtype_mismatch", counters[ReceiveVerdict.AuthTypeMismatch]);
        json.WriteNumber("auth_failure", counters[ReceiveVerdict.AuthFailure]);
        json.WriteNumber("pri_zero_rcvd", counters.PriorityZeroReceived);
        json.WriteNumber("pri_zero_sent", counters.PriorityZeroSent);
        json.WriteEndObject();
    }

    private static void WriteScript(Utf8JsonWriter json, string name, ScriptCommand? command)
    {
        if (command is not null)
        {
            json.WriteString(name, OriginalText.Script(command));
        }
    }

    private static void WriteList(Utf8JsonWriter json, string name, IEnumerable<string> values)
    {
        string[] all = [.. values];
        if (all.Length == 0)
        {
            return;
        }
        json.WriteStartArray(name);
        foreach (string value in all)
        {
            json.WriteStringValue(value);
        }
        json.WriteEndArray();
    }

    private static decimal Seconds(TimeSpan span) => (decimal)span.Ticks / TimeSpan.TicksPerSecond / 1.000m;
}
