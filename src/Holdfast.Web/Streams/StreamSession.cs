using Holdfast.Linux.Abi;
using Holdfast.Linux.Memory;
using Holdfast.Primitives;
using Holdfast.Proxy.Engine;
using Holdfast.Proxy.Http;
using Holdfast.Web.Logs;
using Holdfast.Web.Loops;

namespace Holdfast.Web.Streams;

/// <summary>Where a session stands.</summary>
internal enum SessionPhase : byte
{
    /// <summary>The PROXY header of the client is waited for.</summary>
    Header,

    /// <summary>TLS is agreed on with the client.</summary>
    Handshake,

    /// <summary>The client's first bytes are looked at.</summary>
    Preread,

    /// <summary>The server's connection is being made.</summary>
    Connecting,

    /// <summary>Bytes go both ways.</summary>
    Relaying,

    /// <summary>A text is sent, and then the connection is closed.</summary>
    Returning,
}

/// <summary>A client's connection over TCP, what is asked of it, and the server's connection. Used again.</summary>
/// <remarks>
/// Files: what comes before a server (<c>.Phases.cs</c>), the server (<c>.Upstream.cs</c>), bytes (<c>.Relay.cs</c>),
/// the end (<c>.End.cs</c>).
/// </remarks>
internal sealed partial class StreamSession : ConnectionOwner
{
    private readonly StreamLoop _parent;
    private readonly WebLoop _loop;
    private readonly BufferPool _pool;
    private readonly StreamSubject _subject;
    private readonly StreamChoice _choice;
    private readonly Pacer _upload;
    private readonly Pacer _download;
    private StreamListening _listening = null!;
    private Listener? _listener;
    private Connection? _client;
    private Connection? _upstream;
    private HttpInput _input;
    private SessionPhase _phase;
    private bool _clientEnded;
    private bool _upstreamEnded;

    internal StreamSession(StreamLoop parent)
    {
        _parent = parent;
        _loop = parent.Loop;
        _pool = parent.Loop.Buffers;
        _subject = new StreamSubject(_loop, parent.Programs);
        _choice = new StreamChoice(_loop, _subject);
        _upload = new Pacer(_loop, () => OnPaced(isUpload: true));
        _download = new Pacer(_loop, () => OnPaced(isUpload: false));
    }

    private StreamRoute Route => _subject.Site.Route!;

    /// <summary>A client has connected.</summary>
    internal void Begin(
        Listener listener, StreamListening listening, Connection client, IpAddress local, int localPort)
    {
        _listener = listener;
        _listening = listening;
        _client = client;
        client.Owner = this;
        _clientEnded = _upstreamEnded = false;
        if (client.GetPeer(out IpAddress peer, out int port) != Errno.Success)
        {
            (peer, port) = (default, 0); // it has gone already
        }
        _subject.Begin(listening, listening.Default, isUdp: false, peer, port, local, localPort);
        _subject.Client = client;
        if (listening.HasProxyProtocol)
        {
            _phase = SessionPhase.Header;
            client.SetTimeout(_subject.Site.HeaderTimeout);
            _loop.Receive(client);
            return;
        }
        Enter();
    }

    public override void OnConnected(Connection connection)
    {
        if (connection == _client)
        {
            OnHandshake();
        }
        else
        {
            OnUpstreamConnected();
        }
    }

    public override void OnReceived(Connection connection, BufferPart data)
    {
        switch (_phase)
        {
            case SessionPhase.Relaying:
                Relay(connection, data);
                break;
            case SessionPhase.Returning:
                _pool.Return(data.Buffer);
                break;
            default:
                _subject.BytesIn += _phase == SessionPhase.Connecting ? data.Length : 0;
                _input.Add(_pool, data);
                OnClientData();
                break;
        }
    }

    public override void OnReceiveEnded(Connection connection)
    {
        if (_phase == SessionPhase.Relaying)
        {
            OnEnded(connection);
            return;
        }
        _clientEnded = true;
        switch (_phase)
        {
            case SessionPhase.Header:
                RefuseHeader();
                break;
            case SessionPhase.Connecting when _input.HasBytes:
                break; // they still go to the server
            default:
                End(StreamStatus.Ok);
                break;
        }
    }

    public override void OnSent(Connection connection)
    {
        if (_phase == SessionPhase.Returning)
        {
            EndIfReturned();
        }
        else if (_phase == SessionPhase.Relaying)
        {
            OnRoom(connection);
        }
    }

    public override void OnFailed(Connection connection, Errno errno)
    {
        if (connection == _upstream && _phase == SessionPhase.Connecting)
        {
            OnConnectFailed(errno, isTimeout: false);
        }
        else if (_phase == SessionPhase.Relaying)
        {
            OnBroken(connection, errno);
        }
        else if (_phase == SessionPhase.Handshake)
        {
            RefuseHandshake();
        }
        else
        {
            _subject.Error(ErrorLevel.Info, $"recv() failed ({ErrorTexts.Of(errno)})", ActionName);
            End(StreamStatus.Ok);
        }
    }

    public override void OnTimeout(Connection connection)
    {
        switch (_phase)
        {
            case SessionPhase.Connecting:
                OnConnectFailed(Errno.ETIMEDOUT, isTimeout: true);
                break;
            case SessionPhase.Header:
                _subject.Error(ErrorLevel.Info, $"client timed out ({ErrorTexts.Of(Errno.ETIMEDOUT)})",
                    "reading PROXY protocol");
                End(StreamStatus.Ok);
                break;
            case SessionPhase.Handshake:
                _subject.Error(ErrorLevel.Info, $"client timed out ({ErrorTexts.Of(Errno.ETIMEDOUT)})",
                    "SSL handshaking");
                End(StreamStatus.Internal);
                break;
            case SessionPhase.Relaying:
                NoteAllBytes();
                _subject.Error(ErrorLevel.Info, $"connection timed out ({ErrorTexts.Of(Errno.ETIMEDOUT)})",
                    "proxying connection");
                End(StreamStatus.Ok);
                break;
            default:
                End(StreamStatus.Ok);
                break;
        }
    }

    private string ActionName => _phase switch
    {
        SessionPhase.Header => "reading PROXY protocol",
        SessionPhase.Handshake => "SSL handshaking",
        SessionPhase.Preread => "prereading client data",
        SessionPhase.Connecting => "connecting to upstream",
        SessionPhase.Relaying => "proxying connection",
        _ => "returning text",
    };
}
