using System.Globalization;
using Holdfast.Linux;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Epoll;
using Holdfast.Linux.Files;
using Holdfast.Linux.Processes;
using Holdfast.Primitives;

namespace Holdfast.Runtime.Scripts;

/// <summary>The service's end of one script.</summary>
internal sealed class ScriptConnection : IReadyHandler, IDisposable
{
    // Place of the umask and of the network namespace among the launcher's arguments.
    private const int PlaceIndex = 4;

    private readonly ScriptService _service;
    private readonly FdHandle _socket;
    private RunningScript? _script;
    private bool _isBound;

    internal ScriptConnection(ScriptService service, FdHandle socket)
    {
        _service = service;
        _socket = socket;
        service.Loop.Add(socket.Number, EpollEvents.EPOLLIN, this);
    }

    /// <summary>When the script is killed, because its supervisor is gone.</summary>
    internal MonotonicTime KillAt { get; private set; } = MonotonicTime.Never;

    public void OnReady(EpollEvents events)
    {
        byte[] buffer = new byte[_script is null ? ScriptRequest.SizeMax : ScriptReply.SizeMax];
        Errno errno = UnixMessage.Receive(_socket.Number, buffer, out int size, out int attached);
        using var network = new FdHandle(attached);
        if (errno is Errno.EAGAIN or Errno.EINTR)
        {
            return;
        }
        if (errno != Errno.Success || size == 0)
        {
            OnPeerGone();
        }
        else if (_script is null)
        {
            Start(ScriptRequest.Decode(buffer.AsSpan(0, size)), network);
        }
        else if (ScriptReply.Decode(buffer.AsSpan(0, size)) is { Kind: ScriptReplyKind.Signal } reply)
        {
            _script.SendToGroup((Signal)reply.First);
        }
    }

    internal void OnTime(MonotonicTime now)
    {
        if (KillAt <= now)
        {
            KillAt = MonotonicTime.Never;
            _script?.SendToGroup(Signal.SIGKILL);
        }
    }

    public void Dispose()
    {
        if (!_socket.IsClosed)
        {
            _service.Loop.Remove(_socket.Number);
            _socket.Dispose();
        }
    }

    private void Start(ScriptRequest? request, FdHandle network)
    {
        if (request is null || request.LauncherArguments.Count <= PlaceIndex || network.IsInvalid)
        {
            Tell(new(ScriptReplyKind.Failed, (int)Errno.EPROTO));
            Close();
            return;
        }
        var arguments = new List<string>([Launcher.Name, .. request.LauncherArguments]);
        arguments[1 + PlaceIndex] = string.Create(
            CultureInfo.InvariantCulture, $"{request.Umask},{ScriptRunner.NetworkFd}");
        _isBound = arguments[1] == Launcher.Bound;
        Errno errno = _service.Runner.TryLaunch(
            arguments, request.Environment, network, OnEnded, out _script,
            () => Tell(new(ScriptReplyKind.Executed)));
        if (_script is null)
        {
            Tell(new(ScriptReplyKind.Failed, (int)errno));
            Close();
            return;
        }
        Tell(new(ScriptReplyKind.Started, _script.Pid));
    }

    private void OnEnded(ExitStatus status)
    {
        Tell(_script?.Fate == ScriptFate.NotStarted ? new(ScriptReplyKind.Failed, 0, status.Code)
            : ScriptReply.Of(status));
        Close();
    }

    private void OnPeerGone()
    {
        Dispose();
        if (_script is null)
        {
            Close();
        }
        else if (_isBound)
        {
            _script.SendToGroup(Signal.SIGTERM);
            KillAt = MonotonicClock.Now + ScriptService.KillDelay;
        }
    }

    private void Tell(ScriptReply reply)
    {
        if (!_socket.IsClosed)
        {
            _ = UnixMessage.Send(_socket.Number, reply.Encode()); // a supervisor that is gone needs no answer
        }
    }

    private void Close()
    {
        Dispose();
        _service.Forget(this);
    }
}
