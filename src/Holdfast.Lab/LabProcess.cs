using Holdfast.Linux;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Epoll;
using Holdfast.Linux.Files;
using Holdfast.Linux.Processes;
using Holdfast.Primitives;

namespace Holdfast.Lab;

/// <summary>One line that a process wrote.</summary>
/// <param name="Time">When it was read, at most a scheduling delay after it was written.</param>
/// <param name="IsError">Whether it came from standard error.</param>
/// <param name="Text">The line without its end.</param>
public readonly record struct LabLine(MonotonicTime Time, bool IsError, string Text);

/// <summary>A process in a node, with its output. Its members may be called from any thread.</summary>
public sealed class LabProcess : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Journal<LabLine> _lines = new();
    private readonly PidFd _process;
    private readonly EventFd _stop = new();
    private readonly Thread _reader;
    private readonly string _title;
    private ExitStatus? _exit;
    private bool _isDisposed;

    private LabProcess(LabNode node, string title, PidFd process, FdHandle output, FdHandle error)
    {
        _process = process;
        _title = $"{title} on {node.Name}";
        _reader = new Thread(() => Read(output, error)) { IsBackground = true, Name = "lab " + title };
        _reader.Start();
    }

    /// <summary>Process id on the host. Meaningful until it has ended.</summary>
    public int Pid => _process.Pid;

    /// <summary>How it ended; null while it runs.</summary>
    public ExitStatus? Exit
    {
        get
        {
            lock (_gate)
            {
                return _exit;
            }
        }
    }

    /// <summary>Whether it has ended.</summary>
    public bool HasExited => Exit is not null;

    /// <summary>A copy of the lines so far.</summary>
    public IReadOnlyList<LabLine> Lines => _lines.Copy();

    /// <summary>A copy of the lines from a number on.</summary>
    public IReadOnlyList<LabLine> LinesFrom(int first) => _lines.Copy(first);

    /// <summary>All output so far as one text.</summary>
    public string Output => string.Join('\n', Lines.Select(static line => line.Text));

    /// <summary>Sends a signal; nothing happens when it has ended.</summary>
    public void Signal(Signal signal)
    {
        lock (_gate)
        {
            if (_exit is null)
            {
                _ = _process.Send(signal);
            }
        }
    }

    /// <summary>Asks it to end (SIGTERM). Does not wait.</summary>
    public void Stop() => Signal(Linux.Abi.Signal.SIGTERM);

    /// <summary>Kills it, but none of its children. Does not wait.</summary>
    public void Kill() => Signal(Linux.Abi.Signal.SIGKILL);

    /// <summary>Waits for a line, also one that has come already.</summary>
    /// <param name="predicate">What is looked for.</param>
    /// <param name="timeout">The longest wait: a guard, not a measure.</param>
    /// <param name="first">Lines before this number are passed over.</param>
    /// <returns>The first such line.</returns>
    /// <exception cref="LabTimeoutException">None came in time, or it has ended; with its last lines.</exception>
    public LabLine WaitForLine(Func<string, bool> predicate, TimeSpan timeout, int first = 0)
        => _lines.TryWait(line => predicate(line.Text), timeout, first, out LabLine found) ? found
            : throw Failure(HasExited ? "ended before the line came"
                : $"the line did not come within {timeout.TotalSeconds:F1} s");

    /// <summary>Waits for a line with a text in it.</summary>
    /// <inheritdoc cref="WaitForLine(Func{string, bool}, TimeSpan, int)"/>
    public LabLine WaitForLine(string text, TimeSpan timeout, int first = 0)
        => WaitForLine(line => line.Contains(text, StringComparison.Ordinal), timeout, first);

    /// <summary>Waits until it has ended.</summary>
    /// <exception cref="LabTimeoutException">It still runs.</exception>
    public ExitStatus WaitForExit(TimeSpan timeout)
        => _lines.TryWaitSealed(timeout) ? Exit!.Value : throw Failure($"still runs after {timeout.TotalSeconds:F1} s");

    /// <summary>Kills it and waits for its end. The output stays readable.</summary>
    public void Dispose()
    {
        Kill();
        lock (_gate)
        {
            if (_isDisposed)
            {
                return;
            }
            _isDisposed = true;
        }
        // The reader has often ended by itself; so the event is closed here, where it is raised, and nowhere else:
        // a write to a number that has been closed would reach whatever got that number next.
        _stop.Raise();
        _reader.Join();
        _stop.Dispose();
    }

    /// <summary>The path of a program.</summary>
    internal static string Find(string program)
    {
        if (program.Contains('/', StringComparison.Ordinal))
        {
            return Path.GetFullPath(program);
        }
        foreach (string directory in (string[])["/usr/sbin", "/usr/bin", "/sbin", "/bin", "/usr/local/bin"])
        {
            string path = Path.Combine(directory, program);
            if (File.Exists(path))
            {
                return path;
            }
        }
        throw new LinuxException($"find the program {program}", Errno.ENOENT);
    }

    internal static LabProcess Start(LabNode node, NodeSystem system, SpawnRequest request)
    {
        Errno errno = DescriptorIo.TryCreatePipe(out FdHandle output, out FdHandle outputEnd);
        LinuxException.ThrowIf(errno, "create a pipe");
        errno = DescriptorIo.TryCreatePipe(out FdHandle error, out FdHandle errorEnd);
        LinuxException.ThrowIf(errno, "create a pipe");
        PidFd process;
        using (outputEnd)
        using (errorEnd)
        using (FdHandle nothing = DescriptorIo.OpenNull())
        {
            process = system.Start(request with
            {
                Descriptors = [new(nothing.Number, 0), new(outputEnd.Number, 1), new(errorEnd.Number, 2)],
            });
        }
        // Only now, when we have closed our copies, does the end of its output come with its own end.
        return new LabProcess(node, Path.GetFileName(request.Arguments[0]), process, output, error);
    }

    private void Read(FdHandle output, FdHandle error)
    {
        using (output)
        using (error)
        using (var loop = new EpollLoop())
        {
            var lines = new LineReader(loop, output.Number, isError: false, _lines.Add);
            var errors = new LineReader(loop, error.Number, isError: true, _lines.Add);
            var watch = new Watch(this, loop, [lines, errors]);
            loop.Add(_process.Fd, EpollEvents.EPOLLIN, watch);
            loop.Add(_stop.Fd, EpollEvents.EPOLLIN, watch);
            while (!(watch.Ended && ((lines.AtEnd && errors.AtEnd) || watch.Stopped)))
            {
                _ = loop.RunOnce(MonotonicTime.Never);
            }
        }
        _process.Dispose();
    }

    private LabTimeoutException Failure(string what)
        => new($"{_title}: {what}. Its last lines:\n"
            + string.Join('\n', Lines.TakeLast(20).Select(line => line.Text)));

    /// <summary>The end of the process, and our wish to stop reading.</summary>
    private sealed class Watch(LabProcess owner, EpollLoop loop, LineReader[] readers) : IReadyHandler
    {
        internal bool Ended { get; private set; }

        internal bool Stopped { get; private set; }

        public void OnReady(EpollEvents events)
        {
            if (!Stopped && owner._stop.Drain() != 0)
            {
                Stopped = true;
                loop.Remove(owner._stop.Fd);
            }
            if (!Ended && owner._process.TryWait(out ExitStatus status) == Errno.Success)
            {
                Ended = true;
                loop.Remove(owner._process.Fd);
                foreach (LineReader reader in readers)
                {
                    reader.ReadAvailable(); // whoever learns of the end finds all output
                }
                lock (owner._gate)
                {
                    owner._exit = status;
                }
                owner._lines.Seal();
            }
        }
    }
}
