using Holdfast.Http.H1;
using Holdfast.Http.Headers;

namespace Holdfast.Fuzz.Targets;

/// <summary>
/// Edits with texts out of the message itself, right ones and wrong ones: they end, and what is written is one message
/// with the framing that was understood.
/// </summary>
internal static class EditTarget
{
    public static void Run(ReadOnlySpan<byte> input)
    {
        var head = new H1Head(leniency: H1Leniency.HAProxy);
        if (H1Parser.ParseRequest(input, head).Outcome != H1Outcome.Done)
        {
            return;
        }
        HeadView view = head.On(input);
        BodyFraming body = head.Body;
        ReadOnlySpan<byte> text = input[..Math.Min(input.Length, 300)];
        for (int i = 0; i < text.Length; i += 7)
        {
            Edit(view, text[i..Math.Min(text.Length, i + 1 + (i % 13))], i);
        }
        byte[] output = new byte[(input.Length * 8) + 40000];
        var options = new WriteOptions { Body = body, Version = head.Version, LowerCaseNames = true };
        FuzzFaultException.Unless(
            HeadWriter.TryWriteRequest(view, options, output, out int length), "no room for what was edited");
        var again = new H1Head(new(int.MaxValue, 1000), H1Leniency.MissingHost | H1Leniency.HostDiffers);
        H1Result result = H1Parser.ParseRequest(output.AsSpan(0, length), again);
        // Rules may make a Host, a Connection or a key that no client could: such a request is refused, not misread.
        bool isOwnFault = result.Error is H1Error.RepeatedHost or H1Error.BadHost or H1Error.BodyOnHttp10Get;
        FuzzFaultException.Unless(
            isOwnFault || (result == H1Result.Done(length) && again.Body == body), $"{result}, {again.Body}");
    }

    private static void Edit(HeadView view, ReadOnlySpan<byte> text, int turn)
    {
        ReadOnlySpan<byte> name = text[..Math.Min(text.Length, 6)];
        switch (turn % 9)
        {
            case 0:
                view.Add(name, text);
                break;
            case 1:
                view.Set("x-set"u8, text);
                break;
            case 2:
                view.RemoveCookie(text[..1]);
                break;
            case 3:
                view.SetPath(text);
                break;
            case 4:
                view.SetQuery(text);
                break;
            case 5:
                view.SetMethod(name);
                break;
            case 6:
                view.Remove(name);
                break;
            case 7:
                EditMember(view, text);
                break;
            default:
                view.SetTarget(text);
                break;
        }
    }

    private static void EditMember(HeadView view, ReadOnlySpan<byte> text)
    {
        for (int i = 0; i < view.Head.Headers.Count; i++)
        {
            var list = new ValueList(view.ValueAt(i));
            if (list.MoveNext() && list.MoveNext())
            {
                view.ReplaceInValue(i, list.Start, list.End, text);
                return;
            }
        }
    }
}
