using Holdfast.Linux.Abi;
using Holdfast.Linux.Memory;
using Holdfast.Proxy.Engine;
using Holdfast.Web.Logs;

namespace Holdfast.Web.Streams;

/// <summary>Bytes both ways, and their ends.</summary>
internal sealed partial class StreamSession
{
    private bool _hasFirstByte;
    private bool _isBroken;

    private void BeginRelay()
    {
        _phase = SessionPhase.Relaying;
        _hasFirstByte = false;
        Touch();
        while (_input.HasBytes && !_upload.IsHolding)
        {
            Forward(_client!, _input.Take());
        }
        if (_clientEnded)
        {
            OnEnded(_client!);
            return;
        }
        Pump(_client!);
        Pump(_upstream!);
    }

    private void Relay(Connection source, BufferPart data)
    {
        Touch();
        if (source == _client)
        {
            _subject.BytesIn += data.Length;
        }
        else if (!_hasFirstByte)
        {
            _hasFirstByte = true;
            _choice.NoteFirstByte();
        }
        Forward(source, data);
        Pump(source);
    }

    private void Forward(Connection source, BufferPart data)
    {
        Pacer pacer = PacerOf(source);
        if (pacer.Rate == 0)
        {
            _loop.Send(Other(source), data);
            return;
        }
        pacer.Hold(data);
        SendPaced(pacer, Other(source));
    }

    private void SendPaced(Pacer pacer, Connection sink)
    {
        while (pacer.TryTake(out BufferPart part))
        {
            _loop.Send(sink, part);
        }
    }

    private void OnPaced(bool isUpload)
    {
        if (_phase != SessionPhase.Relaying)
        {
            return;
        }
        Connection source = isUpload ? _client! : _upstream!;
        Touch();
        SendPaced(PacerOf(source), Other(source));
        if (isUpload && !_upload.IsHolding && _input.HasBytes)
        {
            Forward(source, _input.Take());
        }
        if (!EndIfDone())
        {
            Pump(source);
        }
    }

    private Connection Other(Connection connection) => connection == _client ? _upstream! : _client!;

    private Pacer PacerOf(Connection source) => source == _client ? _upload : _download;

    private bool HasEnded(Connection side) => side == _client ? _clientEnded : _upstreamEnded;

    private void Pump(Connection source)
    {
        Pacer pacer = PacerOf(source);
        if (!HasEnded(source) && Other(source).HasRoom && !pacer.IsWaiting && !pacer.IsHolding)
        {
            _loop.Receive(source);
        }
    }

    /// <summary>Whatever moves gives both sides their whole time again.</summary>
    private void Touch() => _client!.SetTimeout(Route.Timeout);

    private void OnRoom(Connection sink)
    {
        Touch();
        if (!EndIfDone())
        {
            Pump(Other(sink));
        }
    }

    private void OnEnded(Connection side)
    {
        _clientEnded |= side == _client;
        _upstreamEnded |= side == _upstream;
        _ = EndIfDone();
    }

    private void OnBroken(Connection side, Errno errno)
    {
        bool isClient = side == _client;
        NoteAllBytes();
        _subject.Error(isClient ? ErrorLevel.Info : ErrorLevel.Error, $"recv() failed ({ErrorTexts.Of(errno)})",
            isClient ? "proxying and reading from client" : "proxying and reading from upstream");
        _clientEnded |= isClient;
        _upstreamEnded |= !isClient;
        _isBroken = true;
        _ = EndIfDone();
    }

    private void NoteAllBytes()
    {
        _subject.BytesSent = _client!.SentBytes;
        NoteBytes(_upstream!);
    }


    /// <summary>
    /// One side has ended: when the other one has got all that it sent, both are closed; with
    /// <c>proxy_half_close</c> when both have ended.
    /// </summary>
    /// <returns>Whether the session is over.</returns>
    private bool EndIfDone()
    {
        if (!_clientEnded && !_upstreamEnded)
        {
            return false;
        }
        bool toClient = _client!.QueuedCount > 0 || _download.IsHolding;
        bool toUpstream = _upstream!.QueuedCount > 0 || _upload.IsHolding || _input.HasBytes;
        if ((!_clientEnded && toClient) || (!_upstreamEnded && toUpstream))
        {
            return false;
        }
        if (Route.HalfCloses && !_isBroken && !(_clientEnded && _upstreamEnded && !toClient && !toUpstream))
        {
            if (_clientEnded && !toUpstream)
            {
                _loop.ShutdownSend(_upstream);
            }
            if (_upstreamEnded && !toClient)
            {
                _loop.ShutdownSend(_client);
            }
            return false;
        }
        if (_subject.Site.Errors.Wants(ErrorLevel.Info))
        {
            _subject.Write(ErrorLevel.Info, $"{(_clientEnded ? "client" : "upstream")} disconnected, bytes from/to "
                + $"client:{_subject.BytesIn}/{_client.SentBytes}, bytes from/to "
                + $"upstream:{_upstream.ReceivedBytes}/{_upstream.SentBytes}");
        }
        End(StreamStatus.Ok);
        return true;
    }
}
