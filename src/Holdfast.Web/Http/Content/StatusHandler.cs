using Holdfast.Nginx.Texts;
using Holdfast.Web.Http.Answers;

namespace Holdfast.Web.Http.Content;

/// <summary><c>stub_status</c>: counts of connections and requests, as a small text.</summary>
internal sealed class StatusHandler : ContentHandler
{
    private static readonly ReadOnlyMemory<byte> s_type = "text/plain"u8.ToArray();

    internal override void Run(Exchange exchange)
    {
        if (!exchange.IsHead && exchange.Head.Method != Holdfast.Http.H1.RequestMethod.Get)
        {
            exchange.FinishWith(405);
            return;
        }
        ConnectionCounts counts = exchange.Http.Program.Counts;
        TextBuilder text = exchange.Request.Builders.Rent();
        text.Put("Active connections: "u8);
        AnswerWriter.PutNumber(text, counts.Active);
        text.Put(" \nserver accepts handled requests\n "u8);
        AnswerWriter.PutNumber(text, counts.Accepted);
        text.Put((byte)' ');
        AnswerWriter.PutNumber(text, counts.Accepted);
        text.Put((byte)' ');
        AnswerWriter.PutNumber(text, counts.Requests);
        text.Put(" \nReading: "u8);
        AnswerWriter.PutNumber(text, counts.Reading);
        text.Put(" Writing: "u8);
        AnswerWriter.PutNumber(text, counts.Writing);
        text.Put(" Waiting: "u8);
        AnswerWriter.PutNumber(text, counts.Waiting);
        text.Put(" \n"u8);
        ReadOnlySpan<byte> body = exchange.Request.Arena.Keep(text.Text);
        exchange.Request.Builders.Return();
        exchange.AnswerWith(200, s_type, body);
    }
}

/// <summary>Connections and requests of http. Loops count for themselves; anyone reads, and sees them as they are or
/// were.</summary>
internal sealed class ConnectionCounts
{
    private readonly List<HttpLoop> _loops = [];

    /// <summary>Connections that are open.</summary>
    internal long Active => Sum(static one => one.OpenCount);

    /// <summary>Connections that were accepted.</summary>
    internal long Accepted => Sum(static one => one.AcceptedCount);

    /// <summary>Requests that were answered, or are.</summary>
    internal long Requests => Sum(static one => one.RequestCount);

    /// <summary>Connections of which a head is read, or the first one is waited for.</summary>
    internal long Reading => Sum(static one => one.ReadingCount);

    /// <summary>Connections that wait for a further request.</summary>
    internal long Waiting => Sum(static one => one.WaitingCount);

    /// <summary>Connections whose request is worked on.</summary>
    internal long Writing => Math.Max(0, Active - Reading - Waiting);

    internal void Add(HttpLoop loop)
    {
        lock (_loops)
        {
            _loops.Add(loop);
        }
    }

    private long Sum(Func<HttpLoop, long> of)
    {
        lock (_loops)
        {
            return _loops.Sum(of);
        }
    }
}
