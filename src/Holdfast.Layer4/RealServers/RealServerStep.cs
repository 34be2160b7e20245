using System.Collections.Immutable;
using System.Globalization;
using Holdfast.Primitives;

namespace Holdfast.Layer4.RealServers;

/// <summary>What a step does.</summary>
public enum RealServerVerb : byte
{
    /// <summary>Writes a setting below /proc/sys/net.</summary>
    Write,

    /// <summary>Makes a link, or has the kernel load the module that brings it.</summary>
    CreateLink,

    /// <summary>Removes a link.</summary>
    DeleteLink,

    /// <summary>Sets a link up.</summary>
    LinkUp,

    /// <summary>Sets a link down.</summary>
    LinkDown,

    /// <summary>Adds a virtual address.</summary>
    AddAddress,

    /// <summary>Removes a virtual address.</summary>
    RemoveAddress,

    /// <summary>Says what the decapsulation program takes, and from whom.</summary>
    SetTunnels,

    /// <summary>Has it take packets for an address out of tunnels.</summary>
    AcceptTunnel,

    /// <summary>Has it leave them.</summary>
    RefuseTunnel,

    /// <summary>Attaches it to an interface.</summary>
    Attach,

    /// <summary>Detaches it.</summary>
    Detach,
}

/// <summary>One thing that a real server needs, or that is taken back.</summary>
/// <param name="Verb">What it does.</param>
/// <param name="Subject">The setting's path below /proc/sys/net, or the interface.</param>
/// <param name="Why">Why it is needed, as half a sentence.</param>
public sealed record RealServerStep(RealServerVerb Verb, string Subject, string Why)
{
    /// <summary>Value of the setting now; null: not known before the interface is there.</summary>
    public int? From { get; init; }

    /// <summary>Value of the setting afterwards.</summary>
    public int To { get; init; }

    /// <summary>The address.</summary>
    public IpPrefix Prefix { get; init; }

    /// <summary>From whom packets in tunnels are taken; empty: from everybody.</summary>
    public ImmutableArray<IpPrefix> Directors { get; init; } = [];

    /// <summary>Whether it is a step of our own program, which no other command can do.</summary>
    public bool IsOfProgram => Verb >= RealServerVerb.SetTunnels;

    /// <summary>Whether it is so already, and nothing has to be done.</summary>
    public bool IsPresent { get; init; }

    /// <summary>The same by hand.</summary>
    public string Command => Verb switch
    {
        RealServerVerb.Write => string.Create(CultureInfo.InvariantCulture, $"sysctl -w {Setting}={To}"),
        RealServerVerb.CreateLink => RealServerRequest.KindOf(Subject) switch
        {
            "ipip" => "modprobe ipip",
            "ip6tnl" => "modprobe ip6_tunnel",
            _ => $"ip link add {Subject} type dummy",
        },
        RealServerVerb.DeleteLink => $"ip link del {Subject}",
        RealServerVerb.LinkUp => $"ip link set {Subject} up",
        RealServerVerb.LinkDown => $"ip link set {Subject} down",
        RealServerVerb.AddAddress => Prefix.Address.IsV6
            ? $"ip -6 address add {Prefix} dev {Subject} nodad preferred_lft 0"
            : $"ip address add {Prefix} dev {Subject}",
        RealServerVerb.SetTunnels => "decapsulation: IP in IP, GRE"
            + (To == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $", GUE on UDP port {To}"))
            + (Directors.IsEmpty ? " from everybody" : $" from {string.Join(", ", Directors)}"),
        RealServerVerb.AcceptTunnel => $"decapsulation: for {Prefix.Address}",
        RealServerVerb.RefuseTunnel => $"decapsulation: no longer for {Prefix.Address}",
        RealServerVerb.Attach => $"decapsulation: on {Subject}",
        RealServerVerb.Detach => $"decapsulation: off on {Subject}",
        _ => $"ip {(Prefix.Address.IsV6 ? "-6 " : "")}address del {Prefix} dev {Subject}",
    };

    /// <summary>The setting as sysctl(8) names it.</summary>
    public string Setting => $"net.{Subject.Replace('/', '.')}";
}

/// <summary>Something that keeps a host from being a real server, or that somebody should know.</summary>
/// <param name="Text">What it is.</param>
/// <param name="Remedy">What to type or change; null when that depends.</param>
public sealed record RealServerRemark(string Text, string? Remedy = null);
