using Holdfast.Linux;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Files;
using Holdfast.Linux.Processes;
using Holdfast.Runtime.Processes;

namespace Holdfast.Runtime.Scripts;

/// <summary>Starts scripts through the <see cref="Launcher"/> and tells how they end.</summary>
/// <remarks>
/// Scripts get /dev/null as standard input, output and error. Where a <see cref="ScriptService"/> listens, it launches
/// them, outside of our sandbox; otherwise we do. Runs on the thread of its loop.
/// </remarks>
public sealed class ScriptRunner : IDisposable
{
    /// <summary>The launcher's descriptor of the network namespace that it enters.</summary>
    internal const int NetworkFd = 4;

    private readonly ChildRegistry _children;
    private readonly IReadOnlyList<string> _environment;
    private readonly string _program;
    private readonly string? _service;
    private readonly FdHandle _null = DescriptorIo.OpenNull();

    /// <summary>Creates a runner.</summary>
    /// <param name="children">Watches the scripts.</param>
    /// <param name="environment">Environment of the scripts, NAME=VALUE.</param>
    /// <param name="program">A program that knows the launcher's mode. Default: our own.</param>
    /// <param name="service">Socket of a <see cref="ScriptService"/>, used where it is there; null: there is
    /// none.</param>
    public ScriptRunner(
        ChildRegistry children,
        IReadOnlyList<string> environment,
        string program = SpawnRequest.OwnProgram,
        string? service = null)
    {
        _children = children;
        _environment = environment;
        _program = program;
        _service = service;
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
        if (_service is not null)
        {
            Errno asked = RemoteScript.TryStart(
                _children.Loop, _service, RequestFor(command, more, outlivesUs), ended, executed, out script);
            if (asked is not (Errno.ENOENT or Errno.ECONNREFUSED))
            {
                return asked;
            }
        }
        List<string> arguments = command.LauncherArguments(more, outlivesUs);
        return TryLaunch(arguments, _environment, FdHandle.None, ended, out script, executed);
    }

    /// <summary>Starts the launcher as our child.</summary>
    /// <param name="arguments">All arguments of the launcher.</param>
    /// <param name="environment">Environment of the script.</param>
    /// <param name="network">Becomes descriptor <see cref="NetworkFd"/> of the launcher; invalid: none.</param>
    /// <param name="ended">Called once when it has ended.</param>
    /// <param name="script">The running script; null after an error.</param>
    /// <param name="executed">Called once when the launcher has given way to the script, or has ended.</param>
    internal Errno TryLaunch(
        List<string> arguments,
        IReadOnlyList<string> environment,
        FdHandle network,
        Action<ExitStatus> ended,
        out RunningScript? script,
        Action? executed)
    {
        script = null;
        Errno errno = DescriptorIo.TryCreatePipe(out FdHandle reader, out FdHandle writer);
        if (errno != Errno.Success)
        {
            return errno;
        }
        var request = new SpawnRequest
        {
            Path = _program,
            Arguments = arguments,
            Environment = environment,
            Descriptors = Descriptors(writer, network),
            Group = SpawnGroup.NewGroup,
        };
        errno = ProcessSpawner.TrySpawn(request, out PidFd? child);
        writer.Dispose();
        if (child is null)
        {
            reader.Dispose();
            return errno;
        }
        var watch = new LaunchWatch(_children.Loop, reader, executed);
        var running = new RunningScript(child.Pid);
        _children.Add(child, status =>
        {
            watch.Settle();
            running.Fate = watch.HasFailed ? ScriptFate.NotStarted : ScriptFate.Ran;
            running.HasEnded = true;
            ended(status);
        });
        script = running;
        return Errno.Success;
    }

    /// <inheritdoc/>
    public void Dispose() => _null.Dispose();

    private ScriptRequest RequestFor(PreparedCommand command, IReadOnlyList<string> more, bool outlivesUs)
    {
        uint umask = OwnProcess.SetUmask(0);
        OwnProcess.SetUmask(umask);
        return new([.. command.LauncherArguments(more, outlivesUs).Skip(1)], umask, _environment);
    }

    private List<FdMapping> Descriptors(FdHandle writer, FdHandle network)
    {
        List<FdMapping> descriptors = [new(_null.Number, 0), new(_null.Number, 1), new(_null.Number, 2),
            new(writer.Number, Launcher.FailureFd)];
        if (!network.IsInvalid)
        {
            descriptors.Add(new(network.Number, NetworkFd));
        }
        return descriptors;
    }
}
