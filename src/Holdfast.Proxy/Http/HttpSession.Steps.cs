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
                    if (!TryChooseBackend(program))
                    {
                        return;
                    }
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
        if (_rule == 0 && rules.TcpContent is { } content && !(_isTakenOver && _step == RequestStep.Frontend)
            && !PassContent(content.Run(subject)))
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

    /// <returns>Whether the request goes on.</returns>
    private bool TryChooseBackend(FrontendProgram program)
    {
        RequestContext subject = _exchange!.Subject!;
        _backend = _given ?? _frontend.Backend;
        int index = 0;
        if (_given is null && program.UseBackend is { } choices
            && choices.TryNext(subject, ref index, out ReadOnlySpan<byte> name)
            && _frontend.Backends.Find(name) is { } found)
        {
            _backend = found;
        }
        subject.Backend = _backend.Backend.Identity;
        if (_backend.Backend.Options.HasSection)
        {
            EnterBackend(_exchange);
        }
        if (_frontend.IsForStreams && !_backend.Backend.Options.IsHttp)
        {
            EndBeforeStream();
            return false;
        }
        return true;
    }
}
