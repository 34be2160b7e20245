using System.Globalization;
using Holdfast.Health.Servers;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Processes;
using Holdfast.Linux.Sockets;
using Holdfast.Proxy.Engine;
using Holdfast.Proxy.Options;
using Holdfast.Proxy.Upstreams;

namespace Holdfast.Proxy.Checks;

/// <summary><c>option external-check</c>: a program succeeds.</summary>
/// <remarks>
/// One that takes too long is told to end, with its process group, and the result comes at that moment; one that is
/// still there when the next run is due is killed, and that run waits until it has gone.
/// </remarks>
internal sealed class ExternalCheckRunner<TTransport>(
    EventLoop<TTransport> loop, ExternalRuns runs, Server server, ExternalCheckOptions options, CheckTarget target,
    Action<CheckResult> onDone) : TimerEntry, ICheckRunner
    where TTransport : struct, ITransport
{
    private const int NotExecutable = 255;
    private const string NotUsed = "NOT_USED";

    private PidFd? _child;
    private long _startedAt;
    private bool _isAwaited;
    private bool _hasResult;

    public void Start(bool isServerUp)
    {
        _startedAt = loop.State.Now;
        _hasResult = false;
        loop.State.Timers.Set(this, _startedAt + target.ConnectMilliseconds);
        if (_child is null)
        {
            Spawn();
        }
        else
        {
            _isAwaited = true;
            Send(Signal.SIGKILL);
        }
    }

    public void Cancel()
    {
        loop.State.Timers.Remove(this);
        _hasResult = true;
        _isAwaited = false;
        Send(Signal.SIGKILL);
    }

    internal override void OnDue()
    {
        _isAwaited = false;
        Send(Signal.SIGTERM);
        Finish(CheckStatus.ProcessTimeout, 0);
    }

    private void Spawn()
    {
        Errno errno = ProcessSpawner.TrySpawn(Request(), out PidFd? child);
        if (errno is Errno.EAGAIN or Errno.ENOMEM or Errno.EMFILE or Errno.ENFILE)
        {
            loop.State.Timers.Remove(this);
            _hasResult = true;
            onDone(new CheckResult(CheckStatus.SocketError, 0, CheckErrors.TextOf(errno), Duration));
            return;
        }
        if (errno != Errno.Success)
        {
            // As a shell would: whoever starts it cannot tell this from the program's own failure.
            Finish(CheckStatus.ProcessError, NotExecutable);
            return;
        }
        _child = child;
        runs.Watch(child!, () => loop.Post(() => OnEnd(child!)));
    }

    private long Duration => loop.State.Now - _startedAt;

    private void OnEnd(PidFd child)
    {
        // Collected here and nowhere else, so that a child that we have is never another process.
        Errno errno = child.TryWait(out ExitStatus status);
        status = errno == Errno.Success ? status : new ExitStatus(NotExecutable, Signal.None);
        child.Dispose();
        _child = null;
        if (_isAwaited)
        {
            _isAwaited = false;
            Spawn();
        }
        else if (!_hasResult)
        {
            Finish(status.IsSuccess ? CheckStatus.ProcessOk : CheckStatus.ProcessError,
                status.Signal == Signal.None ? status.Code : -1);
        }
    }

    private void Finish(CheckStatus status, int number)
    {
        loop.State.Timers.Remove(this);
        _hasResult = true;
        onDone(new CheckResult(status, number, "", Duration));
    }

    private void Send(Signal signal)
    {
        if (_child is { } child)
        {
            _ = OwnProcess.KillGroup(child.Pid, signal);
        }
    }

    private SpawnRequest Request()
    {
        SocketEndpoint endpoint = server.Options.Endpoint;
        string address = endpoint.IsUnix ? endpoint.Path ?? endpoint.Name! : endpoint.Address.ToString();
        string port = endpoint.IsUnix ? "" : Number(endpoint.Port);
        bool isUnix = options.ProxyAddress.StartsWith('/');
        return new SpawnRequest
        {
            Path = options.Command,
            Arguments =
            [
                options.Command, options.ProxyAddress.Length == 0 ? NotUsed : options.ProxyAddress,
                options.ProxyAddress.Length == 0 || isUnix ? NotUsed : Number(options.ProxyPort),
                address, endpoint.IsUnix ? NotUsed : port,
            ],
            Environment =
            [
                "HAPROXY_PROXY_NAME=" + server.Backend.Options.Name,
                "HAPROXY_PROXY_ID=" + Number(server.Backend.Identity.Id),
                "HAPROXY_PROXY_ADDR=" + options.ProxyAddress,
                "HAPROXY_PROXY_PORT=" + (options.ProxyPort > 0 ? Number(options.ProxyPort) : ""),
                "HAPROXY_SERVER_NAME=" + server.Options.Name,
                "HAPROXY_SERVER_ID=" + Number(server.Identity.Id),
                "HAPROXY_SERVER_ADDR=" + address,
                "HAPROXY_SERVER_PORT=" + port,
                "HAPROXY_SERVER_MAXCONN=" + Number(server.Balanced.Settings.MaxConnections),
                "HAPROXY_SERVER_CURCONN=" + Number(server.Balanced.Served),
                "HAPROXY_SERVER_SSL=" + (options.IsTls ? "1" : "0"),
                "HAPROXY_SERVER_PROTO=" + options.Protocol,
                "PATH=" + options.Path,
            ],
            Descriptors = [new(1, 1), new(2, 2)],
            Group = SpawnGroup.NewGroup,
        };
    }

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
}
