using Holdfast.Health.Scripts;
using Holdfast.Health.Servers;
using Holdfast.Http.ProxyProtocol;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Memory;
using Holdfast.Linux.Sockets;
using Holdfast.Primitives;
using Holdfast.Proxy.Engine;

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
}

/// <summary>Runs the script of a check on an event loop: the thin shell around <see cref="CheckRun"/>.</summary>
/// <remarks>
/// Connections end by a reset, as HAProxy's do, so that checks leave nothing in the kernel; in order only where the
/// script says so, and between two requests of HTTP.
/// </remarks>
/// <param name="loop">The loop.</param>
/// <param name="target">Where it connects.</param>
/// <param name="session">The memory.</param>
/// <param name="script">The steps.</param>
/// <param name="onDone">Gets each result; the session still has the answer.</param>
internal sealed class CheckRunner<TTransport>(
    EventLoop<TTransport> loop, CheckTarget target, ProxyCheckSession session, CheckScript script,
    Action<CheckResult> onDone) : ConnectionOwner, ICheckRunner
    where TTransport : struct, ITransport
{
    private readonly CheckRun _run = new(script, session);
    private Connection? _connection;
    private long _startedAt;
    private bool _lingers;

    public void Start(bool isServerUp)
    {
        _startedAt = loop.State.Now;
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
        if (target.ReadMilliseconds >= 0)
        {
            connection.SetTimeout(target.ReadMilliseconds);
        }
        if (SendsProxy())
        {
            SendProxyHeader(connection);
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
    }

    public override void OnFailed(Connection connection, Errno errno)
        => Carry(_run.OnFailed(CheckErrors.TextOf(errno)));

    public override void OnTimeout(Connection connection) => Carry(_run.OnTimeout());

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
                    effect = TrySend(session.Output) ? _run.OnSent() : _run.OnFailed("No buffer space available");
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
        ConnectStep step = _run.Connect!;
        SocketEndpoint endpoint = target.Endpoint;
        if (step.Route is CheckRoute route)
        {
            int port = route.PortNumber?.Invoke(session) is { } number and > 0 and <= 65_535 ? number
                : route.Port ?? endpoint.Port;
            endpoint = new SocketEndpoint(route.Address ?? endpoint.Address, port);
        }
        Errno errno = loop.Transport.Connect(endpoint, target.Source, this, out _connection);
        if (errno != Errno.Success)
        {
            return CheckErrors.TextOf(errno);
        }
        _lingers = step.Lingers;
        _connection!.SetTimeout(target.ConnectMilliseconds);
        return null;
    }

    private bool SendsProxy() => _run.Connect!.Route is CheckRoute { SendsProxy: true }
        || (_run.Connect.IsDefault && target.SendsProxy);

    private void SendProxyHeader(Connection connection)
    {
        Span<byte> header = stackalloc byte[ProxyHeaderParser.LineMax];
        int length;
        if (target.UsesProxyVersion2)
        {
            // A connection of our own: the server is to use its addresses.
            _ = ProxyHeaderWriter.TryBegin(header, default(ProxyHeader) with { IsLocal = true }, out ProxyHeaderWriter writer);
            length = writer.Length;
        }
        else
        {
            bool isKnown = TcpSocket.GetLocal(connection.Fd, out IpAddress own, out int ownPort) == Errno.Success;
            Errno errno = connection.GetPeer(out IpAddress peer, out int peerPort);
            length = ProxyHeaderWriter.WriteLine(header,
                isKnown && errno == Errno.Success ? own : IpAddress.None, (ushort)ownPort, peer, (ushort)peerPort);
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
