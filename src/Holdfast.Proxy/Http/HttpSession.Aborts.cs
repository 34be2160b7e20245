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
            case HttpPhase.Body:
                AbortBody(isReset: true);
                break;
            case HttpPhase.Complete when _response <= HttpPhase.Head && _wait != RequestWait.Tarpit:
                // The server works on it, or will: only with "option abortonclose" that is taken back.
                if (!AbortsOnClose())
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
        if (_exchange is { } exchange && _response <= HttpPhase.Head)
        {
            AbortByClient(_chosen is null ? 'R' : _isConnected ? 'D' : 'C');
            exchange.Times.Status = _chosen is null ? 400 : 0;
        }
        else
        {
            AbortByClient('D');
        }
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
        if (_exchange is { Times.IsInBackend: true })
        {
            _backend.Counters.Add(TrafficCounter.ClientAborts);
        }
        if (_chosen is { } server)
        {
            _backend.CountersOf(server).Add(TrafficCounter.ClientAborts);
        }
    }

    /// <summary>The client has gone while its request waited for a server, or for its answer.</summary>
    private bool AbortsOnClose()
    {
        bool isWaiting = _wait == RequestWait.Queue || _isWaitingToRetry || (_chosen is not null && !_isConnected);
        bool isAsked = _chosen is not null && _isConnected && _response <= HttpPhase.Head;
        if ((!isWaiting && !isAsked) || !_backend.Backend.Program.Has(ProxyOptions.AbortOnClose))
        {
            return false;
        }
        HttpExchange exchange = _exchange!;
        AbortByClient(_wait == RequestWait.Queue ? 'Q' : isAsked ? 'H' : 'C');
        if (_wait == RequestWait.Queue)
        {
            exchange.Times.Queued = _loop.State.Now;
        }
        exchange.Times.Status = isAsked ? 400 : 0;
        End(isReset: false);
        return true;
    }
}
