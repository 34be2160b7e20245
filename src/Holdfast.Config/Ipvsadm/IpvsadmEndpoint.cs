using Holdfast.Primitives;

namespace Holdfast.Config.Ipvsadm;

/// <summary>Names that a command line may use instead of numbers.</summary>
public interface IIpvsadmNames
{
    /// <summary>The IPv4 address of a host, none when it is not known. The original asks for no IPv6 address.</summary>
    IpAddress FindAddressV4(string host);

    /// <summary>The port of a service, null when it is not known.</summary>
    /// <param name="service">"http", for example.</param>
    /// <param name="protocol">"tcp", "udp" or "sctp".</param>
    ushort? FindPort(string service, string protocol);
}

/// <summary>An address with or without a port, as -t, -u, --sctp-service and -r take it.</summary>
/// <param name="Address">The address.</param>
/// <param name="Port">Null when none was named.</param>
internal readonly record struct IpvsadmEndpoint(IpAddress Address, ushort? Port)
{
    internal const byte Tcp = 6;
    internal const byte Udp = 17;
    internal const byte Sctp = 132;

    /// <summary>Reads "host", "host:port", "[IPv6]:port" or an IPv6 address without brackets and port.</summary>
    /// <remarks>
    /// Two ways of the original are kept because rules files may depend on them: brackets need a port after them, and
    /// an IPv4 address in brackets loses its port.
    /// </remarks>
    internal static bool TryParse(string text, byte protocol, IIpvsadmNames names, out IpvsadmEndpoint endpoint)
    {
        endpoint = default;
        string host = text;
        string? port = null;
        if (text.StartsWith('['))
        {
            int close = text.IndexOf(']', StringComparison.Ordinal);
            if (close < 0 || close + 1 >= text.Length || text[close + 1] != ':')
            {
                return false;
            }
            host = text[1..close];
            port = text[(close + 2)..];
        }
        if (!IpvsadmNumbers.TryIpv6(host, out IpAddress address))
        {
            int colon = host.LastIndexOf(':');
            port = colon < 0 ? null : host[(colon + 1)..];
            host = colon < 0 ? host : host[..colon];
            if (!IpvsadmNumbers.TryInetAton(host, out address))
            {
                address = host.Length == 0 ? IpAddress.None : names.FindAddressV4(host);
            }
        }
        if (address.IsNone)
        {
            return false;
        }
        ushort? number = null;
        if (port is not null && (number = PortOf(port, protocol, names)) is null)
        {
            return false;
        }
        endpoint = new(address, number);
        return true;
    }

    private static ushort? PortOf(string text, byte protocol, IIpvsadmNames names)
        => IpvsadmNumbers.TryDecimal(text, 0, ushort.MaxValue, out long number) ? (ushort)number
            : IpvsadmProtocols.NameOf(protocol) is { } name ? names.FindPort(text, name) : null;
}
