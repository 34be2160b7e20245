using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Holdfast.Config.Ipvsadm;
using Holdfast.Layer4.Model;
using Holdfast.Primitives;

namespace Holdfast.Ipvsadm;

/// <summary>The listings of services and servers: -L with all that goes with it.</summary>
internal sealed class PoolListing(IpvsadmOptionSet options)
{
    private enum Columns : byte
    {
        Plain,
        Tunnels,
        Statistics,
        Rates,
        Thresholds,
        Persistence,
    }

    private const int NameWidth = 33;

    private readonly bool _isNumeric = options.Has(IpvsadmOption.Numeric);
    private readonly bool _isExact = options.Has(IpvsadmOption.Exact);
    private readonly StringBuilder _text = new();

    // Of several, the original shows the first in this order.
    private readonly Columns _columns =
        options.Has(IpvsadmOption.Stats) ? Columns.Statistics
        : options.Has(IpvsadmOption.Rate) ? Columns.Rates
        : options.Has(IpvsadmOption.Thresholds) ? Columns.Thresholds
        : options.Has(IpvsadmOption.PersistentConnections) ? Columns.Persistence
        : options.Has(IpvsadmOption.TunnelInfo) ? Columns.Tunnels : Columns.Plain;

    /// <summary>The whole listing.</summary>
    /// <param name="pools">In the kernel's order.</param>
    /// <param name="info">For the first line; null when one service was asked for.</param>
    internal string Render(ImmutableArray<ObservedPool> pools, IpvsInfo? info)
    {
        if (info is { } kernel)
        {
            uint version = kernel.Version;
            Line($"IP Virtual Server version {version >> 16 & 0xFF}.{version >> 8 & 0xFF}.{version & 0xFF} "
                + $"(size={(int)kernel.ConnectionTableSize})");
        }
        AddTitles();
        ObservedPool[] services = [.. pools];
        if (!options.Has(IpvsadmOption.NoSort))
        {
            ListingOrder.Sort<ObservedPool>(services,
                static (a, b) => ListingOrder.Compare(a.Service.Spec.Key, b.Service.Spec.Key));
        }
        foreach (ObservedPool pool in services)
        {
            AddService(pool.Service);
            ObservedServer[] servers = [.. pool.Servers];
            if (!options.Has(IpvsadmOption.NoSort))
            {
                ListingOrder.Sort<ObservedServer>(
                    servers, static (a, b) => ListingOrder.Compare(a.Spec.Key, b.Spec.Key));
            }
            foreach (ObservedServer server in servers)
            {
                AddServer(server, pool.Service.Spec.Key);
            }
        }
        return _text.ToString();
    }

    private void AddTitles()
    {
        const string RemoteTitle = "  -> RemoteAddress:Port";
        string local = "Prot LocalAddress:Port".PadRight(NameWidth);
        switch (_columns)
        {
            case Columns.Statistics:
                Line($"{local}    Conns   InPkts  OutPkts  InBytes OutBytes");
                Line(RemoteTitle);
                break;
            case Columns.Rates:
                Line($"{local}      CPS    InPPS   OutPPS    InBPS   OutBPS");
                Line(RemoteTitle);
                break;
            case Columns.Thresholds:
                Line($"{local} {"Uthreshold",-10} {"Lthreshold",-10} {"ActiveConn",-10} {"InActConn",-10}");
                Line(RemoteTitle);
                break;
            case Columns.Persistence:
                Line($"{local} {"Weight",-9} {"PersistConn",-11} {"ActiveConn",-10} {"InActConn",-10}");
                Line(RemoteTitle);
                break;
            case Columns.Tunnels:
                Line("Prot LocalAddress:Port Scheduler Flags");
                Line("  -> RemoteAddress:Port           Forward TunnelInfo    Weight ActiveConn InActConn");
                break;
            default:
                Line("Prot LocalAddress:Port Scheduler Flags");
                Line("  -> RemoteAddress:Port           Forward Weight ActiveConn InActConn");
                break;
        }
    }

    private void AddService(ObservedService service)
    {
        VirtualServiceSpec spec = service.Spec;
        VirtualServiceKey key = spec.Key;
        string name = key.IsMark
            ? string.Create(CultureInfo.InvariantCulture,
                $"FWM  {unchecked((int)key.FirewallMark)}{(key.Family == IpFamily.V6 ? " IPv6" : "")}")
            : $"{key.Protocol.ToString().ToUpperInvariant(),-4} "
                + EndpointText.Column(key.Address, key.Port, (byte)key.Protocol, _isNumeric);
        if (_columns is Columns.Statistics or Columns.Rates)
        {
            _text.Append(name.PadRight(NameWidth));
            AddCounters(service.Counters);
            return;
        }
        string flags = SchedulerFlagText.Of(spec);
        _text.Append(CultureInfo.InvariantCulture, $"{name} {spec.Scheduler}{(flags.Length > 0 ? $" ({flags})" : "")}");
        if (spec.IsPersistent)
        {
            _text.Append(CultureInfo.InvariantCulture, $" persistent {spec.PersistenceSeconds}");
            if (spec.Netmask is { } mask)
            {
                _text.Append(CultureInfo.InvariantCulture, $" mask {NetmaskText.Of(key.Family, mask)}");
            }
            if (spec.PersistenceEngine.Length > 0)
            {
                _text.Append(CultureInfo.InvariantCulture, $" pe {spec.PersistenceEngine}");
            }
        }
        Line((spec.Flags & ServiceFlags.OnePacket) != 0 ? " ops" : "");
    }

    private void AddServer(ObservedServer server, VirtualServiceKey service)
    {
        RealServerSpec spec = server.Spec;
        byte protocol = (byte)service.Protocol;
        string name = EndpointText.Column(spec.Key.Address, spec.Key.Port, protocol, _isNumeric);
        _text.Append(CultureInfo.InvariantCulture, $"  -> {name,-28}");
        int weight = unchecked((int)spec.Weight);
        string connections = string.Create(
            CultureInfo.InvariantCulture, $"{server.ActiveConnections,-10} {server.InactiveConnections,-10}");
        switch (_columns)
        {
            case Columns.Statistics or Columns.Rates:
                AddCounters(server.Counters);
                break;
            case Columns.Thresholds:
                Line($" {spec.UpperThreshold,-10} {spec.LowerThreshold,-10} {connections}");
                break;
            case Columns.Persistence:
                Line($" {spec.Weight,-9} {server.PersistentConnections,-11} {connections}");
                break;
            case Columns.Tunnels:
                Line($" {ForwardText(spec.Forwarding),-7} {TunnelText(spec),-13} {weight,-6} {connections}");
                break;
            default:
                Line($" {ForwardText(spec.Forwarding),-7} {weight,-6} {connections}");
                break;
        }
    }

    private void AddCounters(in TrafficCounters counters)
    {
        if (_columns == Columns.Statistics)
        {
            AddNumber(counters.Connections);
            AddNumber(counters.InPackets);
            AddNumber(counters.OutPackets);
            AddNumber(counters.InBytes);
            AddNumber(counters.OutBytes);
        }
        else
        {
            AddNumber(counters.ConnectionsPerSecond);
            AddNumber(counters.InPacketsPerSecond);
            AddNumber(counters.OutPacketsPerSecond);
            AddNumber(counters.InBytesPerSecond);
            AddNumber(counters.OutBytesPerSecond);
        }
        Line("");
    }

    // Nine characters; larger numbers lose digits to a letter, or with --exact take the room that they need.
    private void AddNumber(ulong value)
    {
        (ulong number, string unit) = value switch
        {
            < 100_000_000 => (value, ""),
            _ when _isExact => (value, ""),
            < 1_000_000_000 => (value / 1000, "K"),
            < 100_000_000_000 => (value / 1_000_000, "M"),
            < 100_000_000_000_000 => (value / 1_000_000_000, "G"),
            _ => (value / 1_000_000_000_000, "T"),
        };
        string text = string.Create(CultureInfo.InvariantCulture, $"{number}{unit}");
        _text.Append(_isExact && text.Length > 8 ? $" {text}" : text.PadLeft(9));
    }

    private static string ForwardText(ForwardingMethod method) => method switch
    {
        ForwardingMethod.Nat => "Masq",
        ForwardingMethod.Local => "Local",
        ForwardingMethod.Tunnel => "Tunnel",
        ForwardingMethod.DirectRouting => "Route",
        _ => "",
    };

    private static string TunnelText(RealServerSpec spec)
    {
        string checksum = spec.TunnelChecksum switch
        {
            TunnelChecksum.Full => "+c",
            TunnelChecksum.Remote => "r+c",
            _ => "-c",
        };
        return (spec.Forwarding, spec.TunnelKind) switch
        {
            (not ForwardingMethod.Tunnel, _) => "n/a",
            (_, TunnelKind.Gue) => string.Create(CultureInfo.InvariantCulture, $"gue:{spec.TunnelPort}:{checksum}"),
            (_, TunnelKind.Gre) => $"gre:{checksum}",
            _ => "ipip",
        };
    }

    private void Line(string text) => _text.Append(text).Append('\n');
}
