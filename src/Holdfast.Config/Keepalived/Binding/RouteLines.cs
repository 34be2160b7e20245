using System.Collections.Immutable;
using Holdfast.Config.Keepalived.Model;
using Holdfast.Config.Keepalived.Syntax;
using Holdfast.Config.Text;
using Holdfast.Primitives;

namespace Holdfast.Config.Keepalived.Binding;

/// <summary>Reads the lines of virtual_routes and static_routes: the words of ip-route(8).</summary>
internal sealed partial class RouteLines(Findings findings, RouteNames names)
{
    private static readonly string[] s_words =
    [
        "to", "src", "from", "via", "gw", "or", "dev", "oif", "table", "scope", "metric", "priority", "preference",
        "protocol", "tos", "dsfield", "onlink", "mtu", "window", "rtt", "rttvar", "ssthresh", "cwnd",
        "advmss", "reordering", "hoplimit", "initcwnd", "features", "rto_min", "initrwnd", "quickack", "congctl",
        "fastopen_no_cookie", "realms", "pref", "expires", "nexthop", "no_track", "track_group", "inet", "inet6",
        "add", "append", "prepend", "weight", "vrf", "ttl-propagate", "encap", "blackhole", "unreachable", "prohibit",
        "throw", "unicast", "default",
    ];

    // RTAX_* of rtnetlink(7); times in milliseconds have the factor that the kernel's unit needs.
    private static readonly Dictionary<string, (ushort Number, uint Factor)> s_metrics = new(StringComparer.Ordinal)
    {
        ["mtu"] = (2, 1), ["window"] = (3, 1), ["rtt"] = (4, 8), ["rttvar"] = (5, 4), ["ssthresh"] = (6, 1),
        ["cwnd"] = (7, 1), ["advmss"] = (8, 1), ["reordering"] = (9, 1), ["hoplimit"] = (10, 1),
        ["initcwnd"] = (11, 1), ["rto_min"] = (13, 1), ["initrwnd"] = (14, 1), ["quickack"] = (15, 1),
        ["fastopen_no_cookie"] = (17, 1),
    };

    private List<Word> _words = [];
    private int _at;
    private bool _failed;
    private IpPrefix? _destination;
    private IpFamily _family;
    private readonly List<IpAddress> _otherGateways = [];

    /// <summary>Reads one line; null when it cannot be used.</summary>
    public RouteModel? Read(MappedText line, bool isStatic)
    {
        _words = WordSplitter.Split(line);
        _at = 0;
        _failed = false;
        _destination = null;
        _otherGateways.Clear();
        _family = IpFamily.None;
        var route = new RouteModel { Destination = default, Span = line.Span(0, line.Length) };
        while (_at < _words.Count && !_failed)
        {
            route = ReadWord(_words[_at++], route, isStatic);
        }
        if (_failed)
        {
            return null;
        }
        if (_destination is null)
        {
            findings.Report(route.Type == 1 ? FindingCodes.RouteLine : FindingCodes.MissingParameter, _words[0],
                "the route has no destination", "write ADDRESS/LENGTH or default");
            return null;
        }
        return Finish(route, line);
    }

    private RouteModel? Finish(RouteModel route, MappedText line)
    {
        IpPrefix destination = _destination!.Value;
        if (destination.Address.IsNone)
        {
            IpFamily family = _family != IpFamily.None ? _family
                : route.Gateway.IsV6 || route.PreferredSource.IsV6 ? IpFamily.V6 : IpFamily.V4;
            destination = new IpPrefix(new IpAddress(family, 0, 0), 0);
        }
        if (_family != IpFamily.None && destination.Address.Family != _family)
        {
            Fail(route, _words[0], "the destination is of the other family", null);
        }
        if (!route.PreferredSource.IsNone && route.PreferredSource.Family != destination.Address.Family)
        {
            Fail(route, _words[0], "src is of another family than the destination", null);
        }
        if (!_failed && route is { Interface: null, NoTrack: false })
        {
            findings.Report(FindingCodes.RouteUntracked, line.Span(0, line.Length),
                $"the route to {destination} names no interface of its own, so keepalived would not track it",
                "add dev INTERFACE, or no_track");
        }
        if (!_failed && route is { NoTrack: false, Protocol: not 18 })
        {
            findings.Report(FindingCodes.ForeignProtocol, line.Span(0, line.Length),
                "a route of another protocol is not tracked by keepalived, which resets the protocol",
                "add no_track, or remove protocol");
        }
        return _failed ? null : WithOtherGateways(route) with { Destination = destination };
    }

    private RouteModel ReadWord(Word word, RouteModel route, bool isStatic)
    {
        string text = word.Text;
        if (s_metrics.TryGetValue(text, out (ushort Number, uint Factor) metric))
        {
            return ReadMetric(word, route, metric.Number, metric.Factor);
        }
        switch (text)
        {
            case "no_track":
                return route with { NoTrack = true };
            case "onlink":
                return route with { OnLink = true };
            case "add":
                return route with { Placement = RoutePlacement.OnlyOne };
            case "append":
                return route with { Placement = RoutePlacement.Last };
            case "prepend":
                return route with { Placement = RoutePlacement.First };
            case "inet" or "inet6":
                _family = text == "inet6" ? IpFamily.V6 : IpFamily.V4;
                return route;
            case "nexthop":
                return _otherGateways.Count == 0 ? ReadNextHops(route)
                    : Fail(route, word, "nexthop cannot stand beside or", "write each gateway as nexthop via ADDRESS");
            case "features":
                return ReadFeatures(word, route);
            case "encap":
                return route with { Encapsulation = ReadEncapsulation(word) };
            default:
                break;
        }
        bool isDestination = _destination is null && !Array.Exists(s_words, w => w == text);
        if (text is "default" || isDestination)
        {
            return SetDestination(word, route);
        }
        if (RouteNames.TryType(text, out byte type) && type is >= 6 and <= 9 or 1)
        {
            return route with { Type = type };
        }
        return ReadPair(word, route, isStatic);
    }

    private RouteModel ReadPair(Word word, RouteModel route, bool isStatic)
    {
        if (!Array.Exists(s_words, w => w == word.Text))
        {
            string? near = NearestWord.Find(word.Text, s_words);
            return Fail(route, word, $"a route knows no '{word}'", near is null ? null : $"did you mean '{near}'?");
        }
        if (!TryValue(word, out Word value))
        {
            return route;
        }
        switch (word.Text)
        {
            case "to":
                return SetDestination(value, route);
            case "dev" or "oif":
                return route with { Interface = value.Text };
            case "gw":
                findings.Report(FindingCodes.Deprecated, word, "gw is an old word", "write via");
                return ReadGateway(value, route);
            case "via":
                return ReadGateway(value, route);
            case "src":
                return IpAddress.TryParse(value.Text, out IpAddress source)
                    ? route with { PreferredSource = source } : Fail(route, value, $"'{value}' is not an address",
                        null);
            case "from":
                return IpPrefix.TryParse(value.Text, out IpPrefix from)
                    ? route with { Source = from } : Fail(route, value, $"'{value}' is not a prefix", null);
            case "table":
                return names.TryTable(value.Text, out uint table)
                    ? route with { Table = table } : Fail(route, value, $"'{value}' is not a routing table", null);
            case "scope":
                return RouteNames.TryScope(value.Text, out byte scope)
                    ? route with { Scope = scope } : Fail(route, value, $"'{value}' is not a scope", null);
            case "metric" or "priority" or "preference":
                return Number(value, route, out uint number) ? route with { Metric = number } : route;
            case "protocol":
                return names.TryProtocol(value.Text, out uint protocol) ? route with { Protocol = (byte)protocol }
                    : Fail(route, value, $"'{value}' is not a routing protocol", null);
            case "tos" or "dsfield":
                return names.TryTos(value.Text, out byte tos)
                    ? route with { Tos = tos } : Fail(route, value, $"'{value}' is not a type of service", null);
            case "congctl":
                return route with { CongestionControl = value.Text };
            case "realms":
                return names.TryRealms(value.Text, out uint realms)
                    ? route with { Realms = realms } : Fail(route, value, $"'{value}' is not a realm", null);
            case "pref":
                return ReadPreference(value, route);
            case "expires":
                return Number(value, route, out uint seconds) ? route with { ExpiresSeconds = seconds } : route;
            case "or":
                return ReadOtherGateway(word, value, route);
            case "vrf":
                return route with { Vrf = value.Text };
            case "ttl-propagate":
                return value.Text is "enabled" or "disabled"
                    ? route with { PropagateTimeToLive = value.Text == "enabled" }
                    : Fail(route, value, $"ttl-propagate is enabled or disabled, not '{value}'", null);
            case "track_group" when isStatic:
                return route with { TrackGroup = value.Text };
            default:
                return Fail(route, word, $"'{word}' may not stand here", null);
        }
    }

    private RouteModel SetDestination(Word word, RouteModel route)
    {
        if (word.Text is "default" or "all" or "any")
        {
            _destination = default(IpPrefix);
            return route;
        }
        if (!IpPrefix.TryParse(word.Text, out IpPrefix prefix))
        {
            return Fail(route, word, $"'{word}' is not a destination", "write ADDRESS/LENGTH or default");
        }
        _destination = prefix;
        return route;
    }

    private RouteModel ReadGateway(Word value, RouteModel route)
    {
        Word address = value;
        if (value.Text is "inet" or "inet6" && !TryValue(value, out address))
        {
            return route;
        }
        return IpAddress.TryParse(address.Text, out IpAddress gateway)
            ? route with { Gateway = gateway } : Fail(route, address, $"'{address}' is not an address", null);
    }

    private RouteModel ReadMetric(Word word, RouteModel route, ushort number, uint factor)
    {
        if (!TryValue(word, out Word value))
        {
            return route;
        }
        if (value.Text == "lock")
        {
            route = route with { LockedMetrics = route.LockedMetrics | (1u << number) };
            if (!TryValue(word, out value))
            {
                return route;
            }
        }
        // Times may carry a unit; without one they are in the kernel's own unit, which the factor is not for.
        string text = value.Text;
        bool isTime = text.EndsWith('s') && number is 4 or 5 or 13;
        uint scale = isTime && !text.EndsWith("ms", StringComparison.Ordinal) ? 1000u : 1u;
        ReadOnlySpan<char> digits = isTime ? text.AsSpan().TrimEnd("ms") : text;
        if (!RouteNames.TryNumber(digits, out uint amount) || amount > uint.MaxValue / (scale * factor))
        {
            return Fail(route, value, $"'{value}' is not a number for {word}", null);
        }
        uint result = amount * scale * (isTime ? factor : 1u);
        return route with { Metrics = route.Metrics.SetItem(number, result) };
    }

    private RouteModel ReadFeatures(Word word, RouteModel route)
    {
        bool any = false;
        while (_at < _words.Count && _words[_at].Text is "ecn" or "tcp_usec_ts")
        {
            _at++;
            any = true;
        }
        return any ? route with { Metrics = route.Metrics.SetItem(12, 1) }
            : Fail(route, word, "features is followed by ecn", null);
    }

    private RouteModel ReadNextHops(RouteModel route)
    {
        ImmutableArray<NextHopModel>.Builder hops = ImmutableArray.CreateBuilder<NextHopModel>();
        var hop = new NextHopModel(default, null, 1, false);
        while (_at < _words.Count && !_failed)
        {
            Word word = _words[_at++];
            switch (word.Text)
            {
                case "nexthop":
                    hops.Add(hop);
                    hop = new NextHopModel(default, null, 1, false);
                    break;
                case "onlink":
                    hop = hop with { OnLink = true };
                    break;
                case "via" when TryValue(word, out Word via):
                    RouteModel gateway = ReadGateway(via, route);
                    hop = hop with { Gateway = gateway.Gateway };
                    break;
                case "encap":
                    hop = hop with { Encapsulation = ReadEncapsulation(word) };
                    break;
                case "dev" or "oif" when TryValue(word, out Word dev):
                    hop = hop with { Interface = dev.Text };
                    break;
                case "realms" when TryValue(word, out Word value):
                    bool known = names.TryRealms(value.Text, out uint realms);
                    hop = hop with { Realms = realms };
                    route = known ? route : Fail(route, value, $"'{value}' is not a realm", null);
                    break;
                case "weight" when TryValue(word, out Word weight):
                    bool ok = Number(weight, route, out uint number) && number is >= 1 and <= 256;
                    hop = hop with { Weight = ok ? (int)number : 1 };
                    _failed |= !ok;
                    break;
                case "no_track":
                    route = route with { NoTrack = true };
                    break;
                default:
                    Fail(route, word, $"a nexthop knows no '{word}'",
                        "via, dev, weight, onlink, encap and realms may follow");
                    break;
            }
        }
        hops.Add(hop);
        return route with { NextHops = hops.ToImmutable() };
    }

    private RouteModel ReadPreference(Word value, RouteModel route)
    {
        byte? preference = value.Text switch { "medium" => 0, "high" => 1, "low" => 3, _ => null };
        return preference is null ? Fail(route, value, $"pref is low, medium or high, not '{value}'", null)
            : route with { Preference = preference };
    }

    private bool Number(Word value, RouteModel route, out uint number)
    {
        if (RouteNames.TryNumber(value.Text, out number))
        {
            return true;
        }
        Fail(route, value, $"'{value}' is not a number", null);
        return false;
    }

    private bool TryValue(Word word, out Word value)
    {
        if (_at < _words.Count)
        {
            value = _words[_at++];
            return true;
        }
        value = word;
        _failed = true;
        findings.Report(FindingCodes.MissingParameter, word, $"'{word}' lacks its value");
        return false;
    }

    private RouteModel Fail(RouteModel route, Word word, string message, string? help)
    {
        _failed = true;
        findings.Report(FindingCodes.RouteLine, word, message, help);
        return route;
    }
}
