using System.Globalization;
using Holdfast.Config.HAProxy.Model;

namespace Holdfast.Management.Commands;

/// <summary>An address of the file as answers name it: <c>unix@/run/haproxy/admin.sock</c>.</summary>
internal static class SocketName
{
    internal static string Of(EndpointModel endpoint) => endpoint.Kind switch
    {
        EndpointKind.Unix => $"unix@{endpoint.Host}",
        EndpointKind.AbstractUnix => $"abns@{endpoint.Host}",
        _ when endpoint.Address is { IsV6: true } address
            => string.Create(CultureInfo.InvariantCulture, $"ipv6@[{address}]:{endpoint.Port}"),
        _ when endpoint.Address is { } address
            => string.Create(CultureInfo.InvariantCulture, $"ipv4@{address}:{endpoint.Port}"),
        _ => string.Create(CultureInfo.InvariantCulture, $"ipv4@{endpoint.Host}:{endpoint.Port}"),
    };
}
