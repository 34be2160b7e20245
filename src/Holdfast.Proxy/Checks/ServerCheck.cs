using Holdfast.Balancing.Servers;
using Holdfast.Health.Servers;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Memory;
using Holdfast.Primitives;
using Holdfast.Proxy.Engine;
using Holdfast.Proxy.Upstreams;

namespace Holdfast.Proxy.Checks;

/// <summary>Checks one server by connecting, on an event loop.</summary>
/// <remarks>
/// What follows from a result is decided by <see cref="ServerCheckMachine"/>. A check is ended by a reset, as HAProxy's
/// is, so that it leaves nothing in the kernel.
/// </remarks>
internal sealed class ServerCheck<TTransport> : ConnectionOwner
    where TTransport : struct, ITransport
{
    private const long NanosecondsPerMillisecond = 1_000_000;

    private readonly EventLoop<TTransport> _loop;
    private readonly Server _server;
    private readonly ServerCheckModel _model;
    private readonly long _timeoutMilliseconds;
    private readonly Action<Server, bool>? _onChanged;
    private readonly DueTimer _timer;
    private ServerCheckState _state;
    private Connection? _connection;

    /// <summary>Begins to check.</summary>
    /// <param name="loop">The loop that checks.</param>
    /// <param name="server">A server with a check.</param>
    /// <param name="delayMilliseconds">Until the first check: checks are spread.</param>
    /// <param name="onChanged">Told when the server has gone down or come up; for logs.</param>
    internal ServerCheck(
        EventLoop<TTransport> loop, Server server, long delayMilliseconds, Action<Server, bool>? onChanged)
    {
        _loop = loop;
        _server = server;
        _model = server.Options.Check!;
        _onChanged = onChanged;
        long interval = (long)_model.Interval.TotalMilliseconds;
        long connectMilliseconds = server.Options.CheckTimeoutMilliseconds;
        _timeoutMilliseconds = connectMilliseconds < 0 ? interval : Math.Min(connectMilliseconds, interval);
        _timer = new DueTimer(this);
        _state = ServerCheckMachine.Begin(_model, Now + TimeSpan.FromMilliseconds(delayMilliseconds));
        Arm();
    }

    private MonotonicTime Now => new(_loop.State.Now * NanosecondsPerMillisecond);

    public override void OnConnected(Connection connection) => Finish(Errno.Success);

    public override void OnReceived(Connection connection, BufferPart data)
        => _loop.State.Buffers.Return(data.Buffer);

    public override void OnReceiveEnded(Connection connection)
    {
    }

    public override void OnSent(Connection connection)
    {
    }

    public override void OnFailed(Connection connection, Errno errno)
        => Finish(errno == Errno.Success ? Errno.ECONNRESET : errno);

    public override void OnTimeout(Connection connection) => Finish(Errno.ETIMEDOUT);

    private void Due()
    {
        if (ServerCheckMachine.Step(_model, ref _state, ServerCheckInput.TimePassed, Now) != ServerCheckOutput.Start)
        {
            Arm();
            return;
        }
        Errno errno = _loop.Transport.Connect(
            _server.Options.CheckEndpoint ?? _server.Options.Endpoint, _server.Options.Source, this, out _connection);
        if (errno == Errno.Success)
        {
            _connection!.SetTimeout(_timeoutMilliseconds);
        }
        else
        {
            Finish(errno);
        }
    }

    private void Finish(Errno errno)
    {
        _server.LastCheck = errno;
        ServerCheckInput result = errno == Errno.Success ? ServerCheckInput.Succeeded : ServerCheckInput.Failed;
        if (_connection is not null)
        {
            _loop.Transport.Close(_connection, isReset: true);
            _connection = null;
        }
        switch (ServerCheckMachine.Step(_model, ref _state, result, Now))
        {
            case ServerCheckOutput.WentUp:
                _server.SetState(ServerState.Running);
                _onChanged?.Invoke(_server, true);
                break;
            case ServerCheckOutput.WentDown:
                _server.SetState(ServerState.Stopped);
                _onChanged?.Invoke(_server, false);
                break;
            default:
                break;
        }
        Arm();
    }

    private void Arm() => _loop.State.Timers.Set(_timer,
        _state.Due.IsNever ? TimerEntry.Never
            : (_state.Due.Nanoseconds + NanosecondsPerMillisecond - 1) / NanosecondsPerMillisecond);

    private sealed class DueTimer(ServerCheck<TTransport> check) : TimerEntry
    {
        internal override void OnDue() => check.Due();
    }
}
