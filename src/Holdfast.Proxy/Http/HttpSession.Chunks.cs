using Holdfast.Http.H1;
using Holdfast.Proxy.Engine;

namespace Holdfast.Proxy.Http;

/// <summary>What became of a piece of a chunked body.</summary>
internal enum ChunkOutcome : byte
{
    /// <summary>All was passed on; there must be more.</summary>
    NeedMore,

    /// <summary>The body is over.</summary>
    Done,

    /// <summary>It is wrong, or could not be passed on.</summary>
    Failed,
}

/// <summary>Chunked bodies: read, and framed anew, so that nobody sees what we did not understand.</summary>
internal sealed partial class HttpSession<TTransport>
{
    /// <summary>Passes payload on.</summary>
    /// <param name="input">Where from.</param>
    /// <param name="decoder">How far the body was read.</param>
    /// <param name="sink">Where to.</param>
    /// <param name="isFramed">Whether it is sent in chunks; else as bare bytes, to old clients.</param>
    /// <param name="dropsTrailers">Whether trailers end here.</param>
    private ChunkOutcome PassChunks(
        ref HttpInput input, ref ChunkDecoder decoder, Connection sink, bool isFramed, bool dropsTrailers)
    {
        HttpOutput<TTransport> output = new(_loop, sink) { IsMute = _dropsBody && sink == _client };
        Span<byte> line = stackalloc byte[ChunkWriter.HeaderMax];
        ChunkOutcome outcome = ChunkOutcome.NeedMore;
        while (outcome == ChunkOutcome.NeedMore && input.HasBytes)
        {
            ReadOnlySpan<byte> bytes = input.Bytes(_pool);
            ChunkStep step = decoder.Next(bytes);
            switch (step.Kind)
            {
                case ChunkStepKind.Payload:
                    ReadOnlySpan<byte> payload = bytes[step.PayloadStart..step.Consumed];
                    if (isFramed)
                    {
                        output.Put(line[..ChunkWriter.WriteHeader(payload.Length, line)]);
                    }
                    output.Put(payload);
                    CountPayload(sink, payload.Length);
                    if (isFramed)
                    {
                        output.Put(ChunkWriter.End);
                    }
                    input.Consume(_pool, step.Consumed);
                    break;
                case ChunkStepKind.Trailers:
                    input.Consume(_pool, step.Consumed);
                    outcome = PassTrailers(ref input, ref output, sink, isFramed, dropsTrailers);
                    if (outcome == ChunkOutcome.NeedMore)
                    {
                        output.Flush();
                        return output.HasFailed ? ChunkOutcome.Failed : outcome;
                    }
                    break;
                case ChunkStepKind.Error:
                    outcome = ChunkOutcome.Failed;
                    break;
                default:
                    input.Consume(_pool, step.Consumed);
                    break;
            }
        }
        output.Flush();
        return output.HasFailed ? ChunkOutcome.Failed : outcome;
    }

    private void CountPayload(Connection sink, int length)
    {
        if (sink == _client)
        {
            _exchange!.Times.BytesOut += length;
        }
        else
        {
            _exchange!.Times.BytesIn += length;
        }
    }

    private ChunkOutcome PassTrailers(
        ref HttpInput input, scoped ref HttpOutput<TTransport> output, Connection sink, bool isFramed,
        bool dropsTrailers)
    {
        ReadOnlySpan<byte> bytes = input.Bytes(_pool);
        H1Head trailers = _exchange!.Trailers;
        H1Result result = H1Parser.ParseTrailers(bytes, trailers);
        if (result.Outcome != H1Outcome.Done)
        {
            return result.Outcome == H1Outcome.Error ? ChunkOutcome.Failed : ChunkOutcome.NeedMore;
        }
        if (isFramed && !dropsTrailers)
        {
            if (!HeadWriter.TryWriteTrailers(
                trailers.On(bytes), lowerCaseNames: true, _frontend.Scratch, out int written))
            {
                return ChunkOutcome.Failed;
            }
            (sink == _client ? _frontend.Program.Rules.ClientCases : _backend.Backend.Program.Rules.ServerCases)
                ?.Apply(_frontend.Scratch.AsSpan(0, written));
            output.Put(ChunkWriter.LastChunk);
            output.Put(_frontend.Scratch.AsSpan(0, written));
        }
        else if (isFramed)
        {
            output.Put(ChunkWriter.LastChunkAndEnd);
        }
        CountPayload(sink, HtxSize.OfTrailers(trailers.On(bytes)));
        trailers.Reset();
        input.Consume(_pool, result.Consumed);
        return ChunkOutcome.Done;
    }
}
