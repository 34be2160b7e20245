using Holdfast.Http.H1;
using Holdfast.Http.Headers;

namespace Holdfast.Proxy.Http;

/// <summary>How many bytes HAProxy's logs and counters see in a head.</summary>
/// <remarks>
/// It does not count what goes over the wire but its own representation: texts without their separators, 20 bytes for
/// a start line, one for the end. Figures that are compared with those of before a migration are to be the same.
/// </remarks>
internal static class HtxSize
{
    /// <summary>"content-length: 0", which it counts in answers without a body, too, and does not send.</summary>
    internal const int EmptyLength = 15;

    private const int StartLine = 20;
    private const int EndOfHead = 1;
    private const int Version = 8;
    private const int Status = 3;

    internal static int Of(HeadView view)
    {
        H1Head head = view.Head;
        int size = StartLine + EndOfHead + Version
            + (head.IsResponse ? Status + view.Reason.Length : view.Method.Length + view.Target.Length);
        return size + OfFields(view);
    }

    /// <summary>The end of a chunked body.</summary>
    internal static int OfTrailers(HeadView view) => EndOfHead + OfFields(view);

    /// <summary>A 103 with these lines.</summary>
    internal static int OfHints(ReadOnlySpan<byte> lines)
    {
        const int PerLine = 4; // ": " and the end of the line
        return StartLine + EndOfHead + Version + Status + "Early Hints".Length + lines.Length
            - (PerLine * lines.Count((byte)'\n'));
    }

    /// <summary>
    /// The most of a response, head and body, that it has in hand at once: a buffer less what is kept free for edits,
    /// less its own lists.
    /// </summary>
    internal static int InHandMax(HeadView view)
    {
        const int Usable = 16384 - 1024 - 48;
        const int Block = 8;
        HeaderTable headers = view.Head.Headers;
        int blocks = view.Head.Body.Kind == BodyKind.Chunked ? 4 : 3;
        for (int i = 0; i < headers.Count; i++)
        {
            blocks += headers[i].Name.IsReceived && headers[i].Id != KnownHeader.Connection ? 1 : 0;
        }
        return Usable - (Block * blocks);
    }

    private static int OfFields(HeadView view)
    {
        int size = 0;
        HeaderTable headers = view.Head.Headers;
        bool isUpgrade = view.Head is { IsResponse: true, Status: 101 };
        for (int i = 0; i < headers.Count; i++)
        {
            if (!headers[i].IsRemoved && (isUpgrade || headers[i].Id != KnownHeader.Connection))
            {
                size += view.NameAt(i).Length + view.ValueAt(i).Length;
            }
        }
        return size;
    }
}
