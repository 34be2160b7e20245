using Holdfast.Http.H1;
using Holdfast.Linux.Compression;
using Holdfast.Linux.Memory;
using Holdfast.Proxy.Compression;
using Holdfast.Proxy.Counters;
using Holdfast.Proxy.Programs;

namespace Holdfast.Proxy.Http;

/// <summary>Bodies that are compressed on their way to the client.</summary>
/// <remarks>
/// What has come of a body is compressed at once and sent to the last byte, as the original does: a reader of a slow
/// stream sees all that its server has said. Nothing is kept but the stream's own memory.
/// </remarks>
internal sealed partial class HttpSession<TTransport>
{
    /// <summary>What the response is to be coded by, if it can be; null: it goes by as it is.</summary>
    private CompressionAlgorithm? _coding;

    /// <summary>Whether the present response is one that is to be coded.</summary>
    private bool _mayCode;

    /// <summary>Whether the response's body is coded, or framed anew at least.</summary>
    private bool _isCoding;

    /// <summary>The stream; null: the body stays as it is.</summary>
    private Deflater? _deflater;

    private CompressorPool Compressors => _frontend.Backends.Compressors;

    /// <summary>Looks at what the client understands.</summary>
    private void ChooseCoding(HeadView request)
    {
        CompressionProgram? front = _frontend.Program.Rules.Compression;
        CompressionProgram? back = _backend.Backend.Program.Rules.Compression;
        _coding = ContentCoding.Choose(request, front, back);
        if (_coding is not null && (front is { IsOffloaded: true } || back is { IsOffloaded: true }))
        {
            _ = request.Remove("accept-encoding"u8);
        }
    }

    /// <summary>
    /// Whether a response is to be coded: as its server has sent it, before rules change it, and to them it is already.
    /// </summary>
    /// <param name="bytes">The response, from its first byte on.</param>
    private bool MayCode(ReadOnlySpan<byte> bytes)
    {
        HttpExchange exchange = _exchange!;
        CompressionAlgorithm algorithm = _coding!;
        if (!ContentCoding.Allows(exchange.Request, exchange.Response.On(bytes),
                _frontend.Program.Rules.Compression, _backend.Backend.Program.Rules.Compression)
            || !Compressors.MayBegin(_loop.State.Now))
        {
            return false;
        }
        if (algorithm.Format is { } format)
        {
            _deflater = Compressors.Rent(format);
            if (_deflater is null)
            {
                return false;
            }
        }
        if (exchange.Subject is { } subject)
        {
            subject.ResponseCoding = algorithm.Name;
        }
        return true;
    }

    /// <summary>Begins to code the body of a response; rules have let it pass.</summary>
    /// <param name="bytes">The response, from its first byte on.</param>
    /// <returns>Whether it is coded.</returns>
    private bool TryBeginCoding(ReadOnlySpan<byte> bytes)
    {
        _isCoding = ContentCoding.TryMark(_exchange!.Response.On(bytes), _coding!);
        if (!_isCoding)
        {
            EndCoding();
        }
        return _isCoding;
    }

    /// <summary>Passes on what has come of a body that is coded.</summary>
    private ChunkOutcome PassCoded()
    {
        HttpExchange exchange = _exchange!;
        HttpOutput<TTransport> output = new(_loop, _client!);
        ChunkOutcome outcome = exchange.Response.Body.Kind == BodyKind.Chunked
            ? PassCodedChunks(exchange, ref output) : PassCodedLength(exchange, ref output);
        if (outcome == ChunkOutcome.NeedMore)
        {
            PutCoded(ref output, [], DeflateFlush.Sync);
        }
        else if (outcome == ChunkOutcome.Done)
        {
            CountCoded();
        }
        output.Flush();
        return output.HasFailed ? ChunkOutcome.Failed : outcome;
    }

    private ChunkOutcome PassCodedLength(HttpExchange exchange, ref HttpOutput<TTransport> output)
    {
        while (_fromServer.HasBytes)
        {
            BufferPart part = _fromServer.First;
            int count = (int)Math.Min(part.Length, _responseLeft);
            _responseLeft -= count;
            exchange.Times.BytesOut += count;
            PutCoded(ref output, _pool.Bytes(part)[..count], DeflateFlush.None);
            if (_responseLeft == 0)
            {
                _serverMayGoOn &= part.Length == count;
                _fromServer.Clear(_pool);
                PutCoded(ref output, [], DeflateFlush.Finish);
                output.Put(ChunkWriter.LastChunkAndEnd);
                return ChunkOutcome.Done;
            }
            _fromServer.Consume(_pool, count);
        }
        return ChunkOutcome.NeedMore;
    }

    private ChunkOutcome PassCodedChunks(HttpExchange exchange, ref HttpOutput<TTransport> output)
    {
        while (_fromServer.HasBytes)
        {
            ReadOnlySpan<byte> bytes = _fromServer.Bytes(_pool);
            ChunkStep step = exchange.ResponseChunks.Next(bytes);
            switch (step.Kind)
            {
                case ChunkStepKind.Payload:
                    ReadOnlySpan<byte> payload = bytes[step.PayloadStart..step.Consumed];
                    exchange.Times.BytesOut += payload.Length;
                    PutCoded(ref output, payload, DeflateFlush.None);
                    break;
                case ChunkStepKind.Trailers:
                    _fromServer.Consume(_pool, step.Consumed);
                    if (!_isCodingOver)
                    {
                        PutCoded(ref output, [], DeflateFlush.Finish);
                        _isCodingOver = true;
                    }
                    long before = exchange.Times.BytesOut;
                    ChunkOutcome outcome = PassTrailers(
                        ref _fromServer, ref output, _client!, isFramed: true, dropsTrailers: false);
                    _codedIn += exchange.Times.BytesOut - before; // the original counts them here, too
                    return outcome;
                case ChunkStepKind.Error:
                    return ChunkOutcome.Failed;
                default:
                    break;
            }
            _fromServer.Consume(_pool, step.Consumed);
        }
        return ChunkOutcome.NeedMore;
    }

    /// <summary>Whether all of the body is coded, and only trailers are missing.</summary>
    private bool _isCodingOver;

    /// <summary>Codes a piece, and sends what comes of it as chunks.</summary>
    private void PutCoded(ref HttpOutput<TTransport> output, ReadOnlySpan<byte> payload, DeflateFlush flush)
    {
        if (_deflater is not { } deflater)
        {
            _codedIn += payload.Length;
            PutChunk(ref output, payload);
            return;
        }
        if (_isCodingOver)
        {
            return;
        }
        CompressorPool pool = Compressors;
        long now = _loop.State.Now;
        byte[] room = pool.Room;
        bool isDone;
        _codedIn += payload.Length;
        pool.In.Add(now, payload.Length);
        do
        {
            isDone = deflater.Step(payload, room, flush, out int consumed, out int written);
            payload = payload[consumed..];
            _codedOut += written;
            pool.Out.Add(now, written);
            PutChunk(ref output, room.AsSpan(0, written));
        }
        while (!isDone);
    }

    private static void PutChunk(ref HttpOutput<TTransport> output, ReadOnlySpan<byte> payload)
    {
        if (payload.IsEmpty)
        {
            return;
        }
        Span<byte> line = stackalloc byte[ChunkWriter.HeaderMax];
        output.Put(line[..ChunkWriter.WriteHeader(payload.Length, line)]);
        output.Put(payload);
        output.Put(ChunkWriter.End);
    }

    private long _codedIn;
    private long _codedOut;

    private void CountCoded() => CountCoded(TrafficCounter.CompressedResponses, 1);

    /// <summary>Ends a coded response: all of it has gone, or the session ends.</summary>
    private void EndCoding()
    {
        _coding = null;
        _isCoding = false;
        _isCodingOver = false;
        if (_deflater is { } deflater)
        {
            _deflater = null;
            Compressors.Return(deflater);
            CountCoded(TrafficCounter.CompressionIn, _codedIn);
            CountCoded(TrafficCounter.CompressionOut, _codedOut);
        }
        else if (_codedIn > 0)
        {
            CountCoded(TrafficCounter.CompressionBypassed, _codedIn);
        }
        _codedIn = _codedOut = 0;
    }

    private void CountCoded(TrafficCounter counter, long amount)
    {
        _frontend.Counters.Add(counter, amount);
        _backend.Counters.Add(counter, amount);
    }
}
