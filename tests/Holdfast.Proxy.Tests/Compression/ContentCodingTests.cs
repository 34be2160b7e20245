using System.Text;
using Holdfast.Config.HAProxy.Model;
using Holdfast.Http.H1;
using Holdfast.Proxy.Compression;
using Holdfast.Proxy.Programs;

namespace Holdfast.Proxy.Tests.Compression;

/// <summary>Who gets compression; haproxy 2.6.12 chose the same for the same fields.</summary>
public sealed class ContentCodingTests
{
    [Theory]
    [InlineData("gzip", "gzip")]
    [InlineData("GZIP", "gzip")]
    [InlineData("br, gzip", "gzip")]
    [InlineData("*", "raw-deflate")]
    [InlineData("deflate", "raw-deflate")]
    [InlineData("gzip;q=0.5, deflate;q=0.2", "gzip")]
    [InlineData("gzip;x=1;q=0.2, deflate; q=0.3", "raw-deflate")]
    [InlineData("gzip;q=0", null)]
    [InlineData("br", null)]
    [InlineData("", null)]
    [InlineData(" , ,gzip", "gzip")]
    public void Choose_OfWishes_IsTheOriginals(string accepted, string? expected)
    {
        var program = new CompressionProgram(new CompressionModel { Algorithms = ["gzip", "deflate", "raw-deflate"] });
        CompressionAlgorithm? chosen = ContentCoding.Choose(Request($"Accept-Encoding: {accepted}\r\n"), program, null);
        Assert.Equal(expected, chosen is null ? null : Encoding.ASCII.GetString(chosen.Name));
    }

    [Theory]
    [InlineData(10, 0, true)]
    [InlineData(10, 10, true)]
    [InlineData(10, 11, false)]
    [InlineData(0, 0, false)]
    public void Allows_BySize_LooksAtTheLength(long length, long least, bool expected)
    {
        var program = new CompressionProgram(new CompressionModel { Algorithms = ["gzip"], ResponseSizeMin = least });
        byte[] bytes = Encoding.ASCII.GetBytes(FormattableString.Invariant(
            $"HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n"));
        var head = new H1Head();
        HeadView request = Request("");
        Assert.Equal(H1Outcome.Done, H1Parser.ParseResponse(bytes, head, ResponseContext.Of(request)).Outcome);
        Assert.Equal(expected, ContentCoding.Allows(request.Head, head.On(bytes), program, null));
    }

    private static HeadView Request(string fields)
    {
        byte[] bytes = Encoding.ASCII.GetBytes($"GET / HTTP/1.1\r\nHost: h\r\n{fields}\r\n");
        var head = new H1Head();
        Assert.Equal(H1Outcome.Done, H1Parser.ParseRequest(bytes, head).Outcome);
        return head.On(bytes);
    }
}
