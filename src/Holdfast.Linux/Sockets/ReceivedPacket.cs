using Holdfast.Primitives;

namespace Holdfast.Linux.Sockets;

/// <summary>What the kernel says about one received datagram; its bytes are in the caller's buffer.</summary>
public struct ReceivedPacket
{
    /// <summary>Bytes in the buffer, an IPv4 header included.</summary>
    public int Length { get; internal set; }

    /// <summary>Length of the IPv4 header at the start of the buffer; 0 for IPv6, which has none there.</summary>
    public int HeaderLength { get; internal set; }

    /// <summary>Whether the datagram was longer than the buffer.</summary>
    public bool IsTruncated { get; internal set; }

    /// <summary>Source address.</summary>
    public IpAddress Source { get; internal set; }

    /// <summary>Destination address as it stood in the packet.</summary>
    public IpAddress Destination { get; internal set; }

    /// <summary>Index of the interface that it came in by.</summary>
    public int InterfaceIndex { get; internal set; }

    /// <summary>TTL or hop limit, 0 to 255; -1 when the kernel did not say.</summary>
    public int HopLimit { get; internal set; }

    /// <summary>When the kernel got it, on CLOCK_REALTIME; 0 unless timestamps were asked for.</summary>
    public long RealtimeNanoseconds { get; internal set; }

    /// <summary>When the kernel got it, on our clock; "now" when there is no kernel timestamp.</summary>
    /// <remarks>Computed by age, so a step of the wall clock between arrival and this call falsifies it.</remarks>
    public readonly MonotonicTime ToMonotonic()
    {
        MonotonicTime now = MonotonicClock.Now;
        long age = MonotonicClock.RealtimeNanoseconds - RealtimeNanoseconds;
        return RealtimeNanoseconds == 0 || age < 0 ? now : new(now.Nanoseconds - age);
    }
}

/// <summary>One datagram of a batch.</summary>
/// <param name="Offset">Where it starts in the batch's buffer.</param>
/// <param name="Length">Its length in bytes.</param>
/// <param name="Destination">Where it goes.</param>
/// <param name="InterfaceIndex">The interface to leave by; 0: as the socket is bound, or by route.</param>
/// <param name="Source">Source address; none: the kernel chooses.</param>
public readonly record struct PacketSlice(
    int Offset, int Length, IpAddress Destination, int InterfaceIndex = 0, IpAddress Source = default);

/// <summary>One frame of a batch.</summary>
/// <param name="Offset">Where it starts in the batch's buffer.</param>
/// <param name="Length">Its length in bytes.</param>
/// <param name="InterfaceIndex">The interface to leave by.</param>
public readonly record struct FrameSlice(int Offset, int Length, int InterfaceIndex);
