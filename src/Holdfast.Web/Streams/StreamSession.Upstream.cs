using System.Buffers.Text;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Memory;
using Holdfast.Nginx.Texts;
using Holdfast.Primitives;
using Holdfast.Proxy.Engine;
using Holdfast.Proxy.Tls;
using Holdfast.Web.Logs;

namespace Holdfast.Web.Streams;

/// <summary>The server's connection, and what follows when it cannot be made.</summary>
internal sealed partial class StreamSession
{
    private void BeginProxy()
    {
        _phase = SessionPhase.Connecting;
        _subject.IsProxied = true;
        _upload.Begin(RateOf(Route.UploadRate));
        _download.Begin(RateOf(Route.DownloadRate));
        Follow(_choice.Begin());
    }

    private long RateOf(CompiledText? rate)
        => rate is null ? 0 : ByteSizes.Read(rate.Evaluate(_subject.Request));

    private void Follow(ChoiceOutcome outcome)
    {
        switch (outcome)
        {
            case ChoiceOutcome.Chosen:
                Connect();
                break;
            case ChoiceOutcome.NoneLives:
                End(StreamStatus.BadGateway);
                break;
            default:
                End(StreamStatus.Internal);
                break;
        }
    }

    private void Connect()
    {
        StreamRoute route = Route;
        ConnectTarget target = new(_choice.Place) { Settings = route.Socket };
        if (route.Bind is { } bind && TryReadBind(bind.Evaluate(_subject.Request), out IpAddress own, out int port))
        {
            target = target with { SourceAddress = own, SourcePort = port };
        }
        Errno errno = _loop.Connect(target, this, out _upstream);
        if (errno != Errno.Success)
        {
            OnConnectFailed(errno, isTimeout: false, isSynchronous: true);
            return;
        }
        _client!.SetTimeout(route.ConnectTimeout);
        if (route.HeaderVersion > 0 && !TrySendHeader(route.HeaderVersion))
        {
            End(StreamStatus.Internal);
            return;
        }
        // The header that was sent goes before the handshake.
        if (route.Tls is { } tls && !TlsLayer.TryConnect(_loop.State, _upstream!, tls,
            route.TlsName is { } name ? name.Evaluate(_subject.Request) : default))
        {
            End(StreamStatus.Internal);
            return;
        }
        if (!_clientEnded && !_input.IsFull)
        {
            _loop.Receive(_client); // so that it is seen when the client goes
        }
    }

    private static bool TryReadBind(ReadOnlySpan<byte> text, out IpAddress address, out int port)
    {
        port = 0;
        if (AddressText.TryParse(text, out address))
        {
            return true;
        }
        int colon = text.LastIndexOf((byte)':');
        return colon > 0 && AddressText.TryParse(text[..colon].Trim("[]"u8), out address)
            && Utf8Parser.TryParse(text[(colon + 1)..], out port, out _) && port is >= 0 and <= 65535;
    }

    private bool TrySendHeader(int version)
    {
        if (!_pool.TryRent(out int buffer))
        {
            return false;
        }
        Span<byte> room = _pool.Slab[buffer];
        int length = ProxyHeaders.Write(room, version, _subject.ClientAddress, _subject.ClientPort,
            _subject.LocalAddress, _subject.LocalPort);
        _loop.Send(_upstream!, new BufferPart(buffer, 0, length));
        return true;
    }

    private void OnUpstreamConnected()
    {
        _choice.NoteConnected();
        if (_subject.Site.Errors.Wants(ErrorLevel.Info)
            && _upstream!.GetLocal(out IpAddress own, out int port) == Errno.Success)
        {
            _subject.Write(ErrorLevel.Info, $"proxy {StreamSubject.TextOf(own, port)} connected to "
                + System.Text.Encoding.UTF8.GetString(_subject.Last.Address));
        }
        BeginRelay();
    }

    private void OnConnectFailed(Errno errno, bool isTimeout, bool isSynchronous = false)
    {
        string peer = System.Text.Encoding.UTF8.GetString(_subject.Last.Address);
        bool isTls = _upstream?.Layer is TlsLayer && errno == Errno.EPROTO;
        _subject.Error(errno == Errno.ENOENT ? ErrorLevel.Crit : ErrorLevel.Error,
            isTls ? "SSL_do_handshake() failed"
            : isTimeout ? $"upstream timed out ({ErrorTexts.Of(errno)})"
            : isSynchronous || _choice.Place.IsUnix ? $"connect() to {peer} failed ({ErrorTexts.Of(errno)})"
            : $"connect() failed ({ErrorTexts.Of(errno)})",
            isTls ? "SSL handshaking to upstream" : "connecting to upstream");
        CloseUpstream();
        if (!_choice.TryNext())
        {
            End(StreamStatus.BadGateway);
            return;
        }
        Follow(_choice.Choose());
    }

    private void CloseUpstream()
    {
        if (_upstream is { } upstream)
        {
            _upstream = null;
            NoteBytes(upstream);
            _loop.Close(upstream);
        }
    }

    private void NoteBytes(Connection upstream)
    {
        if (_subject.Tries.Length > 0)
        {
            _subject.Last.BytesSent = upstream.SentBytes;
            _subject.Last.BytesReceived = upstream.ReceivedBytes;
        }
    }
}
