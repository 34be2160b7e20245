using System.Text;
using Holdfast.Config.Nginx.Model;
using Holdfast.Http.Headers;
using Holdfast.Nginx.Proxying;
using Holdfast.Nginx.Requests;
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
    private readonly bool _forcesRanges;
    private readonly bool _passesServer;
    private readonly bool _passesDate;

    private readonly RedirectRules? _redirects;
    private readonly CookieRules? _cookies;

    internal AnswerFieldRules(ProxySettings settings, RedirectRules? redirects, CookieRules? cookies)
    {
        _redirects = redirects;
        _cookies = cookies;
        _passesServer = settings.PassHeaders.Contains("Server", StringComparer.OrdinalIgnoreCase);
        _passesDate = settings.PassHeaders.Contains("Date", StringComparer.OrdinalIgnoreCase);
        _forcesRanges = settings.ForcesRanges;
        _hidden = [.. settings.HideHeaders.Concat(s_hidden.Except(
                settings.PassHeaders, StringComparer.OrdinalIgnoreCase))
            .Distinct(StringComparer.OrdinalIgnoreCase).Select(Encoding.Latin1.GetBytes)];
    }

    /// <summary>Takes the fields of an answer over.</summary>
    internal void Copy(Request request, AnswerHead heard, AnswerHead answer)
    {
        answer.OmitsServer = _passesServer && heard.Find(KnownHeader.Server) < 0;
        answer.OmitsDate = _passesDate && heard.Find(KnownHeader.Date) < 0;
        foreach (ref AnswerField field in heard.Fields)
        {
            switch (field.Id)
            {
                case KnownHeader.ContentLength or KnownHeader.TransferEncoding or KnownHeader.Connection
                    or KnownHeader.KeepAlive:
                    continue;
                case KnownHeader.AcceptRanges when _forcesRanges:
                    continue; // ours says it
                case KnownHeader.Location when _redirects is not null:
                    PutLocation(request, field, answer);
                    continue;
                case KnownHeader.SetCookie when _cookies is not null:
                    answer.Add(field.Name, Changed(request, field.Value), field.Id);
                    continue;
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

    /// <summary>What of an answer with X-Accel-Redirect is kept for the answer of the location.</summary>
    internal void CopyToRedirected(AnswerHead heard, AnswerHead answer)
    {
        foreach (ref AnswerField field in heard.Fields)
        {
            switch (field.Id)
            {
                case KnownHeader.ContentType:
                    answer.ContentType = field.Value;
                    break;
                case KnownHeader.SetCookie or KnownHeader.CacheControl or KnownHeader.Expires
                    or KnownHeader.ContentDisposition when !IsHidden(field.Name.Span):
                    answer.Add(field.Name, field.Value, field.Id);
                    break;
                default:
                    break;
            }
        }
    }

    /// <summary>A place that was changed is made absolute, as one of our own; another one goes on as it came.</summary>
    private void PutLocation(Request request, in AnswerField field, AnswerHead answer)
    {
        TextBuilder text = request.Builders.Rent();
        bool isChanged = _redirects!.TryChangeLocation(request, field.Value.Span, text);
        ReadOnlyMemory<byte> value = isChanged ? request.Arena.Remember(text.Text) : field.Value;
        request.Builders.Return();
        if (isChanged && value.Span is [(byte)'/', ..])
        {
            answer.Location = value;
        }
        else
        {
            answer.Add(field.Name, value, field.Id);
        }
    }

    private ReadOnlyMemory<byte> Changed(Request request, ReadOnlyMemory<byte> cookie)
    {
        TextBuilder text = request.Builders.Rent();
        ReadOnlyMemory<byte> value = _cookies!.TryChange(request, cookie.Span, text)
            ? request.Arena.Remember(text.Text) : cookie;
        request.Builders.Return();
        return value;
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
