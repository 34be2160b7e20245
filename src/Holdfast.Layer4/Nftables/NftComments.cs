using System.Globalization;
using Holdfast.Layer4.Model;
using Holdfast.Primitives;

namespace Holdfast.Layer4.Nftables;

/// <summary>
/// What of a service and its servers the rules do not show by themselves stands in comments of rules, so that all state
/// is in the kernel. Pure.
/// </summary>
internal static class NftComments
{
    private const string ServiceWord = "service";
    private const string ServerWord = "server";
    private const string TimeoutsWord = "timeouts";
    private const string Direct = "direct";
    private const string Masqueraded = "masqueraded";
    private static readonly CultureInfo s_culture = CultureInfo.InvariantCulture;

    internal static string Of(NftService service)
    {
        VirtualServiceSpec spec = service.Spec;
        NftTraffic past = service.Past;
        string mask = spec.Netmask?.ToString(s_culture) ?? "-";
        return string.Create(s_culture,
            $"{ServiceWord} {(service.IsTcp ? "tcp" : "udp")} {spec.Key.Address} {spec.Key.Port} {spec.Scheduler}")
            + string.Create(s_culture, $" flags {(uint)spec.Flags} persistence {spec.PersistenceSeconds} mask {mask}")
            + string.Create(s_culture, $" gate {(service.IsClosed ? "closed" : "open")} order {service.Order}")
            + string.Create(s_culture, $" past {past.Connections:x} {past.InPackets:x} {past.InBytes:x}")
            + string.Create(s_culture, $" {past.OutPackets:x} {past.OutBytes:x}");
    }

    internal static string Of(NftServer server)
    {
        string method = server.Spec switch
        {
            { Forwarding: ForwardingMethod.DirectRouting } => Direct,
            { IsMasqueraded: true } => Masqueraded,
            _ => "nat",
        };
        string via = server.Path.IsLocal ? "local" : server.Path.InterfaceIndex.ToString(s_culture);
        return string.Create(s_culture, $"{ServerWord} {server.Spec.Key.Address} {server.Spec.Key.Port} {method}")
            + string.Create(s_culture, $" weight {server.Spec.Weight} order {server.Order}")
            + string.Create(s_culture, $" number {server.Number:x} via {via}");
    }

    internal static string Of(NftSettings settings) => string.Create(s_culture,
        $"{TimeoutsWord} {settings.Timeouts.TcpSeconds} {settings.Timeouts.TcpFinSeconds}")
        + string.Create(s_culture, $" {settings.Timeouts.UdpSeconds}");

    /// <summary>Reads a service, without its servers.</summary>
    internal static NftService? ReadService(string comment)
    {
        string[] words = comment.Split(' ');
        if (words is not [ServiceWord, var protocol, var address, var port, var scheduler, "flags", var flags,
                "persistence", var persistence, "mask", var mask, "gate", var gate, "order", var order,
                "past", var connections, var inPackets, var inBytes, var outPackets, var outBytes]
            || !IpAddress.TryParse(address, out IpAddress virtualAddress)
            || !ushort.TryParse(port, s_culture, out ushort portNumber)
            || !uint.TryParse(flags, s_culture, out uint flagBits)
            || !uint.TryParse(persistence, s_culture, out uint seconds)
            || !uint.TryParse(order, s_culture, out uint place))
        {
            return null;
        }
        return new(
            new()
            {
                Key = VirtualServiceKey.At(
                    protocol == "tcp" ? ServiceProtocol.Tcp : ServiceProtocol.Udp, virtualAddress, portNumber),
                Scheduler = scheduler,
                Flags = (ServiceFlags)flagBits,
                PersistenceSeconds = seconds,
                Netmask = uint.TryParse(mask, s_culture, out uint bits) ? bits : null,
            },
            place, gate == "closed",
            new(Hex(connections), Hex(inPackets), Hex(inBytes), Hex(outPackets), Hex(outBytes)), []);
    }

    internal static NftServer? ReadServer(string comment)
    {
        string[] words = comment.Split(' ');
        if (words is not [ServerWord, var address, var port, var method, "weight", var weight, "order", var order,
                "number", var number, "via", var via]
            || !IpAddress.TryParse(address, out IpAddress serverAddress)
            || !ushort.TryParse(port, s_culture, out ushort portNumber)
            || !uint.TryParse(weight, s_culture, out uint share)
            || !uint.TryParse(order, s_culture, out uint place))
        {
            return null;
        }
        _ = int.TryParse(via, s_culture, out int index);
        return new(
            new()
            {
                Key = new(serverAddress, portNumber),
                Forwarding = method == Direct ? ForwardingMethod.DirectRouting : ForwardingMethod.Nat,
                IsMasqueraded = method == Masqueraded,
                Weight = share,
            },
            (uint)Hex(number), place, new(index, via == "local"));
    }

    internal static NftSettings? ReadSettings(string comment)
        => comment.Split(' ') is [TimeoutsWord, var tcp, var fin, var udp]
            && uint.TryParse(tcp, s_culture, out uint a) && uint.TryParse(fin, s_culture, out uint b)
            && uint.TryParse(udp, s_culture, out uint c) ? new(new(a, b, c)) : null;

    private static ulong Hex(string text)
        => ulong.TryParse(text, NumberStyles.AllowHexSpecifier, s_culture, out ulong value) ? value : 0;
}
