using System.Text;
using Holdfast.Http.ClientHello;
using Holdfast.Http.ProxyProtocol;
using Holdfast.Linux.Memory;
using Holdfast.Nginx.Streams;
using Holdfast.Proxy.Engine;
using Holdfast.Proxy.Tls;
using Holdfast.Web.Logs;

namespace Holdfast.Web.Streams;

/// <summary>What comes before a server: the PROXY header, who may come, TLS, the first bytes.</summary>
internal sealed partial class StreamSession
{
    private void OnClientData()
    {
        switch (_phase)
        {
            case SessionPhase.Header:
                ReadHeader();
                break;
            case SessionPhase.Preread:
                LookAtHello();
                break;
            case SessionPhase.Connecting when !_input.IsFull:
                _loop.Receive(_client!);
                break;
            default:
                break;
        }
    }

    private void ReadHeader()
    {
        ReadOnlySpan<byte> bytes = _input.Bytes(_pool);
        ProxyResult result = ProxyHeaderParser.Parse(bytes, out ProxyHeader header);
        if (!result.IsComplete)
        {
            if (result.Error != ProxyError.None || _input.IsFull)
            {
                RefuseHeader();
                return;
            }
            _loop.Receive(_client!);
            return;
        }
        if (header.HasAddresses)
        {
            _subject.Announced = new AnnouncedPair(header.Source, header.SourcePort, header.Destination,
                header.DestinationPort, bytes[header.Extensions].ToArray());
        }
        _client!.ReceivedBytes -= result.Consumed;
        _input.Consume(_pool, result.Consumed);
        _client.SetTimeout(-1);
        Enter();
    }

    private void RefuseHeader()
    {
        _subject.Error(ErrorLevel.Error,
            $"broken header: \"{Encoding.Latin1.GetString(_input.Bytes(_pool))}\"", "reading PROXY protocol");
        End(StreamStatus.Bad);
    }

    private void Enter()
    {
        int refusal = _subject.Enter();
        if (refusal != 0)
        {
            End(refusal);
            return;
        }
        if (_listening.Tls is not { } tls)
        {
            Preread();
            return;
        }
        _phase = SessionPhase.Handshake;
        GiveBack();
        _client!.SetTimeout(_subject.Site.HandshakeTimeout);
        if (!TlsLayer.TryAccept(_loop.State, _client, tls))
        {
            End(StreamStatus.Internal);
        }
    }

    /// <summary>What came behind a header is read again, by what reads TLS.</summary>
    private void GiveBack()
    {
        if (!_input.HasBytes)
        {
            return;
        }
        BufferPart first = _input.Take();
        if (_input.HasBytes)
        {
            _client!.Unread(_input.Take());
        }
        _client!.Unread(first);
    }

    private void OnHandshake()
    {
        _client!.SetTimeout(-1);
        if (_client.Layer is TlsLayer layer)
        {
            ChooseSite(layer.Tls.ServerName);
        }
        Preread();
    }

    private void RefuseHandshake()
    {
        _subject.Error(ErrorLevel.Info, (_client!.Layer as TlsLayer)?.HandshakeError is TlsHandshakeError.ClosedSilently
            ? "peer closed connection in SSL handshake" : "SSL_do_handshake() failed", "SSL handshaking");
        End(StreamStatus.Internal);
    }

    /// <summary>Servers of one address are told apart by the name that TLS asks for.</summary>
    private void ChooseSite(ReadOnlySpan<byte> name)
    {
        if (_listening.Names is not { } names || name.IsEmpty || name.Length > 255)
        {
            return;
        }
        Span<byte> lower = stackalloc byte[name.Length];
        for (int i = 0; i < name.Length; i++)
        {
            lower[i] = (byte)(name[i] is >= (byte)'A' and <= (byte)'Z' ? name[i] | 0x20 : name[i]);
        }
        _subject.Site = names.Find(lower, _subject.Request.Captures);
    }

    private void Preread()
    {
        if (!_subject.Site.LooksAtHello)
        {
            Proceed();
            return;
        }
        _phase = SessionPhase.Preread;
        _client!.SetTimeout(_subject.Site.PrereadTimeout);
        if (_input.HasBytes)
        {
            LookAtHello();
            return;
        }
        _loop.Receive(_client);
    }

    private void LookAtHello()
    {
        ReadOnlySpan<byte> bytes = _input.Bytes(_pool);
        ClientHelloOutcome outcome = ClientHelloParser.Parse(bytes, out ClientHelloFacts facts);
        _subject.Hello.IsLookedAt = outcome is ClientHelloOutcome.NeedMore or ClientHelloOutcome.Done;
        if (outcome == ClientHelloOutcome.NeedMore)
        {
            if (_input.IsFull || bytes.Length >= _subject.Site.PrereadBytesMax)
            {
                _subject.Error(ErrorLevel.Error, "preread buffer full", "prereading client data");
                End(StreamStatus.Bad);
                return;
            }
            _loop.Receive(_client!);
            return;
        }
        if (outcome == ClientHelloOutcome.Done)
        {
            Note(facts, bytes);
        }
        _client!.SetTimeout(-1);
        Proceed();
    }

    private void Note(in ClientHelloFacts facts, ReadOnlySpan<byte> bytes)
    {
        HelloFacts hello = _subject.Hello;
        ReadOnlySpan<byte> version = facts.HighestVersion switch
        {
            0x300 => "SSLv3"u8,
            0x301 => "TLSv1"u8,
            0x302 => "TLSv1.1"u8,
            0x303 => "TLSv1.2"u8,
            0x304 => "TLSv1.3"u8,
            _ => default,
        };
        Nginx.Texts.TextArena arena = _subject.Request.Arena;
        hello.Protocol = arena.Remember(version);
        ReadOnlySpan<byte> name = bytes[facts.ServerName];
        hello.ServerName = arena.Remember(name);
        Nginx.Texts.TextBuilder list = _subject.Scratch;
        list.Clear();
        foreach (ReadOnlySpan<byte> protocol in new AlpnList(bytes[facts.Protocols]))
        {
            if (list.Length > 0)
            {
                list.Put((byte)',');
            }
            list.Put(protocol);
        }
        hello.Protocols = arena.Remember(list.Text);
        ChooseSite(name);
    }

    /// <summary>What the server does with its clients.</summary>
    private void Proceed()
    {
        _subject.SetVariables();
        StreamSite site = _subject.Site;
        if (site.Return is { } text)
        {
            Return(text.Evaluate(_subject.Request));
        }
        else if (site.Pass is { } pass)
        {
            Pass(Encoding.UTF8.GetString(pass.Evaluate(_subject.Request)));
        }
        else
        {
            BeginProxy();
        }
    }

    private void Return(ReadOnlySpan<byte> text)
    {
        _phase = SessionPhase.Returning;
        while (!text.IsEmpty)
        {
            if (!_pool.TryRent(out int buffer))
            {
                End(StreamStatus.Internal);
                return;
            }
            int length = Math.Min(text.Length, _pool.Slab.BufferSize);
            BufferPart part = new(buffer, 0, length);
            text[..length].CopyTo(_pool.Bytes(part));
            text = text[length..];
            _loop.Send(_client!, part);
        }
        EndIfReturned();
    }

    private void EndIfReturned()
    {
        if (_client!.QueuedCount == 0)
        {
            End(StreamStatus.Ok);
        }
    }

    /// <summary>Another listener of this file takes the connection, as if it had come in there.</summary>
    private void Pass(string address)
    {
        if (_parent.AcceptorOf(address) is not { } acceptor)
        {
            _subject.Error(ErrorLevel.Error, $"port not found for \"{address}\"", "");
            End(StreamStatus.Ok);
            return;
        }
        GiveBack();
        Connection client = _client!;
        Listener listener = _listener!;
        client.SetTimeout(-1);
        _client = null;
        _listener = null;
        _subject.Forget();
        _parent.Return(this, null);
        acceptor.OnAccepted(listener, client);
    }
}
