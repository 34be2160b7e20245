using Holdfast.HAProxy.Rules;
using Holdfast.HAProxy.Samples;

namespace Holdfast.Proxy.Http;

/// <summary>What rules have decided of a request, done.</summary>
internal sealed partial class HttpSession<TTransport>
{
    /// <summary>Does what <c>tcp-request content</c> has decided: a request that it refuses was never one.</summary>
    private bool PassContent(in Verdict verdict)
    {
        bool isRefused = verdict.Kind is VerdictKind.Reject or VerdictKind.SilentDrop or VerdictKind.Deny;
        if (_step <= RequestStep.Switch)
        {
            _exchange!.Times.IsUnread = isRefused;
            if (!isRefused)
            {
                CountRequest();
            }
        }
        if (!isRefused)
        {
            return CarryOut(verdict);
        }
        _frontend.Counters.Add(Counters.TrafficCounter.DeniedRequests);
        Reject(verdict);
        return false;
    }

    private void Reject(in Verdict verdict)
    {
        if (verdict.Kind == VerdictKind.SilentDrop)
        {
            Linux.Sockets.TcpSocket.SetSilentClose(_client!.Fd);
        }
        _exchange!.End = _exchange.End.By('P', 'R');
        EndExchange();
        End(isReset: false);
    }

    /// <summary>Does what a list of rules has decided.</summary>
    /// <returns>Whether the request goes on.</returns>
    private bool CarryOut(in Verdict verdict)
    {
        HttpExchange exchange = _exchange!;
        switch (verdict.Kind)
        {
            case VerdictKind.Deny:
                Stick(exchange.Subject!).Record(Balancing.Tables.StickEvent.HttpError);
                CountBoth(Counters.TrafficCounter.DeniedRequests);
                MarkReceived();
                LookAtCookies(exchange);
                exchange.End = exchange.End.By('P', 'R');
                Answer(verdict.Reply!);
                return false;
            case VerdictKind.Tarpit:
                CountBoth(Counters.TrafficCounter.DeniedRequests);
                LookAtCookies(exchange);
                _tarpit = verdict.Reply;
                _wait = RequestWait.Tarpit;
                _client!.SetTimeout(_frontend.Program.Tarpit);
                WatchClient();
                return false;
            case VerdictKind.Reply:
                _frontend.Counters.Add(Counters.TrafficCounter.Intercepted);
                MarkReceived();
                exchange.End = exchange.End.By('L', 'R');
                Answer(verdict.Reply!);
                return false;
            case VerdictKind.Redirect:
                _frontend.Counters.Add(Counters.TrafficCounter.Intercepted);
                MarkReceived();
                exchange.End = exchange.End.By('L', 'R');
                Answer(verdict.Redirect!);
                return false;
            case VerdictKind.Reject or VerdictKind.SilentDrop:
                if (!IsOtherSection)
                {
                    _backend.Counters.Add(Counters.TrafficCounter.DeniedRequests);
                }
                CountBoth(Counters.TrafficCounter.DeniedRequests);
                Reject(verdict);
                return false;
            case VerdictKind.Malformed:
                _frontend.Counters.Add(Counters.TrafficCounter.RequestErrors);
                exchange.End = exchange.End.By('P', 'R');
                _closesAfterResponse = true;
                Refuse(400);
                return false;
            case VerdictKind.Service:
                _isForMetrics = true;
                return true;
            case VerdictKind.Failed:
                CountBoth(Counters.TrafficCounter.FailedRewrites);
                exchange.End = exchange.End.By('I', 'R');
                Refuse(500);
                return false;
            default:
                return true;
        }
    }

    /// <summary>Tells the client what it may load meanwhile (RFC 8297).</summary>
    private void SendEarlyHints(RequestContext subject)
    {
        if (_exchange!.Request.Version == Holdfast.Http.H1.H1Version.Http11)
        {
            HttpOutput<TTransport> output = new(_loop, _client!);
            _exchange.Times.BytesOut += HtxSize.OfHints(subject.EarlyHints.Value);
            output.Put("HTTP/1.1 103 Early Hints\r\n"u8);
            output.Put(subject.EarlyHints.Value);
            output.Put("\r\n"u8);
            output.Flush();
        }
        subject.EarlyHints.Clear();
    }

    private void EndTarpit()
    {
        _wait = RequestWait.None;
        HttpExchange exchange = _exchange!;
        exchange.End = exchange.End.By('P', 'T');
        exchange.Times.Queued = _loop.State.Now;
        Answer(_tarpit!);
    }

    /// <summary>Rules have let the request go on, or have decided: the time to receive it ends here.</summary>
    private void MarkReceived() => _exchange!.Times.Received = _loop.State.Now;

    private void CountBoth(Counters.TrafficCounter counter)
    {
        _frontend.Counters.Add(counter);
        if (_step > RequestStep.Switch && IsOtherSection)
        {
            _backend.Counters.Add(counter);
        }
    }
}
