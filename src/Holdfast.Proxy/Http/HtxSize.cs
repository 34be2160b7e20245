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

    private static int OfFields(HeadView view)
    {
        int size = 0;
        HeaderTable headers = view.Head.Headers;
        for (int i = 0; i < headers.Count; i++)
        {
            if (!headers[i].IsRemoved && headers[i].Id != KnownHeader.Connection)
            {
                size += view.NameAt(i).Length + view.ValueAt(i).Length;
            }
        }
        return size;
    }
}
