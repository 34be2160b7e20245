namespace Holdfast.Layer4.Model;

/// <summary>How packets get to a real server, as IPVS numbers it (linux/ip_vs.h).</summary>
public enum ForwardingMethod : byte
{
    /// <summary>Addresses are rewritten both ways; answers come back through the director.</summary>
    Nat = 0,

    /// <summary>The server is this machine. Only the kernel says so; it is not asked for.</summary>
    Local = 1,

    /// <summary>Packets are put into a tunnel.</summary>
    Tunnel = 2,

    /// <summary>Only the Ethernet address changes.</summary>
    DirectRouting = 3,

    /// <summary>Passed on unchanged, to a cache.</summary>
    Bypass = 4,
}

/// <summary>Kind of tunnel.</summary>
public enum TunnelKind : byte
{
    /// <summary>IP in IP.</summary>
    Ipip = 0,

    /// <summary>Generic UDP encapsulation; needs a port.</summary>
    Gue = 1,

    /// <summary>Generic routing encapsulation.</summary>
    Gre = 2,
}

/// <summary>Checksums in the outer header of a tunnel.</summary>
public enum TunnelChecksum : byte
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>A checksum.</summary>
    Full = 1,

    /// <summary>Remote checksum offload (GUE only).</summary>
    Remote = 2,
}

/// <summary>A real server as it should be.</summary>
public sealed record RealServerSpec
{
    /// <summary>What it is known by.</summary>
    public required RealServerKey Key { get; init; }

    /// <summary>How packets get there. Defaults to direct routing, as ipvsadm(8) does.</summary>
    public ForwardingMethod Forwarding { get; init; } = ForwardingMethod.DirectRouting;

    /// <summary>Its part of the work: 0 to 2147483647; 0 gets nothing new. Defaults to 1.</summary>
    public uint Weight { get; init; } = 1;

    /// <summary>Connections from which on it gets nothing new; 0 for no limit.</summary>
    public uint UpperThreshold { get; init; }

    /// <summary>Connections below which it gets new ones again; 0 for three quarters of the upper one.</summary>
    public uint LowerThreshold { get; init; }

    /// <summary>Kind of tunnel; only with Tunnel.</summary>
    public TunnelKind TunnelKind { get; init; }

    /// <summary>UDP port of the tunnel; only with GUE.</summary>
    public ushort TunnelPort { get; init; }

    /// <summary>Checksums of the tunnel; only with GUE and GRE.</summary>
    public TunnelChecksum TunnelChecksum { get; init; }

    /// <summary>
    /// Whether the server sees an address of this host instead of the client's, so that its answers come back here
    /// whatever its routes are; only with Nat, and not with IPVS. Defaults to no.
    /// </summary>
    public bool IsMasqueraded { get; init; }
}
