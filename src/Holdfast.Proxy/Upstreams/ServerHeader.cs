using Holdfast.HAProxy.LogFormats;
using Holdfast.HAProxy.Samples;
using Holdfast.Http.ProxyProtocol;
using Holdfast.Primitives;
using Holdfast.Proxy.Options;

namespace Holdfast.Proxy.Upstreams;

/// <summary>The PROXY protocol's header that a server gets first.</summary>
public static class ServerHeader
{
    private const byte ClientUsesTls = 1;
    private const byte HasCertificateHere = 2;
    private const byte HasCertificateInSession = 4;

    private static readonly string[] s_commonName = ["CN"];

    /// <summary>Writes it.</summary>
    /// <param name="to">A buffer of the pool: any header fits.</param>
    /// <param name="share">Version and extensions.</param>
    /// <param name="ends">The client's connection.</param>
    /// <param name="context">What extensions are taken from; null: nothing is known but the ends.</param>
    /// <returns>Bytes written.</returns>
    public static int Write(Span<byte> to, ClientShare share, in ClientEnds ends, RequestContext? context)
    {
        ArgumentNullException.ThrowIfNull(share);
        return share.Header == ProxyHeaderVersion.One
            ? ProxyHeaderWriter.WriteLine(
                to, ends.Source, (ushort)ends.SourcePort, ends.Destination, (ushort)ends.DestinationPort)
            : WriteBinary(to, share.Extensions, ends, context);
    }

    private static int WriteBinary(
        Span<byte> to, ProxyHeaderExtensions extensions, in ClientEnds ends, RequestContext? context)
    {
        bool has = !ends.Source.IsNone && !ends.Destination.IsNone;
        bool isMixed = has && ends.Source.Family != ends.Destination.Family;
        ProxyHeader header = new(2, !has, ProxyTransport.Stream,
            isMixed ? Mapped(ends.Source) : ends.Source, (ushort)ends.SourcePort,
            isMixed ? Mapped(ends.Destination) : ends.Destination, (ushort)ends.DestinationPort, default);
        bool fits = ProxyHeaderWriter.TryBegin(to, header, out ProxyHeaderWriter writer);
        if (context?.ClientTls is not null)
        {
            AddFact(ref writer, ProxyTlvType.Alpn, context, "fc_alpn", []);
        }
        fits = fits && (!extensions.HasFlag(ProxyHeaderExtensions.Checksum) || writer.TryAddChecksum());
        if (context is not null && extensions.HasFlag(ProxyHeaderExtensions.Authority))
        {
            AddFact(ref writer, ProxyTlvType.Authority, context, "fc_sni", []);
        }
        if (context is not null && extensions.HasFlag(ProxyHeaderExtensions.UniqueId)
            && UniqueIds.TryGet(null, context, out ReadOnlySpan<byte> id))
        {
            fits = fits && writer.TryAdd(ProxyTlvType.UniqueId, id);
        }
        if (extensions.HasFlag(ProxyHeaderExtensions.Tls))
        {
            fits = fits && TryAddTls(ref writer, extensions, context);
        }
        int length = 0;
        Invariant.Check(fits && writer.TryFinish(out length));
        return length;
    }

    private static bool TryAddTls(
        ref ProxyHeaderWriter writer, ProxyHeaderExtensions extensions, RequestContext? context)
    {
        if (context?.ClientTls is not { } tls)
        {
            return writer.TryBeginSsl(flags: 0, verifyResult: 0, out int empty) && writer.TryEndNested(empty);
        }
        bool isHere = IsTrue(tls, "fc_has_crt", context);
        bool isInSession = isHere || IsTrue(tls, "c_used", context);
        var flags = (byte)(ClientUsesTls | (isHere ? HasCertificateHere : 0)
            | (isInSession ? HasCertificateInSession : 0));
        if (!writer.TryBeginSsl(flags, (uint)Number(tls, "c_verify", context), out int token))
        {
            return false;
        }
        AddFact(ref writer, ProxyTlvType.SslVersion, context, "fc_protocol", []);
        if (isInSession && extensions.HasFlag(ProxyHeaderExtensions.CommonName))
        {
            AddFact(ref writer, ProxyTlvType.SslCommonName, context, "c_s_dn", s_commonName);
        }
        if (extensions.HasFlag(ProxyHeaderExtensions.Key))
        {
            AddFact(ref writer, ProxyTlvType.SslKeyAlgorithm, context, "f_key_kind", []);
        }
        if (extensions.HasFlag(ProxyHeaderExtensions.Signature))
        {
            AddFact(ref writer, ProxyTlvType.SslSignatureAlgorithm, context, "f_sig_alg", []);
        }
        if (extensions.HasFlag(ProxyHeaderExtensions.Cipher))
        {
            AddFact(ref writer, ProxyTlvType.SslCipher, context, "fc_cipher", []);
        }
        return writer.TryEndNested(token);
    }

    /// <summary>Adds a fact of the client's TLS, if there is one.</summary>
    private static void AddFact(
        ref ProxyHeaderWriter writer, ProxyTlvType type, RequestContext context, string fact, string[] arguments)
    {
        int mark = context.Scratch.Mark;
        var sample = new Sample();
        if (context.ClientTls is { } tls && tls.TryRead(fact, arguments, context, ref sample)
            && !sample.Bytes.IsEmpty)
        {
            _ = writer.TryAdd(type, sample.Bytes);
        }
        context.Scratch.Release(mark);
    }

    private static bool IsTrue(ITlsFacts tls, string fact, RequestContext context) => Number(tls, fact, context) != 0;

    private static long Number(ITlsFacts tls, string fact, RequestContext context)
    {
        var sample = new Sample();
        return tls.TryRead(fact, [], context, ref sample) ? sample.Integer : 0;
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
