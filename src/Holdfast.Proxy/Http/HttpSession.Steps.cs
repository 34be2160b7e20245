using Holdfast.Config.HAProxy.Model;
using Holdfast.HAProxy.Rules;
using Holdfast.HAProxy.Samples;
using Holdfast.Proxy.Programs;

namespace Holdfast.Proxy.Http;

/// <summary>What a request goes through before a server is chosen for it, in this order.</summary>
internal enum RequestStep : byte
{
    /// <summary><c>option http-buffer-request</c> of the frontend.</summary>
    FrontendBody,

    /// <summary>Rules of the frontend.</summary>
    Frontend,

    /// <summary>The choice of a backend.</summary>
    Switch,

    /// <summary><c>option http-buffer-request</c> of the backend.</summary>
    BackendBody,

    /// <summary>Rules of the backend.</summary>
    Backend,

    /// <summary>Fields of our own, persistence, balancing.</summary>
    Server,
}

/// <summary>What a request waits for; its connection's timer counts that.</summary>
internal enum RequestWait : byte
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>Its body, before a rule goes on.</summary>
    Body,

    /// <summary>The end of a tarpit.</summary>
    Tarpit,

    /// <summary>The end of a pause.</summary>
    Pause,

    /// <summary>A server with room.</summary>
    Queue,
}

/// <summary>The steps of a request: rules, and what they decide.</summary>
internal sealed partial class HttpSession<TTransport>
{
    private RequestStep _step;
    private RequestWait _wait;
    private bool _hasStepTimedOut;
    private int _rule;
    private CompiledReply? _tarpit;

    private void RunSteps()
    {
        FrontendProgram program = _frontend.Program;
        while (true)
        {
            switch (_step)
            {
                case RequestStep.FrontendBody:
                    if (program.Has(ProxyOptions.HttpBufferRequest) && !HasBody(Timeouts.HttpRequest))
                    {
                        return;
                    }
                    GoTo(RequestStep.Frontend);
                    break;
                case RequestStep.Frontend:
                    if (!PassFrontend(program) || !PassPage(program.Rules))
                    {
                        return;
                    }
                    GoTo(EntersService(program.Rules) ? RequestStep.Server : RequestStep.Switch);
                    break;
                case RequestStep.Switch:
                    ChooseBackend(program);
                    GoTo(RequestStep.BackendBody);
                    break;
                case RequestStep.BackendBody:
                    if (IsOtherSection && _backend.Backend.Program.Has(ProxyOptions.HttpBufferRequest)
                        && !HasBody(FirstOf(ServerTimeouts.HttpRequest, Timeouts.HttpRequest)))
                    {
                        return;
                    }
                    GoTo(RequestStep.Backend);
                    break;
                case RequestStep.Backend:
                    if (IsOtherSection && (!RunRequestRules(_backend.Backend.Program.Rules)
                        || !PassPage(_backend.Backend.Program.Rules)))
                    {
                        return;
                    }
                    _ = IsOtherSection && EntersService(_backend.Backend.Program.Rules);
                    GoTo(RequestStep.Server);
                    break;
                default:
                    Dispatch();
                    return;
            }
        }
    }

    /// <summary>Whether the backend is another section than the frontend: then its rules run, too.</summary>
    private bool IsOtherSection => _backend.Backend.Program.Rules != _frontend.Program.Rules;

    private void GoTo(RequestStep step)
    {
        _step = step;
        _rule = 0;
        _hasStepTimedOut = false;
    }

    private bool PassFrontend(FrontendProgram program)
    {
        if (_rule == 0 && program.MonitorUri is { } uri && _exchange!.Request.On(_fromClient.Bytes(_pool)).Target
            .SequenceEqual(uri))
        {
            AnswerMonitor(program);
            return false;
        }
        return RunRequestRules(program.Rules);
    }

    /// <returns>Whether the request goes on.</returns>
    private bool RunRequestRules(ProxyRules rules)
    {
        RequestContext? subject = _exchange!.Subject;
        if (subject is null)
        {
            return true;
        }
        if (_rule == 0 && rules.TcpContent is { } content && !PassContent(content.Run(subject)))
        {
            return false;
        }
        if (rules.HttpRequest is { } list)
        {
            Verdict verdict = list.Run(subject, _rule);
            if (subject.EarlyHints.HasValue)
            {
                SendEarlyHints(subject);
            }
            if (verdict.Kind == VerdictKind.WaitForBody)
            {
                _rule = verdict.Rule;
                if (!HasBody(verdict.Number))
                {
                    return false;
                }
                _rule++;
                return RunRequestRules(rules);
            }
            if (verdict.Kind == VerdictKind.Pause)
            {
                _rule = verdict.Rule + 1;
                _wait = RequestWait.Pause;
                _client!.SetTimeout(verdict.Number);
                return false;
            }
            if (!CarryOut(verdict))
            {
                return false;
            }
        }
        return rules.Redirects is not { } redirects || CarryOut(redirects.Run(subject));
    }

    /// <summary>Whether the body is there, or as much of it as a buffer holds; else it is waited for.</summary>
    private bool HasBody(long milliseconds)
    {
        HttpExchange exchange = _exchange!;
        MarkBody(exchange);
        if (exchange.Subject is { HasWholeBody: true } || _request == HttpPhase.Complete || _fromClient.IsFull
            || _clientEnded || _fromClient.First.Length >= _pool.Slab.BufferSize - Engine.BufferPool.Headroom)
        {
            _wait = RequestWait.None;
            return true;
        }
        if (_hasStepTimedOut)
        {
            _hasStepTimedOut = false;
            _frontend.Counters.Add(Counters.TrafficCounter.RequestErrors);
            exchange.End = exchange.End.By('c', 'R');
            Refuse(408);
            return false;
        }
        if (_wait != RequestWait.Body)
        {
            _wait = RequestWait.Body;
            _client!.SetTimeout(milliseconds);
        }
        _loop.Transport.Receive(_client!);
        return false;
    }

    /// <summary>Looks at how much of the body is there.</summary>
    private void MarkBody(HttpExchange exchange)
    {
        ArrangeBody(exchange);
        if (exchange.Subject is { } subject)
        {
            subject.HasWholeBody = _request == HttpPhase.Complete || IsChunkedBodyWhole(exchange);
        }
    }

    private void ChooseBackend(FrontendProgram program)
    {
        RequestContext subject = _exchange!.Subject!;
        _backend = _frontend.Backend;
        int index = 0;
        if (program.UseBackend is { } choices && choices.TryNext(subject, ref index, out ReadOnlySpan<byte> name)
            && _frontend.Backends.Find(name) is { } found)
        {
            _backend = found;
        }
        subject.Backend = _backend.Backend.Identity;
        if (_backend.Backend.Options.HasSection)
        {
            EnterBackend(_exchange);
        }
    }

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
