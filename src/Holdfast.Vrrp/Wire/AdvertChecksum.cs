using Holdfast.Primitives;

namespace Holdfast.Vrrp.Wire;

/// <summary>The 16-bit ones' complement checksum of an advert, in its three forms.</summary>
public static class AdvertChecksum
{
    /// <summary>The value of the checksum field, which must be zero in <paramref name="message"/>.</summary>
    public static ushort Compute(
        ReadOnlySpan<byte> message, int version, ChecksumForm form, IpAddress source, IpAddress destination)
    {
        uint sum = PseudoHeader(message, version, form, source, destination);
        return InternetChecksum.Finish(InternetChecksum.Add(message, sum));
    }

    /// <summary>Whether a received message is intact: sums with its own checksum to zero.</summary>
    public static bool IsValid(
        ReadOnlySpan<byte> message, int version, ChecksumForm form, IpAddress source, IpAddress destination)
        => Compute(message, version, form, source, destination) == 0;

    private static uint PseudoHeader(
        ReadOnlySpan<byte> message, int version, ChecksumForm form, IpAddress source, IpAddress destination)
    {
        // Version 2 never has one; version 3 over IPv6 always has (RFC 9568 §5.2.8).
        if (version == 2 || (source.IsV4 && form == ChecksumForm.MessageOnly))
        {
            return 0;
        }
        if (form == ChecksumForm.OldUnicast && source.IsV4)
        {
            destination = AdvertFormat.MulticastGroupV4;
        }
        return InternetChecksum.AddPseudoHeader(source, destination, AdvertFormat.IpProtocol, message.Length);
    }
}
