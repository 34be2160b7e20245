using Holdfast.HAProxy.LogFormats;
using Holdfast.Http.H1;

namespace Holdfast.Proxy.Http;

// Servers that clients are sent to, instead of being served here (redir).
internal sealed partial class HttpSession<TTransport>
{
    /// <summary>What the original counts for <c>connection: close</c>, which is a field of the answer here.</summary>
    private const int CloseLength = 15;

    private void RedirectToServer(byte[] prefix)
    {
        HttpExchange exchange = _exchange!;
        HeadView view = exchange.Request.On(_fromClient.Bytes(_pool));
        ReadOnlySpan<byte> path = exchange.Request.Path.Length == 0 ? []
            : view.Target[(exchange.Request.Path.Start - exchange.Request.Target.Start)..];
        var writer = new LogWriter(_frontend.Reply);
        writer.Put("HTTP/1.1 302 Found\r\nCache-Control: no-cache\r\nConnection: close\r\n"u8);
        writer.Put("Content-Length: 0\r\nLocation: "u8);
        writer.Put(prefix);
        writer.Put(path);
        writer.Put("\r\n\r\n"u8);
        exchange.End = exchange.End.By('L', 'C');
        exchange.Times.BytesOut += CloseLength;
        _closesAfterResponse = true;
        if (writer.IsCut)
        {
            AnswerPage(500, challenge: null);
            return;
        }
        Respond(302, writer.Written.Length, bodyLength: 0);
    }
}
