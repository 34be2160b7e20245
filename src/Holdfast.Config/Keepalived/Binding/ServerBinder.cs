using System.Collections.Immutable;
using System.Globalization;
using System.Numerics;
using Holdfast.Config.Keepalived.Model;
using Holdfast.Config.Keepalived.Syntax;
using Holdfast.Config.Text;
using Holdfast.Primitives;

namespace Holdfast.Config.Keepalived.Binding;

/// <summary>Virtual servers with their real servers and checkers, and the groups they serve.</summary>
/// <param name="root">The whole file.</param>
/// <param name="findings">Told what is wrong.</param>
/// <param name="values">Reads numbers.</param>
/// <param name="bindCommand">Reads a script and, perhaps, the keyword that names its user.</param>
/// <param name="files">The track_file blocks.</param>
/// <param name="logAllFailures">Default of <c>log_all_failures</c>.</param>
internal sealed partial class ServerBinder(
    ConfigNode root, Findings findings, ValueReader values,
    Func<ConfigNode?, ConfigNode?, ScriptCommand?> bindCommand, NameTable files, bool logAllFailures)
{
    private readonly ForwardingLines _forwarding = new(findings, values);

    /// <summary>Says what is wrong with a regex; null: nobody knows.</summary>
    public Func<HttpRegexModel, string?>? RegexProblem { get; init; }

    /// <summary>Reads the <c>#holdfast:</c> options of a virtual_server; null: they are not looked at.</summary>
    public Func<ConfigNode, ImmutableArray<HoldfastOption>>? BindOptions { get; init; }

    /// <summary>All groups by their names; the lines of one that stands twice count together.</summary>
    public ImmutableArray<VirtualServerGroupModel> BindGroups()
    {
        var lines = new GroupLines(findings, values);
        var groups = new List<VirtualServerGroupModel>();
        foreach (VirtualServerGroupModel group in root.All("virtual_server_group").Select(lines.Read)
            .OfType<VirtualServerGroupModel>())
        {
            if (groups.Find(g => g.Name == group.Name) is { } first)
            {
                findings.Report(FindingCodes.DuplicateService, group.Span,
                    $"group '{group.Name}' stands twice; the first one counts", "give it another name", null,
                    new RelatedPlace(first.Span, "the first one"));
                continue;
            }
            groups.Add(group);
        }
        return [.. groups];
    }

    /// <summary>All services that have a server.</summary>
    public ImmutableArray<VirtualServerModel> Bind(ImmutableArray<VirtualServerGroupModel> groups)
    {
        ImmutableArray<VirtualServerModel>.Builder services = ImmutableArray.CreateBuilder<VirtualServerModel>();
        foreach (ConfigNode block in root.All("virtual_server"))
        {
            ServiceTarget target = ReadTarget(block);
            VirtualServerGroupModel? group = groups.FirstOrDefault(g => g.Name == target.Group);
            if (target.Group is not null && group is null)
            {
                string? near = NearestWord.Find(target.Group, groups.Select(static g => g.Name));
                findings.Report(FindingCodes.GroupUnknown, block.Arguments[1],
                    $"there is no virtual_server_group '{target.Group}', so this service would serve nothing",
                    near is null ? $"add: virtual_server_group {target.Group} {{ … }}" : $"did you mean '{near}'?",
                    near);
            }
            if (BindService(block, target, group) is { } service)
            {
                services.Add(service);
            }
        }
        ServerRules.CheckDuplicates(services, findings);
        return services.ToImmutable();
    }

    private VirtualServerModel? BindService(ConfigNode block, ServiceTarget target, VirtualServerGroupModel? group)
    {
        CheckDefaults defaults = new CheckDefaults { LogAllFailures = logAllFailures }.With(block);
        ForwardingModel? forwarding = ReadMethod(block, "lb_kind", "lvs_method");
        var service = new VirtualServerModel
        {
            Target = target,
            Span = block.Span,
            Protocol = ReadProtocol(block),
            Scheduler = LastOf(block, "lb_algo", "lvs_sched")?.Text ?? "wlc",
            Flags = ReadFlags(block),
            Persistence = block.Last("persistence_timeout") is { } timeout
                ? TimeSpan.FromSeconds(timeout.Arguments.Count > 0 ? timeout.Number : 360)
                : TimeSpan.FromSeconds(block.Last("persistence_granularity") is null ? 0 : 360),
            PersistenceEngine = block.Last("persistence_engine")?.Text,
            SuspendWithoutAddress = block.IsSet("ha_suspend"),
            Alpha = defaults.Alpha,
            Omega = block.IsSet("omega"),
            Quorum = block.Last("quorum")?.Number ?? 1,
            Hysteresis = block.Last("hysteresis")?.Number ?? 0,
            QuorumUp = bindCommand(block.Last("quorum_up"), null),
            QuorumDown = bindCommand(block.Last("quorum_down"), null),
            SmtpAlert = block.IsSet("smtp_alert"),
            SnmpName = block.Last("snmp_name")?.Text,
        };
        var rules = new ServerRules(block, group, findings);
        IpFamily family = ReadFamily(block, target, group);
        family = ReadGranularity(block, family, ref service);
        ForwardingModel method = forwarding ?? ForwardingModel.Nat;
        ImmutableArray<RealServerModel> servers = BindServers(block, service, defaults, method, ref family);
        IpFamily settled = family == IpFamily.None ? servers.IsEmpty ? IpFamily.V4 : FamilyOf(servers) : family;
        service = service with
        {
            Family = settled,
            // The family of a group or a mark may be known only now.
            PersistencePrefix = block.Last("persistence_granularity") is not null ? service.PersistencePrefix
                : settled == IpFamily.V6 ? 128 : 32,
            RealServers = servers,
            SorryServer = BindSorryServer(block, method, family),
        };
        if (servers.IsEmpty)
        {
            findings.Report(FindingCodes.ServerIncomplete, block.Arguments[0],
                $"virtual_server {target} has no real_server", "add: real_server ADDRESS PORT { … }");
            return null;
        }
        return rules.Apply(Masquerade(service, block), hasMethod: forwarding is not null);
    }

    // What another method reaches needs no masquerading.
    private VirtualServerModel Masquerade(VirtualServerModel service, ConfigNode block)
    {
        ImmutableArray<HoldfastOption> options = BindOptions?.Invoke(block) ?? [];
        if (options.LastOrDefault(static option => option.Key == "masquerade")?.Value != "on")
        {
            return service;
        }
        return service with
        {
            RealServers = [.. service.RealServers.Select(
                static server => server with { Forwarding = Masqueraded(server.Forwarding) })],
            SorryServer = service.SorryServer is { } sorry
                ? sorry with { Forwarding = Masqueraded(sorry.Forwarding) } : null,
        };

        static ForwardingModel Masqueraded(ForwardingModel forwarding)
            => forwarding with { IsMasqueraded = forwarding.Method == ForwardingMethod.Nat };
    }

    private static IpFamily FamilyOf(ImmutableArray<RealServerModel> servers)
        => servers.All(static s => s.Address.IsV6) ? IpFamily.V6 : IpFamily.V4;

    private static ConfigNode? LastOf(ConfigNode block, string a, string b)
    {
        ConfigNode? first = block.Last(a), second = block.Last(b);
        return first is null ? second : second is null || IndexOf(block, first) > IndexOf(block, second)
            ? first : second;
    }

    private static int IndexOf(ConfigNode block, ConfigNode child)
    {
        IReadOnlyList<ConfigNode> children = block.ChildrenOrEmpty;
        int index = 0;
        while (!ReferenceEquals(children[index], child))
        {
            index++;
        }
        return index;
    }

    private ForwardingModel? ReadMethod(ConfigNode block, string name, string synonym)
    {
        ForwardingModel? model = null;
        foreach (ConfigNode node in block.ChildrenOrEmpty)
        {
            if (node.IsValid && (node.Spec.Name == name || node.Spec.Name == synonym))
            {
                model = _forwarding.Read(node) ?? model;
            }
        }
        return model;
    }

    private static ServiceTarget ReadTarget(ConfigNode block)
    {
        string value = block.TextAt(1) ?? "";
        return block.Text switch
        {
            "fwmark" => new ServiceTarget(default, 0, uint.Parse(value, CultureInfo.InvariantCulture), null),
            "group" => new ServiceTarget(default, 0, 0, value),
            _ => new ServiceTarget(block.Address, (int)block.Number, 0, null),
        };
    }

    private static ServiceProtocol ReadProtocol(ConfigNode block)
        => block.Last("protocol")?.Text.ToUpperInvariant() switch
        {
            "TCP" => ServiceProtocol.Tcp,
            "UDP" => ServiceProtocol.Udp,
            "SCTP" => ServiceProtocol.Sctp,
            _ => ServiceProtocol.None,
        };

    /// <summary>The flags; some mean something to two schedulers only, which have to stand before them.</summary>
    private ServiceFlags ReadFlags(ConfigNode block)
    {
        ServiceFlags flags = ServiceFlags.None;
        string scheduler = "";
        foreach (ConfigNode node in block.ChildrenOrEmpty.Where(static n => n.IsValid))
        {
            ServiceFlags flag = node.Spec.Name switch
            {
                "flag-1" or "sh-fallback" or "mh-fallback" => ServiceFlags.Flag1,
                "flag-2" or "sh-port" or "mh-port" => ServiceFlags.Flag2,
                "flag-3" => ServiceFlags.Flag3,
                "ops" => ServiceFlags.OnePacket,
                "hashed" => ServiceFlags.Hashed,
                _ => ServiceFlags.None,
            };
            if (node.Spec.Name is "lb_algo" or "lvs_sched")
            {
                scheduler = node.Text;
            }
            else if (node.Spec.Name is "hashed" or "sh-port" or "sh-fallback" or "mh-port" or "mh-fallback"
                && scheduler is not ("sh" or "mh"))
            {
                findings.Report(FindingCodes.SchedulerFlag, node.Keyword,
                    $"{node.Spec.Name} belongs to the schedulers sh and mh", scheduler.Length == 0
                        ? "put it after lvs_sched" : "remove it, or write lvs_sched sh");
                continue;
            }
            flags |= flag;
        }
        return flags;
    }

    private IpFamily ReadFamily(ConfigNode block, ServiceTarget target, VirtualServerGroupModel? group)
    {
        IpFamily family = target.Address.Family;
        foreach (ConfigNode node in block.All("ip_family"))
        {
            IpFamily wanted = node.Text == "inet6" ? IpFamily.V6 : IpFamily.V4;
            if (family != IpFamily.None && family != wanted)
            {
                findings.Report(FindingCodes.ServerFamily, node.Arguments[0],
                    $"ip_family {node.Text} contradicts the family of the service", "remove it");
                continue;
            }
            family = wanted;
        }
        bool isGroupOfOther = group is not null && family == IpFamily.None
            && group.Entries.Any(static e => !e.IsMark);
        if (isGroupOfOther && group!.Entries.Where(static e => !e.IsMark).All(static e => e.First.IsV6)
            && block.All("real_server").All(static r => r.Address.IsV4) && block.All("real_server").Any()
            && ReadMethod(block, "lb_kind", "lvs_method")?.Method != ForwardingMethod.Tunnel)
        {
            findings.Report(FindingCodes.GroupFamily, block.Arguments[1],
                "the group is IPv6 and the servers are IPv4, which only a tunnel can join");
        }
        return family;
    }

    private IpFamily ReadGranularity(ConfigNode block, IpFamily family, ref VirtualServerModel service)
    {
        service = service with { PersistencePrefix = family == IpFamily.V6 ? 128 : 32 };
        if (block.Last("persistence_granularity") is not { } node)
        {
            return family;
        }
        string text = node.Text;
        if (family == IpFamily.V6 || (family == IpFamily.None && !text.Contains('.')))
        {
            if (values.TryInteger("persistence_granularity", node.Arguments[0], 1, 128, out long length))
            {
                service = service with { PersistencePrefix = (int)length };
                return IpFamily.V6;
            }
            return family;
        }
        if (IpAddress.TryParse(text, out IpAddress mask) && mask.IsV4)
        {
            int bits = BitOperations.PopCount(mask.High);
            if (IpAddress.V4(uint.MaxValue).Mask(bits) == mask)
            {
                service = service with { PersistencePrefix = bits };
                return IpFamily.V4;
            }
            findings.Report(FindingCodes.MaskForm, node.Arguments[0], $"'{text}' is no mask: its bits have gaps");
        }
        else if (uint.TryParse(text, CultureInfo.InvariantCulture, out uint number))
        {
            findings.Report(FindingCodes.MaskForm, node.Arguments[0],
                $"keepalived takes '{text}' for the mask {IpAddress.V4(number)}", number <= 32
                    ? $"write {IpAddress.V4(uint.MaxValue).Mask((int)number)}" : "write a mask such as 255.255.255.0");
        }
        else
        {
            findings.Report(FindingCodes.BadAddress, node.Arguments[0], $"'{text}' is not a mask",
                "write a mask such as 255.255.255.0");
        }
        return IpFamily.V4;
    }
}
