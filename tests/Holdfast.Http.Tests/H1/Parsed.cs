using System.Text;
using Holdfast.Http.H1;

namespace Holdfast.Http.Tests.H1;

/// <summary>Parses text for tests, and shows what was understood as text.</summary>
internal static class Parsed
{
    public static byte[] Bytes(string text) => Encoding.Latin1.GetBytes(text);

    public static string Text(ReadOnlySpan<byte> bytes) => Encoding.Latin1.GetString(bytes);

    public static (H1Head Head, H1Result Result) Request(string text, H1Leniency leniency = H1Leniency.None)
    {
        var head = new H1Head(null, leniency);
        return (head, H1Parser.ParseRequest(Bytes(text), head));
    }

    public static (H1Head Head, H1Result Result) Response(
        string text, RequestMethod method = RequestMethod.Get, bool upgrade = false,
        H1Leniency leniency = H1Leniency.None)
    {
        var head = new H1Head(null, leniency);
        return (head, H1Parser.ParseResponse(Bytes(text), head, new(method, upgrade)));
    }

    /// <summary>All that was understood of a head.</summary>
    public static string Describe(ReadOnlySpan<byte> buffer, H1Head head)
    {
        HeadView view = head.On(buffer);
        var text = new StringBuilder();
        text.Append(head.IsResponse
            ? $"{head.Version} {head.Status} '{Text(view.Reason)}'"
            : $"{head.Method} '{Text(view.Method)}' {head.Form} '{Text(view.Target)}' '{Text(view.Authority)}' "
                + $"'{Text(view.Path)}' {head.HasQuery} '{Text(view.Query)}' {head.Version}");
        text.Append($" {head.Body} {head.Facts} keep={head.KeepAlive} announced={head.Announced}\n");
        for (int i = 0; i < head.Headers.Count; i++)
        {
            text.Append($"{head.Headers[i].Id} {head.Headers[i].Flags} ");
            text.Append($"{Text(view.NameAt(i))}: {Text(view.ValueAt(i))}\n");
        }
        return text.ToString();
    }
}
