using System.Buffers.Text;
using Holdfast.Primitives;
using Holdfast.Proxy.Upstreams;

namespace Holdfast.Proxy.Tcp;

/// <summary>
/// The routing token in the cookie of Microsoft's remote desktop: address and port of a server as numbers in the order
/// of a little-endian machine, and a reserved field: "3640205228.15629.0000".
/// </summary>
internal static class RdpToken
{
    /// <summary>The server that a token names; null: none of these.</summary>
    internal static Server? Find(ReadOnlySpan<byte> token, Backend backend)
    {
        if (!Utf8Parser.TryParse(token, out uint number, out int length) || length >= token.Length
            || token[length] != '.')
        {
            return null;
        }
        token = token[(length + 1)..];
        if (!Utf8Parser.TryParse(token, out ushort swapped, out length) || length >= token.Length
            || token[length] != '.')
        {
            return null;
        }
        IpAddress address = IpAddress.V4(System.Buffers.Binary.BinaryPrimitives.ReverseEndianness(number));
        int port = System.Buffers.Binary.BinaryPrimitives.ReverseEndianness(swapped);
        foreach (Server server in backend.Servers)
        {
            if (server.Options.Endpoint.Port == port && server.Options.Endpoint.Address == address)
            {
                return server;
            }
        }
        return null;
    }
}
