using System.Collections.Immutable;
using System.Globalization;
using Holdfast.Config.Keepalived.Model;
using Holdfast.Config.Keepalived.Syntax;
using Holdfast.Primitives;

namespace Holdfast.Config.Keepalived.Binding;

/// <summary>The words <c>encap</c> and <c>or</c>.</summary>
internal sealed partial class RouteLines
{
    private RouteModel ReadOtherGateway(Word word, Word value, RouteModel route)
    {
        findings.Report(FindingCodes.Deprecated, word, "or is an old word",
            "write each gateway as nexthop via ADDRESS");
        if (route.Gateway.IsNone)
        {
            return Fail(route, word, "or follows via", null);
        }
        IpAddress gateway = ReadGateway(value, route).Gateway;
        _otherGateways.Add(gateway);
        return route;
    }

    private RouteModel WithOtherGateways(RouteModel route) => _otherGateways.Count == 0 ? route : route with
    {
        Gateway = default,
        Interface = null,
        OnLink = false,
        Encapsulation = null,
        NextHops = [.. _otherGateways.Prepend(route.Gateway).Select(gateway
            => new NextHopModel(gateway, route.Interface, 1, route.OnLink, route.Encapsulation))],
    };

    private RouteEncapsulation? ReadEncapsulation(Word word)
    {
        if (!TryValue(word, out Word type))
        {
            return null;
        }
        switch (type.Text)
        {
            case "mpls":
                return ReadMpls(type);
            case "ip":
                return ReadTunnel(type, IpFamily.V4);
            case "ip6":
                return ReadTunnel(type, IpFamily.V6);
            case "ila":
                return ReadLocator(type);
            default:
                return Refuse(type, $"'{type}' is not an encapsulation", "write mpls, ip, ip6 or ila");
        }
    }

    private MplsEncapsulation? ReadMpls(Word type)
    {
        if (!TryValue(type, out Word value))
        {
            return null;
        }
        ImmutableArray<uint>.Builder labels = ImmutableArray.CreateBuilder<uint>();
        foreach (string part in value.Text.Split('/'))
        {
            if (!RouteNames.TryNumber(part, out uint label) || label > MplsEncapsulation.LabelMax
                || labels.Count == MplsEncapsulation.LabelCountMax)
            {
                Refuse(value, $"'{value}' is not LABEL or LABEL/LABEL",
                    "a label is 0 to 1048575; there are at most 30");
                return null;
            }
            labels.Add(label);
        }
        // ip-route(8) has a ttl here; keepalived 2.2.7 refuses it as an unknown word.
        return new MplsEncapsulation(labels.ToImmutable());
    }

    private IpEncapsulation? ReadTunnel(Word type, IpFamily family)
    {
        var tunnel = new IpEncapsulation(family, 0, default);
        bool isUseful = false;
        while (!_failed && _at < _words.Count && IsOfTunnel(_words[_at].Text, family))
        {
            Word word = _words[_at++];
            isUseful |= word.Text is "id" or "dst";
            if (TryValue(word, out Word value))
            {
                tunnel = ReadTunnelPair(word.Text, value, tunnel);
            }
        }
        if (!_failed && !isUseful)
        {
            Refuse(type, $"encap {type} has neither id nor dst", null);
        }
        return _failed ? null : tunnel;
    }

    private static bool IsOfTunnel(string word, IpFamily family)
        => word is "id" or "dst" or "src" or "flags"
            || (family == IpFamily.V4 ? word is "tos" or "dsfield" or "ttl" : word is "tc" or "hoplimit");

    private IpEncapsulation ReadTunnelPair(string word, Word value, IpEncapsulation tunnel)
    {
        switch (word)
        {
            case "id":
                return TryId(value, out ulong id) ? tunnel with { Id = id } : tunnel;
            case "dst":
                return tunnel with { Destination = ReadOuter(value, tunnel.Family) };
            case "src":
                return tunnel with { Source = ReadOuter(value, tunnel.Family) };
            case "ttl" or "hoplimit":
                return TryByte(value, out byte hops) ? tunnel with { HopLimit = hops } : tunnel;
            case "flags":
                if (RouteNames.TryNumber(value.Text, out uint flags) && flags <= ushort.MaxValue)
                {
                    return tunnel with { Flags = (ushort)flags };
                }
                Refuse(value, $"'{value}' is not a number of 16 bits", null);
                return tunnel;
            default:
                if (names.TryTos(value.Text, out byte trafficClass))
                {
                    return tunnel with { TrafficClass = trafficClass };
                }
                Refuse(value, $"'{value}' is not a type of service", null);
                return tunnel;
        }
    }

    private LocatorEncapsulation? ReadLocator(Word type)
    {
        if (!TryValue(type, out Word value))
        {
            return null;
        }
        string[] groups = value.Text.Split(':');
        ulong locator = 0;
        bool ok = groups.Length == 4;
        foreach (string group in groups)
        {
            ok &= ushort.TryParse(group, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ushort part);
            locator = (locator << 16) | part;
        }
        if (!ok)
        {
            Refuse(value, $"'{value}' is not a locator", "write four groups of hexadecimal digits, as 2001:db8:0:1");
            return null;
        }
        return new LocatorEncapsulation(locator);
    }

    private IpAddress ReadOuter(Word value, IpFamily family)
    {
        if (IpAddress.TryParse(value.Text, out IpAddress address) && address.Family == family)
        {
            return address;
        }
        Refuse(value, $"'{value}' is not an {(family == IpFamily.V4 ? "IPv4" : "IPv6")} address", null);
        return default;
    }

    private bool TryId(Word value, out ulong id)
    {
        bool ok = RouteNames.TryNumber(value.Text, out uint small);
        id = small;
        ok = ok || ulong.TryParse(value.Text, NumberStyles.None, CultureInfo.InvariantCulture, out id);
        if (!ok)
        {
            Refuse(value, $"'{value}' is not a tunnel id", null);
        }
        return ok;
    }

    private bool TryByte(Word value, out byte number)
    {
        bool ok = RouteNames.TryNumber(value.Text, out uint read) && read <= byte.MaxValue;
        number = ok ? (byte)read : (byte)0;
        if (!ok)
        {
            Refuse(value, $"'{value}' is not a number of 0 to 255", null);
        }
        return ok;
    }

    private RouteEncapsulation? Refuse(Word word, string message, string? help)
    {
        _failed = true;
        findings.Report(FindingCodes.RouteLine, word, message, help);
        return null;
    }
}
