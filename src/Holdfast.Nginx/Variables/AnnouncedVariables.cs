using System.Buffers.Binary;
using System.Globalization;
using Holdfast.Http.ProxyProtocol;
using Holdfast.Nginx.Requests;
using Holdfast.Nginx.Streams;

namespace Holdfast.Nginx.Variables;

/// <summary>Variables <c>$proxy_protocol_*</c>, of requests and of sessions of stream.</summary>
internal static class AnnouncedVariables
{
    internal static VariableReader? Find(string name)
    {
        if (name.StartsWith("proxy_protocol_tlv_", StringComparison.Ordinal))
        {
            return Tlv(name["proxy_protocol_tlv_".Length..]);
        }
        Func<Request, AnnouncedPair, ReadOnlyMemory<byte>>? read = name switch
        {
            "proxy_protocol_addr" => static (r, pair) => Text(r, Figures.Address(r, pair.Source)),
            "proxy_protocol_port" => static (r, pair) => Text(r, CommonVariables.Port(r, pair.SourcePort)),
            "proxy_protocol_server_addr" => static (r, pair) => Text(r, Figures.Address(r, pair.Destination)),
            "proxy_protocol_server_port" => static (r, pair)
                => Text(r, CommonVariables.Port(r, pair.DestinationPort)),
            _ => null,
        };
        return read is null ? null : (request, out isFound) =>
        {
            AnnouncedPair? pair = PairOf(request);
            isFound = pair is not null;
            return pair is null ? default : read(request, pair).Span;
        };
    }

    private static ReadOnlyMemory<byte> Text(Request request, ReadOnlySpan<byte> value)
        => request.Arena.Remember(value);

    private static VariableReader? Tlv(string name)
    {
        bool isNested = name.StartsWith("ssl_", StringComparison.Ordinal);
        int type = (isNested ? name["ssl_".Length..] : name) switch
        {
            "alpn" => 0x01, "authority" => 0x02, "unique_id" => 0x05, "netns" => 0x30,
            "version" => 0x21, "cn" => 0x22, "cipher" => 0x23, "sig_alg" => 0x24, "key_alg" => 0x25,
            "verify" when isNested => -1,
            var hex when hex.StartsWith("0x", StringComparison.Ordinal) && int.TryParse(hex.AsSpan(2),
                NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out int number) => number,
            _ => -2,
        };
        if (type == -2)
        {
            return static (_, out isFound) =>
            {
                isFound = false;
                return default;
            };
        }
        return (request, out isFound) => FindTlv(request, type, isNested, out isFound);
    }

    private static ReadOnlySpan<byte> FindTlv(Request request, int type, bool isNested, out bool isFound)
    {
        isFound = false;
        var all = new ProxyTlvs(PairOf(request) is { } pair ? pair.Extensions : default);
        while (all.MoveNext())
        {
            if (!isNested && (int)all.Type == type)
            {
                isFound = true;
                return all.Value;
            }
            if (!isNested || all.Type != ProxyTlvType.Ssl || all.Value.Length < ProxyTlvs.SslStart)
            {
                continue;
            }
            if (type == -1)
            {
                isFound = true;
                return Figures.Number(request, BinaryPrimitives.ReadUInt32BigEndian(all.Value[1..]));
            }
            var inner = new ProxyTlvs(all.Value[ProxyTlvs.SslStart..]);
            while (inner.MoveNext())
            {
                if ((int)inner.Type == type)
                {
                    isFound = true;
                    return inner.Value;
                }
            }
        }
        return default;
    }

    private static AnnouncedPair? PairOf(Request request)
        => request.Session is { } session ? session.Announced : request.Facts.Announced;
}
