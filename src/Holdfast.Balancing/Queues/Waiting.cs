using Holdfast.Balancing.Servers;

namespace Holdfast.Balancing.Queues;

/// <summary>A request's place in a queue: to take it back. Never valid again once it has left.</summary>
/// <param name="Index">Slot in the table.</param>
/// <param name="Generation">Which use of it.</param>
public readonly record struct WaitingTicket(int Index, uint Generation);

/// <summary>How urgent a waiting request is: <c>set-priority-class</c> and <c>set-priority-offset</c>.</summary>
/// <param name="Class">−2047 to 2047; the lowest class goes first. Default 0.</param>
/// <param name="OffsetMilliseconds">−524287 to 524287; added to the time of arrival. Default 0.</param>
public readonly record struct WaitingPriority(short Class, int OffsetMilliseconds)
{
    /// <summary>The greatest class; the least is its opposite.</summary>
    public const int ClassMax = 2047;

    /// <summary>The greatest offset, about 8.7 minutes; the least is its opposite.</summary>
    public const int OffsetMax = 524_287;

    /// <summary>The nearest that is allowed, as the original bounds what an expression gives.</summary>
    public static WaitingPriority Clamp(long priorityClass, long offset)
        => new((short)Math.Clamp(priorityClass, -ClassMax, ClassMax), (int)Math.Clamp(offset, -OffsetMax, OffsetMax));
}

/// <summary>What came of asking for a slot.</summary>
public enum AdmissionOutcome : byte
{
    /// <summary>The slot is taken: go on, and release it at the end.</summary>
    Admitted,

    /// <summary>The request waits; keep the ticket.</summary>
    Queued,

    /// <summary>As many as <c>maxqueue</c> allows wait for this server: redispatch, or 503.</summary>
    ServerQueueFull,

    /// <summary>The table of waiting requests is full: 503.</summary>
    TableFull,
}

/// <summary>An answer to a request that asks for a slot.</summary>
/// <param name="Outcome">What came of it.</param>
/// <param name="Server">The server whose slot was taken.</param>
/// <param name="Ticket">The place in the queue, if it waits.</param>
public readonly record struct AdmissionResult(AdmissionOutcome Outcome, BalancedServer? Server, WaitingTicket Ticket);
