using Holdfast.Http.H1;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Memory;
using Holdfast.Nginx.Texts;
using Holdfast.Nginx.Upstreams;
using Holdfast.Proxy.Engine;
using Holdfast.Proxy.Http;
using Holdfast.Web.Loops;

namespace Holdfast.Web.Http.Passing;

/// <summary>Where passing a request on stands.</summary>
internal enum PassPhase : byte
{
    /// <summary>Nothing goes on.</summary>
    Over,

    /// <summary>The body is read before anything is sent.</summary>
    ReadingBody,

    /// <summary>A peer is connected to.</summary>
    Connecting,

    /// <summary>The request is sent, and the head of the answer comes.</summary>
    Head,

    /// <summary>The body of the answer comes.</summary>
    Body,

    /// <summary>All of the answer has come; the client takes what is left.</summary>
    Draining,

    /// <summary>Bytes go both ways.</summary>
    Tunnel,
}

/// <summary>A request that is passed on to a peer of an upstream. One of an exchange; used again.</summary>
/// <remarks>
/// Files: peers and attempts (<c>.Peers.cs</c>), the request (<c>.Sending.cs</c>), the answer (<c>.Answer.cs</c>),
/// upgraded connections (<c>.Tunnel.cs</c>).
/// </remarks>
internal sealed partial class PassedRequest : ConnectionOwner
{
    private readonly WebLoop _loop;
    private readonly BufferPool _pool;
    private readonly ResponseBuffer _buffer;
    private readonly PassedSource _source;
    private readonly Dictionary<PassProgram, ResponseReader> _readers = [];
    private HttpInput _input;
    private ResponseReader _reader = null!;
    private PassPhase _phase;

    internal PassedRequest(WebLoop loop)
    {
        _loop = loop;
        _pool = loop.Buffers;
        _buffer = new ResponseBuffer(_pool);
        _source = new PassedSource(this);
    }

    /// <summary>The request.</summary>
    internal Exchange Exchange { get; private set; } = null!;

    /// <summary>What holds.</summary>
    internal PassProgram Program { get; private set; } = null!;

    /// <summary>What <c>proxy_pass</c> has behind the host.</summary>
    internal ReadOnlyMemory<byte> Uri { get; set; }

    /// <summary>Whether variables made it.</summary>
    internal bool HasVariableUrl { get; set; }

    /// <summary><c>$proxy_host</c></summary>
    internal ReadOnlyMemory<byte> HostAndPort { get; set; }

    /// <summary>Whether the peer speaks TLS.</summary>
    internal bool IsTls { get; set; }

    /// <summary>The method that was sent, as far as it says where the answer ends.</summary>
    internal RequestMethod SentMethod { get; set; }

    /// <summary>Whether the body goes on in chunks.</summary>
    internal bool SendsChunks { get; set; }

    /// <summary>Whether the peer was asked to upgrade.</summary>
    internal bool OffersUpgrade { get; set; }

    /// <summary>What has come and was not used, as far as it stands in one piece.</summary>
    internal ReadOnlySpan<byte> InputBytes => _input.Bytes(_pool);

    /// <summary>Whether there is any.</summary>
    internal bool HasInput => _input.HasBytes;

    /// <summary>Begins.</summary>
    internal void Begin(Exchange exchange, PassProgram program)
    {
        Exchange = exchange;
        Program = program;
        if (Tries.Count > 0)
        {
            Tries.Add(_loop.Now); // parts what another server was asked before
        }
        Upstream = null;
        _isRequestMade = false;
        OffersUpgrade = false;
        if (!_readers.TryGetValue(program, out ResponseReader? reader))
        {
            _readers.Add(program, reader = program.CreateReader());
        }
        _reader = reader;
        if (exchange.Parent is not null)
        {
            FirstPeer(); // the body is the client's request's
            return;
        }
        if (program.BuffersRequests && !exchange.Session.IsBodyRead)
        {
            _phase = PassPhase.ReadingBody;
            exchange.Session.ReadBody(this);
            return;
        }
        if (!exchange.Session.IsBodyRead)
        {
            // A body that is there already goes on with its length, as it would if it were read first.
            _phase = PassPhase.ReadingBody;
            exchange.Session.ReadAvailableBody(this);
            if (_phase != PassPhase.ReadingBody)
            {
                return;
            }
        }
        FirstPeer();
    }

    /// <summary>Leaves bytes of the input behind.</summary>
    internal void Consume(int count) => _input.Consume(_pool, count);

    public override void OnConnected(Connection connection)
    {
        Sessions.ClientSession session = Exchange.Session;
        HandleConnected(connection);
        session.Settle();
    }

    private void HandleConnected(Connection connection)
    {
        Tries.Last.ConnectTime = _loop.Now - Tries.Last.Began;
        SendRequest();
    }

    public override void OnReceived(Connection connection, BufferPart data)
    {
        Sessions.ClientSession session = Exchange.Session;
        HandleReceived(connection, data);
        session.Settle();
    }

    private void HandleReceived(Connection connection, BufferPart data)
    {
        Tries.Last.BytesReceived += data.Length;
        if (_phase == PassPhase.Tunnel)
        {
            OnPeerTunnelData(data);
            return;
        }
        _input.Add(_pool, data);
        connection.SetTimeout(Program.ReadTimeout);
        if (_phase == PassPhase.Head)
        {
            ReadHead();
        }
        else
        {
            ReadBody();
        }
    }

    public override void OnReceiveEnded(Connection connection)
    {
        Sessions.ClientSession session = Exchange.Session;
        HandleReceiveEnded(connection);
        session.Settle();
    }

    private void HandleReceiveEnded(Connection connection)
    {
        switch (_phase)
        {
            case PassPhase.Tunnel:
                EndTunnel();
                break;
            case PassPhase.Head:
                Fail(PeerFailure.Error, "upstream prematurely closed connection");
                break;
            default:
                OnPeerEnd();
                break;
        }
    }

    public override void OnSent(Connection connection)
    {
        Sessions.ClientSession session = Exchange.Session;
        HandleSent(connection);
        session.Settle();
    }

    private void HandleSent(Connection connection)
    {
        if (_phase == PassPhase.Tunnel)
        {
            OnPeerTunnelSent();
            return;
        }
        PumpRequest();
    }

    public override void OnFailed(Connection connection, Errno errno)
    {
        Sessions.ClientSession session = Exchange.Session;
        HandleFailed(connection, errno);
        session.Settle();
    }

    private void HandleFailed(Connection connection, Errno errno)
    {
        switch (_phase)
        {
            case PassPhase.Connecting:
                Fail(PeerFailure.Error, $"connect() failed ({Logs.ErrorTexts.Of(errno)})");
                break;
            case PassPhase.Head:
                Fail(PeerFailure.Error, $"recv() failed ({Logs.ErrorTexts.Of(errno)})");
                break;
            case PassPhase.Tunnel:
                EndTunnel();
                break;
            default:
                OnPeerEnd();
                break;
        }
    }

    public override void OnTimeout(Connection connection)
    {
        Sessions.ClientSession session = Exchange.Session;
        HandleTimeout(connection);
        session.Settle();
    }

    private void HandleTimeout(Connection connection)
    {
        switch (_phase)
        {
            case PassPhase.Connecting or PassPhase.Head:
                Fail(PeerFailure.Timeout, "upstream timed out (110: Connection timed out)");
                break;
            case PassPhase.Tunnel:
                EndTunnel();
                break;
            default:
                Exchange.Report(Logs.ErrorLevel.Error,
                    "upstream timed out (110: Connection timed out) while reading upstream");
                LeavePeer(PeerOutcome.Answered, keeps: false);
                CutAnswer();
                break;
        }
    }

    /// <summary>Stops, whatever it is doing.</summary>
    internal void Abandon()
    {
        LeavePeer(PeerOutcome.Answered, keeps: false);
        _phase = PassPhase.Over;
        _input.Clear(_pool);
        _buffer.Clear();
    }

    /// <summary>The exchange is over: nothing of it is kept.</summary>
    internal void Forget()
    {
        Abandon();
        Tries.Clear();
        _heard.Clear();
        Upstream = null;
        Uri = HostAndPort = default;
        Exchange = null!;
    }

    /// <summary>What the error log says of the peer.</summary>
    internal void PutContext(TextBuilder line)
    {
        if (Upstream is null)
        {
            return;
        }
        line.Put(", upstream: \""u8);
        line.Put(System.Text.Encoding.ASCII.GetBytes(Program.Scheme));
        line.Put("://"u8);
        line.Put(_peer is { Settings.Target: PeerTarget target } ? target.Text : Upstream.NameBytes);
        if (_isRequestMade)
        {
            ReadOnlySpan<byte> text = _request.Text;
            int start = text.IndexOf((byte)' ') + 1;
            int end = text[start..].IndexOf((byte)' ');
            line.Put(end > 0 ? text.Slice(start, end) : default);
        }
        line.Put((byte)'"');
    }
}
