using System.Collections.Immutable;
using Holdfast.Config.HAProxy.Model;
using Holdfast.Health.Scripts;
using Holdfast.Primitives;
using Holdfast.Proxy.Checks;

namespace Holdfast.Proxy.HAProxy;

/// <summary>Puts the lines of a scripted check together with what the original adds to them.</summary>
/// <remarks>
/// A connection by the server's own way comes first where no line opens one. HTTP: the request of the option's line is
/// the first one, which the first <c>http-check send</c> changes; behind the last request, statuses 200 to 399 are
/// expected unless a line says otherwise.
/// </remarks>
internal sealed class CheckScriptCompiler(CheckStepCompiler steps, HealthCheckModel check)
{
    private const string DefaultMethod = "OPTIONS";
    private const string DefaultVersion = "HTTP/1.0";

    private readonly bool _isHttp = check.Kind == HealthCheckKind.Http;

    /// <summary>Whether steps have expressions.</summary>
    internal bool NeedsContext => steps.NeedsContext;

    internal CheckScript Compile()
    {
        ImmutableArray<CheckStep> lines = _isHttp ? WithQuestion(check.HttpSteps) : check.TcpSteps;
        if (lines.IsEmpty)
        {
            return CheckScript.Plain;
        }
        ImmutableArray<ScriptStep>.Builder all = ImmutableArray.CreateBuilder<ScriptStep>();
        if (!lines.Any(static line => line is CheckConnect))
        {
            all.Add(new ConnectStep(0) { IsDefault = true });
        }
        string? comment = null;
        for (int i = 0; i < lines.Length; i++)
        {
            string? own = lines[i].Comment ?? comment;
            switch (lines[i])
            {
                case CheckComment line:
                    comment = line.Comment;
                    continue;
                case CheckVariable variable:
                    all.Add(steps.Variable(variable, i + 1));
                    continue;
                case CheckConnect connect:
                    all.Add(steps.Connect(connect, i + 1, own));
                    break;
                case CheckHttpSend send:
                    all.Add(Question(send, i + 1, own));
                    break;
                case CheckTcpSend send:
                    all.Add(steps.Send(send, i + 1, own));
                    break;
                case CheckExpect expect:
                    all.Add(steps.Expect(expect, i + 1, own, _isHttp));
                    break;
                default:
                    break;
            }
            comment = null;
        }
        if (_isHttp && LastIsQuestion(all))
        {
            all.Add(new ExpectStep(lines.Length + 1, ExpectKind.HttpStatus) { Statuses = [(200, 399)] });
        }
        return new CheckScript(_isHttp ? ScriptKind.Http : ScriptKind.Tcp, Brief(all))
        {
            DisablesOn404 = check.DisablesOn404,
        };
    }

    /// <summary>Tells connections that nothing is expected of, before something is sent.</summary>
    private static ImmutableArray<ScriptStep> Brief(IReadOnlyList<ScriptStep> steps)
        => [.. steps.Select((step, at) => step is ConnectStep connect
            ? connect with { IsBrief = steps.Skip(at + 1).FirstOrDefault(static s => s is not VariableStep)
                is not ExpectStep } : step)];

    private static bool LastIsQuestion(IEnumerable<ScriptStep> steps)
        => steps.Last(static step => step is not VariableStep) is SendStep;

    /// <summary>The lines with the request of the option's line, where the first line of their own stands.</summary>
    private ImmutableArray<CheckStep> WithQuestion(ImmutableArray<CheckStep> lines)
    {
        int at = 0;
        while (at < lines.Length && lines[at] is CheckComment or CheckVariable)
        {
            at++;
        }
        // What is set before a connection is opened stays in front of it.
        int connect = at < lines.Length && lines[at] is CheckConnect ? at + 1 : at;
        int first = connect;
        while (first < lines.Length && lines[first] is CheckComment or CheckVariable)
        {
            first++;
        }
        CheckHttpSend own = OptionQuestion();
        if (first < lines.Length && lines[first] is CheckHttpSend send)
        {
            return lines.SetItem(first, send with
            {
                Method = send.Method ?? own.Method,
                Uri = send.Uri ?? own.Uri,
                Version = send.Version ?? own.Version,
                Headers = send.Headers.IsEmpty ? own.Headers : send.Headers,
                Body = send.Body ?? own.Body,
            });
        }
        return lines.Insert(first, own);
    }

    /// <summary>
    /// <c>option httpchk [[method] uri [version]]</c>; an old habit hides fields and a body behind the version.
    /// </summary>
    private CheckHttpSend OptionQuestion()
    {
        ImmutableArray<string> words = check.Arguments;
        SourceSpan span = check.Span!;
        string method = words.Length > 1 ? words[0] : DefaultMethod;
        string uri = words.Length > 1 ? words[1] : words.Length == 1 ? words[0] : "/";
        string[] lines = (words.Length > 2 ? words[2] : DefaultVersion).Split("\r\n");
        int end = Array.FindIndex(lines, 1, static line => line.Length == 0);
        ImmutableArray<(string, LogFormat)>.Builder fields = ImmutableArray.CreateBuilder<(string, LogFormat)>();
        foreach (string line in lines.Skip(1).Take(end < 0 ? int.MaxValue : end - 1))
        {
            int colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon > 0)
            {
                fields.Add((line[..colon].Trim(), Constant(line[(colon + 1)..].Trim(), span)));
            }
        }
        string body = end < 0 ? "" : string.Join("\r\n", lines.Skip(end + 1));
        return new CheckHttpSend(null, span)
        {
            Method = method,
            Uri = Constant(uri, span),
            Version = lines[0],
            Headers = fields.ToImmutable(),
            Body = body.Length == 0 ? null : Constant(body, span),
        };
    }

    private SendStep Question(CheckHttpSend model, int number, string? comment)
    {
        var question = new HttpQuestion(ByteText.ToBytes(model.Method ?? DefaultMethod))
        {
            Target = model.Uri is { } uri ? steps.Text(uri) : CheckTexts.Constant("/"u8.ToArray()),
            Version = ByteText.ToBytes(model.Version ?? DefaultVersion),
            Fields =
            [
                .. model.Headers.Select(field
                    => (ByteText.ToBytes(field.Name.ToLowerInvariant()), steps.Text(field.Value))),
            ],
            Body = model.Body is { } body ? steps.Text(body) : null,
            SendsState = check.SendsState,
        };
        return new SendStep(number, question.Write, comment);
    }

    private static LogFormat Constant(string text, SourceSpan span)
        => new(text, [new LogLiteral(text, span)], span);
}
