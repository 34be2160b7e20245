using System.Text;
using Holdfast.Health.Wire;

namespace Holdfast.Health.Tests.Wire;

public sealed class WireTests
{
    /// <summary>The test suite of RFC 1321, appendix A.5.</summary>
    [Theory]
    [InlineData("", "d41d8cd98f00b204e9800998ecf8427e")]
    [InlineData("a", "0cc175b9c0f1b6a831c399e269772661")]
    [InlineData("message digest", "f96b697d7cb7938d525a2f31aaf161d0")]
    [InlineData("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789", "d174ab98d277d9f5a5611c2c9f419d9f")]
    [InlineData("12345678901234567890123456789012345678901234567890123456789012345678901234567890",
        "57edf4a22be3c955ac49da2e2107b67a")]
    public void Md5_TextsOfTheRfc_HaveTheirDigests(string text, string expected)
    {
        byte[] bytes = Encoding.ASCII.GetBytes(text);
        byte[] digest = new byte[Md5Digest.SizeBytes];
        var md5 = new Md5Digest();
        for (int cut = 0; cut <= bytes.Length; cut++)
        {
            md5.Reset();
            md5.Append(bytes.AsSpan(0, cut));
            md5.Append(bytes.AsSpan(cut));
            md5.Finish(digest);
            Assert.Equal(expected, Convert.ToHexStringLower(digest));
        }
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", 200, 5, "hello")]
    [InlineData("HTTP/1.0 404 Not Found\nX: y\n\nbody", 404, -1, "body")]
    [InlineData("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 503 No\r\ncontent-LENGTH:12\r\n\r\n", 503, 12, "")]
    [InlineData("HTTP/1.1 204 No Content\r\n\r\n", 204, 0, "")]
    public void HttpHead_CutAnywhere_IsReadAlike(string text, int status, long length, string body)
    {
        byte[] bytes = Encoding.ASCII.GetBytes(text);
        var head = new HttpAnswerHead();
        for (int cut = 0; cut <= bytes.Length; cut++)
        {
            head.Reset();
            int used = head.Read(bytes.AsSpan(0, cut));
            used = used < cut ? used : cut + head.Read(bytes.AsSpan(cut));
            Assert.Equal((status, length, true, false),
                (head.Status, head.ContentLength, head.IsComplete, head.IsInvalid));
            Assert.Equal(body, text[used..]);
        }
    }

    [Theory]
    [InlineData("SSH-2.0-OpenSSH_9\r\n")]
    [InlineData("HTTP/1.1 2x0 OK\r\n\r\n")]
    [InlineData("HTTP/1.1 20\r\n\r\n")]
    [InlineData("\r\n")]
    public void HttpHead_NoHttp_IsInvalid(string text)
    {
        var head = new HttpAnswerHead();
        head.Read(Encoding.ASCII.GetBytes(text));
        Assert.True(head.IsInvalid);
    }

    [Fact]
    public void HttpHead_EndlessHeaders_AreGivenUp()
    {
        var head = new HttpAnswerHead();
        head.Read("HTTP/1.1 200 OK\r\n"u8);
        byte[] line = Encoding.ASCII.GetBytes("X: " + new string('y', 1000) + "\r\n");
        int lines = 0;
        while (!head.IsInvalid && lines++ < 10_000)
        {
            head.Read(line);
        }
        Assert.InRange(lines, 200, 300);
    }

    /// <summary>The question that keepalived 2.2.7 sends, but for its id.</summary>
    [Fact]
    public void DnsQuery_Name_IsEncoded()
    {
        Span<byte> target = stackalloc byte[DnsMessage.QuerySizeMax];
        int length = DnsMessage.WriteQuery(target, 0x4B49, "example.com", DnsMessage.TypeOf("MX"));
        Assert.Equal("4b4901000001000000000000076578616d706c6503636f6d00000f0001",
            Convert.ToHexStringLower(target[..length]));
        length = DnsMessage.WriteQuery(target, 1, ".", DnsMessage.TypeOf("SOA"));
        Assert.Equal("0001010000010000000000000000060001", Convert.ToHexStringLower(target[..length]));
        Assert.Equal(0, DnsMessage.WriteQuery(target, 1, new string('a', 64), 1));
        Assert.Equal(0, DnsMessage.WriteQuery(target, 1, string.Join('.', Enumerable.Repeat("abcdefg", 40)), 1));
    }

    [Theory]
    [InlineData("0001818000010001", DnsVerdict.Answered, 0)]
    [InlineData("0001818000010000", DnsVerdict.Empty, 0)]
    [InlineData("0001818300010000", DnsVerdict.Error, 3)]
    [InlineData("0001010000010001", DnsVerdict.NotOurs, 0)]
    [InlineData("0002818000010001", DnsVerdict.NotOurs, 0)]
    [InlineData("00", DnsVerdict.NotOurs, 0)]
    public void DnsAnswer_Header_Decides(string hex, DnsVerdict verdict, int code)
    {
        byte[] query = Convert.FromHexString("000101000001000000000000");
        byte[] answer = Convert.FromHexString(hex.Length < 4 ? hex : hex + "00000000");
        Assert.Equal(verdict, DnsMessage.Judge(query, answer, out int actual));
        Assert.Equal(code, actual);
    }

    [Theory]
    [InlineData("220 hi\r\n250 ok\r\n", "220 250")]
    [InlineData("220-first\r\n220-second\r\n220 last\r\n221\r\n", "220 221")]
    [InlineData("554 no\n", "554")]
    [InlineData("hello\r\n", "invalid")]
    [InlineData("22\r\n", "invalid")]
    public void SmtpReply_CutAnywhere_IsReadAlike(string text, string expected)
    {
        byte[] bytes = Encoding.ASCII.GetBytes(text);
        for (int cut = 0; cut <= bytes.Length; cut++)
        {
            var reader = new SmtpReplyReader();
            var codes = new List<string>();
            foreach (byte[] part in (byte[][])[bytes[..cut], bytes[cut..]])
            {
                ReadOnlySpan<byte> left = part;
                while (!left.IsEmpty && !reader.IsInvalid)
                {
                    left = left[reader.Read(left, out int code)..];
                    if (code != 0)
                    {
                        codes.Add(code.ToString(System.Globalization.CultureInfo.InvariantCulture));
                    }
                }
            }
            Assert.Equal(expected, reader.IsInvalid ? "invalid" : string.Join(' ', codes));
        }
    }
}
