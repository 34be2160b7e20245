using Holdfast.Http.H1;

namespace Holdfast.Http.Tests.H1;

/// <summary>How responses go on to clients of either version.</summary>
public sealed class AnswerPlanTests
{
    private const string Length = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n";
    private const string Chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    private const string Close = "HTTP/1.1 200 OK\r\n\r\n";

    [Theory]
    [InlineData(Length, 1, true, BodyKind.Length, BodyKind.Length, ConnectionField.None, true)]
    [InlineData(Length, 1, false, BodyKind.Length, BodyKind.Length, ConnectionField.Close, false)]
    [InlineData(Length, 0, true, BodyKind.Length, BodyKind.Length, ConnectionField.KeepAlive, true)]
    [InlineData(Length, 0, false, BodyKind.Length, BodyKind.Length, ConnectionField.Close, false)]
    [InlineData(Chunked, 1, true, BodyKind.Chunked, BodyKind.Chunked, ConnectionField.None, true)]
    [InlineData(Chunked, 0, true, BodyKind.UntilClose, BodyKind.None, ConnectionField.Close, false)]
    [InlineData(Close, 1, true, BodyKind.UntilClose, BodyKind.UntilClose, ConnectionField.Close, false)]
    [InlineData(Close, 0, true, BodyKind.UntilClose, BodyKind.UntilClose, ConnectionField.Close, false)]
    [InlineData("HTTP/1.1 204 No\r\nConnection: close\r\n\r\n", 1, true, BodyKind.None, BodyKind.None,
        ConnectionField.None, true)]
    [InlineData("HTTP/1.1 103 E\r\n\r\n", 1, false, BodyKind.None, BodyKind.None, ConnectionField.None, true)]
    [InlineData("HTTP/1.1 101 S\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n", 1, true, BodyKind.Tunnel,
        BodyKind.Tunnel, ConnectionField.Upgrade, false)]
    public void Answer_Planned_FitsTheClient(
        string text, int version, bool keeps, BodyKind body, BodyKind announced, ConnectionField field, bool goesOn)
    {
        (H1Head response, H1Result result) = Parsed.Response(text, upgrade: true);
        Assert.Equal(H1Outcome.Done, result.Outcome);

        AnswerPlan plan = AnswerPlan.Of((H1Version)version, keeps, response, H1Version.Http11);

        Assert.Equal(
            (body, announced, field, goesOn),
            (plan.Body.Kind, plan.Announced.Kind, plan.Connection, plan.KeepAlive));
    }

    [Fact]
    public void Answer_OfUnknownLength_IsChunkedWhereAskedFor()
    {
        (H1Head response, _) = Parsed.Response(Close);

        AnswerPlan plan = AnswerPlan.Of(H1Version.Http11, true, response, H1Version.Http11, chunkUnknownLength: true);

        Assert.Equal(
            new AnswerPlan(BodyFraming.Chunked, BodyFraming.Chunked, ConnectionField.None, true), plan);
    }

    [Fact]
    public void Answer_ToHeadOfAnOldClient_NamesNoChunks()
    {
        (H1Head response, _) = Parsed.Response(Chunked, RequestMethod.Head);

        AnswerPlan plan = AnswerPlan.Of(H1Version.Http10, true, response, H1Version.Http10);

        Assert.Equal(new AnswerPlan(BodyFraming.None, BodyFraming.None, ConnectionField.KeepAlive, true), plan);
    }
}
