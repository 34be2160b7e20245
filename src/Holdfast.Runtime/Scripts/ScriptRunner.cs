using Holdfast.Linux;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Epoll;
using Holdfast.Linux.Files;
using Holdfast.Linux.Processes;
using Holdfast.Runtime.Processes;

namespace Holdfast.Runtime.Scripts;

/// <summary>A script that runs, with its own process group.</summary>
public sealed class RunningScript
{
    internal RunningScript(int pid) => Pid = pid;

    /// <summary>Id of the script's process and of its group.</summary>
    public int Pid { get; }

    /// <summary>Whether it has ended and been collected; its id may belong to someone else then.</summary>
    public bool HasEnded { get; internal set; }

    /// <summary>Sends a signal to the script and to all that it started in its group.</summary>
    public void SendToGroup(Signal signal)
    {
        if (!HasEnded)
        {
            _ = OwnProcess.KillGroup(Pid, signal); // ESRCH: it has just ended, which is what was wanted
        }
    }
}

/// <summary>Starts scripts through the <see cref="Launcher"/> and tells how they end.</summary>
/// <remarks>Scripts get /dev/null as standard input, output and error. Runs on the thread of its loop.</remarks>
public sealed class ScriptRunner : IDisposable
{
    private readonly ChildRegistry _children;
    private readonly IReadOnlyList<string> _environment;
    private readonly string _program;
    private readonly FdHandle _null = DescriptorIo.OpenNull();

    /// <summary>Creates a runner.</summary>
    /// <param name="children">Watches the scripts.</param>
    /// <param name="environment">Environment of the scripts, NAME=VALUE.</param>
    /// <param name="program">A program that knows the launcher's mode. Default: our own.</param>
    public ScriptRunner(
        ChildRegistry children, IReadOnlyList<string> environment, string program = SpawnRequest.OwnProgram)
    {
        _children = children;
        _environment = environment;
        _program = program;
    }

    /// <summary>Starts a script.</summary>
    /// <param name="command">What to run.</param>
    /// <param name="more">Arguments after its own.</param>
    /// <param name="ended">Called once when it has ended.</param>
    /// <param name="script">The running script; null after an error.</param>
    /// <param name="outlivesUs">Whether it goes on when we end; otherwise it gets SIGTERM then.</param>
    /// <param name="executed">Called once when the launcher has given way to the script, or has ended.</param>
    public Errno TryStart(
        PreparedCommand command,
        IReadOnlyList<string> more,
        Action<ExitStatus> ended,
        out RunningScript? script,
        bool outlivesUs = false,
        Action? executed = null)
    {
        ArgumentNullException.ThrowIfNull(command);
        script = null;
        FdHandle reader = FdHandle.None;
        FdHandle writer = FdHandle.None;
        Errno errno = executed is null ? Errno.Success : DescriptorIo.TryCreatePipe(out reader, out writer);
        if (errno != Errno.Success)
        {
            return errno;
        }
        var request = new SpawnRequest
        {
            Path = _program,
            Arguments = command.LauncherArguments(more, outlivesUs),
            Environment = _environment,
            Descriptors = writer.IsInvalid
                ? [new(_null.Number, 0), new(_null.Number, 1), new(_null.Number, 2)]
                : [new(_null.Number, 0), new(_null.Number, 1), new(_null.Number, 2), new(writer.Number, 3)],
            Group = SpawnGroup.NewGroup,
        };
        errno = ProcessSpawner.TrySpawn(request, out PidFd? child);
        writer.Dispose();
        if (child is null)
        {
            reader.Dispose();
            return errno;
        }
        if (executed is not null)
        {
            // The launcher lets all descriptors be closed by execve, so the pipe's end is the begin of the script.
            var watch = new ExecutionWatch(_children.Loop, reader, executed);
            _children.Loop.Add(reader.Number, EpollEvents.EPOLLIN, watch);
        }
        var running = new RunningScript(child.Pid);
        _children.Add(child, status =>
        {
            running.HasEnded = true;
            ended(status);
        });
        script = running;
        return Errno.Success;
    }

    /// <inheritdoc/>
    public void Dispose() => _null.Dispose();

    private sealed class ExecutionWatch(EpollLoop loop, FdHandle reader, Action executed) : IReadyHandler
    {
        public void OnReady(EpollEvents events)
        {
            loop.Remove(reader.Number);
            reader.Dispose();
            executed();
        }
    }
}
