using System.Text;
using Holdfast.Config.Nginx.Model;
using Holdfast.Http.Headers;
using Holdfast.Nginx.Texts;
using Holdfast.Web.Http.Answers;
using Holdfast.Web.Logs;

namespace Holdfast.Web.Http.Steps;

/// <summary><c>auth_request</c>: another location decides.</summary>
internal sealed class AskedServer : AccessRuleProgram
{
    private readonly byte[] _uri;
    private readonly (int Variable, CompiledText Value)[] _set;

    internal AskedServer(AccessSettings settings, TextCompiler texts)
    {
        _uri = Encoding.UTF8.GetBytes(settings.AuthRequest!);
        _set = [.. settings.AuthRequestSet.Select(
            one => (texts.Variables.IndexOf(one.Name.TrimStart('$').ToLowerInvariant()), texts.Compile(one.Value)))];
    }

    internal override AccessVerdict Ask(Exchange exchange)
    {
        if (exchange.Asked is not { } asked)
        {
            exchange.AskLocation(_uri);
            return exchange.Asked is { IsDone: true } ? Judge(exchange, exchange.Asked) : AccessVerdict.Waits;
        }
        return Judge(exchange, asked);
    }

    private AccessVerdict Judge(Exchange exchange, Exchange asked)
    {
        foreach ((int variable, CompiledText value) in _set)
        {
            exchange.Request.SetValue(variable, value.Evaluate(asked.Request));
        }
        int status = asked.Answer.Status;
        switch (status)
        {
            case >= 200 and < 300:
                return AccessVerdict.Granted;
            case 401:
                CopyChallenges(exchange, asked.Answer);
                break;
            case 403:
                break;
            default:
                exchange.Report(ErrorLevel.Error, $"auth request unexpected status: {status}");
                status = 500;
                break;
        }
        exchange.AccessStatus = status;
        return AccessVerdict.Refused;
    }

    private static void CopyChallenges(Exchange exchange, AnswerHead answer)
    {
        for (int i = answer.Find(KnownHeader.WwwAuthenticate); i >= 0; i = answer.Find(KnownHeader.WwwAuthenticate, i))
        {
            exchange.Answer.Add(exchange.Request.Arena.Remember(answer.Fields[i].Name.Span),
                exchange.Request.Arena.Remember(answer.Fields[i].Value.Span));
        }
    }
}
