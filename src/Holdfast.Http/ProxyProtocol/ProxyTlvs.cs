using System.Buffers.Binary;
using Holdfast.Primitives;

namespace Holdfast.Http.ProxyProtocol;

/// <summary>Types of a version 2 header's extensions (PROXY protocol, section 2.2).</summary>
public enum ProxyTlvType : byte
{
    /// <summary>The protocol agreed by ALPN.</summary>
    Alpn = 0x01,

    /// <summary>The name that the client asked for (SNI), UTF-8.</summary>
    Authority = 0x02,

    /// <summary>CRC32C of the whole header, its own four bytes taken as zero.</summary>
    Crc32C = 0x03,

    /// <summary>Padding.</summary>
    NoOperation = 0x04,

    /// <summary>An id of the connection, at most 128 bytes.</summary>
    UniqueId = 0x05,

    /// <summary>
    /// TLS facts: a byte of flags, 32 bits that are 0 when the client's certificate was verified, and TLVs.
    /// </summary>
    Ssl = 0x20,

    /// <summary>Inside <see cref="Ssl"/>: version, "TLSv1.3".</summary>
    SslVersion = 0x21,

    /// <summary>Inside <see cref="Ssl"/>: common name of the client's certificate, UTF-8.</summary>
    SslCommonName = 0x22,

    /// <summary>Inside <see cref="Ssl"/>: cipher.</summary>
    SslCipher = 0x23,

    /// <summary>Inside <see cref="Ssl"/>: signature algorithm of the frontend's certificate.</summary>
    SslSignatureAlgorithm = 0x24,

    /// <summary>Inside <see cref="Ssl"/>: key algorithm of the frontend's certificate.</summary>
    SslKeyAlgorithm = 0x25,

    /// <summary>Name of the client's network namespace.</summary>
    NetworkNamespace = 0x30,
}

/// <summary>The TLVs of a version 2 header, or those inside its SSL one, in order.</summary>
public ref struct ProxyTlvs
{
    private const int TlvStart = 3;

    /// <summary>Flags and verification result before the TLVs inside <see cref="ProxyTlvType.Ssl"/>.</summary>
    public const int SslStart = 5;

    private readonly ReadOnlySpan<byte> _bytes;
    private int _next;

    /// <summary>Begins before the first one.</summary>
    /// <param name="bytes">
    /// The header's bytes from <see cref="ProxyHeader.Extensions"/>, or the value of an SSL one behind its first
    /// <see cref="SslStart"/> bytes.
    /// </param>
    public ProxyTlvs(ReadOnlySpan<byte> bytes)
    {
        _bytes = bytes;
    }

    /// <summary>Type of the current one.</summary>
    public ProxyTlvType Type { get; private set; }

    /// <summary>Where the value of the current one begins.</summary>
    public int Start { get; private set; }

    /// <summary>Value of the current one.</summary>
    public readonly ReadOnlySpan<byte> Value => _bytes[Start.._next];

    /// <summary>Goes to the next one; false when there is none, or it is longer than what is left.</summary>
    public bool MoveNext()
    {
        ReadOnlySpan<byte> rest = _bytes[_next..];
        if (rest.Length < TlvStart || BinaryPrimitives.ReadUInt16BigEndian(rest[1..]) > rest.Length - TlvStart)
        {
            return false;
        }
        Type = (ProxyTlvType)rest[0];
        Start = _next + TlvStart;
        _next = Start + BinaryPrimitives.ReadUInt16BigEndian(rest[1..]);
        return true;
    }

    /// <summary>Whether all TLVs fit, and a checksum, when there is one, is right.</summary>
    internal static ProxyError Check(ReadOnlySpan<byte> header, in ProxyHeader parsed)
    {
        ReadOnlySpan<byte> bytes = header[parsed.Extensions];
        int start = header.Length - bytes.Length;
        var tlvs = new ProxyTlvs(bytes);
        while (tlvs.MoveNext())
        {
            if (tlvs.Type != ProxyTlvType.Crc32C)
            {
                continue;
            }
            if (tlvs.Value.Length != 4)
            {
                return ProxyError.BadTlv;
            }
            uint computed = Checksum(header, start + tlvs.Start);
            if (computed != BinaryPrimitives.ReadUInt32BigEndian(tlvs.Value))
            {
                return ProxyError.BadChecksum;
            }
        }
        return tlvs._next == bytes.Length ? ProxyError.None : ProxyError.BadTlv;
    }

    /// <summary>CRC32C of a header, the four bytes at <paramref name="checksumAt"/> taken as zero.</summary>
    internal static uint Checksum(ReadOnlySpan<byte> header, int checksumAt)
    {
        ReadOnlySpan<byte> zero = [0, 0, 0, 0];
        uint crc = Crc32C.Add(uint.MaxValue, header[..checksumAt]);
        crc = Crc32C.Add(crc, zero);
        return ~Crc32C.Add(crc, header[(checksumAt + 4)..]);
    }
}
