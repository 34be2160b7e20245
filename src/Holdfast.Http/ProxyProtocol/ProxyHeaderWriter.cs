using System.Buffers.Binary;
using System.Buffers.Text;
using Holdfast.Primitives;

namespace Holdfast.Http.ProxyProtocol;

/// <summary>Writes PROXY protocol headers: version 1 in one call, version 2 step by step with its TLVs.</summary>
/// <remarks>
/// Each step says whether there was room; after one that did not, the header must not be sent. A value that is too long
/// for its length field is refused as well.
/// </remarks>
public ref struct ProxyHeaderWriter
{
    private readonly Span<byte> _to;
    private int _length;
    private int _checksumAt;

    private ProxyHeaderWriter(Span<byte> to)
    {
        _to = to;
    }

    /// <summary>Bytes so far.</summary>
    public readonly int Length => _length;

    /// <summary>Writes a header of version 1.</summary>
    /// <param name="to">At least <see cref="ProxyHeaderParser.LineMax"/> bytes.</param>
    /// <param name="source">The client. Of another family than the destination, or none: UNKNOWN is written.</param>
    /// <param name="sourcePort">Its port.</param>
    /// <param name="destination">Where it connected to.</param>
    /// <param name="destinationPort">Its port.</param>
    /// <returns>Bytes written.</returns>
    public static int WriteLine(
        Span<byte> to, IpAddress source, ushort sourcePort, IpAddress destination, ushort destinationPort)
    {
        if (source.IsNone || source.Family != destination.Family)
        {
            "PROXY UNKNOWN\r\n"u8.CopyTo(to);
            return 15;
        }
        (source.IsV4 ? "PROXY TCP4 "u8 : "PROXY TCP6 "u8).CopyTo(to);
        int length = 11;
        length += PutAddress(to[length..], source);
        length += PutAddress(to[length..], destination);
        length += PutNumber(to[length..], sourcePort);
        to[length++] = (byte)' ';
        length += PutNumber(to[length..], destinationPort);
        "\r\n"u8.CopyTo(to[length..]);
        return length + 2;
    }

    /// <summary>Begins a header of version 2.</summary>
    /// <param name="to">Where to.</param>
    /// <param name="header">
    /// What it says. Without addresses, or with addresses of two families, the transport is written as unspecified.
    /// </param>
    /// <param name="writer">Takes the TLVs.</param>
    public static bool TryBegin(Span<byte> to, in ProxyHeader header, out ProxyHeaderWriter writer)
    {
        writer = new(to);
        bool has = header.HasAddresses && header.Source.Family == header.Destination.Family;
        int size = has ? header.Source.Size : 0;
        int length = ProxyHeaderParser.BinaryStart + (has ? (size * 2) + 4 : 0);
        if (to.Length < length)
        {
            return false;
        }
        ProxyHeaderParser.BinarySignature.CopyTo(to);
        to[12] = (byte)(header.IsLocal ? 0x20 : 0x21);
        int transport = header.Transport == ProxyTransport.Datagram ? 2 : 1;
        to[13] = (byte)(has ? ((header.Source.IsV4 ? 1 : 2) << 4) | transport : 0);
        if (has)
        {
            Span<byte> addresses = to[ProxyHeaderParser.BinaryStart..];
            header.Source.CopyTo(addresses);
            header.Destination.CopyTo(addresses[size..]);
            BinaryPrimitives.WriteUInt16BigEndian(addresses[(size * 2)..], header.SourcePort);
            BinaryPrimitives.WriteUInt16BigEndian(addresses[((size * 2) + 2)..], header.DestinationPort);
        }
        writer._length = length;
        return true;
    }

    /// <summary>Appends a TLV.</summary>
    public bool TryAdd(ProxyTlvType type, ReadOnlySpan<byte> value)
    {
        if (!TryBeginNested(type, out int token) || !value.TryCopyTo(_to[_length..]))
        {
            return false;
        }
        _length += value.Length;
        return TryEndNested(token);
    }

    /// <summary>Begins the SSL TLV; its inner ones are added, then it is ended.</summary>
    /// <param name="flags">1 the client came over TLS, 2 with a certificate here, 4 with one in the session.</param>
    /// <param name="verifyResult">0 when the certificate was verified.</param>
    /// <param name="token">For <see cref="TryEndNested"/>.</param>
    public bool TryBeginSsl(byte flags, uint verifyResult, out int token)
    {
        if (!TryBeginNested(ProxyTlvType.Ssl, out token) || _to.Length - _length < ProxyTlvs.SslStart)
        {
            return false;
        }
        _to[_length] = flags;
        BinaryPrimitives.WriteUInt32BigEndian(_to[(_length + 1)..], verifyResult);
        _length += ProxyTlvs.SslStart;
        return true;
    }

    /// <summary>Ends a TLV that holds others.</summary>
    public readonly bool TryEndNested(int token)
    {
        int size = _length - token - 3;
        if (size > ushort.MaxValue)
        {
            return false;
        }
        BinaryPrimitives.WriteUInt16BigEndian(_to[(token + 1)..], (ushort)size);
        return true;
    }

    /// <summary>Appends a checksum, which <see cref="TryFinish"/> computes.</summary>
    public bool TryAddChecksum()
    {
        ReadOnlySpan<byte> zero = [0, 0, 0, 0];
        if (!TryAdd(ProxyTlvType.Crc32C, zero))
        {
            return false;
        }
        _checksumAt = _length - 4;
        return true;
    }

    /// <summary>Writes length and checksum.</summary>
    /// <param name="written">Bytes of the whole header.</param>
    public readonly bool TryFinish(out int written)
    {
        written = _length;
        if (_length > ProxyHeaderParser.BinaryMax)
        {
            return false;
        }
        BinaryPrimitives.WriteUInt16BigEndian(_to[14..], (ushort)(_length - ProxyHeaderParser.BinaryStart));
        if (_checksumAt > 0)
        {
            BinaryPrimitives.WriteUInt32BigEndian(
                _to[_checksumAt..], ProxyTlvs.Checksum(_to[.._length], _checksumAt));
        }
        return true;
    }

    private bool TryBeginNested(ProxyTlvType type, out int token)
    {
        token = _length;
        if (_to.Length - _length < 3)
        {
            return false;
        }
        _to[_length] = (byte)type;
        _length += 3;
        return true;
    }

    private static int PutAddress(Span<byte> to, IpAddress address)
    {
        address.ToIPAddress().TryFormat(to, out int length);
        to[length] = (byte)' ';
        return length + 1;
    }

    private static int PutNumber(Span<byte> to, ushort value)
    {
        Utf8Formatter.TryFormat(value, to, out int length);
        return length;
    }
}
