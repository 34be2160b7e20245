using Holdfast.Http.H1;

namespace Holdfast.Fuzz.Targets;

/// <summary>
/// Whole connections: heads, bodies and what is pipelined behind. What goes on is, read strictly, the same messages and
/// nothing besides; and however the bytes are cut, the same is done.
/// </summary>
internal static class StreamTarget
{
    public static void Run(ReadOnlySpan<byte> input)
    {
        foreach (RequestMethod? answers in new RequestMethod?[] { null, RequestMethod.Get, RequestMethod.Head })
        {
            Check(input, H1Leniency.None, answers);
            Check(input, answers is null ? H1Leniency.HAProxy | H1Leniency.LengthBesideChunked
                : H1Leniency.LineFeedAlone | H1Leniency.LengthBesideChunked, answers);
        }
    }

    private static void Check(ReadOnlySpan<byte> input, H1Leniency leniency, RequestMethod? answers)
    {
        PaperProxy whole = Go(input, leniency, answers, input.Length, out string steps);
        PaperProxy cut = Go(input, leniency, answers, Math.Max(1, input.Length / 40), out string cutSteps);
        FuzzFaultException.Unless(steps == cutSteps, $"whole {steps}, cut {cutSteps}");
        FuzzFaultException.Unless(whole.Messages.SequenceEqual(cut.Messages), "messages differ by cuts");

        byte[] sent = whole.Sent;
        PaperProxy next = Go(sent, H1Leniency.None, answers, sent.Length, out string nextSteps);
        FuzzFaultException.Unless(
            whole.Messages.SequenceEqual(next.Messages),
            $"sent {string.Join(" | ", whole.Messages)}, seen {string.Join(" | ", next.Messages)}");
        FuzzFaultException.Unless(
            !nextSteps.Contains("refuse", StringComparison.Ordinal)
                && !nextSteps.Contains("closed", StringComparison.Ordinal), $"next does {nextSteps}");
    }

    private static PaperProxy Go(
        ReadOnlySpan<byte> bytes, H1Leniency leniency, RequestMethod? answers, int piece, out string steps)
    {
        var proxy = new PaperProxy(leniency, answers);
        for (int start = 0; start < bytes.Length; start += piece)
        {
            proxy.Receive(bytes.Slice(start, Math.Min(piece, bytes.Length - start)));
        }
        steps = proxy.Finish();
        return proxy;
    }
}
