using System.Text;
using Holdfast.Http.ProxyProtocol;
using Holdfast.Primitives;

namespace Holdfast.Http.Tests.ProxyProtocol;

/// <summary>PROXY protocol headers, read and written.</summary>
public sealed class ProxyHeaderTests
{
    [Theory]
    [InlineData("PROXY TCP4 192.0.2.1 192.0.2.2 56324 443\r\n", "192.0.2.1", 56324, "192.0.2.2", 443)]
    [InlineData("PROXY TCP6 2001:db8::1 ::1 0 65535\r\n", "2001:db8::1", 0, "::1", 65535)]
    public void Line_Right_IsRead(string line, string source, int sourcePort, string destination, int destinationPort)
    {
        byte[] bytes = [.. Encoding.ASCII.GetBytes(line), 1, 2];

        ProxyResult result = ProxyHeaderParser.Parse(bytes, out ProxyHeader header);

        Assert.Equal(new ProxyResult(true, line.Length, ProxyError.None), result);
        Assert.True(header.HasAddresses);
        Assert.Equal((source, sourcePort), (header.Source.ToString(), header.SourcePort));
        Assert.Equal((destination, destinationPort), (header.Destination.ToString(), header.DestinationPort));
        byte[] written = new byte[ProxyHeaderParser.LineMax];
        int length = ProxyHeaderWriter.WriteLine(
            written, header.Source, header.SourcePort, header.Destination, header.DestinationPort);
        Assert.Equal(line, Encoding.ASCII.GetString(written, 0, length));
    }

    [Theory]
    [InlineData("PROXY UNKNOWN\r\n")]
    [InlineData("PROXY UNKNOWN ffff:f...f:ffff whatever\r\n")]
    public void Line_Unknown_HasNoAddresses(string line)
    {
        Assert.True(ProxyHeaderParser.Parse(Encoding.ASCII.GetBytes(line), out ProxyHeader header).IsComplete);
        Assert.False(header.HasAddresses);
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\n", ProxyError.NoSignature)]
    [InlineData("PROXX", ProxyError.NoSignature)]
    [InlineData("PROXY  TCP4 1.1.1.1 1.1.1.1 1 1\r\n", ProxyError.BadLine)]
    [InlineData("PROXY TCP5 1.1.1.1 1.1.1.1 1 1\r\n", ProxyError.BadLine)]
    [InlineData("PROXY tcp4 1.1.1.1 1.1.1.1 1 1\r\n", ProxyError.BadLine)]
    [InlineData("PROXY TCP4 1.1.1.1 1.1.1.1 1\r\n", ProxyError.BadLine)]
    [InlineData("PROXY TCP4 1.1.1.1 1.1.1.1 1 1 \r\n", ProxyError.BadLine)]
    [InlineData("PROXY TCP4 1.1.1.1 1.1.1.1 1 1\n", ProxyError.BadLine)]
    [InlineData("PROXY UNKNOWNX\r\n", ProxyError.BadLine)]
    [InlineData("PROXY TCP4 ::1 1.1.1.1 1 1\r\n", ProxyError.BadAddress)]
    [InlineData("PROXY TCP6 1.1.1.1 ::1 1 1\r\n", ProxyError.BadAddress)]
    [InlineData("PROXY TCP4 1.1.1 1.1.1.1 1 1\r\n", ProxyError.BadAddress)]
    [InlineData("PROXY TCP4 1.1.1.1 1.1.1.256 1 1\r\n", ProxyError.BadAddress)]
    [InlineData("PROXY TCP4 1.1.1.1 1.1.1.1 01 1\r\n", ProxyError.BadPort)]
    [InlineData("PROXY TCP4 1.1.1.1 1.1.1.1 +1 1\r\n", ProxyError.BadPort)]
    [InlineData("PROXY TCP4 1.1.1.1 1.1.1.1 1 65536\r\n", ProxyError.BadPort)]
    [InlineData("PROXY TCP4 1.1.1.1 1.1.1.1 1 100000\r\n", ProxyError.BadPort)]
    public void Line_Wrong_IsRefused(string line, ProxyError error)
        => Assert.Equal(error, ProxyHeaderParser.Parse(Encoding.ASCII.GetBytes(line), out _).Error);

    [Fact]
    public void Line_WithoutEnd_IsRefusedAtItsBound()
    {
        byte[] line = Encoding.ASCII.GetBytes($"PROXY UNKNOWN {new string('x', 200)}");

        Assert.Equal(default, ProxyHeaderParser.Parse(line.AsSpan(0, 106), out _));
        Assert.Equal(ProxyError.LineTooLong, ProxyHeaderParser.Parse(line.AsSpan(0, 107), out _).Error);
    }

    [Theory]
    [InlineData("192.0.2.1", "192.0.2.2", ProxyTransport.Stream, false)]
    [InlineData("2001:db8::1", "::1", ProxyTransport.Datagram, false)]
    [InlineData("192.0.2.1", "192.0.2.2", ProxyTransport.Stream, true)]
    public void Binary_Written_IsReadBackFromEveryPrefix(
        string source, string destination, ProxyTransport transport, bool local)
    {
        var header = new ProxyHeader(
            2, local, transport, IpAddress.Parse(source), 1234, IpAddress.Parse(destination), 443, default);
        byte[] bytes = Written(header);

        for (int length = 0; length < bytes.Length; length++)
        {
            Assert.Equal(default, ProxyHeaderParser.Parse(bytes.AsSpan(0, length), out _));
        }
        ProxyResult result = ProxyHeaderParser.Parse([.. bytes, 7], out ProxyHeader read);
        Assert.Equal(new ProxyResult(true, bytes.Length, ProxyError.None), result);
        Assert.Equal(!local, read.HasAddresses);
        if (!local)
        {
            Assert.Equal(header with { Extensions = read.Extensions }, read);
            Assert.Equal("Authority=example.org|Ssl=..|SslVersion=TLSv1.3|UniqueId=id|Crc32C", Describe(bytes, read));
        }
    }

    [Fact]
    public void Binary_AnyBitOfItTurned_IsRefusedByItsChecksum()
    {
        byte[] bytes = Written(new(
            2, false, ProxyTransport.Stream, IpAddress.V4(1, 2, 3, 4), 5, IpAddress.V4(6, 7, 8, 9), 10, default));
        for (int bit = 16 * 8; bit < bytes.Length * 8; bit++)
        {
            byte[] turned = [.. bytes];
            turned[bit / 8] ^= (byte)(1 << (bit % 8));

            Assert.True(
                ProxyHeaderParser.Parse(turned, out _).Error is ProxyError.BadChecksum or ProxyError.BadTlv
                    || IsChecksumType(bytes, bit / 8), $"bit {bit}");
        }
    }

    [Fact]
    public void Crc32C_KnownText_HasKnownSum()
        => Assert.Equal(0xE3069283, ~Crc32C.Add(uint.MaxValue, "123456789"u8));

    [Theory]
    [InlineData(12, 0x11, ProxyError.BadVersion)]
    [InlineData(12, 0x22, ProxyError.BadCommand)]
    [InlineData(13, 0x41, ProxyError.BadFamily)]
    [InlineData(13, 0x13, ProxyError.BadFamily)]
    [InlineData(15, 11, ProxyError.TooShort)]
    [InlineData(14, 0x40, ProxyError.TooLong)]
    [InlineData(15, 14, ProxyError.BadTlv)]
    public void Binary_Wrong_IsRefused(int at, byte value, ProxyError error)
    {
        byte[] bytes = [.. "\r\n\r\n\0\r\nQUIT\n"u8, 0x21, 0x11, 0, 12, 1, 1, 1, 1, 2, 2, 2, 2, 0, 1, 0, 2, 4, 0];
        Assert.True(ProxyHeaderParser.Parse(bytes, out _).IsComplete);
        bytes[at] = value;

        Assert.Equal(error, ProxyHeaderParser.Parse(bytes, out _).Error);
    }

    [Fact]
    public void Writer_WithoutRoom_SaysSo()
    {
        var header = new ProxyHeader(
            2, false, ProxyTransport.Stream, IpAddress.V4(1, 2, 3, 4), 5, IpAddress.V4(6, 7, 8, 9), 10, default);

        Assert.False(ProxyHeaderWriter.TryBegin(new byte[27], header, out _));
        Assert.True(ProxyHeaderWriter.TryBegin(new byte[28], header, out ProxyHeaderWriter full));
        Assert.False(full.TryAdd(ProxyTlvType.Alpn, "h2"u8));
        Assert.True(ProxyHeaderWriter.TryBegin(new byte[70000], header, out ProxyHeaderWriter wide));
        Assert.False(wide.TryAdd(ProxyTlvType.Alpn, new byte[65536]));
    }

    /// <summary>Whether a byte is the type of the checksum's TLV: turned into another, nobody can know there was one.
    /// </summary>
    private static bool IsChecksumType(byte[] bytes, int at) => at == bytes.Length - 7;

    private static byte[] Written(ProxyHeader header)
    {
        byte[] to = new byte[200];
        Assert.True(ProxyHeaderWriter.TryBegin(to, header, out ProxyHeaderWriter writer));
        Assert.True(writer.TryAdd(ProxyTlvType.Authority, "example.org"u8));
        Assert.True(writer.TryBeginSsl(1, 0, out int ssl));
        Assert.True(writer.TryAdd(ProxyTlvType.SslVersion, "TLSv1.3"u8));
        Assert.True(writer.TryEndNested(ssl));
        Assert.True(writer.TryAdd(ProxyTlvType.UniqueId, "id"u8));
        Assert.True(writer.TryAddChecksum());
        Assert.True(writer.TryFinish(out int length));
        return to[..length];
    }

    private static string Describe(byte[] bytes, ProxyHeader header)
    {
        var found = new List<string>();
        var tlvs = new ProxyTlvs(bytes.AsSpan(header.Extensions));
        while (tlvs.MoveNext())
        {
            switch (tlvs.Type)
            {
                case ProxyTlvType.Ssl:
                    Assert.Equal(new byte[] { 1, 0, 0, 0, 0 }, tlvs.Value[..ProxyTlvs.SslStart].ToArray());
                    found.Add("Ssl=..");
                    var inner = new ProxyTlvs(tlvs.Value[ProxyTlvs.SslStart..]);
                    while (inner.MoveNext())
                    {
                        found.Add($"{inner.Type}={Encoding.ASCII.GetString(inner.Value)}");
                    }
                    break;
                case ProxyTlvType.Crc32C:
                    found.Add($"{tlvs.Type}");
                    break;
                default:
                    found.Add($"{tlvs.Type}={Encoding.ASCII.GetString(tlvs.Value)}");
                    break;
            }
        }
        return string.Join('|', found);
    }
}
