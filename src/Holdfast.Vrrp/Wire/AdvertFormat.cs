using Holdfast.Primitives;

namespace Holdfast.Vrrp.Wire;

/// <summary>Numbers of the VRRP advertisement (RFC 3768 §5, RFC 9568 §5).</summary>
public static class AdvertFormat
{
    /// <summary>IP protocol number of VRRP.</summary>
    public const byte IpProtocol = 112;

    /// <summary>TTL or hop limit of every multicast advert; receivers drop others (RFC 9568 §5.1.1.3).</summary>
    public const byte RequiredTtl = 255;

    /// <summary>Type field: ADVERTISEMENT is the only one.</summary>
    public const byte TypeAdvertisement = 1;

    /// <summary>Where the VRID stands in the message.</summary>
    public const byte VridOffset = 1;

    /// <summary>Bytes before the address list.</summary>
    public const int HeaderSize = 8;

    /// <summary>Bytes of authentication data after the addresses in version 2.</summary>
    public const int AuthenticationSize = 8;

    /// <summary>The count field has one byte.</summary>
    public const int AddressesMax = 255;

    /// <summary>The longest Max Advertise Interval: twelve bits of centiseconds.</summary>
    public const int IntervalCentisecondsMax = 4095;

    /// <summary>224.0.0.18.</summary>
    public static IpAddress MulticastGroupV4 => IpAddress.V4(224, 0, 0, 18);

    /// <summary>ff02::12.</summary>
    public static IpAddress MulticastGroupV6 => new(IpFamily.V6, 0xFF02_0000_0000_0000, 0x12);

    /// <summary>The largest message: 255 IPv6 addresses.</summary>
    public const int SizeMax = HeaderSize + (AddressesMax * 16);

    /// <summary>Size of the message, without an IP header.</summary>
    public static int Size(int version, IpFamily family, int addressCount)
        => HeaderSize + (addressCount * (family == IpFamily.V6 ? 16 : 4)) + (version == 2 ? AuthenticationSize : 0);
}

/// <summary>Authentication type field of version 2 (RFC 2338 §5.3.6).</summary>
public enum WireAuthType : byte
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>Eight bytes of clear text.</summary>
    SimplePassword = 1,

    /// <summary>IPsec authentication header.</summary>
    AuthenticationHeader = 2,
}

/// <summary>How the checksum of version 3 over IPv4 is computed.</summary>
public enum ChecksumForm : byte
{
    /// <summary>With the pseudo-header: RFC 5798 as keepalived and FRR read it, and the default.</summary>
    PseudoHeader,

    /// <summary>Over the message alone: version 2, and RFC 9568 for IPv4.</summary>
    MessageOnly,

    /// <summary>With a pseudo-header that names 224.0.0.18 though sent by unicast: keepalived up to 1.3.6.</summary>
    OldUnicast,
}
