using Holdfast.HAProxy.Samples;
using Holdfast.Http.H1;

namespace Holdfast.Proxy.Http;

/// <summary>Where the bytes of a session's two connections stand now.</summary>
internal interface IExchangeBytes
{
    /// <summary>What the client has sent, from the request's first byte on.</summary>
    ReadOnlySpan<byte> ClientBytes { get; }

    /// <summary>What the server has sent, from the response's first byte on.</summary>
    ReadOnlySpan<byte> ServerBytes { get; }
}

/// <summary>The bytes of an exchange as expressions see them.</summary>
internal sealed class ExchangeSource(HttpExchange exchange) : IMessageSource
{
    private IExchangeBytes? _session;
    private byte[] _own = [];
    private int _ownLength = -1;
    private byte[] _body = [];

    /// <inheritdoc/>
    public ReadOnlySpan<byte> Request => _session is { } session ? session.ClientBytes : default;

    /// <inheritdoc/>
    public ReadOnlySpan<byte> RequestBody
    {
        get
        {
            ReadOnlySpan<byte> bytes = Request;
            int head = exchange.Request.HeadLength;
            return bytes.Length <= head ? [] : Body(exchange.Request, bytes[head..], exchange.RequestChunks);
        }
    }

    /// <inheritdoc/>
    public ReadOnlySpan<byte> Response => _ownLength >= 0 ? _own.AsSpan(0, _ownLength)
        : _session is { } session ? session.ServerBytes : default;

    /// <inheritdoc/>
    public ReadOnlySpan<byte> ResponseBody
    {
        get
        {
            ReadOnlySpan<byte> bytes = Response;
            int head = exchange.Response.HeadLength;
            return bytes.Length <= head ? [] : Body(exchange.Response, bytes[head..], exchange.ResponseChunks);
        }
    }

    internal void Attach(IExchangeBytes session) => _session = session;

    internal void Detach()
    {
        _session = null;
        _ownLength = -1;
    }

    /// <summary>From here on the response is one of our own.</summary>
    internal void UseOwn(byte[] message, int length)
    {
        _own = message;
        _ownLength = length;
    }

    private ReadOnlySpan<byte> Body(H1Head head, ReadOnlySpan<byte> bytes, ChunkDecoder decoder)
    {
        switch (head.Body.Kind)
        {
            case BodyKind.Length:
                return bytes[..(int)Math.Min(bytes.Length, head.Body.Length)];
            case BodyKind.Chunked:
                return Payload(bytes, decoder);
            case BodyKind.UntilClose:
                return bytes;
            default:
                return [];
        }
    }

    private ReadOnlySpan<byte> Payload(ReadOnlySpan<byte> bytes, ChunkDecoder decoder)
    {
        if (_body.Length < bytes.Length)
        {
            _body = new byte[bytes.Length];
        }
        int length = 0;
        while (true)
        {
            ChunkStep step = decoder.Next(bytes);
            if (step.Kind != ChunkStepKind.Payload)
            {
                return _body.AsSpan(0, length);
            }
            ReadOnlySpan<byte> payload = bytes[step.PayloadStart..step.Consumed];
            payload.CopyTo(_body.AsSpan(length));
            length += payload.Length;
            bytes = bytes[step.Consumed..];
        }
    }
}
