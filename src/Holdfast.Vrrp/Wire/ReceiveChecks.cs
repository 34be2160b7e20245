using System.Buffers.Binary;
using System.Security.Cryptography;
using Holdfast.Primitives;

namespace Holdfast.Vrrp.Wire;

/// <summary>A packet as it came from the socket, before anything in it is believed.</summary>
public readonly ref struct ReceivedPacket
{
    /// <summary>The VRRP message: all bytes after the IP header.</summary>
    public required ReadOnlySpan<byte> Message { get; init; }

    /// <summary>Source of the IP packet.</summary>
    public required IpAddress Source { get; init; }

    /// <summary>Destination of the IP packet.</summary>
    public required IpAddress Destination { get; init; }

    /// <summary>TTL or hop limit.</summary>
    public required byte Ttl { get; init; }
}

/// <summary>One configured unicast peer with its TTL limits.</summary>
/// <param name="Address">The peer.</param>
/// <param name="MinTtl">Least TTL accepted.</param>
/// <param name="MaxTtl">Greatest TTL accepted.</param>
public readonly record struct UnicastPeer(IpAddress Address, byte MinTtl, byte MaxTtl);

/// <summary>What an instance demands of an advert.</summary>
public sealed record ReceivePolicy
{
    /// <summary>Constant part of our own adverts: version, family, authentication.</summary>
    public required AdvertTemplate Template { get; init; }

    /// <summary>Our own advert interval; version 2 demands the same.</summary>
    public required TimeSpan AdvertInterval { get; init; }

    /// <summary>The addresses that the advert should list, in any order.</summary>
    public ReadOnlyMemory<IpAddress> Addresses { get; init; }

    /// <summary>Whether the list is not compared.</summary>
    public bool SkipAddressCheck { get; init; }

    /// <summary>Peers; empty for multicast.</summary>
    public ReadOnlyMemory<UnicastPeer> Peers { get; init; }

    /// <summary>Whether a source that is not a peer is dropped.</summary>
    public bool CheckUnicastSource { get; init; }

    /// <summary>Whether the checksum of keepalived up to 1.3.6 is accepted by unicast.</summary>
    public bool AcceptOldUnicastChecksum { get; init; } = true;

    /// <summary>Whether the owner ignores adverts.</summary>
    public bool OwnerIgnoresAdverts { get; init; }
}

/// <summary>The checks that every received packet passes before the machine hears of it (keepalived's order).</summary>
/// <remarks>Total over any bytes: no input throws, allocates or reads outside the packet.</remarks>
public static class ReceiveChecks
{
    /// <summary>Checks one packet.</summary>
    /// <param name="policy">What the instance demands.</param>
    /// <param name="packet">The packet.</param>
    /// <param name="isOwner">Whether we own the addresses now.</param>
    /// <param name="advert">What it said; only of use when the verdict accepts it.</param>
    public static ReceiveVerdict Check(
        ReceivePolicy policy, in ReceivedPacket packet, bool isOwner, out Advert advert)
    {
        advert = default;
        ReadOnlySpan<byte> message = packet.Message;
        AdvertTemplate own = policy.Template;
        if (message.Length < AdvertFormat.HeaderSize)
        {
            return ReceiveVerdict.PacketLengthError;
        }
        int version = message[0] >> 4;
        byte addressCount = message[3];
        int size = AdvertFormat.Size(version, own.Family, addressCount);
        if (version is 2 or 3 && message.Length != size)
        {
            return ReceiveVerdict.PacketLengthError;
        }
        bool multicast = packet.Destination.IsMulticast;
        if (multicast && packet.Ttl != AdvertFormat.RequiredTtl)
        {
            return ReceiveVerdict.IpTtlError;
        }
        if (version != own.Version)
        {
            return ReceiveVerdict.VersionMismatch;
        }
        message = message[..size];
        ReceiveVerdict verdict = version == 2 ? CheckVersion2(policy, message) : CheckVersion3(message);
        if (verdict != ReceiveVerdict.Accepted)
        {
            return verdict;
        }
        if ((message[0] & 0xF) != AdvertFormat.TypeAdvertisement)
        {
            return ReceiveVerdict.InvalidTypeReceived;
        }
        if (!ChecksumHolds(policy, message, packet))
        {
            return ReceiveVerdict.ChecksumError;
        }
        verdict = CheckOrigin(policy, packet, multicast, isOwner);
        if (verdict != ReceiveVerdict.Accepted)
        {
            return verdict;
        }
        advert = new Advert(new(message[1]), new(message[2]), IntervalOf(message, version), packet.Source,
            (byte)version, addressCount);
        return policy.SkipAddressCheck || ListIsOurs(policy, message[AdvertFormat.HeaderSize..], addressCount)
            ? ReceiveVerdict.Accepted : ReceiveVerdict.AcceptedAddressListDiffers;
    }

    private static ReceiveVerdict CheckVersion2(ReceivePolicy policy, ReadOnlySpan<byte> message)
    {
        AdvertTemplate own = policy.Template;
        if (message[4] > (byte)WireAuthType.AuthenticationHeader)
        {
            return ReceiveVerdict.InvalidAuthType;
        }
        if (message[4] != (byte)own.AuthType)
        {
            return ReceiveVerdict.AuthTypeMismatch;
        }
        if (own.AuthType == WireAuthType.SimplePassword && !CryptographicOperations.FixedTimeEquals(
            message[^AdvertFormat.AuthenticationSize..], own.Password.Span))
        {
            return ReceiveVerdict.AuthFailure;
        }
        return message[5] == policy.AdvertInterval.Ticks / TimeSpan.TicksPerSecond
            ? ReceiveVerdict.Accepted : ReceiveVerdict.AdvertisementIntervalError;
    }

    private static ReceiveVerdict CheckVersion3(ReadOnlySpan<byte> message)
        => IntervalOf(message, 3) == TimeSpan.Zero ? ReceiveVerdict.InvalidInterval : ReceiveVerdict.Accepted;

    private static TimeSpan IntervalOf(ReadOnlySpan<byte> message, int version)
        => version == 2 ? TimeSpan.FromSeconds(message[5])
            : TimeSpan.FromCentiseconds(BinaryPrimitives.ReadUInt16BigEndian(message[4..]) & 0xFFF);

    /// <summary>
    /// In version 3 over IPv4 both readings of the standard are accepted, whichever we send: both prove that the
    /// message is intact, and routers of the two schools can then share a segment while they are migrated.
    /// </summary>
    private static bool ChecksumHolds(ReceivePolicy policy, ReadOnlySpan<byte> message, in ReceivedPacket packet)
    {
        int version = policy.Template.Version;
        if (AdvertChecksum.IsValid(message, version, policy.Template.Form, packet.Source, packet.Destination))
        {
            return true;
        }
        if (version != 3 || !packet.Source.IsV4)
        {
            return false;
        }
        return AdvertChecksum.IsValid(message, 3, ChecksumForm.PseudoHeader, packet.Source, packet.Destination)
            || AdvertChecksum.IsValid(message, 3, ChecksumForm.MessageOnly, packet.Source, packet.Destination)
            || (policy.AcceptOldUnicastChecksum && !packet.Destination.IsMulticast && AdvertChecksum.IsValid(
                message, 3, ChecksumForm.OldUnicast, packet.Source, packet.Destination));
    }

    private static ReceiveVerdict CheckOrigin(
        ReceivePolicy policy, in ReceivedPacket packet, bool multicast, bool isOwner)
    {
        bool unicastConfigured = !policy.Peers.IsEmpty;
        if (multicast == unicastConfigured)
        {
            return ReceiveVerdict.DestinationMismatch;
        }
        if (isOwner && policy.OwnerIgnoresAdverts)
        {
            return ReceiveVerdict.OwnerIgnored;
        }
        if (!unicastConfigured)
        {
            return ReceiveVerdict.Accepted;
        }
        foreach (UnicastPeer peer in policy.Peers.Span)
        {
            if (peer.Address == packet.Source)
            {
                return packet.Ttl >= peer.MinTtl && packet.Ttl <= peer.MaxTtl
                    ? ReceiveVerdict.Accepted : ReceiveVerdict.IpTtlError;
            }
        }
        return policy.CheckUnicastSource ? ReceiveVerdict.UnknownUnicastSource : ReceiveVerdict.Accepted;
    }

    private static bool ListIsOurs(ReceivePolicy policy, ReadOnlySpan<byte> list, int count)
    {
        ReadOnlySpan<IpAddress> ours = policy.Addresses.Span;
        if (count != ours.Length)
        {
            return false;
        }
        int size = policy.Template.Family == IpFamily.V6 ? 16 : 4;
        // Nearly always the same order; only then is the quadratic search of a foreign order needed.
        for (int index = 0; index < count; index++)
        {
            IpAddress address = IpAddress.FromBytes(list.Slice(index * size, size));
            if (ours[index] != address && !ours.Contains(address))
            {
                return false;
            }
        }
        return true;
    }
}
