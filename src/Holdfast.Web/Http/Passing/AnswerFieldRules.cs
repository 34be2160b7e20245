using System.Text;
using Holdfast.Config.Nginx.Model;
using Holdfast.Http.Headers;
using Holdfast.Nginx.Texts;
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

    internal AnswerFieldRules(ProxySettings settings)
    {
        _hidden = [.. settings.HideHeaders.Concat(s_hidden.Except(
                settings.PassHeaders, StringComparer.OrdinalIgnoreCase))
            .Distinct(StringComparer.OrdinalIgnoreCase).Select(Encoding.Latin1.GetBytes)];
    }

    /// <summary>Takes the fields of an answer over.</summary>
    internal void Copy(PassedRequest passed, ResponseReader reader, AnswerHead answer)
    {
        TextArena arena = passed.Exchange.Request.Arena;
        for (int i = 0; i < reader.FieldCount; i++)
        {
            reader.Field(passed, i, out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value);
            KnownHeader id = KnownHeaders.Find(name);
            switch (id)
            {
                case KnownHeader.ContentLength or KnownHeader.TransferEncoding or KnownHeader.Connection
                    or KnownHeader.KeepAlive:
                    continue;
                case KnownHeader.ContentType:
                    answer.ContentType = arena.Remember(value);
                    continue;
                default:
                    if (!IsHidden(name))
                    {
                        answer.Add(arena.Remember(name), arena.Remember(value), id);
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
