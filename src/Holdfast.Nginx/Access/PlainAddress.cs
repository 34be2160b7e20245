using Holdfast.Primitives;

namespace Holdfast.Nginx.Access;

/// <summary>Addresses as networks are compared with them.</summary>
internal static class PlainAddress
{
    /// <summary>An IPv4 address in the form of IPv6 is the IPv4 address.</summary>
    internal static IpAddress Of(IpAddress address)
        => address.IsV6 && address.High == 0 && address.Low >> 32 == 0xFFFF
            ? IpAddress.V4((uint)(address.Low & uint.MaxValue)) : address;
}
