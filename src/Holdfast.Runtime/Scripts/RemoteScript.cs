using Holdfast.Linux;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Epoll;
using Holdfast.Linux.Files;
using Holdfast.Linux.Processes;

namespace Holdfast.Runtime.Scripts;

/// <summary>The supervisor's end of a script that the <see cref="ScriptService"/> runs: one connection each.</summary>
internal sealed class RemoteScript : IReadyHandler
{
    private static readonly ExitStatus s_lost = new(255, Signal.None);

    private readonly EpollLoop _loop;
    private readonly FdHandle _socket;
    private readonly Action<ExitStatus> _ended;
    private Action? _executed;

    private RemoteScript(EpollLoop loop, FdHandle socket, Action<ExitStatus> ended, Action? executed)
    {
        _loop = loop;
        _socket = socket;
        _ended = ended;
        _executed = executed;
        Running = new RunningScript(0, signal =>
            UnixMessage.Send(_socket.Number, new ScriptReply(ScriptReplyKind.Signal, (int)signal).Encode()));
        loop.Add(socket.Number, EpollEvents.EPOLLIN, this);
    }

    internal RunningScript Running { get; }

    /// <summary>Asks for a script.</summary>
    /// <returns>ENOENT or ECONNREFUSED when there is no service: scripts are ours to start then.</returns>
    internal static Errno TryStart(
        EpollLoop loop,
        string socketPath,
        ScriptRequest request,
        Action<ExitStatus> ended,
        Action? executed,
        out RunningScript? script)
    {
        script = null;
        Errno errno = UnixSocket.TryConnectForMessages(socketPath, out FdHandle socket);
        if (errno != Errno.Success)
        {
            return errno;
        }
        errno = Send(socket, request.Encode());
        if (errno != Errno.Success)
        {
            socket.Dispose();
            return errno;
        }
        script = new RemoteScript(loop, socket, ended, executed).Running;
        return Errno.Success;
    }

    public void OnReady(EpollEvents events)
    {
        Span<byte> buffer = stackalloc byte[ScriptReply.SizeMax];
        while (!Running.HasEnded)
        {
            Errno errno = UnixMessage.Receive(_socket.Number, buffer, out int size, out int attached);
            new FdHandle(attached).Dispose();
            if (errno is Errno.EAGAIN or Errno.EINTR)
            {
                return;
            }
            if (errno != Errno.Success || size == 0)
            {
                End(s_lost, ScriptFate.Lost); // the service has died, and its scripts with it
                return;
            }
            OnReply(ScriptReply.Decode(buffer[..size]));
        }
    }

    private static Errno Send(FdHandle socket, byte[] message)
    {
        if (message.Length > ScriptRequest.SizeMax)
        {
            return Errno.E2BIG;
        }
        Errno errno = DescriptorIo.TryOpenRead("/proc/thread-self/ns/net", out FdHandle network);
        using (network)
        {
            if (errno != Errno.Success)
            {
                return errno;
            }
            _ = UnixSocket.SetSendBuffer(socket.Number, 2 * ScriptRequest.SizeMax); // else sending says EMSGSIZE
            return UnixMessage.Send(socket.Number, message, network.Number);
        }
    }

    private void OnReply(ScriptReply reply)
    {
        switch (reply.Kind)
        {
            case ScriptReplyKind.Started:
                Running.Pid = reply.First;
                break;
            case ScriptReplyKind.Executed:
                Execute();
                break;
            case ScriptReplyKind.Ended:
                End(reply.Status, ScriptFate.Ran);
                break;
            default:
                EndUnstarted(reply);
                break;
        }
    }

    private void EndUnstarted(ScriptReply reply)
    {
        // An exit code is that of the launcher, which found no such program; an error is one of who starts launchers.
        bool isOurTrouble = reply.Second == 0 && (Errno)reply.First is not Errno.E2BIG;
        int code = reply.Second == 0 ? Launcher.NotFound : reply.Second;
        End(new ExitStatus(code, Signal.None), isOurTrouble ? ScriptFate.Lost : ScriptFate.NotStarted);
    }

    private void Execute()
    {
        Action? executed = _executed;
        _executed = null;
        executed?.Invoke();
    }

    private void End(ExitStatus status, ScriptFate fate)
    {
        Running.Fate = fate;
        Running.HasEnded = true;
        _loop.Remove(_socket.Number);
        _socket.Dispose();
        Execute();
        _ended(status);
    }
}
