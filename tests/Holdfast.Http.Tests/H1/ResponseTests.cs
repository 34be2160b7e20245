using Holdfast.Http.H1;

namespace Holdfast.Http.Tests.H1;

/// <summary>Single responses: where they end, and why others are refused.</summary>
public sealed class ResponseTests
{
    [Theory]
    [InlineData("HTTP/1.1 200 OK", "Content-Length: 5", RequestMethod.Get, BodyKind.Length, 5, true)]
    [InlineData("HTTP/1.1 200 OK", "Content-Length: 5", RequestMethod.Head, BodyKind.None, 0, true)]
    [InlineData("HTTP/1.1 304 No", "Content-Length: 5", RequestMethod.Get, BodyKind.None, 0, true)]
    [InlineData("HTTP/1.1 204 No", "Transfer-Encoding: chunked", RequestMethod.Get, BodyKind.None, 0, true)]
    [InlineData("HTTP/1.1 100 Go", "Content-Length: 5", RequestMethod.Get, BodyKind.None, 0, true)]
    [InlineData("HTTP/1.1 103 E", "Connection: close", RequestMethod.Get, BodyKind.None, 0, true)]
    [InlineData("HTTP/1.1 200", "Transfer-Encoding: chunked", RequestMethod.Get, BodyKind.Chunked, 0, true)]
    [InlineData("HTTP/1.1 200 ", "X: y", RequestMethod.Get, BodyKind.UntilClose, 0, false)]
    [InlineData("HTTP/1.0 200 OK", "Content-Length: 5", RequestMethod.Get, BodyKind.Length, 5, false)]
    [InlineData("HTTP/1.0 200 OK", "Content-Length: 5|Connection: keep-alive", RequestMethod.Get, BodyKind.Length, 5,
        true)]
    [InlineData("HTTP/1.1 200 OK", "Content-Length: 5", RequestMethod.Connect, BodyKind.Tunnel, 0, true)]
    [InlineData("HTTP/1.1 407 No", "Content-Length: 5", RequestMethod.Connect, BodyKind.Length, 5, true)]
    [InlineData("HTTP/1.1 101 S", "Connection: upgrade|Upgrade: x", RequestMethod.Get, BodyKind.Tunnel, 0, true)]
    public void Body_Response_EndsWhereTheRfcSays(
        string start, string fields, RequestMethod method, BodyKind kind, long length, bool keepAlive)
    {
        (H1Head head, H1Result result) = Parsed.Response(
            $"{start}\r\n{fields.Replace("|", "\r\n", StringComparison.Ordinal)}\r\n\r\n", method, upgrade: true);

        Assert.Equal(H1Error.None, result.Error);
        Assert.Equal(new BodyFraming(kind, length), head.Body);
        Assert.Equal(keepAlive, head.KeepAlive);
    }

    [Theory]
    [InlineData("HTTP/1.1 99 x", "", H1Error.BadStatusLine)]
    [InlineData("HTTP/1.1 020 x", "", H1Error.BadStatusLine)]
    [InlineData("HTTP/1.1 2000 x", "", H1Error.BadStatusLine)]
    [InlineData("HTTP/1.1  200 x", "", H1Error.BadStatusLine)]
    [InlineData("HTTP/1.1\t200 x", "", H1Error.BadStatusLine)]
    [InlineData("HTTP/1.1 200 \u0001", "", H1Error.BadStatusLine)]
    [InlineData("HTTP/1.1", "", H1Error.BadStatusLine)]
    [InlineData("ICY 200 OK", "", H1Error.BadStatusLine)]
    [InlineData("\r\nHTTP/1.1 200 OK", "", H1Error.BadStatusLine)]
    [InlineData("HTTP/2.0 200 OK", "", H1Error.VersionNotSupported)]
    [InlineData("HTTP/1.1 101 S", "Connection: upgrade\r\nUpgrade: x\r\n", H1Error.UnexpectedUpgrade)]
    [InlineData("HTTP/1.1 200 OK", "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", H1Error.LengthBesideChunked)]
    [InlineData("HTTP/1.1 200 OK", "Content-Length: 5\r\nContent-Length: 6\r\n", H1Error.ContentLengthsDiffer)]
    [InlineData("HTTP/1.1 200 OK", "Content-Length:\r\n", H1Error.BadContentLength)]
    [InlineData("HTTP/1.1 200 OK", "Transfer-Encoding: gzip\r\n", H1Error.CodingWithoutChunked)]
    [InlineData("HTTP/1.0 200 OK", "Transfer-Encoding: chunked\r\n", H1Error.TransferEncodingOnHttp10)]
    [InlineData("HTTP/1.1 200 OK", "X: a\r\n b\r\n", H1Error.ObsoleteFold)]
    public void Response_Wrong_IsRefused(string start, string fields, H1Error error)
        => Assert.Equal(error, Parsed.Response($"{start}\r\n{fields}\r\n").Result.Error);

    [Fact]
    public void LengthBesideChunked_Forgiven_EndsTheConnection()
    {
        (H1Head head, H1Result result) = Parsed.Response(
            "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",
            leniency: H1Leniency.HAProxyResponse);

        Assert.Equal(H1Outcome.Done, result.Outcome);
        Assert.Equal(BodyFraming.Chunked, head.Body);
        Assert.True(head.Has(ConnectionFacts.MustClose));
        Assert.False(head.KeepAlive);
    }

    [Theory]
    [InlineData("websocket", "websocket", true)]
    [InlineData("foo, Bar", "bar", true)]
    [InlineData("foo", "bar", false)]
    [InlineData("foo", "foo, bar", false)]
    [InlineData("h2c, foo", "h2c", false)]
    public void Upgrade_Answer_MustBeOneOfferred(string offered, string answered, bool allowed)
    {
        string text = "GET / HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\n"
            + $"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nUpgrade: {offered}\r\n\r\n";
        string answer = $"HTTP/1.1 101 S\r\nConnection: upgrade\r\nUpgrade: {answered}\r\n"
            + "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";
        (H1Head request, _) = Parsed.Request(text);
        (H1Head response, _) = Parsed.Response(answer, upgrade: true);
        HeadView view = response.On(Parsed.Bytes(answer));

        Assert.Equal(allowed, UpgradeOffer.Of(request.On(Parsed.Bytes(text))).Allows(view));
        Assert.True(WebSocketHandshake.Accepts(view, "dGhlIHNhbXBsZSBub25jZQ=="u8));
        Assert.False(WebSocketHandshake.Accepts(view, "AGhlIHNhbXBsZSBub25jZQ=="u8));
        Assert.False(WebSocketHandshake.Accepts(view, "short"u8));
    }
}
