using Holdfast.Health.Scripts;
using Holdfast.Health.Servers;
using Holdfast.Http.ProxyProtocol;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Memory;
using Holdfast.Linux.OpenSsl;
using Holdfast.Linux.Sockets;
using Holdfast.Primitives;
using Holdfast.Proxy.Engine;
using Holdfast.Proxy.Tls;

namespace Holdfast.Proxy.Checks;

/// <summary>What a runner is asked by who decides when.</summary>
internal interface ICheckRunner
{
    /// <summary>Begins a run; the result comes later, once.</summary>
    /// <param name="isServerUp">Whether the server is up now.</param>
    void Start(bool isServerUp);

    /// <summary>Drops the run; no result comes.</summary>
    void Cancel();
}

/// <summary>Where and for how long a check connects.</summary>
/// <param name="Endpoint">Address and port.</param>
/// <param name="Source">Own address; null: the kernel's choice.</param>
internal sealed record CheckTarget(SocketEndpoint Endpoint, SocketEndpoint? Source)
{
    /// <summary>For each connection to stand, in milliseconds.</summary>
    internal required long ConnectMilliseconds { get; init; }

    /// <summary>For answers from then on; negative: what is left of the time to connect.</summary>
    internal long ReadMilliseconds { get; init; } = -1;

    /// <summary>Whether connections of the server's own way begin with the PROXY protocol.</summary>
    internal bool SendsProxy { get; init; }

    /// <summary>Whether that is version 2.</summary>
    internal bool UsesProxyVersion2 { get; init; }

    /// <summary>Whether headers of version 2 name addresses, as if somebody else had connected.</summary>
    internal bool NeverSendsLocal { get; init; }

    /// <summary>Options of the socket; null: none.</summary>
    internal ConnectSettings? Socket { get; init; }

    /// <summary>The same for connections on which nothing is waited for.</summary>
    internal ConnectSettings? BriefSocket { get; init; }

    /// <summary>How TLS is spoken; null: not at all.</summary>
    internal TlsClient? Tls { get; init; }

    /// <summary>Whether connections of the server's own way speak it.</summary>
    internal bool UsesTls { get; init; }

    /// <summary>Name that they ask for; empty: none.</summary>
    internal byte[] ServerName { get; init; } = [];
}

/// <summary>Runs the script of a check on an event loop: the thin shell around <see cref="CheckRun"/>.</summary>
/// <remarks>
/// Connections end by a reset, as HAProxy's do, so that checks leave nothing in the kernel; in order only where the
/// script says so, and between two requests of HTTP.
/// </remarks>
/// <param name="loop">The loop.</param>
/// <param name="targetOf">Where it connects: asked when a run begins, as operators may change it.</param>
/// <param name="session">The memory.</param>
/// <param name="script">The steps.</param>
/// <param name="onDone">Gets each result; the session still has the answer.</param>
internal sealed class CheckRunner<TTransport>(
    EventLoop<TTransport> loop, Func<CheckTarget> targetOf, ProxyCheckSession session, CheckScript script,
    Action<CheckResult> onDone) : ConnectionOwner, ICheckRunner
    where TTransport : struct, ITransport
{
    private readonly CheckRun _run = new(script, session) { IsDefaultTls = targetOf().UsesTls };
    private CheckTarget _target = targetOf();
    private Connection? _connection;
    private long _startedAt;
    private bool _lingers;
    private bool _isConnected;
    private Awaited _awaited;

    /// <summary>What the kernel has not taken yet.</summary>
    private enum Awaited : byte
    {
        None,
        Header,
        Question,
    }

    public void Start(bool isServerUp)
    {
        _startedAt = loop.State.Now;
        _target = targetOf();
        _run.IsServerUp = isServerUp;
        session.WallClockSeconds = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        Carry(_run.Begin());
    }

    public void Cancel()
    {
        Close();
        session.Release();
    }

    public override void OnConnected(Connection connection)
    {
        if (_target.ReadMilliseconds >= 0)
        {
            connection.SetTimeout(_target.ReadMilliseconds);
        }
        _awaited = Awaited.None;
        _isConnected = true;
        if (SendsProxy() && !SpeaksTls())
        {
            SendProxyHeader(connection);
            if (connection.QueuedCount > 0)
            {
                _awaited = Awaited.Header;
                return;
            }
        }
        Carry(_run.OnConnected());
    }

    public override void OnReceived(Connection connection, BufferPart data)
    {
        session.Append(loop.State.Buffers.Bytes(data));
        loop.State.Buffers.Return(data.Buffer);
        Carry(_run.OnReceived());
    }

    public override void OnReceiveEnded(Connection connection) => Carry(_run.OnEnded());

    public override void OnSent(Connection connection)
    {
        if (_awaited == Awaited.None || connection.QueuedCount > 0)
        {
            return;
        }
        bool wasHeader = _awaited == Awaited.Header;
        _awaited = Awaited.None;
        Carry(wasHeader ? _run.OnConnected() : _run.OnSent());
    }

    public override void OnFailed(Connection connection, Errno errno)
    {
        // Once TCP stands nothing else can break off.
        bool isHandshake = !_isConnected && SpeaksTls()
            && errno is Errno.EPROTO or Errno.ECONNRESET or Errno.EPIPE or Errno.Success;
        Carry(isHandshake ? _run.OnHandshakeFailed("SSL handshake failure")
            : _run.OnFailed(CheckErrors.TextOf(errno)));
    }

    public override void OnTimeout(Connection connection) => Carry(_run.OnTimeout(IsHandshaking(connection)));

    private void Carry(CheckEffect effect)
    {
        while (true)
        {
            switch (effect)
            {
                case CheckEffect.Connect:
                    if (Connect() is not { } problem)
                    {
                        return;
                    }
                    effect = _run.OnFailed(problem);
                    break;
                case CheckEffect.Send:
                    if (!TrySend(session.Output))
                    {
                        effect = _run.OnFailed("No buffer space available");
                        break;
                    }
                    if (_connection!.QueuedCount > 0)
                    {
                        _awaited = Awaited.Question; // what closes too early takes it back
                        return;
                    }
                    effect = _run.OnSent();
                    break;
                case CheckEffect.Receive:
                    loop.Transport.Receive(_connection!);
                    return;
                default:
                    Finish();
                    return;
            }
        }
    }

    /// <returns>Why it cannot be connected; null: it is under way.</returns>
    private string? Connect()
    {
        Close();
        _awaited = Awaited.None;
        ConnectStep step = _run.Connect!;
        SocketEndpoint endpoint = _target.Endpoint;
        if (step.Route is CheckRoute route)
        {
            int port = route.PortNumber?.Invoke(session) is { } number and > 0 and <= 65_535 ? number
                : route.Port ?? endpoint.Port;
            endpoint = new SocketEndpoint(route.Address ?? endpoint.Address, port);
        }
        var peer = new ConnectTarget(endpoint)
        {
            // A server is not woken for a connection that says nothing; but TLS waits for the server.
            Source = _target.Source, Settings = step.IsBrief && !SpeaksTls() ? _target.BriefSocket : _target.Socket,
        };
        Errno errno = loop.Transport.Connect(peer, this, out _connection);
        if (errno != Errno.Success)
        {
            return CheckErrors.TextOf(errno);
        }
        _isConnected = false;
        if (SpeaksTls() && !BeginTls(step))
        {
            return "No buffer space available";
        }
        _lingers = step.Lingers;
        _connection!.SetTimeout(_target.ConnectMilliseconds);
        return null;
    }

    private bool SpeaksTls() => _target.Tls is not null
        && (_run.Connect!.IsTls || (_run.Connect.IsDefault && _target.UsesTls));

    /// <summary>Whether TCP stands, and TLS does not.</summary>
    private bool IsHandshaking(Connection connection) => !_isConnected && !connection.IsConnecting && SpeaksTls();

    /// <summary>The header of the PROXY protocol goes before the handshake.</summary>
    private bool BeginTls(ConnectStep step)
    {
        if (SendsProxy())
        {
            SendProxyHeader(_connection!);
        }
        byte[] name = (step.Route as CheckRoute)?.ServerName ?? (step.IsDefault ? _target.ServerName : []);
        return TlsLayer.TryConnect(loop.State, _connection!, _target.Tls!, name);
    }

    private bool SendsProxy() => _run.Connect!.Route is CheckRoute { SendsProxy: true }
        || (_run.Connect.IsDefault && _target.SendsProxy);

    private void SendProxyHeader(Connection connection)
    {
        Span<byte> header = stackalloc byte[ProxyHeaderParser.LineMax];
        bool isKnown = connection.GetLocal(out IpAddress own, out int ownPort) == Errno.Success && !own.IsUnspecified;
        Errno errno = connection.GetPeer(out IpAddress peer, out int peerPort);
        IpAddress source = isKnown && errno == Errno.Success ? own : IpAddress.None;
        int length;
        if (_target.UsesProxyVersion2)
        {
            // A connection of our own: the server is to use its addresses, unless the file wants them named.
            ProxyHeader local = _target.NeverSendsLocal
                ? new(2, IsLocal: false, ProxyTransport.Stream, source, (ushort)ownPort, peer, (ushort)peerPort,
                    default)
                : default(ProxyHeader) with { IsLocal = true };
            _ = ProxyHeaderWriter.TryBegin(header, local, out ProxyHeaderWriter writer);
            length = writer.Length;
        }
        else
        {
            length = ProxyHeaderWriter.WriteLine(header, source, (ushort)ownPort, peer, (ushort)peerPort);
        }
        _ = TrySend(header[..length]);
    }

    private bool TrySend(ReadOnlySpan<byte> data)
    {
        while (!data.IsEmpty)
        {
            if (!loop.State.Buffers.TryRent(out int buffer))
            {
                return false;
            }
            Span<byte> room = loop.State.Buffers.Slab[buffer];
            int count = Math.Min(room.Length, data.Length);
            data[..count].CopyTo(room);
            data = data[count..];
            loop.Transport.Send(_connection!, new BufferPart(buffer, 0, count));
        }
        return true;
    }

    private void Finish()
    {
        Close();
        var result = new CheckResult(_run.Status, _run.Number, _run.Info, loop.State.Now - _startedAt);
        onDone(result);
        session.Release();
    }

    private void Close()
    {
        if (_connection is not { } connection)
        {
            return;
        }
        _connection = null;
        bool isOver = _run.Status != CheckStatus.Initializing;
        // Between two requests HAProxy's own HTTP layer ends the first connection in order.
        bool isOrderly = _lingers || (script.Kind == ScriptKind.Http && !isOver);
        loop.Transport.Close(connection, isReset: !isOrderly);
    }
}
