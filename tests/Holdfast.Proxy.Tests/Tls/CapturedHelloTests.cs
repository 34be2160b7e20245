using Holdfast.Proxy.Tls;

namespace Holdfast.Proxy.Tests.Tls;

/// <summary>What is seen of a client's hello, within the size of the capture buffer.</summary>
public sealed class CapturedHelloTests
{
    private static readonly byte[] s_hello = Convert.FromHexString(
        "0303" + new string('5', 64) + "00" // version, random, no session
        + "0006" + "1A1A13011302" + "0100" // ciphers, compression
        + "001A" + "3A3A0000" // extensions: one that means nothing,
        + "000A0008" + "0006" + "2A2A001D0017" // curves,
        + "000B0002" + "0100" // formats of points,
        + "FF010000"); // renegotiation

    [Theory]
    [InlineData(100, "1A1A13011302", "3A3A000A000BFF01", "2A2A001D0017", "00")]
    [InlineData(20, "1A1A13011302", "3A3A000A000BFF01", "2A2A001D0017", "")]
    [InlineData(16, "1A1A13011302", "3A3A000A000BFF01", "2A2A", "")]
    [InlineData(11, "1A1A13011302", "3A3A000A", "2A", "")]
    [InlineData(4, "1A1A1301", "", "", "")]
    [InlineData(0, "", "", "", "")]
    public void Lists_WithinTheSize_AreSeen(int size, string ciphers, string ids, string curves, string formats)
    {
        Assert.True(CapturedHello.TryRead(s_hello, size, out CapturedHello hello));

        Span<byte> room = stackalloc byte[size];
        Assert.Equal(0x0303, hello.Version);
        Assert.Equal("1A1A13011302", Convert.ToHexString(hello.AllCiphers));
        Assert.Equal(ciphers, Convert.ToHexString(hello.Ciphers));
        Assert.Equal(ids, Convert.ToHexString(room[..hello.WriteExtensions(room)]));
        Assert.Equal(curves, Convert.ToHexString(hello.CurveList));
        Assert.Equal(formats, Convert.ToHexString(hello.Formats));
    }

    [Fact]
    public void Hello_CutAnywhere_IsReadWithoutFault()
    {
        for (int length = 0; length < s_hello.Length; length++)
        {
            bool isRead = CapturedHello.TryRead(s_hello.AsSpan(0, length), 100, out CapturedHello hello);
            Assert.Equal(length >= 43, isRead);
            Assert.Equal(isRead ? 6 : 0, hello.Ciphers.Length);
        }
    }

    [Fact]
    public void Grease_IsLeftOut()
    {
        byte[] list = Convert.FromHexString("1A1A1301FAFA1A2A0A0A00");
        int length = CapturedHello.WithoutGrease(list, list);
        Assert.Equal("13011A2A", Convert.ToHexString(list.AsSpan(0, length)));
    }
}
