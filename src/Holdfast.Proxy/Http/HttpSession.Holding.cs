using Holdfast.HAProxy.Rules;
using Holdfast.HAProxy.Samples;
using Holdfast.Http.H1;
using Holdfast.Proxy.Programs;

namespace Holdfast.Proxy.Http;

/// <summary>Rules for responses, which may have a response wait for its body (<c>wait-for-body</c>).</summary>
internal sealed partial class HttpSession<TTransport>
{
    /// <summary>Whether the response waits before a rule; its server's timer counts that.</summary>
    private bool _isResponseHeld;

    /// <summary>Whether the rules are those of the frontend, which come behind the backend's.</summary>
    private bool _isAtFrontend;

    private int _responseRule;

    private void GoToResponseRules(bool isFrontend)
    {
        _isAtFrontend = isFrontend;
        _responseRule = 0;
    }

    /// <returns>Whether the response goes on now.</returns>
    private bool RunResponseRules(HttpExchange exchange, RequestContext subject)
    {
        ProxyRules back = _backend.Backend.Program.Rules;
        ProxyRules front = _frontend.Program.Rules;
        while (true)
        {
            CompiledRules? list = !_isAtFrontend ? back.HttpResponse : back != front ? front.HttpResponse : null;
            if (list is not null)
            {
                Verdict verdict = list.Run(subject, _responseRule);
                if (verdict.Kind == VerdictKind.WaitForBody)
                {
                    if (!HasResponseBody(exchange))
                    {
                        Hold(verdict);
                        return false;
                    }
                    _responseRule = verdict.Rule + 1;
                    continue;
                }
                if (!CarryOutOnResponse(verdict))
                {
                    return false;
                }
            }
            if (_isAtFrontend)
            {
                return FinishResponseRules(exchange, subject);
            }
            GoToResponseRules(isFrontend: true);
        }
    }

    private void Hold(in Verdict verdict)
    {
        _responseRule = verdict.Rule;
        if (!_isResponseHeld)
        {
            _isResponseHeld = true;
            _server!.SetTimeout(verdict.Number);
        }
        _loop.Transport.Receive(_server!);
    }

    /// <summary>Whether all of the body is there, or as much as there will be, or a buffer holds.</summary>
    private bool HasResponseBody(HttpExchange exchange)
    {
        H1Head head = exchange.Response;
        int count = _fromServer.First.Length - head.HeadLength;
        return _serverEnded || _fromServer.IsFull
            || _fromServer.First.Length >= _pool.Slab.BufferSize - Engine.BufferPool.Headroom
            || head.Body.Kind switch
            {
                BodyKind.Length => count >= head.Body.Length,
                BodyKind.Chunked => AreChunksWhole(exchange.ResponseChunks,
                    _fromServer.Bytes(_pool)[head.HeadLength..]),
                BodyKind.UntilClose => false,
                _ => true,
            };
    }

    private static bool AreChunksWhole(ChunkDecoder decoder, ReadOnlySpan<byte> bytes)
    {
        while (true)
        {
            ChunkStep step = decoder.Next(bytes);
            if (step.Kind != ChunkStepKind.Payload)
            {
                return step.Kind is ChunkStepKind.Trailers or ChunkStepKind.Error;
            }
            bytes = bytes[step.Consumed..];
        }
    }

    /// <summary>More has come of a response that waits, or nothing more will.</summary>
    /// <returns>Whether the response has begun to go to the client, and its server's end is still to be seen.</returns>
    private bool ResumeResponse(bool isOver)
    {
        HttpExchange exchange = _exchange!;
        if (!RunResponseRules(exchange, exchange.Subject!)
            || !HasClient(exchange, _fromServer.Bytes(_pool), exchange.Response.HeadLength))
        {
            return false;
        }
        _isResponseHeld = false;
        ArmServerTimer();
        ForwardResponse(exchange, _fromServer.Bytes(_pool), exchange.Response.HeadLength);
        return isOver && _server is not null && _response == HttpPhase.Body;
    }

    /// <summary>The body has not come in time.</summary>
    private void EndHeldResponse()
    {
        _isResponseHeld = false;
        _exchange!.Times.Answered = 0;
        SayEnd('s', 'R');
        Refuse(504);
    }
}
