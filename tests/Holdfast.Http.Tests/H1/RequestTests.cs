using Holdfast.Http.H1;

namespace Holdfast.Http.Tests.H1;

/// <summary>Single requests: what is understood of good ones, and why others are refused.</summary>
public sealed class RequestTests
{
    [Theory]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\n\r\n", RequestMethod.Get, TargetForm.Origin, "", "/", "")]
    [InlineData("POST /p?q=1?2 HTTP/1.1\r\nHost: a\r\n\r\n", RequestMethod.Post, TargetForm.Origin, "", "/p", "q=1?2")]
    [InlineData("FOO /? HTTP/1.1\r\nHost: a\r\n\r\n", RequestMethod.Other, TargetForm.Origin, "", "/", "")]
    [InlineData("get / HTTP/1.1\r\nHost: a\r\n\r\n", RequestMethod.Other, TargetForm.Origin, "", "/", "")]
    [InlineData("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", RequestMethod.Options, TargetForm.Asterisk, "", "", "")]
    [InlineData("CONNECT a:44 HTTP/1.1\r\nHost: a:44\r\n\r\n", RequestMethod.Connect, TargetForm.Authority, "a:44", "",
        "")]
    [InlineData("GET http://A:80/x?y HTTP/1.1\r\nHost: a\r\n\r\n", RequestMethod.Get, TargetForm.Absolute, "A:80", "/x",
        "y")]
    [InlineData("GET http://a HTTP/1.1\r\nHost: a\r\n\r\n", RequestMethod.Get, TargetForm.Absolute, "a", "", "")]
    [InlineData("GET https://[::1]?y HTTP/1.1\r\nHost: [::1]:443\r\n\r\n", RequestMethod.Get, TargetForm.Absolute,
        "[::1]", "", "y")]
    [InlineData("\r\n\r\nHEAD / HTTP/1.0\r\n\r\n", RequestMethod.Head, TargetForm.Origin, "", "/", "")]
    public void Target_Taken_IsSplit(
        string text, RequestMethod method, TargetForm form, string authority, string path, string query)
    {
        (H1Head head, H1Result result) = Parsed.Request(text);

        Assert.Equal(H1Result.Done(text.Length), result);
        HeadView view = head.On(Parsed.Bytes(text));
        Assert.Equal((method, form), (head.Method, head.Form));
        Assert.Equal(authority, Parsed.Text(view.Authority));
        Assert.Equal(path, Parsed.Text(view.Path));
        Assert.Equal(query, Parsed.Text(view.Query));
        Assert.Equal(text.Contains('?', StringComparison.Ordinal), head.HasQuery);
    }

    [Theory]
    [InlineData("\u0016\u0003\u0001", H1Error.BadMethod, 0)]
    [InlineData("GE(T / HTTP/1.1\r\n\r\n", H1Error.BadMethod, 2)]
    [InlineData(" GET / HTTP/1.1\r\n\r\n", H1Error.BadMethod, 0)]
    [InlineData("GET\t/ HTTP/1.1\r\n\r\n", H1Error.BadMethod, 3)]
    [InlineData("GET\r\n\r\n", H1Error.MissingTarget, 3)]
    [InlineData("GET \r\n\r\n", H1Error.MissingTarget, 4)]
    [InlineData("GET /\r\n\r\n", H1Error.MissingVersion, 5)]
    [InlineData("GET  / HTTP/1.1\r\n\r\n", H1Error.BadVersion, 5)]
    [InlineData("GET /  HTTP/1.1\r\n\r\n", H1Error.BadVersion, 6)]
    [InlineData("GET / HTTP/1.1 \r\n\r\n", H1Error.BadVersion, 6)]
    [InlineData("GET / http/1.1\r\n\r\n", H1Error.BadVersion, 6)]
    [InlineData("GET / HTTP/1.10\r\n\r\n", H1Error.BadVersion, 6)]
    [InlineData("GET / HTTP/01.1\r\n\r\n", H1Error.BadVersion, 6)]
    [InlineData("GET / HTTP/1,1\r\n\r\n", H1Error.BadVersion, 6)]
    [InlineData("GET / HTTP/2.0\r\n\r\n", H1Error.VersionNotSupported, 6)]
    [InlineData("GET / HTTP/0.9\r\n\r\n", H1Error.VersionNotSupported, 6)]
    [InlineData("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", H1Error.Http2Preface, 6)]
    [InlineData("GET /a#b HTTP/1.1\r\nHost: a\r\n\r\n", H1Error.FragmentInTarget, 6)]
    [InlineData("GET /\u00e9 HTTP/1.1\r\nHost: a\r\n\r\n", H1Error.NonAsciiTarget, 5)]
    [InlineData("GET /\u0001 HTTP/1.1\r\nHost: a\r\n\r\n", H1Error.BadTarget, 5)]
    [InlineData("GET /\u007f HTTP/1.1\r\nHost: a\r\n\r\n", H1Error.BadTarget, 5)]
    [InlineData("GET /\0 HTTP/1.1\r\nHost: a\r\n\r\n", H1Error.BadTarget, 5)]
    [InlineData("GET a HTTP/1.1\r\nHost: a\r\n\r\n", H1Error.BadTargetForm, 4)]
    [InlineData("GET * HTTP/1.1\r\nHost: a\r\n\r\n", H1Error.BadTargetForm, 4)]
    [InlineData("CONNECT a HTTP/1.1\r\nHost: a\r\n\r\n", H1Error.BadTargetForm, 8)]
    [InlineData("CONNECT http://a:1/ HTTP/1.1\r\nHost: a:1\r\n\r\n", H1Error.BadTargetForm, 8)]
    [InlineData("CONNECT :80 HTTP/1.1\r\nHost: a\r\n\r\n", H1Error.BadAuthority, 8)]
    [InlineData("GET http:/// HTTP/1.1\r\nHost: a\r\n\r\n", H1Error.BadAuthority, 11)]
    [InlineData("GET http://u@a/ HTTP/1.1\r\nHost: a\r\n\r\n", H1Error.BadAuthority, 11)]
    [InlineData("GET http://[a/ HTTP/1.1\r\nHost: a\r\n\r\n", H1Error.BadAuthority, 11)]
    [InlineData("\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", H1Error.LineFeedAlone, 0)]
    [InlineData("GET / HTTP/1.1\nHost: a\r\n\r\n", H1Error.LineFeedAlone, 14)]
    [InlineData("GET / HTTP/1.1\rHost: a\r\n\r\n", H1Error.BadVersion, 6)]
    public void RequestLine_Wrong_IsRefused(string text, H1Error error, int position)
        => Assert.Equal(H1Result.Refused(error, position), Parsed.Request(text).Result);

    [Theory]
    [InlineData("X: a\nY: b\r\n", H1Error.LineFeedAlone, 4)]
    [InlineData("X: a\rb\r\n", H1Error.CarriageReturnAlone, 4)]
    [InlineData("X: a\r\r\n", H1Error.CarriageReturnAlone, 4)]
    [InlineData("\rX: a\r\n", H1Error.CarriageReturnAlone, 0)]
    [InlineData("X: a\r\n b\r\n", H1Error.ObsoleteFold, 6)]
    [InlineData("\tX: a\r\n", H1Error.ObsoleteFold, 0)]
    [InlineData(": a\r\n", H1Error.EmptyHeaderName, 0)]
    [InlineData("X\r\n", H1Error.MissingColon, 1)]
    [InlineData("X : a\r\n", H1Error.SpaceBeforeColon, 1)]
    [InlineData("X\t: a\r\n", H1Error.SpaceBeforeColon, 1)]
    [InlineData("X Y: a\r\n", H1Error.BadHeaderName, 1)]
    [InlineData("X@Y: a\r\n", H1Error.BadHeaderName, 1)]
    [InlineData("X\0: a\r\n", H1Error.BadHeaderName, 1)]
    [InlineData("X\u00e9: a\r\n", H1Error.BadHeaderName, 1)]
    [InlineData("X: \0\r\n", H1Error.NulInValue, 3)]
    [InlineData("X: a\u0001\r\n", H1Error.ControlInValue, 4)]
    [InlineData("X: a\u007f\r\n", H1Error.ControlInValue, 4)]
    public void FieldLine_Wrong_IsRefused(string field, H1Error error, int position)
    {
        const string Start = "GET / HTTP/1.1\r\nHost: a\r\n";

        H1Result result = Parsed.Request($"{Start}{field}\r\n").Result;

        Assert.Equal(H1Result.Refused(error, Start.Length + position), result);
    }

    [Theory]
    [InlineData("GET / HTTP/1.1", "", H1Error.MissingHost)]
    [InlineData("GET / HTTP/1.1", "Host: a|Host: a", H1Error.RepeatedHost)]
    [InlineData("GET / HTTP/1.1", "Host: a, b", H1Error.BadHost)]
    [InlineData("GET / HTTP/1.1", "Host: a/b", H1Error.BadHost)]
    [InlineData("GET / HTTP/1.1", "Host: u@a", H1Error.BadHost)]
    [InlineData("GET / HTTP/1.1", "Host: a:b", H1Error.BadHost)]
    [InlineData("GET http://a/ HTTP/1.1", "Host: b", H1Error.HostDiffers)]
    [InlineData("GET http://a/ HTTP/1.1", "Host:", H1Error.HostDiffers)]
    [InlineData("GET http://a/ HTTP/1.1", "Host: a:81", H1Error.HostDiffers)]
    [InlineData("CONNECT a:81 HTTP/1.1", "Host: a", H1Error.HostDiffers)]
    [InlineData("POST / HTTP/1.1", "Host: a|Content-Length: ", H1Error.BadContentLength)]
    [InlineData("POST / HTTP/1.1", "Host: a|Content-Length: +5", H1Error.BadContentLength)]
    [InlineData("POST / HTTP/1.1", "Host: a|Content-Length: -5", H1Error.BadContentLength)]
    [InlineData("POST / HTTP/1.1", "Host: a|Content-Length: 0x5", H1Error.BadContentLength)]
    [InlineData("POST / HTTP/1.1", "Host: a|Content-Length: 5 5", H1Error.BadContentLength)]
    [InlineData("POST / HTTP/1.1", "Host: a|Content-Length: 5,", H1Error.BadContentLength)]
    [InlineData("POST / HTTP/1.1", "Host: a|Content-Length: 5,,5", H1Error.BadContentLength)]
    [InlineData("POST / HTTP/1.1", "Host: a|Content-Length: 1_0", H1Error.BadContentLength)]
    [InlineData("POST / HTTP/1.1", "Host: a|Content-Length: 9223372036854775808", H1Error.ContentLengthOverflow)]
    [InlineData("POST / HTTP/1.1", "Host: a|Content-Length: 18446744073709551621", H1Error.ContentLengthOverflow)]
    [InlineData("POST / HTTP/1.1", "Host: a|Content-Length: 5|Content-Length: 6", H1Error.ContentLengthsDiffer)]
    [InlineData("POST / HTTP/1.1", "Host: a|Content-Length: 5, 6", H1Error.ContentLengthsDiffer)]
    [InlineData("POST / HTTP/1.1", "Host: a|Content-Length: 5|Transfer-Encoding: chunked", H1Error.LengthBesideChunked)]
    [InlineData("POST / HTTP/1.1", "Host: a|Transfer-Encoding: chunked|Content-Length: 5", H1Error.LengthBesideChunked)]
    [InlineData("POST / HTTP/1.1", "Host: a|Transfer-Encoding:", H1Error.EmptyTransferCoding)]
    [InlineData("POST / HTTP/1.1", "Host: a|Transfer-Encoding: ,chunked", H1Error.EmptyTransferCoding)]
    [InlineData("POST / HTTP/1.1", "Host: a|Transfer-Encoding: gzip", H1Error.CodingWithoutChunked)]
    [InlineData("POST / HTTP/1.1", "Host: a|Transfer-Encoding: gzip, chunked", H1Error.UnknownTransferCoding)]
    [InlineData("POST / HTTP/1.1", "Host: a|Transfer-Encoding: xchunked", H1Error.CodingWithoutChunked)]
    [InlineData("POST / HTTP/1.1", "Host: a|Transfer-Encoding: \"chunked\"", H1Error.CodingWithoutChunked)]
    [InlineData("POST / HTTP/1.1", "Host: a|Transfer-Encoding: chunked;q=1", H1Error.CodingWithoutChunked)]
    [InlineData("POST / HTTP/1.1", "Host: a|Transfer-Encoding: identity", H1Error.CodingWithoutChunked)]
    [InlineData("POST / HTTP/1.1", "Host: a|Transfer-Encoding: chunked, chunked", H1Error.RepeatedChunked)]
    [InlineData("POST / HTTP/1.1", "Host: a|Transfer-Encoding: chunked|Transfer-Encoding: chunked",
        H1Error.RepeatedChunked)]
    [InlineData("POST / HTTP/1.1", "Host: a|Transfer-Encoding: chunked, gzip", H1Error.ChunkedNotLast)]
    [InlineData("POST / HTTP/1.0", "Transfer-Encoding: chunked", H1Error.TransferEncodingOnHttp10)]
    [InlineData("GET / HTTP/1.0", "Content-Length: 5", H1Error.BodyOnHttp10Get)]
    [InlineData("CONNECT a:80 HTTP/1.1", "Host: a:80|Content-Length: 0", H1Error.BodyOnConnect)]
    [InlineData("CONNECT a:80 HTTP/1.1", "Host: a:80|Transfer-Encoding: chunked", H1Error.BodyOnConnect)]
    [InlineData("GET / HTTP/1.1", "Host: a|Connection: a b", H1Error.BadConnection)]
    [InlineData("GET / HTTP/1.1", "Host: a|Connection: upgrade|Upgrade: websocket", H1Error.BadWebSocketKey)]
    [InlineData("GET / HTTP/1.1", "Host: a|Connection: upgrade|Upgrade: websocket|Sec-WebSocket-Key: AAAA",
        H1Error.BadWebSocketKey)]
    public void Framing_Ambiguous_IsRefused(string start, string fields, H1Error error)
    {
        string lines = fields.Length == 0 ? "" : fields.Replace("|", "\r\n", StringComparison.Ordinal) + "\r\n";

        Assert.Equal(error, Parsed.Request($"{start}\r\n{lines}\r\n").Result.Error);
    }

    [Theory]
    [InlineData("GET / HTTP/1.1", "Host: a", BodyKind.None, 0, true)]
    [InlineData("GET / HTTP/1.1", "Host: a|Content-Length: 7", BodyKind.Length, 7, true)]
    [InlineData("POST / HTTP/1.1", "Host: a|Content-Length: 007, 7|content-length: 7", BodyKind.Length, 7, true)]
    [InlineData("POST / HTTP/1.1", "Host: a|Content-Length: 9223372036854775807", BodyKind.Length, long.MaxValue, true)]
    [InlineData("POST / HTTP/1.1", "Host: a|transfer-encoding: Chunked", BodyKind.Chunked, 0, true)]
    [InlineData("POST / HTTP/1.1", "Host: a|Connection: close", BodyKind.None, 0, false)]
    [InlineData("POST / HTTP/1.1", "Host: a|Connection: keep-alive, Close", BodyKind.None, 0, false)]
    [InlineData("POST / HTTP/1.0", "Content-Length: 7", BodyKind.Length, 7, false)]
    [InlineData("POST / HTTP/1.0", "Connection: Keep-Alive", BodyKind.None, 0, true)]
    [InlineData("GET / HTTP/1.9", "Host:", BodyKind.None, 0, true)]
    public void Framing_Clear_IsDecided(string start, string fields, BodyKind kind, long length, bool keepAlive)
    {
        (H1Head head, H1Result result) = Parsed.Request(
            $"{start}\r\n{fields.Replace("|", "\r\n", StringComparison.Ordinal)}\r\n\r\n");

        Assert.Equal(H1Error.None, result.Error);
        Assert.Equal(new BodyFraming(kind, length), head.Body);
        Assert.Equal(keepAlive, head.KeepAlive);
    }
}
