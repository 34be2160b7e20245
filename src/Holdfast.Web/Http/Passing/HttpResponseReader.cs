using Holdfast.Http.H1;

namespace Holdfast.Web.Http.Passing;

/// <summary>Reads answers of HTTP/1.</summary>
internal sealed class HttpResponseReader : ResponseReader
{
    private static readonly H1Limits s_limits = new(
        HeadBytesMax: 1 << 20, HeadersMax: 1000, EditFieldsMax: 1, EditBytesMax: 0);

    private readonly H1Head _head = new(s_limits, H1Leniency.HAProxyResponse | H1Leniency.OddHeaderName);
    private readonly H1Head _trailers = new(s_limits, H1Leniency.HAProxyResponse);
    private BodyKind _kind;
    private long _left;
    private ChunkDecoder _chunks;
    private bool _isOver;

    internal override int Status => _head.Status;

    internal override long ContentLength => _head.Announced.Kind == BodyKind.Length ? _head.Announced.Length : -1;

    internal override int FieldCount => _head.Headers.Count;

    internal override bool IsUpgrade => _head.Status == 101;

    internal override bool KeepsAlive => _head.KeepAlive && _isOver && _kind != BodyKind.UntilClose;

    internal override void Begin(PassedRequest passed)
    {
        _head.Reset();
        _trailers.Reset();
        _isOver = false;
        _left = 0;
        _chunks = new ChunkDecoder(H1Leniency.BlankBehindChunkSize);
    }

    internal override ReadOutcome ReadHead(PassedRequest passed)
    {
        var context = new ResponseContext(passed.SentMethod, passed.OffersUpgrade);
        while (true)
        {
            H1Result result = H1Parser.ParseResponse(passed.InputBytes, _head, context);
            if (result.Outcome != H1Outcome.Done)
            {
                return result.Outcome == H1Outcome.NeedMore ? ReadOutcome.NeedMore : ReadOutcome.Invalid;
            }
            if (_head.Status is >= 200 or 101)
            {
                _kind = _head.Body.Kind;
                _left = _head.Body.Length;
                _isOver = _kind == BodyKind.None || (_kind == BodyKind.Length && _left == 0);
                return ReadOutcome.Done;
            }
            passed.Consume(result.Consumed);
            _head.Reset();
        }
    }

    internal override ReadOnlySpan<byte> Reason(PassedRequest passed) => _head.On(passed.InputBytes).Reason;

    internal override void Field(
        PassedRequest passed, int index, out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        HeadView view = _head.On(passed.InputBytes);
        name = view.NameAt(index);
        value = view.ValueAt(index);
    }

    internal override void LeaveHead(PassedRequest passed) => passed.Consume(_head.HeadLength);

    internal override ReadOutcome ReadBody(PassedRequest passed)
    {
        while (!_isOver && passed.HasInput)
        {
            switch (_kind)
            {
                case BodyKind.Length:
                    _left -= passed.EmitInput(_left);
                    _isOver = _left == 0;
                    break;
                case BodyKind.Chunked:
                    ReadOutcome outcome = ReadChunks(passed);
                    if (outcome != ReadOutcome.Done)
                    {
                        return outcome;
                    }
                    break;
                default:
                    _ = passed.EmitInput(long.MaxValue);
                    break;
            }
        }
        return _isOver ? ReadOutcome.Done : ReadOutcome.NeedMore;
    }

    internal override ReadOutcome OnEnd()
    {
        _isOver |= _kind == BodyKind.UntilClose;
        return _isOver ? ReadOutcome.Done : ReadOutcome.Premature;
    }

    /// <returns>Done: go on with the input.</returns>
    private ReadOutcome ReadChunks(PassedRequest passed)
    {
        if (_chunks.Left > 0)
        {
            _chunks.Pass(passed.EmitInput(_chunks.Left));
            return ReadOutcome.Done;
        }
        if (!_chunks.IsOver)
        {
            ChunkStep step = _chunks.Next(passed.InputBytes);
            if (step.Kind == ChunkStepKind.Error)
            {
                return ReadOutcome.Invalid;
            }
            if (step.Kind == ChunkStepKind.Payload)
            {
                passed.Consume(step.PayloadStart);
                _ = passed.EmitInput(step.Consumed - step.PayloadStart);
                return ReadOutcome.Done;
            }
            passed.Consume(step.Consumed);
            if (!_chunks.IsOver)
            {
                return ReadOutcome.Done;
            }
        }
        H1Result result = H1Parser.ParseTrailers(passed.InputBytes, _trailers);
        if (result.Outcome == H1Outcome.Done)
        {
            passed.Consume(result.Consumed);
            _isOver = true;
            return ReadOutcome.Done;
        }
        return result.Outcome == H1Outcome.NeedMore ? ReadOutcome.NeedMore : ReadOutcome.Invalid;
    }
}
