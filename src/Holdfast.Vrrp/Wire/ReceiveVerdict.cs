namespace Holdfast.Vrrp.Wire;

/// <summary>What became of a received packet. Every value but the first two drops it; each has a counter.</summary>
/// <remarks>The order is that of the checks. Names in the JSON statistics are keepalived's where it has one.</remarks>
public enum ReceiveVerdict : byte
{
    /// <summary>Good.</summary>
    Accepted,

    /// <summary>Good, but its list of addresses is not ours (the original, since 2.3.3, only logs this, too).</summary>
    AcceptedAddressListDiffers,

    /// <summary>An IPsec authentication header is there and not configured, or the reverse.</summary>
    AuthenticationHeaderMismatch,

    /// <summary>Shorter than it says, or than any advert.</summary>
    PacketLengthError,

    /// <summary>Multicast with a TTL or hop limit that is not 255, or outside a peer's limits.</summary>
    IpTtlError,

    /// <summary>The version is not ours.</summary>
    VersionMismatch,

    /// <summary>Version 2: an authentication type that does not exist.</summary>
    InvalidAuthType,

    /// <summary>Version 2: an authentication type that is not ours.</summary>
    AuthTypeMismatch,

    /// <summary>Version 2: wrong password.</summary>
    AuthFailure,

    /// <summary>Version 2: an advert interval that is not ours.</summary>
    AdvertisementIntervalError,

    /// <summary>Not type 1.</summary>
    InvalidTypeReceived,

    /// <summary>The checksum is wrong.</summary>
    ChecksumError,

    /// <summary>Unicast where multicast is configured, or the reverse.</summary>
    DestinationMismatch,

    /// <summary>We are the owner and ignore adverts, as configured.</summary>
    OwnerIgnored,

    /// <summary>Unicast from an address that is not a peer, and sources are checked.</summary>
    UnknownUnicastSource,

    /// <summary>No instance has this VRID here.</summary>
    UnknownVrid,

    /// <summary>Version 3: an interval field of zero, which no router can have.</summary>
    InvalidInterval,

    /// <summary>Sent by ourselves and looped back.</summary>
    OwnPacket,
}
