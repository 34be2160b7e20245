using Holdfast.Linux;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Files;
using Holdfast.Linux.Processes;
using Holdfast.Primitives;
using Holdfast.Runtime.Processes;
using Holdfast.Runtime.Supervision;

namespace Holdfast.Runtime.Continuity;

/// <summary>Asks another program, by running it, whether it can go on in our place.</summary>
internal sealed class UpgradeCheck : IDisposable
{
    private const int AnswerSizeMax = 32 * 1024; // less than a pipe holds, so that the program need not wait for us
    private const int SnapshotTarget = 3;

    private static readonly TimeSpan s_timeMax = TimeSpan.FromSeconds(10);

    private readonly FdHandle _output;
    private readonly PidFd _process;
    private readonly Action<UpgradeOffer> _done;
    private bool _late;

    private UpgradeCheck(FdHandle output, PidFd process, Action<UpgradeOffer> done)
    {
        _output = output;
        _process = process;
        _done = done;
        Deadline = MonotonicClock.Now + s_timeMax;
    }

    /// <summary>When <see cref="OnTime"/> is due.</summary>
    internal MonotonicTime Deadline { get; private set; }

    /// <summary>Starts the program.</summary>
    /// <param name="children">Watches it.</param>
    /// <param name="program">Its path.</param>
    /// <param name="name">Its argv[0].</param>
    /// <param name="environment">Its environment.</param>
    /// <param name="snapshot">The configuration that runs here.</param>
    /// <param name="done">Told the answer, once.</param>
    /// <param name="check">The running check; null after an error.</param>
    internal static Errno TryStart(
        ChildRegistry children,
        string program,
        string name,
        IReadOnlyList<string> environment,
        ReadOnlySpan<byte> snapshot,
        Action<UpgradeOffer> done,
        out UpgradeCheck? check)
    {
        check = null;
        Errno errno = SealedMemory.TryCreate("holdfast-snapshot", snapshot, out FdHandle memory);
        if (errno != Errno.Success)
        {
            return errno;
        }
        using (memory)
        using (FdHandle none = DescriptorIo.OpenNull())
        {
            errno = DescriptorIo.TryCreatePipe(out FdHandle reader, out FdHandle writer);
            if (errno != Errno.Success)
            {
                return errno;
            }
            errno = ProcessSpawner.TrySpawn(
                new SpawnRequest
                {
                    Path = program,
                    Arguments = [name],
                    Environment = [.. environment, $"{ChildEnvironment.RoleVariable}={ChildEnvironment.ProbeRole}"],
                    Descriptors =
                        [new(none.Number, 0), new(writer.Number, 1), new(2, 2), new(memory.Number, SnapshotTarget)],
                    Group = SpawnGroup.NewGroup,
                },
                out PidFd? process);
            writer.Dispose();
            if (process is null)
            {
                reader.Dispose();
                return errno;
            }
            var started = new UpgradeCheck(reader, process, done);
            children.Add(process, started.OnEnded);
            check = started;
            return Errno.Success;
        }
    }

    /// <summary>Ends a program that does not answer.</summary>
    internal void OnTime(MonotonicTime now)
    {
        if (Deadline <= now)
        {
            Deadline = MonotonicTime.Never;
            _late = true;
            _ = OwnProcess.KillGroup(_process.Pid, Signal.SIGKILL);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _output.Dispose();

    private void OnEnded(ExitStatus status)
    {
        byte[] answer = new byte[AnswerSizeMax];
        int size = 0;
        // What it started may hold the other end, so its end is not waited for.
        while (DescriptorWait(size) && DescriptorIo.Read(_output.Number, answer.AsSpan(size), out int count)
            == Errno.Success && count > 0)
        {
            size += count;
        }
        Dispose();
        _done(_late ? UpgradeOffer.Refused("it did not answer in time")
            : !status.IsSuccess ? UpgradeOffer.Refused($"it {status}") : UpgradeOffer.Parse(answer.AsMemory(0, size)));
    }

    private bool DescriptorWait(int size)
        => size < AnswerSizeMax && Linux.Sockets.DescriptorWait.ForRead(_output.Number, TimeSpan.Zero);
}
