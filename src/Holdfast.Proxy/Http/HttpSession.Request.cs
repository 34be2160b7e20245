using Holdfast.Balancing.Queues;
using Holdfast.Config.HAProxy.Model;
using Holdfast.Http.H1;
using Holdfast.Linux.Memory;
using Holdfast.Proxy.Programs;
using Holdfast.Proxy.Counters;

namespace Holdfast.Proxy.Http;

/// <summary>What clients send.</summary>
internal sealed partial class HttpSession<TTransport>
{
    /// <summary>Bytes at the start of the client's input that were sent on, and are kept to be sent again.</summary>
    private int _held;

    /// <summary>Bytes of the body that the client still has to send, where a length tells.</summary>
    private long _requestLeft;

    private bool _isRetryable;

    private void WaitForRequest()
    {
        _request = HttpPhase.Idle;
        if (_fromClient.HasBytes)
        {
            ParseRequest();
            return;
        }
        if (_clientEnded)
        {
            CloseWhenSent(); // it still takes what is on its way
            return;
        }
        ArmIdleTimer();
        _loop.Transport.Receive(_client!);
    }

    private void ArmIdleTimer()
    {
        long request = FirstOf(Timeouts.HttpRequest, Timeouts.Client);
        _client!.SetTimeout(_client.QueuedCount > 0 ? Timeouts.Client
            : _requestCount == 0 ? request : FirstOf(Timeouts.HttpKeepAlive, request));
    }

    private void OnClientData(BufferPart data)
    {
        switch (_request)
        {
            case HttpPhase.Idle or HttpPhase.Head:
                _fromClient.Add(_pool, data);
                ParseRequest();
                break;
            case HttpPhase.Body when _chosen is null:
                // It is not known yet where this goes: a rule waits for it, or the request waits itself.
                _fromClient.Add(_pool, data);
                if (_wait == RequestWait.Body)
                {
                    RunSteps();
                }
                break;
            case HttpPhase.Body:
                DropHeld();
                _fromClient.Add(_pool, data);
                ArmClientTimer();
                PumpRequest();
                break;
            case HttpPhase.Tunnel:
                RelayTunnel(_client!, _server!, data);
                break;
            case HttpPhase.Complete:
                // The next request, ahead of its time. More stays in the kernel when there is no room.
                _fromClient.Add(_pool, data);
                WatchClient();
                break;
            default:
                _pool.Return(data.Buffer);
                _loop.Transport.Receive(_client!);
                break;
        }
    }

    private void OnClientEnded()
    {
        _clientEnded = true;
        switch (_request)
        {
            case HttpPhase.Idle when _requestCount == 0:
                if (_isTakenOver)
                {
                    CountLostStream(isError: false);
                    End(isReset: false);
                    break;
                }
                RefuseHead(400, 'C');
                break;
            case HttpPhase.Idle:
                CloseWhenSent();
                break;
            case HttpPhase.Ending:
                FinishIfSent();
                break;
            case HttpPhase.Head:
                RefuseHead(400, 'C');
                break;
            case HttpPhase.Body:
                AbortBody(isReset: false);
                break;
            case HttpPhase.Tunnel:
                OnTunnelEnded(_client!, _server!);
                break;
            default:
                _ = AbortsOnClose(isReset: false); // else it may end its direction, and still wait for its response
                break;
        }
    }

    private void OnClientTimeout()
    {
        switch (_wait)
        {
            case RequestWait.Body:
                _hasStepTimedOut = true;
                RunSteps();
                return;
            case RequestWait.Tarpit:
                EndTarpit();
                return;
            case RequestWait.Pause:
                _wait = RequestWait.None;
                RunSteps();
                return;
            case RequestWait.Queue:
                LeaveQueue();
                CountQueueFailure(_waitsFor);
                _exchange!.Times.Queued = _loop.State.Now;
                Fail(503, 's', 'Q');
                return;
            default:
                break;
        }
        switch (_request)
        {
            case HttpPhase.Idle when _requestCount > 0:
            case HttpPhase.Ending:
                End(isReset: false);
                break;
            case HttpPhase.Idle or HttpPhase.Head:
                RefuseHead(408, 'c');
                break;
            case HttpPhase.Tunnel:
                OnTunnelTimeout(isClient: true);
                break;
            case HttpPhase.Body when _chosen is not null && _response <= HttpPhase.Head:
                _client!.SetTimeout(-1); // the server has its own time to answer what it has got of the body
                break;
            default:
                SayEnd('c', 'D');
                CountClientAbort();
                End(isReset: false);
                break;
        }
    }

    /// <summary>Works on all requests that have arrived, one after the other: none within another's end.</summary>
    private void ParseRequest()
    {
        _parsesAgain = true;
        if (_isParsing)
        {
            return;
        }
        _isParsing = true;
        while (_parsesAgain)
        {
            _parsesAgain = false;
            ParseOne();
        }
        _isParsing = false;
    }

    private bool _isParsing;
    private bool _parsesAgain;

    private void ParseOne()
    {
        HttpExchange exchange = _exchange ??= RentExchange();
        ReadOnlySpan<byte> bytes = _fromClient.Bytes(_pool);
        H1Result result = H1Parser.ParseRequest(bytes, exchange.Request);
        switch (result.Outcome)
        {
            case H1Outcome.Done:
                BeginRequest(exchange, bytes, result.Consumed);
                break;
            case H1Outcome.Error:
                KeepBadRequest(bytes, result.Error, result.Position);
                RefuseHead(H1Errors.HAProxyRequestStatus(result.Error), 'P');
                break;
            default:
                if (_request == HttpPhase.Idle)
                {
                    // The time for a whole head counts from its first byte, except on a new connection.
                    _request = HttpPhase.Head;
                    if (_requestCount > 0)
                    {
                        _client!.SetTimeout(FirstOf(Timeouts.HttpRequest, Timeouts.Client));
                    }
                }
                if (_clientEnded)
                {
                    RefuseHead(400, 'C');
                    break;
                }
                _loop.Transport.Receive(_client!);
                break;
        }
    }

    private void BeginRequest(HttpExchange exchange, ReadOnlySpan<byte> bytes, int headLength)
    {
        H1Head head = exchange.Request;
        if (HasBrokenChunks(head, bytes, exchange.RequestChunks))
        {
            head.Reset();
            RefuseHead(400, 'P');
            return;
        }
        _requestCount++;
        _backend = _frontend.Backend;
        _lastServer = null;
        _leftBehind = 0;
        _persistent = null;
        _isForced = false;
        _priority = default;
        _movesFrom = null;
        ForgetCookies();
        _dropsBody = false;
        HeadView view = head.On(bytes);
        if (_frontend.Program.RestrictedNames != NameRestriction.None
            && !RestrictedNames.Pass(view, _frontend.Program.RestrictedNames))
        {
            RefuseHead(403, 'P');
            return;
        }
        if (_isTakenOver || _frontend.Program.Rules.TcpContent is null)
        {
            CountRequest();
        }
        exchange.Context = ResponseContext.Of(view);
        _closesAfterResponse = !head.KeepAlive || _frontend.Program.Rules.ConnectionMode == ConnectionMode.Close
            || _frontend.IsDraining || head.Has(ConnectionFacts.MustClose);
        _response = HttpPhase.Idle;
        ArrangeBody(exchange);
        _client!.SetTimeout(-1);
        if (_frontend.NeedsContext)
        {
            CaptureRequest(BeginSubject(exchange, head), exchange);
            GoTo(RequestStep.FrontendBody);
            RunSteps();
            return;
        }
        GoTo(RequestStep.Server);
        EnterBackend(exchange);
        Dispatch();
    }

    private void CountRequest()
    {
        _frontend.Counters.Add(TrafficCounter.Requests);
        _frontend.Counters.RequestRate.Add(_loop.State.Now);
    }

    /// <summary>Sends a request on: rules have let it pass.</summary>
    private void Dispatch()
    {
        HttpExchange exchange = _exchange!;
        MarkReceived();
        ReadOnlySpan<byte> bytes = _fromClient.Bytes(_pool);
        HeadView view = exchange.Request.On(bytes);
        if (exchange.Subject is { } subject)
        {
            if (!AddOwnFields(subject, view))
            {
                exchange.End = exchange.End.By('P', 'R');
                Refuse(400);
                return;
            }
            CaptureCookie(subject, view);
            FindPersistent(subject, view);
            exchange.Times.IsRetryForbidden = subject.ForbidsRetry;
            _priority = WaitingPriority.Clamp(subject.PriorityClass, subject.PriorityOffset);
        }
        if ((_backend.Backend.Program.Rules.Compression ?? _frontend.Program.Rules.Compression) is not null)
        {
            ChooseCoding(view);
        }
        exchange.Context = ResponseContext.Of(view);
        exchange.Offer = UpgradeOffer.Of(view);
        ArrangeBody(exchange);
        _client!.SetTimeout(_request == HttpPhase.Complete ? -1 : Timeouts.Client);
        FindServer(avoid: null);
    }
}
