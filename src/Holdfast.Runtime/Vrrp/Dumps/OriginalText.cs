using System.Globalization;
using System.Text;
using Holdfast.Config.Keepalived.Model;
using Holdfast.Linux;
using Holdfast.Primitives;
using Holdfast.Vrrp.Machine;

namespace Holdfast.Runtime.Vrrp.Dumps;

/// <summary>Words and numbers as the original's dumps have them.</summary>
internal static class OriginalText
{
    /// <summary>0 INIT, 1 BACKUP, 2 MASTER, 3 FAULT.</summary>
    public static int StateNumber(Role role) => role switch
    {
        Role.Backup => 1,
        Role.Active => 2,
        Role.Fault => 3,
        _ => 0,
    };

    /// <summary>INIT, BACKUP, MASTER, FAULT.</summary>
    public static string StateName(Role role) => role switch
    {
        Role.Backup => "BACKUP",
        Role.Active => "MASTER",
        Role.Fault => "FAULT",
        _ => "INIT",
    };

    /// <summary>Seconds of the wall clock for an instant of ours.</summary>
    public static decimal WallSeconds(MonotonicTime time)
    {
        long nanoseconds = time.IsNever ? 0
            : MonotonicClock.RealtimeNanoseconds - (MonotonicClock.Now.Nanoseconds - time.Nanoseconds);
        return decimal.Round(nanoseconds / 1_000_000_000m, 6);
    }

    /// <summary>One virtual address in ip-address(8) words.</summary>
    public static string Address(VirtualAddressModel address, string defaultInterface, bool isSet)
    {
        var text = new StringBuilder();
        IpPrefix prefix = address.Prefix;
        text.Append(prefix.Length == prefix.Address.BitCount ? prefix.Address.ToString() : prefix.ToString());
        if (address.Peer is { } peer)
        {
            text.Append(" peer ").Append(peer);
        }
        if (!address.Broadcast.IsNone)
        {
            text.Append(" brd ").Append(address.Broadcast);
        }
        text.Append(" dev ").Append(address.Interface ?? defaultInterface);
        text.Append(" scope ").Append(Scope(address.Scope));
        if (address.Label is not null)
        {
            text.Append(" label ").Append(address.Label);
        }
        if (prefix.Address.IsV6)
        {
            text.Append(address.PreferredLifetimeSeconds is null && prefix.Length == 128 ? " deprecated"
                : address.PreferredLifetimeSeconds is { } seconds
                    ? string.Create(CultureInfo.InvariantCulture, $" preferred_lft {seconds}")
                    : " preferred_lft forever");
        }
        return text.Append(isSet ? " set" : "").ToString();
    }

    private static string Scope(byte scope) => scope switch
    {
        0 => "global",
        200 => "site",
        253 => "link",
        254 => "host",
        255 => "nowhere",
        _ => scope.ToString(CultureInfo.InvariantCulture),
    };

    /// <summary>One virtual route in ip-route(8) words.</summary>
    public static string Route(RouteModel route)
    {
        var text = new StringBuilder(route.Placement switch
        {
            RoutePlacement.OnlyOne => "add ",
            RoutePlacement.Last => "append ",
            _ => "prepend ",
        });
        text.Append(route.Destination.Length == 0 ? "default" : route.Destination.ToString());
        if (!route.Gateway.IsNone)
        {
            text.Append(route.Gateway.IsV6 ? " via inet6 " : " via inet ").Append(route.Gateway);
        }
        if (route.Interface is not null)
        {
            text.Append(" dev ").Append(route.Interface);
        }
        if (!route.PreferredSource.IsNone)
        {
            text.Append(" src ").Append(route.PreferredSource);
        }
        if (route.Table != 254)
        {
            text.Append(CultureInfo.InvariantCulture, $" table {route.Table}");
        }
        text.Append(CultureInfo.InvariantCulture, $" proto {route.Protocol}");
        if (route.Metric is { } metric)
        {
            text.Append(CultureInfo.InvariantCulture, $" metric {metric}");
        }
        return text.ToString();
    }

    /// <summary>One policy rule.</summary>
    public static string Rule(RuleModel rule)
    {
        const uint DefaultPriority = 16384;
        var text = new StringBuilder(rule.Invert ? "not from " : "from ");
        text.Append(rule.Source is { } source ? Prefix(source) : "all");
        if (rule.Destination is { } destination)
        {
            text.Append(" to ").Append(Prefix(destination));
        }
        text.Append(CultureInfo.InvariantCulture, $" priority {rule.Priority ?? DefaultPriority} tos 0x{rule.Tos:x}");
        if (rule.FirewallMark is { } mark)
        {
            text.Append(CultureInfo.InvariantCulture, $" fwmark 0x{mark:x}");
        }
        if (rule.InputInterface is not null)
        {
            text.Append(" iif ").Append(rule.InputInterface);
        }
        if (rule.OutputInterface is not null)
        {
            text.Append(" oif ").Append(rule.OutputInterface);
        }
        text.Append(CultureInfo.InvariantCulture, $" protocol {AddressKeeper.Marker}");
        return (rule.Action switch
        {
            2 => text.Append(CultureInfo.InvariantCulture, $" goto {rule.GotoPriority}"),
            3 => text.Append(" type nop"),
            6 => text.Append(" type blackhole"),
            7 => text.Append(" type unreachable"),
            8 => text.Append(" type prohibit"),
            _ => text.Append(CultureInfo.InvariantCulture, $" lookup {rule.Table}"),
        }).ToString();
    }

    private static string Prefix(IpPrefix prefix)
        => prefix.Length == (prefix.Address.IsV6 ? 128 : 32) ? prefix.Address.ToString() : prefix.ToString();

    /// <summary>A notify script with its arguments in single quotes.</summary>
    public static string Script(ScriptCommand command) => string.Join(' ', command.Arguments.Select(a => $"'{a}'"));
}
