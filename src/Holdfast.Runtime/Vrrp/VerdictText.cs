using Holdfast.Vrrp.Wire;

namespace Holdfast.Runtime.Vrrp;

/// <summary>What a verdict on a received packet means, in words for the log.</summary>
internal static class VerdictText
{
    /// <summary>One phrase that ends before "from ADDRESS".</summary>
    public static string Of(ReceiveVerdict verdict) => verdict switch
    {
        ReceiveVerdict.Accepted => "good advert",
        ReceiveVerdict.AcceptedAddressListDiffers => "advert with another list of addresses",
        ReceiveVerdict.AuthenticationHeaderMismatch => "dropped: IPsec authentication header not as configured",
        ReceiveVerdict.PacketLengthError => "dropped: wrong packet length",
        ReceiveVerdict.IpTtlError => "dropped: TTL or hop limit out of range",
        ReceiveVerdict.VersionMismatch => "dropped: other VRRP version",
        ReceiveVerdict.InvalidAuthType => "dropped: invalid authentication type",
        ReceiveVerdict.AuthTypeMismatch => "dropped: other authentication type",
        ReceiveVerdict.AuthFailure => "dropped: wrong password",
        ReceiveVerdict.AdvertisementIntervalError => "dropped: other advert interval",
        ReceiveVerdict.InvalidTypeReceived => "dropped: invalid VRRP type",
        ReceiveVerdict.ChecksumError => "dropped: wrong checksum",
        ReceiveVerdict.DestinationMismatch => "dropped: unicast where multicast is configured, or the reverse",
        ReceiveVerdict.OwnerIgnored => "ignored, as configured for the address owner: advert",
        ReceiveVerdict.UnknownUnicastSource => "dropped: not a configured peer",
        ReceiveVerdict.UnknownVrid => "dropped: unknown VRID",
        ReceiveVerdict.InvalidInterval => "dropped: advert interval of zero",
        ReceiveVerdict.OwnPacket => "own packet",
        _ => "packet",
    };
}
