using System.Text;
using Holdfast.Config.Nginx.Model;
using Holdfast.Http.Headers;
using Holdfast.Web.Http.Answers;

namespace Holdfast.Web.Http.Passing;

/// <summary>Which fields of a peer's answer go on to the client.</summary>
internal sealed class AnswerFieldRules
{
    private static readonly string[] s_hidden =
    [
        "Date", "Server", "X-Pad", "X-Accel-Expires", "X-Accel-Redirect", "X-Accel-Limit-Rate", "X-Accel-Buffering",
        "X-Accel-Charset",
    ];

    private readonly byte[][] _hidden;
    private readonly bool _forcesRanges;

    internal AnswerFieldRules(ProxySettings settings)
    {
        _forcesRanges = settings.ForcesRanges;
        _hidden = [.. settings.HideHeaders.Concat(s_hidden.Except(
                settings.PassHeaders, StringComparer.OrdinalIgnoreCase))
            .Distinct(StringComparer.OrdinalIgnoreCase).Select(Encoding.Latin1.GetBytes)];
    }

    /// <summary>Takes the fields of an answer over.</summary>
    internal void Copy(AnswerHead heard, AnswerHead answer)
    {
        foreach (ref AnswerField field in heard.Fields)
        {
            switch (field.Id)
            {
                case KnownHeader.ContentLength or KnownHeader.TransferEncoding or KnownHeader.Connection
                    or KnownHeader.KeepAlive:
                    continue;
                case KnownHeader.AcceptRanges when _forcesRanges:
                    continue; // ours says it
                case KnownHeader.ContentType:
                    answer.ContentType = field.Value;
                    continue;
                default:
                    if (!IsHidden(field.Name.Span))
                    {
                        answer.Add(field.Name, field.Value, field.Id);
                    }
                    continue;
            }
        }
    }

    private bool IsHidden(ReadOnlySpan<byte> name)
    {
        foreach (byte[] one in _hidden)
        {
            if (one.Length == name.Length && HttpText.EqualsIgnoreCase(name, one))
            {
                return true;
            }
        }
        return false;
    }
}
