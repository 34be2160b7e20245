using Holdfast.Primitives;

namespace Holdfast.Layer4.Model;

/// <summary>What a connection synchronisation daemon does, as IPVS numbers it.</summary>
public enum SyncRole : byte
{
    /// <summary>Sends its connections to the others.</summary>
    Master = 1,

    /// <summary>Takes the connections of the others.</summary>
    Backup = 2,
}

/// <summary>
/// A connection synchronisation daemon: a thread of the kernel that multicasts connections to the other directors,
/// or takes them. There is at most one of each role in a network namespace.
/// </summary>
public sealed record SyncDaemonSpec
{
    /// <summary>What it does.</summary>
    public required SyncRole Role { get; init; }

    /// <summary>Interface of the multicast, at most 15 characters.</summary>
    public required string Interface { get; init; }

    /// <summary>Directors with the same number share connections: 0 to 255. A backup with 0 takes all.</summary>
    public uint SyncId { get; init; }

    /// <summary>Longest message in bytes; 0 for what the interface's MTU allows. The kernel reports what it chose.
    /// </summary>
    public ushort LengthMax { get; init; }

    /// <summary>Multicast group; none for 224.0.0.81.</summary>
    public IpAddress Group { get; init; }

    /// <summary>UDP port; 0 for 8848.</summary>
    public ushort Port { get; init; }

    /// <summary>TTL or hop limit of the messages; 0 for 1.</summary>
    public byte Ttl { get; init; }
}

/// <summary>How long connections without packets are remembered.</summary>
/// <param name="TcpSeconds">Established TCP; when set, 0 keeps what is there.</param>
/// <param name="TcpFinSeconds">TCP after a FIN; when set, 0 keeps what is there.</param>
/// <param name="UdpSeconds">UDP; when set, 0 keeps what is there.</param>
public readonly record struct ConnectionTimeouts(uint TcpSeconds, uint TcpFinSeconds, uint UdpSeconds);

/// <summary>What the kernel says of its IPVS.</summary>
/// <param name="Version">Version, 0x010201 being 1.2.1.</param>
/// <param name="ConnectionTableSize">Buckets of its connection table.</param>
public readonly record struct IpvsInfo(uint Version, uint ConnectionTableSize);
