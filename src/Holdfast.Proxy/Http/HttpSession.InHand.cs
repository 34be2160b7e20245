using Holdfast.Http.H1;

namespace Holdfast.Proxy.Http;

/// <summary>Bodies as far as they are in hand: looked at before anything of them is passed on.</summary>
internal sealed partial class HttpSession<TTransport>
{
    /// <summary>Walks through a chunked body without consuming it.</summary>
    /// <param name="bytes">What is in hand of it.</param>
    /// <param name="decoder">How far it was read; a copy.</param>
    /// <param name="length">How many bytes it has, where it is whole, with its trailers.</param>
    private ChunkOutcome LookAtChunks(ReadOnlySpan<byte> bytes, ChunkDecoder decoder, out int length)
    {
        length = 0;
        while (true)
        {
            ChunkStep step = decoder.Next(bytes[length..]);
            length += step.Consumed;
            switch (step.Kind)
            {
                case ChunkStepKind.Payload:
                    break;
                case ChunkStepKind.Trailers:
                    H1Head trailers = _exchange!.Trailers;
                    H1Result result = H1Parser.ParseTrailers(bytes[length..], trailers);
                    trailers.Reset();
                    length += result.Consumed;
                    return result.Outcome switch
                    {
                        H1Outcome.Done => ChunkOutcome.Done,
                        H1Outcome.Error => ChunkOutcome.Failed,
                        _ => ChunkOutcome.NeedMore,
                    };
                case ChunkStepKind.Error:
                    return ChunkOutcome.Failed;
                default:
                    return ChunkOutcome.NeedMore;
            }
        }
    }

    /// <summary>Looks at how much of the request is in hand: that is kept, to be sent again.</summary>
    private void ArrangeBody(HttpExchange exchange)
    {
        H1Head head = exchange.Request;
        int headLength = head.HeadLength;
        _requestLeft = head.Body.Kind == BodyKind.Length ? head.Body.Length : 0;
        int inHand = (int)Math.Min(_requestLeft, _fromClient.First.Length - headLength);
        _held = headLength + inHand;
        _requestLeft -= inHand;
        bool isWhole = head.Body.Kind == BodyKind.None || (head.Body.Kind == BodyKind.Length && _requestLeft == 0);
        if (head.Body.Kind == BodyKind.Chunked && RetriesResponses && LookAtChunks(
            _fromClient.Bytes(_pool)[headLength..], exchange.RequestChunks, out int chunks) == ChunkOutcome.Done)
        {
            _held += chunks;
            isWhole = true;
        }
        _request = isWhole ? HttpPhase.Complete : HttpPhase.Body;
        _isRetryable = isWhole;
    }

    /// <summary>Whether a request may be sent again when a server has had it: chunks are kept for that, too.</summary>
    private bool RetriesResponses
        => (_backend.Backend.Program.Retry.RetryOn & ~Balancing.Retries.RetryCauses.ConnectionFailure) != 0;

    /// <summary>Writes chunks that are kept, framed anew, with their trailers.</summary>
    private bool TryPutChunks(ref HttpOutput<TTransport> output, ReadOnlySpan<byte> bytes)
    {
        HttpExchange exchange = _exchange!;
        ChunkDecoder decoder = exchange.RequestChunks;
        Span<byte> line = stackalloc byte[ChunkWriter.HeaderMax];
        bool isFirst = exchange.Times.Retries == 0;
        ChunkStep step;
        while ((step = decoder.Next(bytes)).Kind == ChunkStepKind.Payload)
        {
            ReadOnlySpan<byte> payload = bytes[step.PayloadStart..step.Consumed];
            output.Put(line[..ChunkWriter.WriteHeader(payload.Length, line)]);
            output.Put(payload);
            output.Put(ChunkWriter.End);
            exchange.Times.BytesIn += isFirst ? payload.Length : 0;
            bytes = bytes[step.Consumed..];
        }
        H1Head trailers = exchange.Trailers;
        bytes = bytes[step.Consumed..];
        bool isGood = H1Parser.ParseTrailers(bytes, trailers).Outcome == H1Outcome.Done
            & HeadWriter.TryWriteTrailers(trailers.On(bytes), lowerCaseNames: true, _frontend.Scratch, out int written);
        exchange.Times.BytesIn += isFirst ? HtxSize.OfTrailers(trailers.On(bytes)) : 0;
        trailers.Reset();
        output.Put(ChunkWriter.LastChunk);
        output.Put(_frontend.Scratch.AsSpan(0, written));
        return isGood;
    }

    /// <summary>Whether all chunks and trailers are there.</summary>
    private bool IsChunkedBodyWhole(HttpExchange exchange)
    {
        ChunkDecoder decoder = exchange.RequestChunks;
        ReadOnlySpan<byte> bytes = _fromClient.Bytes(_pool)[exchange.Request.HeadLength..];
        while (exchange.Request.Body.Kind == BodyKind.Chunked)
        {
            ChunkStep step = decoder.Next(bytes);
            if (step.Kind != ChunkStepKind.Payload)
            {
                return step.Kind == ChunkStepKind.Trailers;
            }
            bytes = bytes[step.Consumed..];
        }
        return false;
    }

    /// <summary>Whether a body came with its head in which a chunk is wrong.</summary>
    private bool HasBrokenChunks(H1Head head, ReadOnlySpan<byte> bytes, ChunkDecoder decoder)
        => head.Body.Kind == BodyKind.Chunked
            && LookAtChunks(bytes[head.HeadLength..], decoder, out _) == ChunkOutcome.Failed;

    /// <summary>
    /// Whether the client expects no body whatever the server sends: a rule has made another method of its HEAD.
    /// </summary>
    private bool _dropsBody;

    /// <summary>Leaves behind what is in hand of a body that is not chunked.</summary>
    private ChunkOutcome DropResponseBody(HttpExchange exchange)
    {
        bool hasLength = exchange.Response.Body.Kind == BodyKind.Length;
        int inHand = hasLength ? (int)Math.Min(_fromServer.First.Length, _responseLeft) : _fromServer.First.Length;
        exchange.Times.BytesOut += inHand;
        _fromServer.Consume(_pool, inHand);
        _responseLeft -= hasLength ? inHand : 0;
        return hasLength && _responseLeft == 0 ? ChunkOutcome.Done : ChunkOutcome.NeedMore;
    }

    /// <summary>Leaves the rest of a request's body behind, if it is in hand: then the connection can go on.</summary>
    private void PassOverBody(HttpExchange exchange)
    {
        if (_request != HttpPhase.Body)
        {
            return;
        }
        int start = _held > 0 ? _held : 0;
        if (exchange.Request.Body.Kind == BodyKind.Length)
        {
            int more = (int)Math.Min(_requestLeft, _fromClient.First.Length - start);
            _held = start + more;
            _requestLeft -= more;
            _request = _requestLeft == 0 ? HttpPhase.Complete : _request;
            return;
        }
        if (exchange.Request.Body.Kind == BodyKind.Chunked
            && LookAtChunks(_fromClient.Bytes(_pool)[start..], exchange.RequestChunks, out int length)
                == ChunkOutcome.Done)
        {
            _held = start + length;
            _request = HttpPhase.Complete;
        }
    }

    /// <summary>Lets the server go, or keeps it: a response that is replaced may have come whole.</summary>
    private void LeaveServer()
    {
        if (_server is { QueuedCount: 0 } && _isConnected && !_serverEnded && _response == HttpPhase.Head
            && _request == HttpPhase.Complete && _exchange is { } exchange && IsResponseInHand(exchange))
        {
            _fromServer.Clear(_pool);
            KeepServer();
            return;
        }
        LetServerGo();
    }

    private bool IsResponseInHand(HttpExchange exchange)
    {
        H1Head head = exchange.Response;
        if (head.HeadLength == 0 || head.Status < 200 || !head.KeepAlive || head.Has(ConnectionFacts.MustClose)
            || ClosesServer || _fromServer.IsFull)
        {
            return false;
        }
        return IsBodyInHand(exchange);
    }

    private bool IsBodyInHand(HttpExchange exchange)
    {
        H1Head head = exchange.Response;
        ReadOnlySpan<byte> body = _fromServer.Bytes(_pool)[head.HeadLength..];
        return head.Body.Kind switch
        {
            BodyKind.None => body.IsEmpty,
            BodyKind.Length => body.Length == head.Body.Length,
            BodyKind.Chunked => LookAtChunks(body, exchange.ResponseChunks, out int length) == ChunkOutcome.Done
                && length == body.Length,
            _ => false,
        };
    }
}
