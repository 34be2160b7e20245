using Holdfast.Health.Scripts;
using Holdfast.Http.H1;

namespace Holdfast.Proxy.Checks;

/// <summary>The answer to an HTTP check, parsed as the engine parses responses of servers.</summary>
internal sealed class CheckResponse : ICheckResponse
{
    private readonly ProxyCheckSession _session;
    private readonly H1Head _head = new(H1Limits.Default, H1Leniency.HAProxyResponse);
    private byte[] _chunks = [];
    private int _bodyStart;
    private int _bodyLength;

    internal CheckResponse(ProxyCheckSession session) => _session = session;

    /// <summary>The head; null before it is whole.</summary>
    internal H1Head? Head { get; private set; }

    /// <summary>The method that was asked with: the answer to HEAD has no body.</summary>
    internal RequestMethod Method { get; set; }

    public int Status => Head?.Status ?? 0;

    public ReadOnlySpan<byte> Reason => Head is { } head ? head.On(_session.Received).Reason : [];

    public ReadOnlySpan<byte> Body => Head is null ? []
        : _head.Body.Kind == BodyKind.Chunked ? _chunks.AsSpan(0, _bodyLength)
        : _session.Received.Slice(_bodyStart, _bodyLength);

    public bool IsComplete { get; private set; }

    public bool? TryRead(ReadOnlySpan<byte> received, bool isEnd)
    {
        H1Result result = H1Parser.ParseResponse(received, _head, new ResponseContext(Method, false));
        if (result.Outcome != H1Outcome.Done)
        {
            return result.Outcome == H1Outcome.NeedMore && !isEnd ? null : false;
        }
        Head = _head;
        _bodyStart = result.Consumed;
        return TryReadBody(received[result.Consumed..], isEnd);
    }

    internal void Forget()
    {
        _head.Reset();
        Head = null;
        _bodyLength = 0;
        IsComplete = false;
    }

    private bool TryReadBody(ReadOnlySpan<byte> rest, bool isEnd)
    {
        switch (_head.Body.Kind)
        {
            case BodyKind.Chunked:
                return TryReadChunks(rest);
            case BodyKind.Length:
                long length = Math.Min(rest.Length, _head.Body.Length);
                _bodyLength = (int)length;
                IsComplete = length == _head.Body.Length;
                break;
            case BodyKind.UntilClose or BodyKind.Tunnel:
                _bodyLength = rest.Length;
                IsComplete = isEnd;
                break;
            default:
                _bodyLength = 0;
                IsComplete = true;
                break;
        }
        return true;
    }

    /// <summary>A body of chunks is put together anew each time: bodies of checks are small.</summary>
    private bool TryReadChunks(ReadOnlySpan<byte> rest)
    {
        _bodyLength = 0;
        if (_chunks.Length < rest.Length)
        {
            _chunks = new byte[rest.Length];
        }
        var decoder = new ChunkDecoder(H1Leniency.HAProxyResponse);
        while (true)
        {
            ChunkStep step = decoder.Next(rest);
            switch (step.Kind)
            {
                case ChunkStepKind.Payload:
                    ReadOnlySpan<byte> payload = rest[step.PayloadStart..step.Consumed];
                    payload.CopyTo(_chunks.AsSpan(_bodyLength));
                    _bodyLength += payload.Length;
                    rest = rest[step.Consumed..];
                    break;
                case ChunkStepKind.Trailers:
                    IsComplete = true;
                    return true;
                case ChunkStepKind.Error:
                    return false;
                default:
                    return true;
            }
        }
    }
}
