using Holdfast.Http.H1;
using Holdfast.Linux.Memory;
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
            End(isReset: false);
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
            case HttpPhase.Idle:
            case HttpPhase.Ending:
                End(isReset: false);
                break;
            case HttpPhase.Head:
                Refuse(400);
                break;
            case HttpPhase.Body:
                End(isReset: false); // the server gets less than it was told: its connection ends, too
                break;
            case HttpPhase.Tunnel:
                OnTunnelEnded(_client!, _server!);
                break;
            default:
                break; // a client may end its direction and still wait for its response
        }
    }

    private void OnClientTimeout()
    {
        switch (_request)
        {
            case HttpPhase.Idle when _requestCount > 0:
            case HttpPhase.Ending:
                End(isReset: false);
                break;
            case HttpPhase.Idle or HttpPhase.Head:
                Refuse(408);
                break;
            default:
                End(isReset: false);
                break;
        }
    }

    private void ParseRequest()
    {
        HttpExchange exchange = _exchange ??= _frontend.RentExchange();
        ReadOnlySpan<byte> bytes = _fromClient.Bytes(_pool);
        H1Result result = H1Parser.ParseRequest(bytes, exchange.Request);
        switch (result.Outcome)
        {
            case H1Outcome.Done:
                BeginRequest(exchange, bytes, result.Consumed);
                break;
            case H1Outcome.Error:
                _frontend.Counters.Add(TrafficCounter.RequestErrors);
                Refuse(H1Errors.HAProxyRequestStatus(result.Error));
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
                    Refuse(400);
                    break;
                }
                _loop.Transport.Receive(_client!);
                break;
        }
    }

    private void BeginRequest(HttpExchange exchange, ReadOnlySpan<byte> bytes, int headLength)
    {
        H1Head head = exchange.Request;
        _requestCount++;
        _frontend.Counters.Add(TrafficCounter.Requests);
        _backend = _frontend.Backend;
        HeadView view = head.On(bytes);
        if (_frontend.ForwardedFor is { } forwarded && !forwarded.TryAdd(view, _client!))
        {
            Refuse(400);
            return;
        }
        exchange.Context = ResponseContext.Of(view);
        exchange.Offer = UpgradeOffer.Of(view);
        _closesAfterResponse = !head.KeepAlive || _frontend.IsDraining || head.Has(ConnectionFacts.MustClose);
        _retriesLeft = _backend.Backend.Program.Retry.Retries;
        _response = HttpPhase.Idle;
        _requestLeft = head.Body.Kind == BodyKind.Length ? head.Body.Length : 0;
        int inHand = (int)Math.Min(_requestLeft, bytes.Length - headLength);
        _held = headLength + inHand;
        _requestLeft -= inHand;
        bool isWhole = head.Body.Kind == BodyKind.None || (head.Body.Kind == BodyKind.Length && _requestLeft == 0);
        _request = isWhole ? HttpPhase.Complete : HttpPhase.Body;
        _isRetryable = isWhole;
        _client!.SetTimeout(isWhole ? -1 : Timeouts.Client);
        FindServer(avoid: null);
    }

    /// <summary>Writes the head, and what of the body is kept beside it, to a server's connection.</summary>
    private void SendRequest()
    {
        HttpExchange exchange = _exchange!;
        H1Head head = exchange.Request;
        ReadOnlySpan<byte> bytes = _fromClient.Bytes(_pool);
        HeadView view = head.On(bytes);
        WriteOptions options = new()
        {
            Version = head.Version,
            Body = head.Announced,
            LowerCaseNames = true,
            Connection = view.OffersUpgrade ? ConnectionField.Upgrade : ConnectionField.None,
        };
        if (!HeadWriter.TryWriteRequest(view, options, _frontend.Scratch, out int written))
        {
            Refuse(400);
            return;
        }
        HttpOutput<TTransport> output = new(_loop, _server!);
        output.Put(_frontend.Scratch.AsSpan(0, written));
        output.Put(bytes[head.HeadLength.._held]);
        output.Flush();
        if (output.HasFailed)
        {
            End(isReset: true);
        }
    }

    /// <summary>Passes on what the client sends of a body, as far as the server takes it.</summary>
    private void PumpRequest()
    {
        if (_request != HttpPhase.Body || !_isConnected || _server is null)
        {
            return;
        }
        if (!_server.HasRoom)
        {
            return;
        }
        if (_fromClient.HasBytes && _held == 0 && !PassRequestBody())
        {
            return;
        }
        if (_held > 0 && _fromClient.First.Length > _held)
        {
            DropHeld();
            PumpRequest();
            return;
        }
        if (_request == HttpPhase.Body)
        {
            _loop.Transport.Receive(_client!);
        }
        else if (_response == HttpPhase.Complete)
        {
            FinishIfBothOver();
        }
        else
        {
            WatchClient();
        }
    }

    /// <returns>Whether the session goes on.</returns>
    private bool PassRequestBody()
    {
        ArmServerTimer();
        if (_exchange!.Request.Body.Kind == BodyKind.Chunked)
        {
            ChunkOutcome outcome = PassChunks(
                ref _fromClient, ref _exchange.RequestChunks, _server!, isFramed: true, dropsTrailers: false);
            if (outcome == ChunkOutcome.Failed)
            {
                RefuseBody();
                return false;
            }
            _request = outcome == ChunkOutcome.Done ? HttpPhase.Complete : _request;
            return true;
        }
        BufferPart part = _fromClient.First;
        if (part.Length <= _requestLeft)
        {
            _requestLeft -= part.Length;
            _loop.Transport.Send(_server!, _fromClient.Take());
        }
        else
        {
            // The next request stands behind: it stays where it is.
            HttpOutput<TTransport> output = new(_loop, _server!);
            output.Put(_pool.Bytes(part)[..(int)_requestLeft]);
            output.Flush();
            _fromClient.Consume(_pool, (int)_requestLeft);
            _requestLeft = 0;
        }
        _request = _requestLeft == 0 ? HttpPhase.Complete : _request;
        return true;
    }

    /// <summary>A body that is wrong: answered while that is possible.</summary>
    private void RefuseBody()
    {
        _frontend.Counters.Add(TrafficCounter.RequestErrors);
        if (_response <= HttpPhase.Head)
        {
            Refuse(400);
        }
        else
        {
            End(isReset: true);
        }
    }

    /// <summary>From here on the request cannot be sent again.</summary>
    private void DropHeld()
    {
        _isRetryable = false;
        _fromClient.Consume(_pool, _held);
        _held = 0;
    }

    /// <summary>
    /// While a client waits: to see that it goes, and to take its next request. One whose connection closes after the
    /// response is not watched, which would cost it a fifth of its time: the response finds out.
    /// </summary>
    private void WatchClient()
    {
        if (!_clientEnded && !_fromClient.IsFull && !_closesAfterResponse)
        {
            _loop.Transport.Receive(_client!);
        }
    }
}
