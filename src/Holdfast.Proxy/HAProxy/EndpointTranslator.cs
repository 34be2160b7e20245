using Holdfast.Config.HAProxy.Model;
using Holdfast.Linux.Sockets;
using Holdfast.Primitives;

namespace Holdfast.Proxy.HAProxy;

/// <summary>Addresses of a file as addresses of sockets.</summary>
internal sealed class EndpointTranslator(Func<string, int, IpAddress?> resolve, TranslationProblems problems)
{
    /// <summary>The listeners that one address of a bind line means: one for each port.</summary>
    internal IEnumerable<SocketEndpoint> Listeners(EndpointModel endpoint)
    {
        if (endpoint.Kind != EndpointKind.Inet || endpoint.IsDatagram)
        {
            problems.Add(endpoint.Span, "only TCP ports are listened at so far");
            yield break;
        }
        if (AddressOf(endpoint) is { } address)
        {
            for (int port = endpoint.Port; port <= endpoint.LastPort; port++)
            {
                yield return new SocketEndpoint(address, port);
            }
        }
    }

    /// <summary>The address; the unspecified one where the file names none. Null, and a problem, without one.</summary>
    internal IpAddress? AddressOf(EndpointModel endpoint)
    {
        if (endpoint.Kind != EndpointKind.Inet)
        {
            problems.Add(endpoint.Span, "only IP addresses are used here so far");
            return null;
        }
        if (endpoint.Address is { } address)
        {
            return address;
        }
        if (endpoint.Host.Length == 0)
        {
            return endpoint.Family == 6 ? IpAddress.Parse("::") : IpAddress.V4(0);
        }
        if (resolve(endpoint.Host, endpoint.Family) is { } found)
        {
            return found;
        }
        problems.Add(endpoint.Span, $"could not resolve address '{endpoint.Host}'",
            "the name must be known when the proxy starts; or write its address");
        return null;
    }
}
