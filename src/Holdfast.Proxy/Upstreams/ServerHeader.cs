using Holdfast.Http.ProxyProtocol;
using Holdfast.Primitives;
using Holdfast.Proxy.Options;

namespace Holdfast.Proxy.Upstreams;

/// <summary>The PROXY protocol's header that a server gets first.</summary>
public static class ServerHeader
{
    /// <summary>Writes it.</summary>
    /// <param name="to">A buffer of the pool: any header fits.</param>
    /// <param name="share">Version and extensions.</param>
    /// <param name="ends">The client's connection.</param>
    /// <returns>Bytes written.</returns>
    public static int Write(Span<byte> to, ClientShare share, in ClientEnds ends)
    {
        ArgumentNullException.ThrowIfNull(share);
        return share.Header == ProxyHeaderVersion.One
            ? ProxyHeaderWriter.WriteLine(
                to, ends.Source, (ushort)ends.SourcePort, ends.Destination, (ushort)ends.DestinationPort)
            : WriteBinary(to, share.Extensions, ends);
    }

    private static int WriteBinary(Span<byte> to, ProxyHeaderExtensions extensions, in ClientEnds ends)
    {
        bool has = !ends.Source.IsNone && !ends.Destination.IsNone;
        bool isMixed = has && ends.Source.Family != ends.Destination.Family;
        ProxyHeader header = new(2, !has, ProxyTransport.Stream,
            isMixed ? Mapped(ends.Source) : ends.Source, (ushort)ends.SourcePort,
            isMixed ? Mapped(ends.Destination) : ends.Destination, (ushort)ends.DestinationPort, default);
        bool fits = ProxyHeaderWriter.TryBegin(to, header, out ProxyHeaderWriter writer);
        fits = fits && (!extensions.HasFlag(ProxyHeaderExtensions.Checksum) || writer.TryAddChecksum());
        if (extensions.HasFlag(ProxyHeaderExtensions.Tls))
        {
            fits = fits && writer.TryBeginSsl(flags: 0, verifyResult: 0, out int token) && writer.TryEndNested(token);
        }
        int length = 0;
        Invariant.Check(fits && writer.TryFinish(out length));
        return length;
    }

    /// <summary>An IPv4 address as one of IPv6 (RFC 4291 section 2.5.5.2).</summary>
    private static IpAddress Mapped(IpAddress address)
    {
        if (address.IsV6)
        {
            return address;
        }
        Span<byte> bytes = stackalloc byte[16];
        bytes.Clear();
        bytes[10] = bytes[11] = 0xFF;
        _ = address.CopyTo(bytes[12..]);
        return IpAddress.FromBytes(bytes);
    }
}
