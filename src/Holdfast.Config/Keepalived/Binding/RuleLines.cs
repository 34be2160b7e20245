using System.Globalization;
using Holdfast.Config.Keepalived.Model;
using Holdfast.Config.Keepalived.Syntax;
using Holdfast.Config.Text;
using Holdfast.Primitives;

namespace Holdfast.Config.Keepalived.Binding;

/// <summary>Reads the lines of virtual_rules and static_rules: the words of ip-rule(8).</summary>
internal sealed class RuleLines(Findings findings, RouteNames names)
{
    private static readonly string[] s_words =
    [
        "from", "to", "table", "lookup", "iif", "dev", "oif", "tos", "dsfield", "fwmark", "preference", "order",
        "priority", "realms", "goto", "nop", "blackhole", "unreachable", "prohibit", "not", "suppress_prefixlength",
        "suppress_prefixlen", "suppress_ifgroup", "suppress_group", "ipproto", "ip_proto", "sport", "dport",
        "uidrange", "tun_id", "l3mdev", "protocol", "proto", "no_track", "track_group", "inet", "inet6",
    ];

    private List<Word> _words = [];
    private int _at;
    private bool _failed;
    private IpFamily _family;
    private bool _hasAction;

    /// <summary>Reads one line; null when it cannot be used.</summary>
    public RuleModel? Read(MappedText line, bool isStatic)
    {
        _words = WordSplitter.Split(line);
        _at = 0;
        _failed = false;
        _hasAction = false;
        _family = IpFamily.None;
        var rule = new RuleModel { Family = IpFamily.V4, Span = line.Span(0, line.Length) };
        while (_at < _words.Count && !_failed)
        {
            rule = ReadWord(_words[_at++], rule, isStatic);
        }
        if (_failed)
        {
            return null;
        }
        if (rule.Priority is null)
        {
            findings.Report(FindingCodes.RuleNoPriority, line.Span(0, line.Length),
                "the rule has no preference, so its place among the others is not known", "add preference N");
        }
        if (!_hasAction && !rule.L3MasterDevice)
        {
            findings.Report(FindingCodes.RuleLine, line.Span(0, line.Length), "the rule has no action",
                "add table NAME, goto N, blackhole, unreachable or prohibit");
            return null;
        }
        if (rule is { NoTrack: false, Protocol: not 18 })
        {
            findings.Report(FindingCodes.ForeignProtocol, line.Span(0, line.Length),
                "a rule of another protocol is not tracked by keepalived, which resets the protocol",
                "add no_track, or remove protocol");
        }
        return rule with { Family = _family == IpFamily.None ? IpFamily.V4 : _family };
    }

    private RuleModel ReadWord(Word word, RuleModel rule, bool isStatic)
    {
        switch (word.Text)
        {
            case "not":
                return rule with { Invert = true };
            case "no_track":
                return rule with { NoTrack = true };
            case "l3mdev":
                return rule with { L3MasterDevice = true };
            case "inet" or "inet6":
                SetFamily(word, word.Text == "inet6" ? IpFamily.V6 : IpFamily.V4);
                return rule;
            case "nop" or "blackhole" or "unreachable" or "prohibit":
                _hasAction = true;
                byte action = word.Text switch { "nop" => 3, "blackhole" => 6, "unreachable" => 7, _ => 8 };
                return rule with { Action = action };
            default:
                break;
        }
        if (!Array.Exists(s_words, w => w == word.Text) || (word.Text == "track_group" && !isStatic))
        {
            string? near = NearestWord.Find(word.Text, s_words);
            return Fail(rule, word, $"a rule knows no '{word}'", near is null ? null : $"did you mean '{near}'?");
        }
        if (_at >= _words.Count)
        {
            _failed = true;
            findings.Report(FindingCodes.MissingParameter, word, $"'{word}' lacks its value");
            return rule;
        }
        if (word.Text == "ip_proto")
        {
            findings.Report(FindingCodes.ManualWord, word,
                "keepalived's manual page says ip_proto, its parser knows only ipproto", "write ipproto");
        }
        return ReadPair(word.Text, _words[_at++], rule);
    }

    private RuleModel ReadPair(string word, Word value, RuleModel rule)
    {
        switch (word)
        {
            case "from" or "to":
                return ReadPrefix(word, value, rule);
            case "table" or "lookup":
                _hasAction = true;
                return names.TryTable(value.Text, out uint table)
                    ? rule with { Table = table } : Fail(rule, value, $"'{value}' is not a routing table", null);
            case "goto":
                _hasAction = true;
                return Number(value, out uint target) ? rule with { Action = 2, GotoPriority = target } : rule;
            case "preference" or "order" or "priority":
                return Number(value, out uint priority) ? rule with { Priority = priority } : rule;
            case "iif" or "dev":
                return rule with { InputInterface = value.Text };
            case "oif":
                return rule with { OutputInterface = value.Text };
            case "tos" or "dsfield":
                return names.TryTos(value.Text, out byte tos)
                    ? rule with { Tos = tos } : Fail(rule, value, $"'{value}' is not a type of service", null);
            case "fwmark":
                return ReadMark(value, rule);
            case "realms":
                return names.TryRealms(value.Text, out uint realms)
                    ? rule with { Realms = realms } : Fail(rule, value, $"'{value}' is not a realm", null);
            case "suppress_prefixlength" or "suppress_prefixlen":
                return Number(value, out uint length) ? rule with { SuppressPrefixLength = length } : rule;
            case "suppress_ifgroup" or "suppress_group":
                return names.TryGroup(value.Text, out uint group) ? rule with { SuppressInterfaceGroup = group }
                    : Fail(rule, value, $"'{value}' is not an interface group", null);
            case "ipproto" or "ip_proto":
                return ReadProtocol(value, rule);
            case "sport":
                return Ports(value, out (ushort, ushort) from) ? rule with { SourcePorts = from } : rule;
            case "dport":
                return Ports(value, out (ushort, ushort) to) ? rule with { DestinationPorts = to } : rule;
            case "uidrange":
                return ReadUsers(value, rule);
            case "tun_id":
                return ulong.TryParse(value.Text, CultureInfo.InvariantCulture, out ulong tunnel)
                    ? rule with { TunnelId = tunnel } : Fail(rule, value, $"'{value}' is not a tunnel id", null);
            case "protocol" or "proto":
                return names.TryProtocol(value.Text, out uint protocol)
                    ? rule with { Protocol = (byte)protocol }
                    : Fail(rule, value, $"'{value}' is not a routing protocol", null);
            default:
                return rule with { TrackGroup = value.Text };
        }
    }

    private RuleModel ReadPrefix(string word, Word value, RuleModel rule)
    {
        if (value.Text is "all" or "any" or "default")
        {
            return rule;
        }
        if (!IpPrefix.TryParse(value.Text, out IpPrefix prefix))
        {
            return Fail(rule, value, $"'{value}' is not a prefix", "write ADDRESS/LENGTH or all");
        }
        SetFamily(value, prefix.Address.Family);
        return word == "from" ? rule with { Source = prefix } : rule with { Destination = prefix };
    }

    private RuleModel ReadMark(Word value, RuleModel rule)
    {
        int slash = value.Text.IndexOf('/', StringComparison.Ordinal);
        ReadOnlySpan<char> mark = slash < 0 ? value.Text : value.Text.AsSpan(0, slash);
        uint? mask = null;
        if (slash >= 0)
        {
            if (!RouteNames.TryNumber(value.Text.AsSpan(slash + 1), out uint read))
            {
                return Fail(rule, value, $"'{value}' is not a mark with a mask", null);
            }
            mask = read;
        }
        return RouteNames.TryNumber(mark, out uint number)
            ? rule with { FirewallMark = number, FirewallMask = mask }
            : Fail(rule, value, $"'{value}' is not a mark", null);
    }

    private RuleModel ReadProtocol(Word value, RuleModel rule)
    {
        byte? number = value.Text.ToUpperInvariant() switch
        {
            "ICMP" => 1, "IGMP" => 2, "IPIP" => 4, "TCP" => 6, "UDP" => 17, "DCCP" => 33, "IPV6" => 41, "GRE" => 47,
            "ESP" => 50, "AH" => 51, "IPV6-ICMP" or "ICMPV6" => 58, "OSPF" => 89, "VRRP" => 112, "SCTP" => 132,
            _ => byte.TryParse(value.Text, NumberStyles.None, CultureInfo.InvariantCulture, out byte read)
                ? read : null,
        };
        return number is null ? Fail(rule, value, $"'{value}' is not an IP protocol", null)
            : rule with { IpProtocol = number };
    }

    private RuleModel ReadUsers(Word value, RuleModel rule)
    {
        string[] parts = value.Text.Split('-');
        return parts.Length == 2 && uint.TryParse(parts[0], CultureInfo.InvariantCulture, out uint first)
            && uint.TryParse(parts[1], CultureInfo.InvariantCulture, out uint last) && first <= last
            ? rule with { UserIds = (first, last) } : Fail(rule, value, $"'{value}' is not FIRST-LAST", null);
    }

    private bool Ports(Word value, out (ushort First, ushort Last) ports)
    {
        string[] parts = value.Text.Split('-');
        ports = default;
        if (parts.Length > 2 || !ushort.TryParse(parts[0], CultureInfo.InvariantCulture, out ushort first)
            || !ushort.TryParse(parts[^1], CultureInfo.InvariantCulture, out ushort last) || first > last)
        {
            Fail(null, value, $"'{value}' is not PORT or FIRST-LAST", null);
            return false;
        }
        ports = (first, last);
        return true;
    }

    private bool Number(Word value, out uint number)
    {
        if (RouteNames.TryNumber(value.Text, out number))
        {
            return true;
        }
        Fail(null, value, $"'{value}' is not a number", null);
        return false;
    }

    private void SetFamily(Word word, IpFamily family)
    {
        if (_family != IpFamily.None && _family != family)
        {
            Fail(null, word, "the rule has addresses of both families", null);
        }
        _family = family;
    }

    private RuleModel Fail(RuleModel? rule, Word word, string message, string? help)
    {
        _failed = true;
        findings.Report(FindingCodes.RuleLine, word, message, help);
        return rule!;
    }
}
