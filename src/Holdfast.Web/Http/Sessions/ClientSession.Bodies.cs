using Holdfast.Http.H1;
using Holdfast.Web.Http.Bodies;

namespace Holdfast.Web.Http.Sessions;

/// <summary>Bodies of requests: read when somebody wants them.</summary>
internal sealed partial class ClientSession
{
    private readonly H1Head _trailers = new(new H1Limits(HeadersMax: 100));
    private IBodyReceiver? _receiver;
    private BodyKind _bodyKind;
    private long _bodyLeft;
    private ChunkDecoder _chunks;
    private bool _isBodyOver;
    private bool _awaitsContinue;

    /// <summary>Whether all of the request's body has been read.</summary>
    internal bool IsBodyRead => _isBodyOver;

    /// <summary>Has the body read, by someone; what has come already is given before this returns.</summary>
    internal void ReadBody(IBodyReceiver receiver)
    {
        _receiver = receiver;
        if (_isBodyOver)
        {
            EndBody();
            return;
        }
        if (_awaitsContinue)
        {
            _awaitsContinue = false;
            Put("HTTP/1.1 100 Continue\r\n\r\n"u8);
            Flush();
            _exchange?.CountTunnel("HTTP/1.1 100 Continue\r\n\r\n".Length);
        }
        PumpBody();
    }

    /// <summary>Has what has come already of the body read, and no more.</summary>
    internal void ReadAvailableBody(IBodyReceiver receiver)
    {
        _receiver = receiver;
        _isPeeking = true;
        PumpBody();
        _isPeeking = false;
        if (!_isBodyOver)
        {
            _receiver = null;
        }
    }

    private bool _isPeeking;

    /// <summary>Who reads the body has room again.</summary>
    internal void ResumeBody() => PumpBody();

    private void BeginBody(H1Head head)
    {
        _bodyKind = head.Body.Kind;
        _bodyLeft = head.Body.Kind == BodyKind.Length ? head.Body.Length : 0;
        _chunks = default;
        _trailers.Reset();
        _isBodyOver = _bodyKind != BodyKind.Chunked && _bodyLeft == 0;
        _awaitsContinue = !_isBodyOver && head.Has(ConnectionFacts.ExpectsContinue);
        _receiver = null;
    }

    private void PumpBody()
    {
        while (_receiver is { } receiver && !_isBodyOver && _input.HasBytes && receiver.HasRoom)
        {
            BodyStep step = Step(receiver);
            if (step == BodyStep.Failed)
            {
                _receiver = null;
                receiver.OnBodyFailed(400);
                return;
            }
            if (step == BodyStep.Wait)
            {
                break;
            }
        }
        if (_receiver is null)
        {
            return;
        }
        if (_isBodyOver)
        {
            EndBody();
        }
        else if (_hasEnded && !_input.HasBytes)
        {
            IBodyReceiver receiver = _receiver;
            _receiver = null;
            receiver.OnBodyFailed(0);
        }
        else if (!_isPeeking && _receiver.HasRoom && _client is { } client)
        {
            client.SetTimeout(_exchange is { } exchange ? exchange.BodyTimeout : LingerMilliseconds);
            _loop.Receive(client);
        }
    }

    private void EndBody()
    {
        IBodyReceiver? receiver = _receiver;
        _receiver = null;
        _client?.SetTimeout(-1);
        receiver?.OnBodyEnd();
    }

    private enum BodyStep
    {
        Go,
        Wait,
        Failed,
    }

    private BodyStep Step(IBodyReceiver receiver)
    {
        ReadOnlySpan<byte> bytes = _input.Bytes(_pool);
        if (_bodyKind == BodyKind.Length)
        {
            int count = (int)Math.Min(bytes.Length, _bodyLeft);
            receiver.OnBody(bytes[..count]);
            _bodyLeft -= count;
            _isBodyOver = _bodyLeft == 0;
            _input.Consume(_pool, count);
            return BodyStep.Go;
        }
        if (_chunks.IsOver)
        {
            return ReadTrailers(bytes);
        }
        ChunkStep step = _chunks.Next(bytes);
        if (step.Kind == ChunkStepKind.Error)
        {
            return BodyStep.Failed;
        }
        if (step.Kind == ChunkStepKind.Payload)
        {
            receiver.OnBody(bytes[step.PayloadStart..step.Consumed]);
        }
        _input.Consume(_pool, step.Consumed);
        return _chunks.IsOver ? ReadTrailers(_input.Bytes(_pool)) : BodyStep.Go;
    }

    private BodyStep ReadTrailers(ReadOnlySpan<byte> bytes)
    {
        H1Result result = H1Parser.ParseTrailers(bytes, _trailers);
        switch (result.Outcome)
        {
            case H1Outcome.Done:
                _input.Consume(_pool, result.Consumed);
                _isBodyOver = true;
                return BodyStep.Go;
            case H1Outcome.NeedMore when !_input.IsFull:
                return BodyStep.Wait;
            default:
                return BodyStep.Failed; // trailers that do not fit into one buffer among them
        }
    }
}
