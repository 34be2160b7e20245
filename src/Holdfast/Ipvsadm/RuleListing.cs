using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Holdfast.Layer4.Model;
using Holdfast.Primitives;

namespace Holdfast.Ipvsadm;

/// <summary>The table as command lines that make it again: -S.</summary>
internal sealed class RuleListing(bool isNumeric)
{
    private readonly StringBuilder _text = new();

    /// <summary>All rules.</summary>
    /// <param name="pools">In the kernel's order.</param>
    internal string Render(ImmutableArray<ObservedPool> pools)
    {
        ObservedPool[] services = [.. pools];
        ListingOrder.Sort<ObservedPool>(services,
            static (a, b) => ListingOrder.Compare(a.Service.Spec.Key, b.Service.Spec.Key));
        foreach (ObservedPool pool in services)
        {
            string name = NameOf(pool.Service.Spec.Key);
            AddService(pool.Service.Spec, name);
            ObservedServer[] servers = [.. pool.Servers];
            ListingOrder.Sort<ObservedServer>(servers, static (a, b) => ListingOrder.Compare(a.Spec.Key, b.Spec.Key));
            foreach (ObservedServer server in servers)
            {
                AddServer(server.Spec, name, (byte)pool.Service.Spec.Key.Protocol);
            }
        }
        return _text.ToString();
    }

    private string NameOf(VirtualServiceKey key)
    {
        if (key.IsMark)
        {
            string family = key.Family == IpFamily.V6 ? " -6" : "";
            return string.Create(CultureInfo.InvariantCulture, $"-f {unchecked((int)key.FirewallMark)}{family}");
        }
        string option = key.Protocol switch
        {
            ServiceProtocol.Tcp => "-t",
            ServiceProtocol.Udp => "-u",
            _ => "--sctp-service",
        };
        return $"{option} {EndpointText.Of(key.Address, key.Port, (byte)key.Protocol, isNumeric)}";
    }

    private void AddService(VirtualServiceSpec spec, string name)
    {
        _text.Append(CultureInfo.InvariantCulture, $"-A {name} -s {spec.Scheduler}");
        if (spec.IsPersistent)
        {
            _text.Append(CultureInfo.InvariantCulture, $" -p {spec.PersistenceSeconds}");
            if (spec.Netmask is { } mask)
            {
                _text.Append(CultureInfo.InvariantCulture, $" -M {NetmaskText.Of(spec.Key.Family, mask)}");
            }
        }
        if (spec.PersistenceEngine.Length > 0)
        {
            _text.Append(CultureInfo.InvariantCulture, $" --pe {spec.PersistenceEngine}");
        }
        if ((spec.Flags & ServiceFlags.OnePacket) != 0)
        {
            _text.Append(" -o");
        }
        string flags = SchedulerFlagText.Of(spec);
        _text.Append(flags.Length > 0 ? $" -b {flags}\n" : "\n");
    }

    private void AddServer(RealServerSpec spec, string service, byte protocol)
    {
        string name = EndpointText.Of(spec.Key.Address, spec.Key.Port, protocol, isNumeric);
        string method = spec.Forwarding switch
        {
            ForwardingMethod.Nat => "-m",
            ForwardingMethod.Tunnel => "-i",
            ForwardingMethod.DirectRouting => "-g",
            _ => "",
        };
        _text.Append(CultureInfo.InvariantCulture,
            $"-a {service} -r {name} {method} -w {unchecked((int)spec.Weight)}{TunnelOf(spec)}\n");
    }

    private static string TunnelOf(RealServerSpec spec)
    {
        string checksum = spec.TunnelChecksum switch
        {
            TunnelChecksum.Full => "--tun-csum",
            TunnelChecksum.Remote => "--tun-remcsum",
            _ => "--tun-nocsum",
        };
        return (spec.Forwarding, spec.TunnelKind) switch
        {
            (not ForwardingMethod.Tunnel, _) => "",
            (_, TunnelKind.Gue) => string.Create(CultureInfo.InvariantCulture,
                $" --tun-type gue --tun-port {spec.TunnelPort} {checksum}"),
            (_, TunnelKind.Gre) => $" --tun-type gre {checksum}",
            _ => " --tun-type ipip",
        };
    }
}
