using Holdfast.Http.H1;

namespace Holdfast.Http.Tests.H1;

/// <summary>Each flag forgives one thing, and nothing else does.</summary>
public sealed class LeniencyTests
{
    private const string Get = "GET / HTTP/1.1\r\nHost: a\r\n";

    [Theory]
    [InlineData(H1Leniency.LineFeedAlone, "GET / HTTP/1.1\nHost: a\n\n")]
    [InlineData(H1Leniency.LineFeedAlone, "\nGET / HTTP/1.1\r\nHost: a\r\n\r\n")]
    [InlineData(H1Leniency.LengthBesideChunked, Get + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n")]
    [InlineData(H1Leniency.NonAsciiTarget, "GET /\u00e9 HTTP/1.1\r\nHost: a\r\n\r\n")]
    [InlineData(H1Leniency.FragmentInTarget, "GET /a#b HTTP/1.1\r\nHost: a\r\n\r\n")]
    [InlineData(H1Leniency.OddHeaderName, Get + "X(1)@: y\r\n\r\n")]
    [InlineData(H1Leniency.OddHeaderName, Get + "[x]: y\r\n\r\n")]
    [InlineData(H1Leniency.ControlInValue, Get + "X: a\u0001b\u007f\r\n\r\n")]
    [InlineData(H1Leniency.HostDiffers, "GET http://b/ HTTP/1.1\r\nHost: a\r\n\r\n")]
    [InlineData(H1Leniency.BodyOnHttp10Get, "GET / HTTP/1.0\r\nContent-Length: 5\r\n\r\n")]
    [InlineData(H1Leniency.MissingHost, "GET / HTTP/1.1\r\nX: y\r\n\r\n")]
    public void Flag_Alone_ForgivesItsOwnThing(H1Leniency flag, string text)
    {
        Assert.Equal(H1Outcome.Done, Parsed.Request(text, flag).Result.Outcome);
        Assert.Equal(H1Outcome.Done, Parsed.Request(text, H1Leniency.AcceptInvalidRequest).Result.Outcome);
        Assert.Equal(
            H1Outcome.Error, Parsed.Request(text, H1Leniency.AcceptInvalidRequest & ~flag).Result.Outcome);
    }

    [Theory]
    [InlineData(Get + "X: a\0b\r\n\r\n", H1Error.NulInValue)]
    [InlineData(Get + "X: a\rb\r\n\r\n", H1Error.CarriageReturnAlone)]
    [InlineData(Get + "X : a\r\n\r\n", H1Error.SpaceBeforeColon)]
    [InlineData(Get + ": a\r\n\r\n", H1Error.EmptyHeaderName)]
    [InlineData(Get + "X: a\r\n b\r\n\r\n", H1Error.ObsoleteFold)]
    [InlineData(Get + "Host: a\r\n\r\n", H1Error.RepeatedHost)]
    [InlineData(Get + "Content-Length: 5\r\nContent-Length: 6\r\n\r\n", H1Error.ContentLengthsDiffer)]
    [InlineData(Get + "Transfer-Encoding: chunked, chunked\r\n\r\n", H1Error.RepeatedChunked)]
    [InlineData("GET /\u0001 HTTP/1.1\r\nHost: a\r\n\r\n", H1Error.BadTarget)]
    [InlineData("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n", H1Error.TransferEncodingOnHttp10)]
    public void AllFlags_Together_ForgiveNothingThatIsFramedInTwoWays(string text, H1Error error)
        => Assert.Equal(error, Parsed.Request(text, (H1Leniency)~0).Result.Error);

    [Fact]
    public void LengthBesideChunked_Forgiven_IsTheLastMessage()
    {
        (H1Head head, _) = Parsed.Request(
            Get + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n", H1Leniency.LengthBesideChunked);

        Assert.Equal((BodyFraming.Chunked, false, true), (
            head.Body, head.KeepAlive, head.Has(ConnectionFacts.MustClose)));
    }
}
