using Holdfast.Config.Ipvsadm;
using Holdfast.Linux.Names;
using Holdfast.Primitives;

namespace Holdfast.Ipvsadm;

/// <summary>Hosts and services of this system, for the parser.</summary>
internal sealed class SystemNames : IIpvsadmNames
{
    /// <summary>The only one.</summary>
    internal static SystemNames Instance { get; } = new();

    /// <inheritdoc/>
    public IpAddress FindAddressV4(string host) => NameService.FindAddressV4(host);

    /// <inheritdoc/>
    public ushort? FindPort(string service, string protocol) => NameService.FindPort(service, protocol);
}
