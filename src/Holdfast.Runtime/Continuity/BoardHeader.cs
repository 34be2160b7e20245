using System.Runtime.CompilerServices;
using Holdfast.Primitives;
using Holdfast.Vrrp.Machine;
using Holdfast.Vrrp.Wire;

namespace Holdfast.Runtime.Continuity;

/// <summary>What a <see cref="StateBoard"/> begins with, as it is in memory.</summary>
internal struct BoardHeader
{
    internal const ulong ExpectedMagic = 0x44414F4254534648; // "HFSTBOAD"

    internal ulong Magic;
    internal uint Layout;
    internal uint Generation;
    internal BoardShape Shape;

    /// <summary>1 once every slot has been written: what is here is a whole state.</summary>
    internal int IsCommitted;

    /// <summary>When the VRRP process was last seen to get on, in nanoseconds of the monotonic clock.</summary>
    internal long ProgressAt;

    /// <summary>When it said it would get on at the latest; 0: it has not begun to say.</summary>
    internal long NextWakeAt;
}

/// <summary>Room for every counter of an instance.</summary>
[InlineArray(Size)]
internal struct CounterBlock
{
    internal const int Size = 48;

    private ulong _first;
}

/// <summary>What must survive the VRRP process of one instance. No reference, so that it can be shared.</summary>
internal struct InstanceRecord
{
    internal VrrpState State;
    internal FaultCauses OwnFaults;
    internal bool HasStarted;
    internal Advert LastAdvert;
    internal MonotonicTime LastHeardAt;

    /// <summary>For a process that only resigns: where adverts are sent from.</summary>
    internal IpAddress SourceAddress;

    /// <summary>For the same: the device that adverts are sent through; 0: none.</summary>
    internal int SocketInterface;

    internal CounterBlock Counters;
}
