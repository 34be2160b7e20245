using System.Globalization;

namespace Holdfast.Primitives;

/// <summary>An address and a prefix length: the host's address in a network, or (masked) the network itself.</summary>
public readonly record struct IpPrefix(IpAddress Address, byte Length)
{
    /// <summary>The address alone: /32 or /128.</summary>
    public static IpPrefix Host(IpAddress address) => new(address, (byte)address.BitCount);

    /// <summary>The network of this prefix.</summary>
    public IpPrefix Network => this with { Address = Address.Mask(Length) };

    /// <summary>Whether <paramref name="address"/> is in this network.</summary>
    public bool Contains(IpAddress address)
        => address.Family == Address.Family && address.Mask(Length) == Address.Mask(Length);

    /// <summary>Reads "address" (a host) or "address/length".</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out IpPrefix prefix)
    {
        prefix = default;
        int slash = text.IndexOf('/');
        if (!IpAddress.TryParse(slash < 0 ? text : text[..slash], out IpAddress address))
        {
            return false;
        }
        if (slash < 0)
        {
            prefix = Host(address);
            return true;
        }
        if (!byte.TryParse(text[(slash + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out byte length)
            || length > address.BitCount)
        {
            return false;
        }
        prefix = new(address, length);
        return true;
    }

    /// <summary>"address/length".</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Address}/{Length}");
}
