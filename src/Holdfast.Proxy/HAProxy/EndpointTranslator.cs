using Holdfast.Config.HAProxy.Model;
using Holdfast.Linux.Sockets;
using Holdfast.Primitives;

namespace Holdfast.Proxy.HAProxy;

/// <summary>Addresses of a file as addresses of sockets.</summary>
internal sealed class EndpointTranslator(Func<string, int, IpAddress?> resolve, TranslationProblems problems)
{
    /// <summary>The listeners that one address of a bind line means: one for each port.</summary>
    internal IEnumerable<SocketEndpoint> Listeners(EndpointModel endpoint, string unixPrefix)
    {
        if (endpoint.IsDatagram || endpoint.Kind == EndpointKind.SocketPair)
        {
            problems.Add(endpoint.Span, "only streams are listened for so far");
            yield break;
        }
        if (endpoint.Kind == EndpointKind.Descriptor)
        {
            yield return SocketEndpoint.Given(endpoint.Port);
        }
        else if (endpoint.Kind != EndpointKind.Inet)
        {
            string prefix = endpoint.Kind == EndpointKind.Unix ? unixPrefix : "";
            if (UnixOf(endpoint with { Host = prefix + endpoint.Host }) is { } local)
            {
                yield return local;
            }
        }
        else if (AddressOf(endpoint) is { } address)
        {
            for (int port = endpoint.Port; port <= endpoint.LastPort; port++)
            {
                yield return new SocketEndpoint(address, port);
            }
        }
    }

    /// <summary>A Unix socket; null, and a problem, when its name is too long.</summary>
    internal SocketEndpoint? UnixOf(EndpointModel endpoint)
    {
        bool fits = endpoint.Kind == EndpointKind.Unix
            ? SocketEndpoint.TryUnix(endpoint.Host, out SocketEndpoint? found)
            : SocketEndpoint.TryAbstract(endpoint.Host, out found);
        if (!fits)
        {
            problems.Add(endpoint.Span, $"socket path '{endpoint.Host}' too long (max 107)");
        }
        return found;
    }

    /// <summary>The address of a server, found out in the order that its line names (<c>init-addr</c>).</summary>
    /// <param name="endpoint">What its line says.</param>
    /// <param name="methods">last, libc, none, or addresses.</param>
    /// <param name="isUnresolved">Whether it begins without one.</param>
    /// <returns>Null, and a problem: no method gives one.</returns>
    internal IpAddress? ServerAddressOf(EndpointModel endpoint, IEnumerable<string> methods, out bool isUnresolved)
    {
        isUnresolved = false;
        bool isName = endpoint is { Kind: EndpointKind.Inet, Address: null, Host.Length: > 0 };
        if (!isName)
        {
            return AddressOf(endpoint);
        }
        foreach (string method in methods)
        {
            switch (method)
            {
                case "last":
                    break; // what a state file says of addresses is not looked at
                case "libc" when resolve(endpoint.Host, endpoint.Family) is { } found:
                    return found;
                case "none":
                    isUnresolved = true;
                    return IpAddress.V4(0);
                case var text when IpAddress.TryParse(text, out IpAddress given):
                    return given;
                default:
                    break;
            }
        }
        ReportUnknown(endpoint);
        return null;
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
        ReportUnknown(endpoint);
        return null;
    }

    private void ReportUnknown(EndpointModel endpoint)
        => problems.Add(endpoint.Span, $"could not resolve address '{endpoint.Host}'",
            "the name must be known when the proxy starts; or write its address");
}
