using Holdfast.HAProxy.Rules;
using Holdfast.HAProxy.Samples;
using Holdfast.Linux.Sockets;
using Holdfast.Proxy.Counters;
using Holdfast.Proxy.Programs;

namespace Holdfast.Proxy.Tcp;

/// <summary>Rules of content: what is asked of a client's first bytes, and of a server's.</summary>
internal sealed partial class TcpSession<TTransport>
{
    private int _rule;

    /// <summary>How long the rules that run may wait for data.</summary>
    private long _inspectDelay;

    private bool _isInspecting;

    private void BeginRules()
    {
        _phase = SessionPhase.FrontendRules;
        BeginList(_frontend.Program.Rules.RequestInspectDelay);
        RunRequestRules();
    }

    private void BeginList(long delay)
    {
        _rule = 0;
        _inspectDelay = delay;
        _isInspecting = false;
    }

    private void RunRequestRules()
    {
        ProxyRules rules = _phase == SessionPhase.FrontendRules
            ? _frontend.Program.Rules : _backend.Backend.Program.Rules;
        if (rules.TcpContent is { } list && !TryPass(list, _clientEnded || _fromClient.IsFull, isResponse: false))
        {
            return;
        }
        if (_phase == SessionPhase.FrontendRules)
        {
            ChooseBackend();
        }
        else
        {
            ChooseServer();
        }
    }

    /// <summary>Runs a list from where it waited.</summary>
    /// <returns>Whether the session goes on behind it now.</returns>
    private bool TryPass(CompiledRules list, bool hasAll, bool isResponse)
    {
        RequestContext context = _subject!.Context;
        if (!isResponse)
        {
            LookForRequest(_subject!);
        }
        bool isOver = _isInspecting && _timer.IsOver;
        context.IsFinal = hasAll || isOver || _inspectDelay == 0;
        _frontend.Subjects.SetTime(context);
        Verdict verdict = list.Run(context, _rule);
        context.IsFinal = true;
        switch (verdict.Kind)
        {
            case VerdictKind.Wait:
                _rule = verdict.Rule;
                WaitForData(isResponse);
                return false;
            case VerdictKind.Reject or VerdictKind.Deny:
                Reject(isSilent: false, isResponse);
                return false;
            case VerdictKind.SilentDrop:
                Reject(isSilent: true, isResponse);
                return false;
            case VerdictKind.SwitchToHttp when _frontend.Upgraded is { } upgraded:
                Upgrade(upgraded, backend: null);
                return false;
            default:
                _timer.Stop();
                return true;
        }
    }

    private void WaitForData(bool isResponse)
    {
        if (!_isInspecting)
        {
            _isInspecting = true;
            _timer.Start(_inspectDelay);
        }
        if (isResponse)
        {
            _loop.Transport.Receive(_server!);
            return;
        }
        ReceiveFromClient();
    }

    private void Reject(bool isSilent, bool isResponse)
    {
        TrafficCounter counter = isResponse ? TrafficCounter.DeniedResponses : TrafficCounter.DeniedRequests;
        _frontend.Totalled.Add(counter);
        if (isResponse)
        {
            _backend.Counters.Add(counter);
            _backend.CountersOf(_lastServer!).Add(counter);
        }
        Blame('P');
        if (isSilent)
        {
            TcpSocket.SetSilentClose(_client!.Fd);
        }
        End(isReset: false);
    }

    /// <summary>The server is there: its rules come before the first byte of it is passed on.</summary>
    private void BeginResponse()
    {
        _isRelaying = true;
        _subject?.ForgetHead();
        if (_backend.Backend.Program.Rules.TcpResponse is null)
        {
            BeginRelay();
            return;
        }
        _phase = SessionPhase.ResponseRules;
        _subject!.Context.BeginResponse();
        BeginList(_backend.Backend.Program.Rules.ResponseInspectDelay);
        SendHeld();
        Pump(_client!, _server!, _clientEnded);
        TouchBoth();
        RunResponseRules();
    }

    private void RunResponseRules()
    {
        if (TryPass(_backend.Backend.Program.Rules.TcpResponse!, _serverEnded || _fromServer.IsFull, isResponse: true))
        {
            BeginRelay();
        }
    }
}
