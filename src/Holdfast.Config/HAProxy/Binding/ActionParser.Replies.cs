using Holdfast.Config.HAProxy.Model;
using Holdfast.Config.HAProxy.Schema;
using Holdfast.Config.HAProxy.Syntax;

namespace Holdfast.Config.HAProxy.Binding;

/// <summary>Answers of our own and redirects.</summary>
internal sealed partial class ActionParser
{
    /// <summary>Statuses for which there are pages.</summary>
    public static readonly int[] PageStatuses =
        [200, 400, 401, 403, 404, 405, 407, 408, 410, 413, 414, 421, 422, 425, 429, 431, 500, 501, 502, 503, 504];

    /// <summary>Reads the words of <c>return</c>, <c>deny</c>, <c>tarpit</c> and <c>http-error</c>.</summary>
    public ReplyModel? ReplyOf(string name, RuleSet set, RuleLine line)
    {
        int usual = name switch
        {
            "return" => 200,
            "tarpit" => 500,
            _ => set == RuleSet.HttpResponse ? 502 : 403,
        };
        var reply = new ReplyModel(usual, ReplyBody.Default, line.Action.Span);
        while (line.HasArgument)
        {
            Word word = line.Words[line.Index++];
            bool takesTwo = word.Text == "hdr";
            if (word.Text == "default-errorfiles")
            {
                reply = reply with { UsesPage = true };
                continue;
            }
            if (word.Text is not ("status" or "deny_status" or "content-type" or "errorfile" or "errorfiles" or "file"
                or "string" or "lf-file" or "lf-string" or "hdr"))
            {
                context.Error(FindingCodes.BadWord, word, $"'{name}' does not know '{word}'", null,
                    Text.NearestWord.Find(word.Text, ["status", "deny_status", "content-type", "default-errorfiles",
                        "errorfile", "errorfiles", "file", "string", "lf-file", "lf-string", "hdr"]));
                return null;
            }
            if (line.Index + (takesTwo ? 1 : 0) >= line.Words.Length)
            {
                Missing(line, word.Text, takesTwo ? "a name and a format" : "a value");
                return null;
            }
            if (ReplyWord(reply, name, word, line) is not { } next)
            {
                return null;
            }
            reply = next;
        }
        return reply;
    }

    private ReplyModel? ReplyWord(ReplyModel reply, string name, Word word, RuleLine line)
    {
        Word value = line.Words[line.Index++];
        switch (word.Text)
        {
            case "status" or "deny_status":
                int? status = values.Integer(value, word.Text, 200, 599);
                if (status is { } code && name != "return" && !PageStatuses.Contains(code)
                    && word.Text == "deny_status")
                {
                    context.Error(FindingCodes.SloppyNumber, value,
                        $"status {code} has no page: the nearest that has one is used");
                }
                return status is null ? null : reply with { Status = status.Value };
            case "content-type":
                return reply with { ContentType = value.Text };
            case "errorfile":
                return context.ReadFile(value, value.Text) is not { } message ? null
                    : reply with { Body = ReplyBody.ErrorFile, Source = value.Text, Content = message };
            case "errorfiles":
                context.Refer(ReferenceKind.ErrorSection, value.Text, value.Span);
                return reply with { Body = ReplyBody.ErrorSection, Source = value.Text };
            case "file":
                return context.ReadFile(value, value.Text) is not { } body ? null
                    : reply with { Body = ReplyBody.File, Source = value.Text, Content = body };
            case "string":
                return reply with { Body = ReplyBody.Text, Source = value.Text };
            case "lf-string":
                return formats.Parse(value, line.Places) is { } text
                    ? reply with { Body = ReplyBody.Format, Source = value.Text, Format = text } : null;
            case "lf-file":
                string? content = context.ReadFile(value, value.Text);
                return content is not null && formats.Parse(value with { Text = content }, line.Places) is { } format
                    ? reply with { Body = ReplyBody.FormatFile, Source = value.Text, Format = format } : null;
            default:
                return formats.Parse(line.Words[line.Index++], line.Places) is { } header
                    ? reply with { Headers = reply.Headers.Add((value.Text, header)) } : null;
        }
    }

    /// <summary>Reads the words behind <c>redirect</c>, up to the condition.</summary>
    public RedirectModel? Redirect(Word[] words, RuleLine line, bool isOwnLine)
    {
        string? kind = null;
        LogFormat? target = null;
        var redirect = new RedirectModel("location", new LogFormat("", [], line.Action.Span), 302, line.Action.Span);
        while (line.HasArgument)
        {
            Word word = words[line.Index++];
            if (KeywordTable.Find(KeywordGroup.Redirect, word.Text) is not { } spec)
            {
                context.Error(FindingCodes.BadWord, word, $"'redirect' does not know '{word}'", null,
                    KeywordTable.Nearest(KeywordGroup.Redirect, word.Text));
                return null;
            }
            context.Support(spec, word.Span, $"redirect {word}");
            bool takesValue = word.Text is "location" or "prefix" or "scheme" or "code" or "set-cookie"
                or "clear-cookie"
                or "set-cookie-fmt";
            if (takesValue && line.Index >= words.Length)
            {
                Missing(line, word.Text, "a value");
                return null;
            }
            Word? value = takesValue ? words[line.Index++] : null;
            switch (word.Text)
            {
                case "location" or "prefix" or "scheme":
                    kind = word.Text;
                    target = formats.Parse(value!, line.Places);
                    if (target is null)
                    {
                        return null;
                    }
                    break;
                case "code":
                    if (values.Choice(value!, "code", "301", "302", "303", "307", "308") is not { } code)
                    {
                        return null;
                    }
                    redirect = redirect with { Status = (int)Units.Atol(code) };
                    break;
                default:
                    redirect = RedirectWord(redirect, word.Text, value, line);
                    break;
            }
        }
        if (kind is null || target is null)
        {
            context.Error(FindingCodes.MissingArgument, words[line.Index - 1],
                (isOwnLine ? "'redirect'" : "the action 'redirect'") + " expects 'prefix', 'location' or 'scheme'");
            return null;
        }
        return redirect with { Kind = kind, Target = target };
    }

    private RedirectModel RedirectWord(RedirectModel redirect, string word, Word? value, RuleLine line) => word switch
    {
        "drop-query" => redirect with { DropsQuery = true },
        "keep-query" => redirect with { KeepsQuery = true },
        "append-slash" => redirect with { AppendsSlash = true },
        "ignore-empty" => redirect with { IgnoresEmpty = true },
        "set-cookie" => redirect with { SetCookie = $"{value!.Text}; path=/;" },
        "clear-cookie" => redirect with { SetCookie = $"{value!.Text}; path=/; Max-Age=0;" },
        _ => redirect with { SetCookieFormat = formats.Parse(value!, line.Places) },
    };

    /// <summary>Reads the page of a status of <c>http-error</c>.</summary>
    public ErrorPageModel? HttpError(Statement statement, int index, SamplePlaces places)
    {
        var line = new RuleLine(statement.Words, index - 1, places) { Index = index };
        ReplyModel? reply = ReplyOf("return", RuleSet.HttpResponse, line);
        if (reply is null || !values.NoMore(statement, line.Index))
        {
            return null;
        }
        if (!statement.Words.Any(static w => w.Text == "status"))
        {
            Missing(line, "http-error", "'status' and a status");
            return null;
        }
        return new ErrorPageModel(reply.Status, reply, null, 0, null, statement.Span);
    }
}
