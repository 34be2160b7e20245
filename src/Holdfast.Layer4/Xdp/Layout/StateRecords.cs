using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Holdfast.Layer4.Xdp.Layout;

/// <summary>struct counters of bpf/director.h.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct CountersRecord
{
    internal ulong Connections;
    internal ulong Packets;
    internal ulong Bytes;

    internal readonly CountersRecord Plus(in CountersRecord other) => new()
    {
        Connections = Connections + other.Connections,
        Packets = Packets + other.Packets,
        Bytes = Bytes + other.Bytes,
    };

    /// <summary>What was counted since; nothing when the counters have begun anew.</summary>
    internal readonly CountersRecord Since(in CountersRecord earlier) => new()
    {
        Connections = Connections - Math.Min(Connections, earlier.Connections),
        Packets = Packets - Math.Min(Packets, earlier.Packets),
        Bytes = Bytes - Math.Min(Bytes, earlier.Bytes),
    };
}

/// <summary>struct rates of bpf/director.h.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct RatesRecord
{
    internal uint Generation;
    internal uint Reserved;
    internal CountersRecord Last;
    internal ulong ConnectionRate;
    internal ulong PacketRate;
    internal ulong ByteRate;
}

/// <summary>struct connection of bpf/director.h.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct ConnectionRecord
{
    internal ulong Expires;
    internal uint Server;
    internal uint Generation;
    internal uint State;
    internal uint Reserved;
}

/// <summary>Timeouts by state of a TCP connection, in nanoseconds.</summary>
[InlineArray(11)]
internal struct StateTimeouts
{
    private ulong _first;
}

/// <summary>struct settings of bpf/director.h.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct SettingsRecord
{
    internal StateTimeouts Tcp;
    internal ulong Udp;
}
