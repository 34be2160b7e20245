using Holdfast.Http.H1;
using Holdfast.Linux.Memory;

namespace Holdfast.Proxy.Http;

/// <summary>The bodies of responses, and the end of an exchange.</summary>
internal sealed partial class HttpSession<TTransport>
{
    /// <summary>Passes on what the server sends of a body, as far as the client takes it.</summary>
    private void PumpResponse()
    {
        if (_response != HttpPhase.Body || !_client!.HasRoom)
        {
            return;
        }
        ArmClientTimer();
        if (_fromServer.HasBytes)
        {
            switch (PassResponseBody())
            {
                case ChunkOutcome.Done:
                    CompleteResponse();
                    return;
                case ChunkOutcome.Failed:
                    CountFailure(_chosen!, isConnection: false);
                    SayEnd('S', 'D');
                    CutWhenSent();
                    return;
                default:
                    break;
            }
        }
        if (_client.HasRoom)
        {
            _loop.Transport.Receive(_server!);
        }
    }

    private ChunkOutcome PassResponseBody()
    {
        if (_isCoding)
        {
            return PassCoded();
        }
        HttpExchange exchange = _exchange!;
        BodyKind kind = exchange.Response.Body.Kind;
        if (kind == BodyKind.Chunked)
        {
            return PassChunks(ref _fromServer, ref exchange.ResponseChunks, _client!,
                isFramed: exchange.Request.Version == H1Version.Http11, dropsTrailers: false);
        }
        if (_dropsBody)
        {
            return DropResponseBody(exchange);
        }
        BufferPart part = _fromServer.First;
        if (kind == BodyKind.Length && part.Length > _responseLeft)
        {
            // More than was announced: what is behind belongs to nobody, and the connection is not used again.
            _serverMayGoOn = false;
            HttpOutput<TTransport> output = new(_loop, _client!);
            output.Put(_pool.Bytes(part)[..(int)_responseLeft]);
            output.Flush();
            exchange.Times.BytesOut += _responseLeft;
            _fromServer.Clear(_pool);
            return ChunkOutcome.Done;
        }
        _responseLeft -= kind == BodyKind.Length ? part.Length : 0;
        exchange.Times.BytesOut += part.Length;
        _loop.Transport.Send(_client!, _fromServer.Take());
        return kind == BodyKind.Length && _responseLeft == 0 ? ChunkOutcome.Done : ChunkOutcome.NeedMore;
    }

    private void CompleteResponse()
    {
        _response = HttpPhase.Complete;
        bool hasMoreToSend = _request == HttpPhase.Body || _server!.QueuedCount > 0;
        if (hasMoreToSend && _serverMayGoOn && !_serverEnded)
        {
            // The server has answered before it has read all, and reads on.
            _loop.Transport.Receive(_server!);
            PumpRequest();
            return;
        }
        FinishExchange();
    }

    /// <summary>Both directions may be over now.</summary>
    private void FinishIfBothOver()
    {
        if (_response == HttpPhase.Complete && _request == HttpPhase.Complete && _server!.QueuedCount == 0)
        {
            FinishExchange();
        }
    }

    private void FinishExchange()
    {
        bool isRequestWhole = _request == HttpPhase.Complete;
        if (_serverMayGoOn && isRequestWhole && !_fromServer.HasBytes && !_serverEnded && _server!.QueuedCount == 0)
        {
            KeepServer();
        }
        else
        {
            LetServerGo();
        }
        if (!isRequestWhole)
        {
            SayEnd('C', 'D');
        }
        EndExchange();
        if (_closesAfterResponse || !isRequestWhole)
        {
            CloseWhenSent();
            return;
        }
        ArmClientTimer();
        WaitForRequest();
    }
}
