using Holdfast.Balancing.Retries;
using Holdfast.Config.HAProxy.Model;
using Holdfast.Health.Servers;
using Holdfast.Http.H1;
using Holdfast.Linux.Memory;
using Holdfast.Proxy.Counters;

namespace Holdfast.Proxy.Http;

/// <summary>What servers send.</summary>
internal sealed partial class HttpSession<TTransport>
{
    /// <summary>Bytes of the body that the server still has to send, where a length tells.</summary>
    private long _responseLeft;

    private bool _closesAfterResponse;

    /// <summary>What the server has said, whatever rules make of it.</summary>
    private int _receivedStatus;

    private bool _serverMayGoOn;

    private void OnServerData(BufferPart data)
    {
        switch (_response)
        {
            case HttpPhase.Head when _isResponseHeld:
                _fromServer.Add(_pool, data);
                ResumeResponse(isOver: false);
                break;
            case HttpPhase.Head:
                _fromServer.Add(_pool, data);
                ArmServerTimer();
                ParseResponse();
                break;
            case HttpPhase.Body:
                ArmServerTimer();
                _fromServer.Add(_pool, data);
                PumpResponse();
                break;
            case HttpPhase.Tunnel:
                RelayTunnel(_server!, _client!, data);
                break;
            default:
                _serverMayGoOn = false; // nobody has asked for this
                _pool.Return(data.Buffer);
                break;
        }
    }

    private void ParseResponse()
    {
        while (_response == HttpPhase.Head)
        {
            HttpExchange exchange = _exchange!;
            ReadOnlySpan<byte> bytes = _fromServer.Bytes(_pool);
            H1Result result = H1Parser.ParseResponse(bytes, exchange.Response, exchange.Context);
            if (result.Outcome == H1Outcome.NeedMore)
            {
                _loop.Transport.Receive(_server!);
                return;
            }
            if (result.Outcome == H1Outcome.Error
                || (exchange.Response.Status == 101 && !exchange.Offer.Allows(exchange.Response.On(bytes))))
            {
                KeepBadResponse(bytes, result.Error, result.Position);
                RetryOrFail(RetryCauses.JunkResponse, 502, 'P', 'H');
                return;
            }
            if (exchange.Response.Status is < 200 and not 101)
            {
                if (!PassInterim(exchange, bytes, result.Consumed))
                {
                    return;
                }
                if (!_fromServer.HasBytes)
                {
                    _loop.Transport.Receive(_server!);
                    return;
                }
                continue;
            }
            BeginResponse(exchange, bytes, result.Consumed);
            return;
        }
    }

    /// <returns>Whether the session goes on.</returns>
    private bool PassInterim(HttpExchange exchange, ReadOnlySpan<byte> bytes, int headLength)
    {
        // A client of HTTP/1.0 knows no interim responses (RFC 9110 section 15.2).
        if (exchange.Request.Version == H1Version.Http11 && !_clientHasFailed)
        {
            WriteOptions options = new() { Version = H1Version.Http11, Body = BodyFraming.None, LowerCaseNames = true };
            HeadView view = exchange.Response.On(bytes);
            if (!HeadWriter.TryWriteResponse(view, options, _frontend.Scratch, out int written))
            {
                Fail(502, 'P', 'H');
                return false;
            }
            exchange.Times.BytesOut += HtxSize.Of(view);
            HttpOutput<TTransport> output = new(_loop, _client!);
            output.Put(_frontend.Scratch.AsSpan(0, written));
            output.Flush();
        }
        CounterBlock counters = _backend.CountersOf(_chosen!);
        counters.AddStatus(exchange.Response.Status);
        counters.Add(TrafficCounter.Requests);
        _fromServer.Consume(_pool, headLength);
        exchange.Response.Reset();
        return true;
    }

    /// <summary>Looks at a response before anything of it goes to the client.</summary>
    /// <returns>Whether it goes there.</returns>
    private bool AcceptResponse(HttpExchange exchange, ReadOnlySpan<byte> bytes, int headLength)
    {
        H1Head head = exchange.Response;
        if (HasBrokenChunks(head, bytes, exchange.ResponseChunks))
        {
            RetryOrFail(RetryCauses.JunkResponse, 502, 'P', 'H');
            return false;
        }
        _receivedStatus = head.Status;
        exchange.Times.Answered = _loop.State.Now;
        if (head.Status is 401 or 407)
        {
            SeeAuthentication(head.On(bytes));
        }
        _chosen!.Observe(ErrorObserver.ResultOf(head.Status));
        if (MustRetry(head.Status))
        {
            RetryOrFail(RetryRules.CauseOf(head.Status), head.Status, 'S', 'H');
            return false;
        }
        CounterBlock counters = _backend.CountersOf(_chosen!);
        counters.AddStatus(head.Status);
        counters.Add(TrafficCounter.Requests);
        _mayCode = _coding is not null && MayCode(bytes);
        return (exchange.Subject is not { } subject || PassResponse(exchange, subject, bytes))
            && HasClient(exchange, bytes, headLength);
    }

    /// <summary>Whether the client is still there to get a response that rules have let pass.</summary>
    private bool HasClient(HttpExchange exchange, ReadOnlySpan<byte> bytes, int headLength)
    {
        exchange.Times.Status = exchange.Response.Status;
        if (!_clientHasFailed)
        {
            return true;
        }
        exchange.Times.BytesOut += bytes.Length - headLength;
        AbortByClient('D');
        End(isReset: true);
        return false;
    }

    private void BeginResponse(HttpExchange exchange, ReadOnlySpan<byte> bytes, int headLength)
    {
        if (AcceptResponse(exchange, bytes, headLength))
        {
            ForwardResponse(exchange, bytes, headLength);
        }
    }

    /// <summary>Sends the head to the client, and begins with the body.</summary>
    private void ForwardResponse(HttpExchange exchange, ReadOnlySpan<byte> bytes, int headLength)
    {
        H1Head head = exchange.Response;
        DropHeld();
        bool isOldClient = exchange.Request.Version == H1Version.Http10;
        BodyFraming announced = head.Announced;
        if (isOldClient && announced.Kind == BodyKind.Chunked)
        {
            announced = BodyFraming.UntilClose;
        }
        if (_mayCode && TryBeginCoding(bytes))
        {
            announced = BodyFraming.Chunked;
        }
        bool isTunnel = head.Body.Kind == BodyKind.Tunnel;
        bool endsByClose = head.Body.Kind == BodyKind.UntilClose
            || (isOldClient && head.Body.Kind == BodyKind.Chunked);
        _closesAfterResponse |= endsByClose || _frontend.IsDraining || _request == HttpPhase.Body;
        bool saysClose = _closesAfterResponse;
        _closesAfterResponse |= _clientEnded; // it knows
        _serverMayGoOn = head.KeepAlive && !head.Has(ConnectionFacts.MustClose) && !isTunnel && !ClosesServer;
        WriteOptions options = new()
        {
            Version = isOldClient ? H1Version.Http10 : H1Version.Http11,
            Body = announced,
            LowerCaseNames = true,
            Connection = isTunnel ? (head.Status == 101 ? ConnectionField.Upgrade : ConnectionField.None)
                : saysClose ? ConnectionField.Close
                : isOldClient ? ConnectionField.KeepAlive : ConnectionField.None,
        };
        if (!HeadWriter.TryWriteResponse(head.On(bytes), options, _frontend.Scratch, out int written))
        {
            Fail(502, 'P', 'H');
            return;
        }
        _frontend.Program.Rules.ClientCases?.Apply(_frontend.Scratch.AsSpan(0, written));
        _response = isTunnel ? HttpPhase.Tunnel : HttpPhase.Body;
        _responseLeft = head.Body.Kind == BodyKind.Length ? head.Body.Length : 0;
        _dropsBody = exchange.Request.ReceivedMethod == RequestMethod.Head && !isTunnel;
        PutResponseHead(headLength, _frontend.Scratch.AsSpan(0, written));
        if (_frontend.Program.Has(ProxyOptions.LogAsap) && !exchange.Times.IsLogged)
        {
            exchange.Times.IsLogged = true;
            Log(exchange, isEarly: true);
        }
        if (isTunnel)
        {
            BeginTunnel();
            return;
        }
        if (head.Body.Kind == BodyKind.None || (head.Body.Kind == BodyKind.Length && _responseLeft == 0))
        {
            CompleteResponse();
            return;
        }
        PumpResponse();
    }

    /// <summary>
    /// The new head goes in front of the body that came with the old one, so that both leave in one piece; where that
    /// is not all body, or the head has outgrown its place, it goes alone.
    /// </summary>
    private void PutResponseHead(int oldLength, ReadOnlySpan<byte> newHead)
    {
        BodyFraming body = _exchange!.Response.Body;
        BufferPart part = _fromServer.First;
        int start = part.Offset + oldLength - newHead.Length;
        int payload = part.Length - oldLength;
        bool isPlain = !_dropsBody && (body.Kind == BodyKind.None ? payload == 0
            : body.Kind == BodyKind.Length ? payload <= _responseLeft : body.Kind == BodyKind.UntilClose);
        if (!isPlain || start < 0 || _isCoding)
        {
            HttpOutput<TTransport> output = new(_loop, _client!);
            output.Put(newHead);
            output.Flush();
            _fromServer.Consume(_pool, oldLength);
            return;
        }
        BufferPart whole = _fromServer.Take();
        newHead.CopyTo(_pool.Slab[whole.Buffer][start..]);
        _responseLeft -= body.Kind == BodyKind.Length ? payload : 0;
        _exchange.Times.BytesOut += payload;
        _loop.Transport.Send(_client!, new(whole.Buffer, start, newHead.Length + payload));
    }
}
