using System.Text;
using Holdfast.Config.Nginx.Model;
using Holdfast.Http.Headers;
using Holdfast.Nginx.Requests;
using Holdfast.Nginx.Variables;
using Holdfast.Primitives;

namespace Holdfast.Nginx.Maps;

/// <summary>Values of addresses: of the longest network, or of the range, that an address is in.</summary>
internal sealed class GeoTable
{
    private readonly AddressRanges _values = new();
    private readonly AddressRanges _proxies = new();
    private readonly bool _isRecursive;
    private readonly byte[] _default;

    internal GeoTable(GeoModel geo)
    {
        _default = Encoding.UTF8.GetBytes(geo.Default);
        _isRecursive = geo.IsProxyRecursive;
        // Of ranges a later one covers an earlier one; of networks a longer one a shorter one.
        foreach (GeoEntry entry in geo.Entries.OrderBy(static one => one.PrefixLength))
        {
            _values.Cover(entry.From, entry.To ?? AddressRanges.LastOf(entry.From, entry.PrefixLength),
                Encoding.UTF8.GetBytes(entry.Value));
        }
        foreach (IpPrefix proxy in geo.Proxies.Select(ParseNetwork))
        {
            _proxies.Cover(proxy.Address.Mask(proxy.Length), AddressRanges.LastOf(proxy.Address, proxy.Length), []);
        }
    }

    /// <summary>The value for a request.</summary>
    /// <param name="request">The request.</param>
    /// <param name="variable">Where the address is; null: it is the client's.</param>
    internal ReadOnlySpan<byte> Find(Request request, VariableReader? variable)
    {
        IpAddress address = request.Connection.ClientAddress;
        if (variable is not null && !AddressText.TryParse(variable(request, out _), out address))
        {
            return _default;
        }
        if (_proxies.Find(address) is not null)
        {
            address = BehindProxies(request, address);
        }
        return _values.Find(Plain(address)) ?? _default;
    }

    private static IpPrefix ParseNetwork(string text)
        => IpPrefix.TryParse(text, out IpPrefix prefix) ? prefix : throw new FormatException($"no network: {text}");

    /// <summary>An IPv4 address in the form of IPv6 is the IPv4 address.</summary>
    private static IpAddress Plain(IpAddress address)
        => address.IsV6 && address.High == 0 && address.Low >> 32 == 0xFFFF ? IpAddress.V4((uint)address.Low) : address;

    /// <summary>The last address of X-Forwarded-For, or the last that is no proxy's.</summary>
    private IpAddress BehindProxies(Request request, IpAddress address)
    {
        ReadOnlySpan<byte> rest = FieldVariables.Field(request, "x-forwarded-for"u8, ","u8, out _);
        while (!rest.IsEmpty)
        {
            int comma = rest.LastIndexOf((byte)',');
            if (!AddressText.TryParse(HttpText.Trim(rest[(comma + 1)..]), out IpAddress before))
            {
                return address;
            }
            address = before;
            rest = comma < 0 ? default : rest[..comma];
            if (!_isRecursive || _proxies.Find(address) is null)
            {
                return address;
            }
        }
        return address;
    }
}
