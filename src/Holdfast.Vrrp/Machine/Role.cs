namespace Holdfast.Vrrp.Machine;

/// <summary>State of a virtual router on this node (RFC 9568 §6.3, and keepalived's FAULT).</summary>
public enum Role : byte
{
    /// <summary>Not started, or stopped.</summary>
    Initialize,

    /// <summary>Listening; takes over when the Active falls silent.</summary>
    Backup,

    /// <summary>Holds the addresses and advertises.</summary>
    Active,

    /// <summary>Must not be Active: an interface or tracker says that this node cannot serve.</summary>
    Fault,
}

/// <summary>Where the virtual addresses of an instance are, as far as this node decides it.</summary>
public enum AddressPhase : byte
{
    /// <summary>Not here.</summary>
    Absent,

    /// <summary>Here because this node is Active.</summary>
    Held,

    /// <summary>Here still, though this node is not Active any more, until the successor has them.</summary>
    Lingering,
}

/// <summary>Why an instance must not be Active. Several may hold at once.</summary>
[Flags]
public enum FaultCauses : ushort
{
    /// <summary>Nothing is wrong.</summary>
    None = 0,

    /// <summary>A tracker with weight 0 is down.</summary>
    Tracker = 1,

    /// <summary>The interface is down or gone.</summary>
    InterfaceDown = 2,

    /// <summary>The interface has no address to send from.</summary>
    NoSourceAddress = 4,

    /// <summary>Another member of the sync group is in fault.</summary>
    SyncGroup = 8,

    /// <summary>An address, route or rule could not be put into the kernel.</summary>
    KernelRefused = 16,

    /// <summary>Unicast without a peer, and <c>unicast_fault_no_peer</c>.</summary>
    NoPeer = 32,

    /// <summary>An interface of a virtual address is down or gone.</summary>
    AddressInterfaceDown = 64,
}

/// <summary>Why a role changed: what <c>holdfast explain</c> and the log say.</summary>
public enum TransitionReason : byte
{
    /// <summary>The instance starts.</summary>
    Started,

    /// <summary>This node owns the addresses (priority 255).</summary>
    OwnerStarted,

    /// <summary>No advert for the Active-down time.</summary>
    ActiveSilent,

    /// <summary>The Active resigned with priority 0 and the skew has passed.</summary>
    ActiveResigned,

    /// <summary>The Active has a lower priority than this node, and preemption is on.</summary>
    Preempting,

    /// <summary>Another router with a higher priority advertises.</summary>
    HigherPriorityHeard,

    /// <summary>Another router with the same priority and a higher address advertises.</summary>
    EqualPriorityHigherAddress,

    /// <summary>Another router claims to own the addresses and does not yield.</summary>
    OwnerConflict,

    /// <summary>A fault began.</summary>
    FaultBegan,

    /// <summary>All faults ended.</summary>
    FaultEnded,

    /// <summary>The sync group moves.</summary>
    SyncGroupMoved,

    /// <summary>The own timer ran so late that a Backup has surely taken over (<c>timer_expired_backup</c>).</summary>
    TimerExpired,

    /// <summary>The process was away for so long that a Backup has surely taken over.</summary>
    ResumedLate,

    /// <summary>The instance is stopped.</summary>
    Stopped,

    /// <summary>
    /// The own advert was overdue for so long that a Backup may have taken over, and another router advertises.
    /// </summary>
    RanLate,
}
