using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Holdfast.Layer4.Model;

namespace Holdfast.Layer4.Xdp.Layout;

/// <summary>struct counters of bpf/director.h.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct CountersRecord
{
    internal ulong Connections;
    internal ulong Packets;
    internal ulong Bytes;
    internal ulong OutPackets;
    internal ulong OutBytes;

    internal readonly CountersRecord Plus(in CountersRecord other) => new()
    {
        Connections = Connections + other.Connections,
        Packets = Packets + other.Packets,
        Bytes = Bytes + other.Bytes,
        OutPackets = OutPackets + other.OutPackets,
        OutBytes = OutBytes + other.OutBytes,
    };

    /// <summary>What was counted since; nothing when the counters have begun anew.</summary>
    internal readonly CountersRecord Since(in CountersRecord earlier) => new()
    {
        Connections = Connections - Math.Min(Connections, earlier.Connections),
        Packets = Packets - Math.Min(Packets, earlier.Packets),
        Bytes = Bytes - Math.Min(Bytes, earlier.Bytes),
        OutPackets = OutPackets - Math.Min(OutPackets, earlier.OutPackets),
        OutBytes = OutBytes - Math.Min(OutBytes, earlier.OutBytes),
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
    internal ulong OutPacketRate;
    internal ulong OutByteRate;
}

/// <summary>struct connection of bpf/director.h.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct ConnectionRecord
{
    internal ulong Expires;
    internal uint Server;
    internal uint Generation;
    internal uint State;
    internal uint Ticket;

    /// <summary>The state of one that has been taken out and is not counted any more.</summary>
    internal const uint Gone = 255;

    /// <summary>Whether it is one of the active connections of its server.</summary>
    internal readonly bool IsActive(uint protocol) => protocol == (uint)ServiceProtocol.Tcp && State == 1;

    /// <summary>Whether its server is there, and the same.</summary>
    internal readonly bool IsOf(ServerRecord[] servers)
        => State != Gone && Server < servers.Length && servers[Server].Generation == Generation;
}

/// <summary>struct load of bpf/director.h.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct LoadRecord
{
    internal int Active;
    internal int Inactive;
    internal uint IsOverloaded;
    internal uint IsInSet;
}

/// <summary>struct template of bpf/director.h.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct TemplateRecord
{
    internal ulong Expires;
    internal uint Server;
    internal uint Generation;

    /// <summary>Whether its service and its server are there, and the same.</summary>
    internal readonly bool IsOf(in TemplateKeyRecord key, DirectorState state)
        => key.Service < state.Services.Length && state.Services[key.Service].Generation == key.Generation
            && Server < state.Servers.Length && state.Servers[Server].Generation == Generation
            && state.Servers[Server].Service == key.Service;
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
