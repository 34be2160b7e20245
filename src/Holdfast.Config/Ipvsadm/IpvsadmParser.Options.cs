using Holdfast.Primitives;

namespace Holdfast.Config.Ipvsadm;

/// <summary>What each option's value means.</summary>
public sealed partial class IpvsadmParser
{
    private bool TryOption(PoptOption option)
    {
        string value = _scanner.Value ?? "";
        switch (option.Name)
        {
            case IpvsadmWords.TcpService: return TryService(value, IpvsadmEndpoint.Tcp);
            case IpvsadmWords.UdpService: return TryService(value, IpvsadmEndpoint.Udp);
            case IpvsadmWords.SctpService: return TryService(value, IpvsadmEndpoint.Sctp);
            case IpvsadmWords.MarkService:
                // The names of ports that follow are those of TCP.
                _service = _service with { Protocol = IpvsadmEndpoint.Tcp };
                return TryNumber(value, 1, uint.MaxValue, v => _service = _service with { FirewallMark = (uint)v },
                    $"invalid fwmark value `{value}' specified");
            case IpvsadmWords.Ipv6:
                if (_service.FirewallMark == 0)
                {
                    return Fail("-6 used before -f\n");
                }
                _service = _service with { Family = IpFamily.V6, Netmask = null };
                return true;
            case IpvsadmWords.Masquerading: return Forward(IpvsadmForwarding.Masquerading);
            case IpvsadmWords.Tunnelling: return Forward(IpvsadmForwarding.Tunnel);
            case IpvsadmWords.Gatewaying: return Forward(IpvsadmForwarding.Gatewaying);
            default:
                break;
        }
        return IpvsadmWords.OptionOf(option) is not { } kind
            || (kind < IpvsadmOption.MulticastInterface ? TryPoolOption(kind, value) : TryLaterOption(kind, value));
    }

    private bool TryPoolOption(IpvsadmOption kind, string value)
    {
        switch (kind)
        {
            case IpvsadmOption.Scheduler:
                _service = _service with { Scheduler = value.Length == 0 ? "wlc" : Cut(value) };
                return true;
            case IpvsadmOption.Persistent:
                _service = _service with { PersistenceSeconds = DefaultPersistenceSeconds };
                return _scanner.Value is null || TryNumber(value, 1, TimeoutMax,
                    v => _service = _service with { PersistenceSeconds = (uint)v },
                    $"invalid timeout value `{value}' specified");
            case IpvsadmOption.Netmask:
                return TryNetmask(value);
            case IpvsadmOption.RealServer:
                if (!IpvsadmEndpoint.TryParse(value, _service.Protocol, _names, out IpvsadmEndpoint server))
                {
                    return Fail("illegal real server address[:port] specified");
                }
                _server = _server with { Address = server.Address, Port = server.Port ?? _service.Port };
                return true;
            case IpvsadmOption.Weight:
                return TryNumber(value, 0, int.MaxValue, v => _server = _server with { Weight = (uint)v },
                    "illegal weight specified");
            case IpvsadmOption.UpperThreshold:
                return TryNumber(value, 0, int.MaxValue, v => _server = _server with { UpperThreshold = (uint)v },
                    "illegal u_threshold specified");
            case IpvsadmOption.LowerThreshold:
                return TryNumber(value, 0, int.MaxValue, v => _server = _server with { LowerThreshold = (uint)v },
                    "illegal l_threshold specified");
            default:
                return true;
        }
    }

    private bool TryLaterOption(IpvsadmOption kind, string value)
    {
        switch (kind)
        {
            case IpvsadmOption.MulticastInterface:
                _daemon = _daemon with { Interface = Cut(value) };
                return true;
            case IpvsadmOption.SyncId:
                return TryNumber(value, 0, byte.MaxValue, v => _daemon = _daemon with { SyncId = (byte)v },
                    "illegal syncid specified");
            case IpvsadmOption.MulticastGroup:
                return TryGroup(value);
            case IpvsadmOption.MulticastPort:
                return TryNumber(value, 1, ushort.MaxValue, v => _daemon = _daemon with { Port = (ushort)v },
                    "illegal mcast-port specified");
            case IpvsadmOption.MulticastTtl:
                return TryNumber(value, 1, byte.MaxValue, v => _daemon = _daemon with { Ttl = (byte)v },
                    "illegal mcast-ttl specified");
            case IpvsadmOption.SyncLengthMax:
                return TryNumber(value, 1, UdpPayloadMax, v => _daemon = _daemon with { LengthMax = (ushort)v },
                    "illegal sync-maxlen specified");
            case IpvsadmOption.OnePacket:
                _service = _service with { OnePacket = true };
                return true;
            case IpvsadmOption.PersistenceEngine:
                _service = _service with { PersistenceEngine = Cut(value) };
                return true;
            case IpvsadmOption.SchedulerFlags:
                _schedulerFlags = value;
                return true;
            case IpvsadmOption.TunnelType:
                IpvsadmTunnel? tunnel = value switch
                {
                    "ipip" => IpvsadmTunnel.Ipip,
                    "gue" => IpvsadmTunnel.Gue,
                    "gre" => IpvsadmTunnel.Gre,
                    _ => null,
                };
                _server = _server with { Tunnel = tunnel ?? default };
                return tunnel is not null || Fail("illegal tunnel type specified");
            case IpvsadmOption.TunnelPort:
                return TryNumber(value, 1, ushort.MaxValue, v => _server = _server with { TunnelPort = (ushort)v },
                    "illegal tunnel port specified");
            case IpvsadmOption.TunnelChecksum:
                _server = _server with { TunnelChecksum = 1 };
                return true;
            case IpvsadmOption.TunnelRemoteChecksum:
                _server = _server with { TunnelChecksum = 2 };
                return true;
            default:
                return true;
        }
    }

    private bool TryService(string value, byte protocol)
    {
        _service = _service with { Protocol = protocol };
        if (!IpvsadmEndpoint.TryParse(value, protocol, _names, out IpvsadmEndpoint service))
        {
            return Fail("illegal virtual server address[:port] specified");
        }
        _service = _service with
        {
            Address = service.Address,
            Family = service.Address.Family,
            Port = service.Port ?? 0,
            // A mask that was given before the address was read as one of IPv4.
            Netmask = service.Address.IsV6 ? null : _service.Netmask,
        };
        return true;
    }

    private bool TryNetmask(string value)
    {
        if (_service.Family == IpFamily.V6)
        {
            long length = IpvsadmNumbers.Leading(value);
            if (length is < 1 or > 128)
            {
                return Fail("illegal ipv6 netmask specified");
            }
            _service = _service with { Netmask = length == 128 ? null : (uint)length };
            return true;
        }
        if (!IpvsadmNumbers.TryInetAton(value, out IpAddress mask))
        {
            return Fail("illegal virtual server persistent mask specified");
        }
        uint bits = (uint)(mask.High >> 32);
        _service = _service with { Netmask = bits == uint.MaxValue ? null : bits };
        return true;
    }

    private bool TryGroup(string value)
    {
        bool isV6 = value.Contains(':', StringComparison.Ordinal);
        bool isGroup = isV6
            ? IpvsadmNumbers.TryIpv6(value, out IpAddress group)
            : IpAddress.TryParse(value, out group) && group.IsV4;
        _daemon = _daemon with { Group = group };
        return (isGroup && group.IsMulticast) || Fail($"invalid {(isV6 ? "IPv6" : "IPv4")} mcast-group `{value}'");
    }

    private bool TryNumber(string text, long min, long max, Action<long> take, string complaint)
    {
        if (!IpvsadmNumbers.TryDecimal(text, min, max, out long value))
        {
            return Fail(complaint);
        }
        take(value);
        return true;
    }

    private bool Forward(IpvsadmForwarding method)
    {
        _server = _server with { Forwarding = method };
        return true;
    }

    // Names in the kernel's messages have 16 bytes, with the closing zero.
    private static string Cut(string name) => name.Length > InterfaceNameMax ? name[..InterfaceNameMax] : name;
}
