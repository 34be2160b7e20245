using System.Buffers.Binary;

namespace Holdfast.Primitives;

/// <summary>The 16-bit ones' complement checksum of IP, ICMP and VRRP (RFC 1071).</summary>
/// <remarks>
/// A sum may be built from several pieces, each but the last of even length: <c>Finish(Add(body, Add(header)))</c>.
/// A message whose checksum field is filled in is intact when <see cref="Finish"/> gives 0.
/// </remarks>
public static class InternetChecksum
{
    /// <summary>Adds <paramref name="data"/>, read as big-endian words, to a sum. An odd byte counts high.</summary>
    /// <param name="data">The bytes.</param>
    /// <param name="sum">What earlier calls gave; 0 to begin.</param>
    /// <returns>The sum so far, at most 0xFFFF.</returns>
    public static uint Add(ReadOnlySpan<byte> data, uint sum = 0)
    {
        // 32-bit words in a 64-bit accumulator: 2^32 words fit before it could overflow, and folding by
        // multiples of 16 bits does not change a ones' complement sum.
        ulong total = sum;
        while (data.Length >= 8)
        {
            ulong word = BinaryPrimitives.ReadUInt64BigEndian(data);
            total += (word >> 32) + (word & uint.MaxValue);
            data = data[8..];
        }
        while (data.Length >= 2)
        {
            total += BinaryPrimitives.ReadUInt16BigEndian(data);
            data = data[2..];
        }
        if (data.Length == 1)
        {
            total += (uint)data[0] << 8;
        }
        while (total > 0xFFFF)
        {
            total = (total >> 16) + (total & 0xFFFF);
        }
        return (uint)total;
    }

    /// <summary>Adds the pseudo-header of IPv4 (RFC 9293 3.1) or IPv6 (RFC 8200 8.1) to a sum.</summary>
    /// <param name="source">Source address, of the same family as <paramref name="destination"/>.</param>
    /// <param name="destination">Destination address.</param>
    /// <param name="protocol">Protocol number or next header.</param>
    /// <param name="length">Length of the upper-layer message in bytes.</param>
    /// <param name="sum">What earlier calls gave; 0 to begin.</param>
    public static uint AddPseudoHeader(
        IpAddress source, IpAddress destination, byte protocol, int length, uint sum = 0)
    {
        Span<byte> header = stackalloc byte[40];
        int size = source.CopyTo(header);
        size += destination.CopyTo(header[size..]);
        BinaryPrimitives.WriteUInt32BigEndian(header[size..], (uint)length);
        BinaryPrimitives.WriteUInt32BigEndian(header[(size + 4)..], protocol);
        return Add(header[..(size + 8)], sum);
    }

    /// <summary>The value for the checksum field: the complement of the sum.</summary>
    public static ushort Finish(uint sum)
    {
        while (sum > 0xFFFF)
        {
            sum = (sum >> 16) + (sum & 0xFFFF);
        }
        return (ushort)(~sum & 0xFFFF);
    }
}
