using System.Buffers.Binary;
using Holdfast.Primitives;

namespace Holdfast.Vrrp.Wire;

/// <summary>Everything in an advert that stays the same from one to the next.</summary>
/// <param name="Vrid">Virtual router.</param>
/// <param name="Version">2 or 3.</param>
/// <param name="Family">Family of the addresses.</param>
/// <param name="AuthType">Version 2 only.</param>
/// <param name="Password">Eight bytes, zero padded, when <paramref name="AuthType"/> is a password; else empty.</param>
/// <param name="Form">How the checksum is computed in version 3 over IPv4.</param>
public sealed record AdvertTemplate(
    Vrid Vrid, int Version, IpFamily Family, WireAuthType AuthType, ReadOnlyMemory<byte> Password, ChecksumForm Form);

/// <summary>Writes advertisements into a caller's buffer.</summary>
public static class AdvertWriter
{
    /// <summary>Writes one advert, with its checksum, at the start of <paramref name="buffer"/>.</summary>
    /// <param name="template">The constant part.</param>
    /// <param name="priority">0 resigns.</param>
    /// <param name="interval">Max Advertise Interval: whole seconds in version 2, centiseconds in version 3.</param>
    /// <param name="addresses">At most 255, of the template's family.</param>
    /// <param name="source">Source of the IP packet (for the pseudo-header).</param>
    /// <param name="destination">Destination of the IP packet (for the pseudo-header).</param>
    /// <param name="buffer">At least <see cref="AdvertFormat.Size"/> bytes.</param>
    /// <returns>The number of bytes written.</returns>
    /// <remarks>
    /// Layout, version 2 on the left and version 3 on the right:
    /// <code>
    ///  0      1     2         3      4          5          6..7      8..
    ///  ver|ty VRID  priority  count  auth type  interval   checksum  addresses, then 8 bytes of authentication
    ///  ver|ty VRID  priority  count  0000 + 12 bit interval checksum addresses
    /// </code>
    /// </remarks>
    public static int Write(
        AdvertTemplate template, Priority priority, TimeSpan interval, ReadOnlySpan<IpAddress> addresses,
        IpAddress source, IpAddress destination, Span<byte> buffer)
    {
        Invariant.Check(addresses.Length <= AdvertFormat.AddressesMax);
        int size = AdvertFormat.Size(template.Version, template.Family, addresses.Length);
        Span<byte> message = buffer[..size];
        message[0] = (byte)((template.Version << 4) | AdvertFormat.TypeAdvertisement);
        message[1] = template.Vrid.Value;
        message[2] = priority.Value;
        message[3] = (byte)addresses.Length;
        if (template.Version == 2)
        {
            message[4] = (byte)template.AuthType;
            message[5] = (byte)Math.Clamp(interval.Ticks / TimeSpan.TicksPerSecond, 1, 255);
        }
        else
        {
            BinaryPrimitives.WriteUInt16BigEndian(message[4..], interval.ToCentiseconds());
        }
        message[6] = 0;
        message[7] = 0;
        int offset = AdvertFormat.HeaderSize;
        foreach (IpAddress address in addresses)
        {
            Invariant.Check(address.Family == template.Family);
            offset += address.CopyTo(message[offset..]);
        }
        if (template.Version == 2)
        {
            Span<byte> authentication = message[offset..];
            authentication.Clear();
            template.Password.Span.CopyTo(authentication);
        }
        ushort checksum = AdvertChecksum.Compute(message, template.Version, template.Form, source, destination);
        BinaryPrimitives.WriteUInt16BigEndian(message[6..], checksum);
        return size;
    }
}
