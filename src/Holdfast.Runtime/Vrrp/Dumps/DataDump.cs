using System.Text;
using Holdfast.Config.Keepalived.Model;
using Holdfast.Primitives;
using Holdfast.Vrrp.Machine;

namespace Holdfast.Runtime.Vrrp.Dumps;

/// <summary>keepalived.data: the original's lines for instances and sync groups. The password is not printed.</summary>
internal static class DataDump
{
    /// <summary>The whole file.</summary>
    public static string Write(VrrpNode node)
    {
        var text = new StringBuilder();
        GlobalModel global = node.Plan.Model.Global;
        text.Append("------< Global definitions >------\n");
        Line(text, $" Router ID = {global.RouterId ?? Environment.MachineName}");
        Line(text, $" Dynamic interfaces = {Flag(global.DynamicInterfaces)}");
        Line(text, $" Default interface = {global.DefaultInterface}");
        Line(text, $" Gratuitous ARP interval = {global.GarpInterval.TotalSeconds:F6}");
        Line(text, $" Gratuitous NA interval = {global.GnaInterval.TotalSeconds:F6}");
        Line(text, $" Script security {(global.ScriptSecurity ? "enabled" : "disabled")}");
        text.Append("------< VRRP Topology >------\n");
        foreach (VrrpInstance instance in node.Instances)
        {
            WriteInstance(text, node, instance);
        }
        if (node.Plan.Groups.Length > 0)
        {
            text.Append("------< VRRP Sync groups >------\n");
            for (int group = 0; group < node.Plan.Groups.Length; group++)
            {
                Line(text, $" VRRP Sync Group = {node.Plan.Model.SyncGroups[group].Name}, "
                    + $"{OriginalText.StateName(node.Router.GroupRole(group))}");
                text.Append("   VRRP member instances :\n");
                foreach (int member in node.Plan.Groups[group])
                {
                    Line(text, $"     {node.Instances[member].Name}");
                }
            }
        }
        return text.ToString();
    }

    private static void WriteInstance(StringBuilder text, VrrpNode node, VrrpInstance instance)
    {
        ref readonly VrrpState state = ref node.Router.State(instance.Index);
        VrrpInstanceModel model = instance.Plan.Model;
        Line(text, $" VRRP Instance = {model.Name}");
        Line(text, $"   VRRP Version = {model.Version}");
        if (node.Router.GroupOf[instance.Index] is >= 0 and int group)
        {
            Line(text, $"   Sync group = {node.Plan.Model.SyncGroups[group].Name}");
        }
        if (model.Family == IpFamily.V6)
        {
            Line(text, $"   Using Native IPv6");
        }
        Line(text, $"   State = {OriginalText.StateName(state.Role)}");
        Line(text, $"   Wantstate = {OriginalText.StateName(state.WantsActive ? Role.Active : state.Role)}");
        Line(text, $"   Last transition = {OriginalText.WallSeconds(state.Since):F6}");
        Line(text, $"   Read timeout = {OriginalText.WallSeconds(state.Deadline):F6}");
        Line(text, $"   Master down timer = {VrrpTimers.ActiveDown(instance.Plan.Machine, state).Ticks / 10} usecs");
        Line(text, $"   Interface = {model.Interface}");
        Line(text, $"   Using src_ip = {instance.SourceAddress}");
        WriteTransport(text, model);
        WriteAnnouncements(text, model);
        Line(text, $"   Virtual Router ID = {model.Vrid}");
        Line(text, $"   Priority = {model.Priority}");
        Line(text, $"   Effective priority = {state.EffectivePriority}");
        Line(text, $"   Total priority = {state.EffectivePriority}");
        Line(text, model.Version == 2 ? $"   Advert interval = {model.AdvertInterval.TotalSeconds} sec"
            : $"   Advert interval = {model.AdvertInterval.TotalMilliseconds} milli-sec");
        Line(text, $"   Accept = {Enabled(model.Accept)}");
        Line(text, $"   Preempt = {Enabled(!model.NoPreempt)}");
        Line(text, $"   Promote_secondaries = {Enabled(model.PromoteSecondaries)}");
        if (model.AuthType != VrrpAuthType.None)
        {
            string type = model.AuthType == VrrpAuthType.Pass ? "SIMPLE_PASSWORD" : "IPSEC_AH";
            Line(text, $"   Authentication type = {type}");
        }
        WriteAddresses(text, model, state.Addresses != AddressPhase.Absent);
        WriteTrackers(text, node, instance);
    }

    private static void WriteTransport(StringBuilder text, VrrpInstanceModel model)
    {
        if (!model.IsUnicast)
        {
            Line(text, $"   Multicast address {model.MulticastGroup}");
            return;
        }
        Line(text, $"   Unicast TTL = {model.UnicastTtl}");
        Line(text, $"   Check unicast src : {(model.CheckUnicastSource ? "yes" : "no")}");
        text.Append("   Unicast Peer :\n");
        foreach (UnicastPeerModel peer in model.UnicastPeers)
        {
            Line(text, $"     {peer.Address}");
        }
    }

    private static void WriteAnnouncements(StringBuilder text, VrrpInstanceModel model)
    {
        GarpModel garp = model.Garp;
        Line(text, $"   Gratuitous ARP delay = {garp.MasterDelay.TotalSeconds}");
        Line(text, $"   Gratuitous ARP repeat = {garp.MasterRepeat}");
        Line(text, $"   Gratuitous ARP refresh = {garp.MasterRefresh.TotalSeconds}");
        Line(text, $"   Gratuitous ARP refresh repeat = {garp.MasterRefreshRepeat}");
        Line(text, $"   Gratuitous ARP lower priority delay = {garp.LowerPriorityDelay.TotalSeconds}");
        Line(text, $"   Gratuitous ARP lower priority repeat = {garp.LowerPriorityRepeat}");
        Line(text, $"   Down timer adverts = {model.DownTimerAdverts}");
        Line(text, $"   Send advert after receive lower priority advert = {Flag(!model.LowerPriorityNoAdvert)}");
        Line(text, $"   Send advert after receive higher priority advert = {Flag(model.HigherPrioritySendAdvert)}");
    }

    private static void WriteAddresses(StringBuilder text, VrrpInstanceModel model, bool isSet)
    {
        Line(text, $"   Virtual IP ({model.Addresses.Length}):");
        foreach (VirtualAddressModel address in model.Addresses)
        {
            Line(text, $"     {OriginalText.Address(address, model.Interface, isSet)}");
        }
        if (!model.ExcludedAddresses.IsEmpty)
        {
            Line(text, $"   Virtual IP Excluded ({model.ExcludedAddresses.Length}):");
            foreach (VirtualAddressModel address in model.ExcludedAddresses)
            {
                Line(text, $"     {OriginalText.Address(address, model.Interface, isSet)}");
            }
        }
        if (!model.Routes.IsEmpty)
        {
            text.Append("   Virtual Routes :\n");
            foreach (RouteModel route in model.Routes)
            {
                Line(text, $"     {OriginalText.Route(route)}");
            }
        }
    }

    private static void WriteTrackers(StringBuilder text, VrrpNode node, VrrpInstance instance)
    {
        foreach (TrackerBinding tracker in instance.Plan.Trackers)
        {
            string kind = tracker.Kind.ToString().ToLowerInvariant();
            string state = node.Trackers.Describe(tracker) ?? "unknown";
            Line(text, $"   Tracked {kind} {tracker.Name} weight {tracker.Weight}, {state}");
        }
    }

    private static void Line(StringBuilder text, string line) => text.Append(line).Append('\n');

    private static string Flag(bool value) => value ? "true" : "false";

    private static string Enabled(bool value) => value ? "enabled" : "disabled";
}
