using Holdfast.Http.ProxyProtocol;
using Holdfast.Primitives;

namespace Holdfast.Web.Streams;

/// <summary>Writes PROXY headers for servers.</summary>
internal static class ProxyHeaders
{
    /// <summary>Writes one.</summary>
    /// <param name="to">A buffer of the pool: any header fits.</param>
    /// <param name="version">1 or 2.</param>
    /// <param name="source">The client; none: unknown.</param>
    /// <param name="sourcePort">Its port.</param>
    /// <param name="destination">Where it has connected to.</param>
    /// <param name="destinationPort">Its port.</param>
    /// <param name="isUdp">Whether datagrams are meant.</param>
    /// <returns>Bytes written.</returns>
    internal static int Write(Span<byte> to, int version, IpAddress source, int sourcePort, IpAddress destination,
        int destinationPort, bool isUdp = false)
    {
        if (version == 1)
        {
            return ProxyHeaderWriter.WriteLine(
                to, source, (ushort)sourcePort, destination, (ushort)destinationPort);
        }
        ProxyHeader header = new(2, source.IsNone, isUdp ? ProxyTransport.Datagram : ProxyTransport.Stream,
            source, (ushort)sourcePort, destination, (ushort)destinationPort, default);
        int length = 0;
        Invariant.Check(ProxyHeaderWriter.TryBegin(to, header, out ProxyHeaderWriter writer)
            && writer.TryFinish(out length));
        return length;
    }
}
