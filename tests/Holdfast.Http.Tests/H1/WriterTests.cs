using Holdfast.Http.H1;

namespace Holdfast.Http.Tests.H1;

/// <summary>Heads written anew.</summary>
public sealed class WriterTests
{
    private const string Key = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";

    /// <summary>What HAProxy 2.6 was seen to write, but for what RFC 9112 forbids.</summary>
    [Theory]
    [InlineData("GET / HTTP/1.1\r\nHost: A\r\nX-Foo: Bar\r\n\r\n", "GET / HTTP/1.1\r\nhost: A\r\nx-foo: Bar\r\n\r\n")]
    [InlineData("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2, 2\r\nX: y\r\nContent-Length: 2\r\n\r\n",
        "POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 2\r\nx: y\r\n\r\n")]
    [InlineData("POST / HTTP/1.1\r\nTransfer-Encoding: Chunked\r\nHost: a\r\n\r\n",
        "POST / HTTP/1.1\r\ntransfer-encoding: chunked\r\nhost: a\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\nConnection: x-foo, keep-alive\r\nX-Foo: 1\r\nKeep-Alive: 5\r\nX-F: 1\r\n"
        + "Proxy-Connection: x\r\nTE: trailers, gzip\r\n\r\n",
        "GET / HTTP/1.1\r\nhost: a\r\nx-f: 1\r\nte: trailers\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\nTE: trailers\r\nConnection: TE, close\r\nX: y\r\n\r\n",
        "GET / HTTP/1.1\r\nhost: a\r\nte: trailers\r\nconnection: TE\r\nx: y\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: h2c, websocket, x\r\n" + Key
        + "Z: 1\r\n\r\n",
        "GET / HTTP/1.1\r\nhost: a\r\nconnection: Upgrade\r\nupgrade: websocket, x\r\n"
        + "sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\nz: 1\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n"
        + "HTTP2-Settings: AA\r\n\r\n", "GET / HTTP/1.1\r\nhost: a\r\n\r\n")]
    [InlineData("POST / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: x\r\nContent-Length: 2\r\n\r\n",
        "POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 2\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\nConnection: host, content-length\r\nContent-Length: 3\r\n\r\n",
        "GET / HTTP/1.1\r\nhost: a\r\ncontent-length: 3\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\n\r\n", "GET / HTTP/1.1\r\nhost: a\r\n\r\n")]
    [InlineData("PUT / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\n",
        "PUT / HTTP/1.1\r\nhost: a\r\nexpect: 100-continue\r\ncontent-length: 1\r\n\r\n")]
    [InlineData("GET http://a?b HTTP/1.1\r\nHost: a\r\n\r\n", "GET http://a?b HTTP/1.1\r\nhost: a\r\n\r\n")]
    public void Request_LowerCase_IsWrittenAsHAProxyWould(string text, string written)
        => Assert.Equal(written, Write(text, new() { LowerCaseNames = true, ForwardTe = true }));

    [Theory]
    [InlineData("GET http://a?b HTTP/1.1\r\nX: y\r\nHost: a\r\n\r\n", "GET /?b HTTP/1.0\r\nHost: a\r\nX: y\r\n")]
    [InlineData("GET http://a/c HTTP/1.1\r\nX: y\r\nHost: a\r\n\r\n", "GET /c HTTP/1.0\r\nHost: a\r\nX: y\r\n")]
    [InlineData("GET http://a HTTP/1.1\r\nX: y\r\nHost: a\r\n\r\n", "GET / HTTP/1.0\r\nHost: a\r\nX: y\r\n")]
    [InlineData("GET /a HTTP/1.1\r\nX: y\r\nHost: a\r\nExpect: 100-continue\r\n\r\n",
        "GET /a HTTP/1.0\r\nHost: a\r\nX: y\r\n")]
    public void Request_OtherPolicy_IsWrittenSo(string text, string written)
        => Assert.Equal($"{written}Connection: close\r\n\r\n", Write(text, new()
        {
            HostFirst = true, OriginForm = true, Version = H1Version.Http10, Connection = ConnectionField.Close,
            DropExpect = true,
        }));

    [Theory]
    [InlineData(BodyKind.None, "HTTP/1.1 200 OK\r\na: b\r\n\r\n")]
    [InlineData(BodyKind.Length, "HTTP/1.1 200 OK\r\na: b\r\ncontent-length: 77\r\n\r\n")]
    [InlineData(BodyKind.Chunked, "HTTP/1.1 200 OK\r\na: b\r\ntransfer-encoding: chunked\r\n\r\n")]
    [InlineData(BodyKind.UntilClose, "HTTP/1.1 200 OK\r\na: b\r\n\r\n")]
    public void Response_FramingOfOurs_IsWrittenBehindTheRest(BodyKind kind, string written)
    {
        const string Text = "HTTP/1.1 200 OK\r\nA: b\r\n\r\n";
        (H1Head head, _) = Parsed.Response(Text);
        byte[] output = new byte[100];
        var options = new WriteOptions
        {
            Version = H1Version.Http11, LowerCaseNames = true, Body = new(kind, kind == BodyKind.Length ? 77 : 0),
        };

        Assert.True(HeadWriter.TryWriteResponse(head.On(Parsed.Bytes(Text)), options, output, out int length));
        Assert.Equal(written, Parsed.Text(output.AsSpan(0, length)));
        for (int room = 0; room < length; room++)
        {
            Assert.False(HeadWriter.TryWriteResponse(
                head.On(Parsed.Bytes(Text)), options, output.AsSpan(0, room), out int none));
            Assert.Equal(0, none);
        }
    }

    [Theory]
    [InlineData(21)]
    [InlineData(22)]
    [InlineData(23)]
    public void Message_WrittenAndParsedAgain_IsTheSame(int seed)
    {
        var maker = new MessageMaker(seed);
        int done = 0;
        for (int i = 0; i < 4000; i++)
        {
            // Whatever the parser takes, spoilt messages too, must come back as it was understood.
            bool response = i % 3 == 0;
            string text = response ? maker.Response(i % 2 == 0) : maker.Request(i % 2 == 0);
            H1Leniency leniency = i % 5 == 0 ? H1Leniency.AcceptInvalidRequest : H1Leniency.None;
            (H1Head head, H1Result result) = response
                ? Parsed.Response(text, upgrade: true, leniency: leniency) : Parsed.Request(text, leniency);
            if (result.Outcome != H1Outcome.Done)
            {
                continue;
            }
            done++;
            string once = Write(Parsed.Bytes(text), head);
            // Strictly this time, but for bytes that leniency keeps.
            H1Leniency kept = leniency & ~(H1Leniency.LineFeedAlone | H1Leniency.LengthBesideChunked);
            (H1Head again, H1Result second) = response
                ? Parsed.Response(once, upgrade: true, leniency: kept) : Parsed.Request(once, kept);

            Assert.True(second == H1Result.Done(once.Length), $"{text}\nwas written\n{once}\n{second}");
            Assert.Equal(head.Body, again.Body);
            Assert.Equal(head.KeepAlive, again.KeepAlive);
            Assert.Equal(Kept(head), Kept(again));
            Assert.Equal(once, Write(Parsed.Bytes(once), again));
        }
        Assert.InRange(done, 2000, 4000);
    }

    private static (RequestMethod, TargetForm, int, ConnectionFacts, H1Version) Kept(H1Head head)
        => (head.Method, head.Form, head.Status,
            head.Facts & (ConnectionFacts.Upgrade | ConnectionFacts.WebSocket | ConnectionFacts.ExpectsContinue),
            head.Version);

    private static string Write(string text, WriteOptions options)
    {
        (H1Head head, H1Result result) = Parsed.Request(text);
        Assert.Equal(H1Outcome.Done, result.Outcome);
        HeadView view = head.On(Parsed.Bytes(text));
        byte[] output = new byte[1000];
        WriteOptions whole = options with
        {
            Body = head.Announced,
            Version = options.Connection == ConnectionField.Close ? options.Version : head.Version,
            Connection = view.OffersUpgrade ? ConnectionField.Upgrade : options.Connection,
        };
        Assert.True(HeadWriter.TryWriteRequest(view, whole, output, out int length));
        return Parsed.Text(output.AsSpan(0, length));
    }

    private static string Write(byte[] bytes, H1Head head)
    {
        HeadView view = head.On(bytes);
        byte[] output = new byte[4000];
        var options = new WriteOptions
        {
            Body = head.Announced, Version = head.Version, LowerCaseNames = true,
            Connection = view.OffersUpgrade ? ConnectionField.Upgrade
                : head.Has(ConnectionFacts.MustClose | ConnectionFacts.Close) ? ConnectionField.Close
                : head.Version == H1Version.Http10 && head.KeepAlive ? ConnectionField.KeepAlive : ConnectionField.None,
        };
        Assert.True(head.IsResponse
            ? HeadWriter.TryWriteResponse(view, options, output, out int length)
            : HeadWriter.TryWriteRequest(view, options, output, out length));
        return Parsed.Text(output.AsSpan(0, length));
    }
}
