using System.Collections.Immutable;
using Holdfast.Config.Keepalived.Model;
using Holdfast.Config.Keepalived.Syntax;
using Holdfast.Config.Text;

namespace Holdfast.Config.Keepalived.Binding;

/// <summary>Groups, static entries and delays.</summary>
internal sealed partial class Binder
{
    private SyncGroupModel BindSyncGroup(ConfigNode block)
    {
        ImmutableArray<string> members = BindMembers(block);
        if (members.Length < 2)
        {
            _findings.Report(FindingCodes.GroupSize, block.Arguments[0], members.IsEmpty
                ? $"sync group '{block.Text}' has no member" : $"sync group '{block.Text}' has only one member",
                "name at least two instances in group { }");
        }
        return new SyncGroupModel
        {
            Name = block.Text,
            Span = block.Span,
            Members = members,
            Trackers = BindTrackers(block),
            Notify = BindNotify(block),
            // The old word has the same effect, as observed: weights of members are no longer left out.
            TrackingWeight = block.IsSet("sync_group_tracking_weight") || block.IsSet("global_tracking"),
        };
    }

    private TrackGroupModel BindTrackGroup(ConfigNode block) => new(block.Text, BindMembers(block));

    private ImmutableArray<string> BindMembers(ConfigNode block)
    {
        FindingCode code = block.Spec.Name == "track_group"
            ? FindingCodes.TrackGroupMember : FindingCodes.GroupMember;
        ImmutableArray<string>.Builder members = ImmutableArray.CreateBuilder<string>();
        foreach (ConfigNode list in block.All("group"))
        {
            foreach (Word word in list.LinesOrEmpty.SelectMany(WordSplitter.Split))
            {
                if (_instances.Find(word.Text) is null)
                {
                    string? near = NearestWord.Find(word.Text, _instances.Names);
                    _findings.Report(code, word,
                        $"'{block.Text}' names the instance '{word}', which is not defined",
                        near is null ? null : $"did you mean '{near}'?", near);
                }
                else if (!members.Contains(word.Text))
                {
                    members.Add(word.Text);
                }
            }
        }
        return members.ToImmutable();
    }

    private GarpGroupModel? BindGarpGroup(ConfigNode block)
    {
        ImmutableArray<string>.Builder names = ImmutableArray.CreateBuilder<string>();
        if (block.Last("interface") is { } one)
        {
            names.Add(one.Text);
            CheckInterface(one.Text, one.Span, FindingCodes.InterfaceUnknown);
        }
        foreach (Word word in block.All("interfaces").SelectMany(static n => n.LinesOrEmpty)
            .SelectMany(WordSplitter.Split))
        {
            names.Add(word.Text);
            CheckInterface(word.Text, word.Span, FindingCodes.InterfaceUnknown);
        }
        if (names.Count == 0)
        {
            _findings.Report(FindingCodes.ExtraIf, block.Keyword, "this garp_group names no interface",
                "add interface NAME or interfaces { … }");
            return null;
        }
        if (block.Last("garp_interval") is null && block.Last("gna_interval") is null)
        {
            _findings.Report(FindingCodes.ExtraIf, block.Keyword, "this garp_group sets no interval",
                "add garp_interval or gna_interval");
        }
        return new GarpGroupModel(Time(block, "garp_interval"), Time(block, "gna_interval"), names.ToImmutable());
    }

    private ImmutableArray<VirtualAddressModel> BindStaticAddresses()
    {
        ImmutableArray<VirtualAddressModel>.Builder list = ImmutableArray.CreateBuilder<VirtualAddressModel>();
        string defaultInterface = _global.Last("default_interface")?.Text ?? "eth0";
        foreach (MappedText line in _root.All("static_ipaddress").SelectMany(static n => n.LinesOrEmpty))
        {
            if (_addresses.Read(line, isStatic: true) is { } address)
            {
                list.Add(address.Interface is null ? address with { Interface = defaultInterface } : address);
                CheckInterface(list[^1].Interface!, address.Span, FindingCodes.InterfaceUnknown);
            }
        }
        return list.ToImmutable();
    }

    private ImmutableArray<RouteModel> BindRoutes(ConfigNode block, string keyword, bool isStatic)
    {
        ImmutableArray<RouteModel>.Builder list = ImmutableArray.CreateBuilder<RouteModel>();
        foreach (MappedText line in block.All(keyword).SelectMany(static n => n.LinesOrEmpty))
        {
            if (_routes.Read(line, isStatic) is { } route)
            {
                list.Add(route);
                CheckInterface(route.Interface ?? "", route.Span, FindingCodes.InterfaceUnknown);
            }
        }
        return list.ToImmutable();
    }

    private ImmutableArray<RuleModel> BindRules(ConfigNode block, string keyword, bool isStatic)
    {
        ImmutableArray<RuleModel>.Builder list = ImmutableArray.CreateBuilder<RuleModel>();
        foreach (MappedText line in block.All(keyword).SelectMany(static n => n.LinesOrEmpty))
        {
            if (_rules.Read(line, isStatic) is { } rule)
            {
                list.Add(rule);
            }
        }
        return list.ToImmutable();
    }

    private ImmutableArray<InterfaceDelayModel> BindInterfaceDelays()
    {
        ImmutableArray<InterfaceDelayModel>.Builder list = ImmutableArray.CreateBuilder<InterfaceDelayModel>();
        foreach (MappedText line in _root.All("interface_up_down_delays").SelectMany(static n => n.LinesOrEmpty))
        {
            List<Word> words = WordSplitter.Split(line);
            CheckInterface(words[0].Text, words[0].Span, FindingCodes.DelayInterfaceUnknown);
            if (_interfaces?.Contains(words[0].Text) == false)
            {
                continue;
            }
            if (words.Count == 1)
            {
                _findings.Report(FindingCodes.MissingSilent, words[0], $"'{words[0]}' lacks its delay in seconds",
                    "write INTERFACE DOWN [UP]");
                continue;
            }
            if (words.Count > 3)
            {
                _findings.Report(FindingCodes.ValueLine, words[0], "this line is INTERFACE DOWN [UP], in seconds");
                continue;
            }
            if (!_values.TryTime("down delay", words[1], 0, 255, 6, out decimal down))
            {
                continue;
            }
            decimal up = down;
            if (words.Count > 2 && !_values.TryTime("up delay", words[2], 0, 255, 6, out up))
            {
                continue;
            }
            list.Add(new InterfaceDelayModel(words[0].Text, Seconds(down), Seconds(up)) { Span = words[0].Span });
        }
        return list.ToImmutable();
    }

    private static TimeSpan Seconds(decimal seconds)
        => TimeSpan.FromTicks((long)(seconds * TimeSpan.TicksPerSecond));
}
