using Holdfast.Primitives;
using Holdfast.Vrrp.Wire;

namespace Holdfast.Vrrp.Tests.Wire;

/// <summary>Adverts to begin from.</summary>
internal static class WireSample
{
    public static readonly AdvertTemplate Version2Pass = new(
        new Vrid(51), 2, IpFamily.V4, WireAuthType.SimplePassword, "1111\0\0\0\0"u8.ToArray(),
        ChecksumForm.PseudoHeader);

    public static readonly AdvertTemplate Version3 = new(
        new Vrid(10), 3, IpFamily.V4, WireAuthType.None, default, ChecksumForm.PseudoHeader);

    public static byte[] Write(
        AdvertTemplate template, byte priority, double seconds, string[] addresses, IpAddress source,
        IpAddress destination = default)
    {
        byte[] buffer = new byte[AdvertFormat.SizeMax];
        int size = AdvertWriter.Write(
            template, new Priority(priority), TimeSpan.FromSeconds(seconds),
            [.. addresses.Select(static a => IpAddress.Parse(a))], source,
            destination.IsNone ? Group(template) : destination, buffer);
        return buffer[..size];
    }

    public static ReceivePolicy Policy(AdvertTemplate template, params string[] addresses) => new()
    {
        Template = template,
        AdvertInterval = TimeSpan.FromSeconds(1),
        Addresses = addresses.Select(static a => IpAddress.Parse(a)).ToArray(),
        SkipAddressCheck = addresses.Length == 0,
    };

    public static ReceivedPacket Packet(ReadOnlySpan<byte> message, byte ttl = 255) => new()
    {
        Message = message,
        Source = IpAddress.V4(192, 168, 1, 2),
        Destination = AdvertFormat.MulticastGroupV4,
        Ttl = ttl,
    };

    public static ReceiveVerdict Check(ReceivePolicy policy, ReadOnlySpan<byte> message, byte ttl = 255)
        => ReceiveChecks.Check(policy, Packet(message, ttl), isOwner: false, out _);

    private static IpAddress Group(AdvertTemplate template)
        => template.Family == IpFamily.V6 ? AdvertFormat.MulticastGroupV6 : AdvertFormat.MulticastGroupV4;
}
