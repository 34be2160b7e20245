using Holdfast.Config.HAProxy.Model;
using Holdfast.Http.H1;
using Holdfast.Linux.Memory;
using Holdfast.Proxy.Counters;

namespace Holdfast.Proxy.Http;

/// <summary>Requests on their way to servers.</summary>
internal sealed partial class HttpSession<TTransport>
{
    /// <summary>Writes the head, and what of the body is kept beside it, to a server's connection.</summary>
    private void SendRequest()
    {
        HttpExchange exchange = _exchange!;
        H1Head head = exchange.Request;
        ReadOnlySpan<byte> bytes = _fromClient.Bytes(_pool);
        HeadView view = head.On(bytes);
        WriteOptions options = new()
        {
            Version = head.Version,
            Body = head.Announced,
            LowerCaseNames = true,
            Connection = view.OffersUpgrade ? ConnectionField.Upgrade
                : ClosesServer && !_backend.Backend.Program.Has(ProxyOptions.HttpPretendKeepAlive)
                ? ConnectionField.Close : ConnectionField.None,
        };
        if (!HeadWriter.TryWriteRequest(view, options, _frontend.Scratch, out int written))
        {
            SayEnd('P', 'R');
            Refuse(400);
            return;
        }
        _backend.Backend.Program.Rules.ServerCases?.Apply(_frontend.Scratch.AsSpan(0, written));
        HttpOutput<TTransport> output = new(_loop, _server!);
        output.Put(_frontend.Scratch.AsSpan(0, written));
        bool isGood = true;
        if (head.Body.Kind == BodyKind.Chunked && _held > head.HeadLength)
        {
            isGood = TryPutChunks(ref output, bytes[head.HeadLength.._held]);
        }
        else
        {
            output.Put(bytes[head.HeadLength.._held]);
        }
        output.Flush();
        if (output.HasFailed || !isGood)
        {
            End(isReset: true);
        }
    }

    /// <summary>Passes on what the client sends of a body, as far as the server takes it.</summary>
    private void PumpRequest()
    {
        if (_request != HttpPhase.Body || !_isConnected || _server is null)
        {
            return;
        }
        if (!_server.HasRoom)
        {
            return;
        }
        if (_fromClient.HasBytes && _held == 0 && !PassRequestBody())
        {
            return;
        }
        if (_held > 0 && _fromClient.First.Length > _held)
        {
            DropHeld();
            PumpRequest();
            return;
        }
        if (_request == HttpPhase.Body)
        {
            _loop.Transport.Receive(_client!);
        }
        else if (_response == HttpPhase.Complete)
        {
            FinishIfBothOver();
        }
        else
        {
            WatchClient();
        }
    }

    /// <returns>Whether the session goes on.</returns>
    private bool PassRequestBody()
    {
        ArmServerTimer();
        if (_exchange!.Request.Body.Kind == BodyKind.Chunked)
        {
            ChunkOutcome outcome = PassChunks(
                ref _fromClient, ref _exchange.RequestChunks, _server!, isFramed: true, dropsTrailers: false);
            if (outcome == ChunkOutcome.Failed)
            {
                RefuseBody();
                return false;
            }
            _request = outcome == ChunkOutcome.Done ? HttpPhase.Complete : _request;
            return true;
        }
        BufferPart part = _fromClient.First;
        if (part.Length <= _requestLeft)
        {
            _requestLeft -= part.Length;
            _loop.Transport.Send(_server!, _fromClient.Take());
        }
        else
        {
            // The next request stands behind: it stays where it is.
            HttpOutput<TTransport> output = new(_loop, _server!);
            output.Put(_pool.Bytes(part)[..(int)_requestLeft]);
            output.Flush();
            _fromClient.Consume(_pool, (int)_requestLeft);
            _requestLeft = 0;
        }
        _request = _requestLeft == 0 ? HttpPhase.Complete : _request;
        return true;
    }

    /// <summary>A body that is wrong: answered while that is possible.</summary>
    private void RefuseBody()
    {
        _frontend.Counters.Add(TrafficCounter.RequestErrors);
        SayEnd('P', _response <= HttpPhase.Head ? 'H' : 'D');
        if (_response <= HttpPhase.Head)
        {
            Refuse(400);
        }
        else
        {
            End(isReset: true);
        }
    }

    /// <summary>From here on the request cannot be sent again.</summary>
    private void DropHeld()
    {
        _isRetryable = false;
        _fromClient.Consume(_pool, _held);
        _held = 0;
    }

    /// <summary>
    /// While a client waits: to see that it goes, and to take its next request. One whose connection closes after the
    /// response is not watched, which would cost it a fifth of its time: the response finds out.
    /// </summary>
    private void WatchClient()
    {
        if (!_clientEnded && !_fromClient.IsFull && !_closesAfterResponse)
        {
            _loop.Transport.Receive(_client!);
        }
    }
}
