using Holdfast.Config.HAProxy.Model;
using Holdfast.Linux.Sockets;
using Holdfast.Primitives;
using Holdfast.Proxy.Options;

namespace Holdfast.Proxy.HAProxy;

/// <summary>What of a client's connection a server's line passes on: its addresses, the PROXY protocol.</summary>
internal static class ShareTranslator
{
    internal static ClientShare Translate(
        ServerModel server, SourceAddressModel? source, SocketEndpoint endpoint, TranslationProblems problems)
    {
        EndpointModel address = server.Endpoint;
        bool isInet = !endpoint.IsUnix;
        bool isRange = source is not null && source.Endpoint.LastPort > source.Endpoint.Port;
        var share = new ClientShare
        {
            Header = server.SendsProxy switch
            {
                ProxyHeader.None => ProxyHeaderVersion.None,
                ProxyHeader.Version1 => ProxyHeaderVersion.One,
                _ => ProxyHeaderVersion.Two,
            },
            Extensions = ExtensionsOf(server, problems),
            IsDestination = isInet && endpoint.Address.IsUnspecified,
            HasPort = isInet && address.Mapping != PortMapping.Fixed,
            PortOffset = address.Mapping == PortMapping.Offset ? address.Port : 0,
            Source = source is null ? ClientSource.None : SourceOf(source, problems),
            FirstSourcePort = isRange ? source!.Endpoint.Port : 0,
            LastSourcePort = isRange ? source!.Endpoint.LastPort : 0,
        };
        return share == ClientShare.None ? ClientShare.None : share;
    }

    /// <summary>An address, and perhaps a port, that is used as if it were ours; null: it is something else.</summary>
    internal static SocketEndpoint? OwnSource(string? text)
    {
        if (text is null)
        {
            return null;
        }
        int colon = text.LastIndexOf(':');
        bool isV6 = colon != text.IndexOf(':', StringComparison.Ordinal);
        if (isV6 || colon < 0)
        {
            return IpAddress.TryParse(text, out IpAddress alone) ? new SocketEndpoint(alone, 0) : null;
        }
        return IpAddress.TryParse(text.AsSpan(0, colon), out IpAddress address)
            && ushort.TryParse(text.AsSpan(colon + 1), out ushort port) ? new SocketEndpoint(address, port) : null;
    }

    private static ClientSource SourceOf(SourceAddressModel source, TranslationProblems problems)
    {
        switch (source.UseSource)
        {
            case null:
                return ClientSource.None;
            case "client":
                return ClientSource.AddressAndPort;
            case "clientip":
                return ClientSource.Address;
            case var text when source.Field is not null || OwnSource(text) is not null:
                return source.Field is null ? ClientSource.None : ClientSource.Field;
            default:
                problems.Add(source.Span, $"'usesrc' expects client, clientip, hdr_ip(FIELD) or an address, "
                    + $"but got '{source.UseSource}'");
                return ClientSource.None;
        }
    }

    private static ProxyHeaderExtensions ExtensionsOf(ServerModel server, TranslationProblems problems)
    {
        ProxyHeaderExtensions extensions = server.SendsProxy switch
        {
            ProxyHeader.Version2Tls => ProxyHeaderExtensions.Tls,
            ProxyHeader.Version2TlsCommonName => ProxyHeaderExtensions.Tls | ProxyHeaderExtensions.CommonName,
            _ => ProxyHeaderExtensions.None,
        };
        foreach (string option in server.ProxyOptions)
        {
            extensions |= option switch
            {
                "ssl" => ProxyHeaderExtensions.Tls,
                "cert-cn" => ProxyHeaderExtensions.Tls | ProxyHeaderExtensions.CommonName,
                "ssl-cipher" => ProxyHeaderExtensions.Tls | ProxyHeaderExtensions.Cipher,
                "cert-sig" => ProxyHeaderExtensions.Tls | ProxyHeaderExtensions.Signature,
                "cert-key" => ProxyHeaderExtensions.Tls | ProxyHeaderExtensions.Key,
                "authority" => ProxyHeaderExtensions.Authority,
                "crc32c" => ProxyHeaderExtensions.Checksum,
                "unique-id" => ProxyHeaderExtensions.UniqueId,
                _ => Refuse(option, server, problems),
            };
        }
        return extensions;
    }

    private static ProxyHeaderExtensions Refuse(string option, ServerModel server, TranslationProblems problems)
    {
        problems.Add(server.Span, $"'proxy-v2-options' has no '{option}'",
            "it has ssl, cert-cn, ssl-cipher, cert-sig, cert-key, authority, crc32c, unique-id");
        return ProxyHeaderExtensions.None;
    }
}
