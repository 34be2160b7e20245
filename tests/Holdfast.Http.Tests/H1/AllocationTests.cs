using Holdfast.Http.H1;
using Holdfast.Http.Headers;

namespace Holdfast.Http.Tests.H1;

/// <summary>A message costs no allocation once the largest one has been met.</summary>
public sealed class AllocationTests
{
    private static readonly byte[] Request = Parsed.Bytes(
        "POST /a?b=c HTTP/1.1\r\nHost: www.example.com\r\nUser-Agent: Mozilla/5.0\r\nAccept: */*\r\n"
        + "Connection: keep-alive, x-gone\r\nX-Gone: 1\r\nCookie: a=b\r\nTransfer-Encoding: chunked\r\n\r\n");

    private static readonly byte[] Body = Parsed.Bytes("5;x\r\nhello\r\n0\r\nX-Sum: 1\r\n\r\n");

    private static readonly byte[] Response = Parsed.Bytes(
        "HTTP/1.1 200 OK\r\nServer: x\r\nContent-Type: text/html\r\nContent-Length: 5\r\n\r\n");

    [Fact]
    public void Message_SteadyState_AllocatesNothing()
    {
        var request = new H1Head();
        var response = new H1Head();
        var trailers = new H1Head();
        byte[] output = new byte[2000];
        int sum = 0;
        for (int i = 0; i < 100; i++)
        {
            sum += Pass(request, response, trailers, output);
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++)
        {
            sum += Pass(request, response, trailers, output);
        }
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.Equal(0, allocated);
        Assert.Equal(1100 * Pass(request, response, trailers, output), sum);
    }

    private static int Pass(H1Head request, H1Head response, H1Head trailers, byte[] output)
    {
        request.Reset();
        response.Reset();
        trailers.Reset();
        H1Parser.ParseRequest(Request.AsSpan(0, 40), request);
        H1Parser.ParseRequest(Request, request);
        HeadView view = request.On(Request);
        view.Set("X-Forwarded-For"u8, "192.0.2.1"u8);
        view.Remove("cookie"u8);
        view.SetPath("/other"u8);
        view.TryValue("accept"u8, -1, out ReadOnlySpan<byte> accept);
        var options = new WriteOptions { Body = request.Announced, LowerCaseNames = true, Version = request.Version };
        HeadWriter.TryWriteRequest(view, options, output, out int written);
        written += ReadBody(trailers) + accept.Length;
        H1Parser.ParseResponse(Response, response, ResponseContext.Of(view));
        HeadWriter.TryWriteResponse(
            response.On(Response), options with { Body = response.Announced }, output, out int answered);
        return written + answered + (response.Headers.MayHave(KnownHeader.Server) ? 1 : 0);
    }

    private static int ReadBody(H1Head trailers)
    {
        var decoder = default(ChunkDecoder);
        ReadOnlySpan<byte> rest = Body;
        int payload = 0;
        while (true)
        {
            ChunkStep step = decoder.Next(rest);
            payload += step.Kind == ChunkStepKind.Payload ? step.Consumed - step.PayloadStart : 0;
            rest = rest[step.Consumed..];
            if (step.Kind == ChunkStepKind.Trailers)
            {
                return payload + H1Parser.ParseTrailers(rest, trailers).Consumed;
            }
        }
    }
}
