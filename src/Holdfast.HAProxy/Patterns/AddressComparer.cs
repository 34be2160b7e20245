using Holdfast.Primitives;

namespace Holdfast.HAProxy.Patterns;

/// <summary>Addresses as keys, with seeded hashes.</summary>
internal sealed class AddressComparer : IEqualityComparer<IpAddress>
{
    public static AddressComparer Instance { get; } = new();

    public bool Equals(IpAddress x, IpAddress y) => x == y;

    public int GetHashCode(IpAddress obj) => HashCode.Combine(obj.High, obj.Low);
}
