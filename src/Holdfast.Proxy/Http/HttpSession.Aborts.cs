using Holdfast.Config.HAProxy.Model;
using Holdfast.Proxy.Counters;

namespace Holdfast.Proxy.Http;

/// <summary>Clients that go before the end.</summary>
internal sealed partial class HttpSession<TTransport>
{
    /// <summary>Whether the client's connection is broken, and its last request goes on all the same.</summary>
    private bool _clientHasFailed;

    /// <summary>The client's connection is broken.</summary>
    private void OnClientFailed()
    {
        _clientEnded = true;
        switch (_request)
        {
            case HttpPhase.Head:
            case HttpPhase.Idle when _requestCount == 0:
                CountWithoutRequest('C', 400);
                End(isReset: true);
                break;
            case HttpPhase.Complete or HttpPhase.Body when _wait == RequestWait.Tarpit:
                _clientHasFailed = true;
                CountClientAbort();
                EndTarpit();
                break;
            case HttpPhase.Body:
                AbortBody(isReset: true);
                break;
            case HttpPhase.Complete when _response <= HttpPhase.Head:
                // The server works on it, or will: only with "option abortonclose" that is taken back.
                if (!AbortsOnClose(isReset: true))
                {
                    _clientHasFailed = true;
                    if (_wait == RequestWait.None)
                    {
                        _client!.SetTimeout(-1);
                    }
                }
                break;
            case HttpPhase.Complete or HttpPhase.Tunnel:
                AbortByClient('D');
                End(isReset: true);
                break;
            default:
                End(isReset: true);
                break;
        }
    }

    /// <summary>The client ends in the middle of its body: the server's connection ends, too.</summary>
    private void AbortBody(bool isReset)
    {
        if (_wait == RequestWait.Body)
        {
            // Nothing is left to wait for, and the request goes as far as it gets.
            MarkReceived();
            _frontend.Counters.Add(TrafficCounter.RequestErrors);
            if (_exchange is { Times.IsInBackend: false } exchange && _backend.Backend.Options.HasSection)
            {
                EnterBackend(exchange);
            }
        }
        AbortByClient(_response > HttpPhase.Head ? 'D' : _chosen is not null ? _isConnected ? 'D' : 'C'
            : _wait == RequestWait.Queue ? 'Q' : 'R');
        End(isReset);
    }

    /// <summary>Counts and notes that the client has gone.</summary>
    private void AbortByClient(char phase)
    {
        SayEnd('C', phase);
        if (phase == 'Q')
        {
            return; // that is no abort of a transfer
        }
        CountClientAbort();
    }

    private void CountClientAbort()
    {
        _frontend.Counters.Add(TrafficCounter.ClientAborts);
        if (_exchange is { Times.IsInBackend: true } || !IsOtherSection)
        {
            _backend.Counters.Add(TrafficCounter.ClientAborts);
        }
        if (_chosen is { } server)
        {
            _backend.CountersOf(server).Add(TrafficCounter.ClientAborts);
        }
    }

    /// <summary>The client has gone while its request waited for a server, or for its answer.</summary>
    /// <param name="isReset">Whether its connection is broken, so that it cannot be told.</param>
    private bool AbortsOnClose(bool isReset)
    {
        bool isWaiting = _wait == RequestWait.Queue || _isWaitingToRetry || (_chosen is not null && !_isConnected);
        bool isAsked = _chosen is not null && _isConnected && _response <= HttpPhase.Head;
        if ((!isWaiting && !isAsked) || !_backend.Backend.Program.Has(ProxyOptions.AbortOnClose))
        {
            return false;
        }
        HttpExchange exchange = _exchange!;
        AbortByClient(_wait == RequestWait.Queue ? 'Q' : !isAsked ? 'C' : isReset ? 'D' : 'H');
        if (_wait == RequestWait.Queue)
        {
            exchange.Times.Queued = _loop.State.Now;
        }
        if (isAsked && !isReset)
        {
            _closesAfterResponse = true;
            Refuse(400);
            return true;
        }
        End(isReset);
        return true;
    }

    /// <summary>Answers what is no request, or has not become one in time.</summary>
    private void RefuseHead(int status, char cause)
    {
        if (!_fromClient.HasBytes && _frontend.Program.Has(ProxyOptions.HttpIgnoreProbes))
        {
            End(isReset: false); // a browser that has connected in advance
            return;
        }
        CountLostStream(isError: true);
        CountWithoutRequest(cause, status);
        Refuse(status);
    }
}
