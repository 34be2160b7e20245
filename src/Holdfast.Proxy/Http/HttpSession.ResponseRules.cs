using Holdfast.Config.HAProxy.Model;
using Holdfast.Balancing.Retries;
using Holdfast.Balancing.Tables;
using Holdfast.HAProxy.Rules;
using Holdfast.HAProxy.Samples;
using Holdfast.Http.H1;
using Holdfast.Proxy.Counters;
using Holdfast.Proxy.Programs;
using Holdfast.Proxy.Running;

namespace Holdfast.Proxy.Http;

/// <summary>Rules for responses.</summary>
internal sealed partial class HttpSession<TTransport>
{
    /// <summary>Whether a status is to be tried again instead of being passed on.</summary>
    private bool MustRetry(int status)
    {
        RetrySettings retry = Retrying(_backend.Backend.Program);
        RetryCauses cause = retry.RetryOn == RetryCauses.ConnectionFailure ? RetryCauses.None
            : RetryRules.CauseOf(status);
        return cause != RetryCauses.None && (retry.RetryOn & cause) != 0 && _isRetryable && CanSendAgain()
            && _exchange!.Times.Retries < retry.Retries;
    }

    /// <summary>A response that caches would give to others, with somebody's cookie.</summary>
    private static readonly Verdict s_blocked = new(VerdictKind.Deny, CompiledReply.Page(502));

    /// <returns>Whether the response goes on as it is now.</returns>
    private bool PassResponse(HttpExchange exchange, RequestContext subject, ReadOnlySpan<byte> bytes)
    {
        H1Head head = exchange.Response;
        HeadView view = head.On(bytes);
        exchange.Times.BytesOut += HtxSize.Of(view);
        subject.BeginResponse();
        subject.ResponseHead = head;
        subject.ServerTls = _server!.TlsFacts;
        subject.ChosenServer = _chosen!.Identity;
        CaptureResponse(subject, view);
        CountResponse(subject, head.Status);
        if (_backend.Backend.Program.StickRules.Length > 0)
        {
            _frontend.Backends.Sticking.Store(_chosen, subject, exchange.Stores, _backend.Now);
        }
        ProxyRules back = _backend.Backend.Program.Rules;
        // The request's bytes go now: no rule may look at them any more.
        subject.RequestHead = null;
        if (back.TcpResponse is { } content && !CarryOutOnResponse(content.Run(subject)))
        {
            return false;
        }
        GoToResponseRules(isFrontend: false);
        return RunResponseRules(exchange, subject);
    }

    /// <summary>What comes behind the rules of both sides.</summary>
    private bool FinishResponseRules(HttpExchange exchange, RequestContext subject)
    {
        H1Head head = exchange.Response;
        HeadView view = subject.Response;
        if (_backend.Backend.Program.Has(ProxyOptions.CheckCache) && view.Find("set-cookie"u8) >= 0
            && Cacheability.MayBeCached(view, exchange.Request.ReceivedMethod, _receivedStatus))
        {
            _frontend.Log?.OnBlocked(_backend.Backend.Identity, _chosen!.Identity);
            return CarryOutOnResponse(s_blocked);
        }
        if (_frontend.Program.CookieCapture is { } captured)
        {
            CookieCapture.OfResponse(view, captured, subject.Captures.ResponseCookie);
        }
        if (_backend.Backend.Program.Cookie is { } cookie)
        {
            WriteCookies(cookie, subject, view);
        }
        if (head.Status != 101 && !RunAfterResponse(exchange, head, out _))
        {
            CountOnResponse(TrafficCounter.FailedRewrites);
            SayEnd('I', 'H');
            Refuse(500);
            return false;
        }
        return true;
    }

    private static void CountResponse(RequestContext subject, int status)
    {
        if (status is >= 400 and < 500)
        {
            Stick(subject).Record(StickEvent.HttpError);
        }
        else if (status is >= 500 and not (501 or 505))
        {
            Stick(subject).Record(StickEvent.HttpFailure);
        }
    }

    /// <summary>What a subject tracks.</summary>
    private static StickCounters Stick(RequestContext subject) => (StickCounters)subject.Stick!;

    /// <returns>Whether the response goes on.</returns>
    private bool CarryOutOnResponse(in Verdict verdict)
    {
        if (verdict.Kind is VerdictKind.Continue or VerdictKind.Allow or VerdictKind.Wait or VerdictKind.WaitForBody)
        {
            return true;
        }
        HttpExchange exchange = _exchange!;
        CountReplaced(exchange);
        exchange.Times.Answered = 0;
        switch (verdict.Kind)
        {
            case VerdictKind.Deny or VerdictKind.Tarpit:
                CountOnResponse(TrafficCounter.DeniedResponses);
                SayEnd('P', 'H');
                Answer(verdict.Reply!);
                return false;
            case VerdictKind.Reply:
                SayEnd('L', 'H');
                Answer(verdict.Reply!);
                return false;
            case VerdictKind.Redirect:
                SayEnd('L', 'H');
                Answer(verdict.Redirect!);
                return false;
            case VerdictKind.Failed:
                CountOnResponse(TrafficCounter.FailedRewrites);
                SayEnd('I', 'H');
                Refuse(500);
                return false;
            case VerdictKind.SilentDrop:
                Linux.Sockets.TcpSocket.SetSilentClose(_client!.Fd);
                goto default;
            default:
                SayEnd('P', 'H');
                End(isReset: false);
                return false;
        }
    }

    /// <summary>What had come of a response that the client does not get counts all the same.</summary>
    private void CountReplaced(HttpExchange exchange)
    {
        HeadView view = exchange.Response.On(_fromServer.Bytes(_pool));
        long body = exchange.Source.ResponseBody.Length;
        if (exchange.Response.Body.Kind == BodyKind.Chunked && IsBodyInHand(exchange))
        {
            body++; // the end of the chunks
        }
        exchange.Times.BytesOut = Math.Min(exchange.Times.BytesOut + body, HtxSize.InHandMax(view));
    }

    private void CountOnResponse(TrafficCounter counter)
    {
        _frontend.Counters.Add(counter);
        _backend.Counters.Add(counter);
        _backend.CountersOf(_chosen!).Add(counter);
    }
}
