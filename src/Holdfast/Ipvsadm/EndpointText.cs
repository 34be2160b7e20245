using System.Globalization;
using Holdfast.Config.Ipvsadm;
using Holdfast.Linux.Names;
using Holdfast.Primitives;

namespace Holdfast.Ipvsadm;

/// <summary>Addresses and ports as listings show them: numbers with -n, names otherwise.</summary>
internal static class EndpointText
{
    private const int LengthMax = 59;
    private const int ColumnWidth = 28;

    /// <summary>"host:service", at most 59 characters, as the original's buffer holds them.</summary>
    internal static string Of(IpAddress address, ushort port, byte protocol, bool isNumeric)
    {
        string? host = isNumeric ? null : NameService.FindHost(address);
        string? service = isNumeric || port == 0 || IpvsadmProtocols.NameOf(protocol) is not { } name
            ? null : NameService.FindService(port, name);
        host ??= address.ToString();
        service ??= port.ToString(CultureInfo.InvariantCulture);
        string text = address.IsV6 ? $"[{host}]:{service}" : $"{host}:{service}";
        return text.Length > LengthMax ? text[..LengthMax] : text;
    }

    /// <summary>The same, cut to its column. Only IPv4 is cut: an IPv6 address would lose digits.</summary>
    internal static string Column(IpAddress address, ushort port, byte protocol, bool isNumeric)
    {
        string text = Of(address, port, protocol, isNumeric);
        return address.IsV4 && text.Length > ColumnWidth ? text[..ColumnWidth] : text;
    }
}
