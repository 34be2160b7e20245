using System.Globalization;
using Holdfast.Linux;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Epoll;
using Holdfast.Linux.Files;
using Holdfast.Linux.Processes;
using Holdfast.Primitives;

namespace Holdfast.Runtime.Supervision;

/// <summary>Becoming a daemon without fork, and blocking signals in every thread without having started them.</summary>
public static class Daemon
{
    private const int ReadinessTarget = 3;

    /// <summary>
    /// Makes sure that signals are blocked in all threads, so that a <see cref="SignalFd"/> gets them: .NET has
    /// started its threads before us, so this blocks them here and executes the same program again, which costs a
    /// few milliseconds and keeps the process id.
    /// </summary>
    /// <returns>Success when they are blocked already; otherwise it does not return, unless it fails.</returns>
    public static Errno EnsureSignalsAreBlocked(IReadOnlyList<string> arguments)
    {
        if (SignalFd.Blocked.Contains(Signal.SIGTERM))
        {
            return Errno.Success;
        }
        SignalFd.Block(SignalSet.Daemon);
        return OwnProcess.Execute(SpawnRequest.OwnProgram, arguments, Inherited());
    }

    /// <summary>Starts ourselves in the background, and waits until that process is ready or has failed.</summary>
    /// <param name="arguments">All arguments, from argv[0] on; the new process must not detach again.</param>
    /// <returns>The exit code for this process: 0, or that of the process that failed.</returns>
    /// <exception cref="LinuxException">It cannot be started.</exception>
    public static int Detach(IReadOnlyList<string> arguments)
    {
        Errno errno = DescriptorIo.TryCreatePipe(out FdHandle reader, out FdHandle writer);
        LinuxException.ThrowIf(errno, "create a pipe");
        using FdHandle none = DescriptorIo.OpenNull();
        string readiness = string.Create(
            CultureInfo.InvariantCulture, $"{ChildEnvironment.ReadinessVariable}={ReadinessTarget}");
        var request = new SpawnRequest
        {
            Arguments = arguments,
            Environment = [.. Inheritable(), readiness],
            Descriptors = [new(none.Number, 0), new(1, 1), new(2, 2), new(writer.Number, ReadinessTarget)],
            Group = SpawnGroup.NewSession,
            BlockedSignals = SignalSet.Daemon,
        };
        errno = ProcessSpawner.TrySpawn(request, out PidFd? child);
        LinuxException.ThrowIf(errno, "start the daemon");
        writer.Dispose();
        using (reader)
        using (child)
        {
            Span<byte> buffer = stackalloc byte[1];
            int count;
            do
            {
                errno = DescriptorIo.Read(reader.Number, buffer, out count);
            }
            while (errno == Errno.EINTR);
            return count > 0 ? 0 : ExitCodeOf(child!);
        }
    }

    /// <summary>The readiness descriptor that a detached process was given; −1 when it was not detached.</summary>
    public static int ReadinessFd
        => int.TryParse(
            Environment.GetEnvironmentVariable(ChildEnvironment.ReadinessVariable),
            NumberStyles.None, CultureInfo.InvariantCulture, out int fd) ? fd : -1;

    /// <summary>What the environment says of crash loops; the default when it says nothing.</summary>
    public static TimeSpan CrashWindow
        => int.TryParse(
            Environment.GetEnvironmentVariable(ChildEnvironment.CrashWindowVariable),
            NumberStyles.None, CultureInfo.InvariantCulture, out int milliseconds)
            ? TimeSpan.FromMilliseconds(milliseconds) : RestartPolicy.DefaultWindow;

    /// <summary>All variables, with our own: for the same process after an execve.</summary>
    private static List<string> Inherited()
        => [.. Inheritable(), .. Variable(ChildEnvironment.ReadinessVariable)];

    /// <summary>All variables but those of this one process: for another supervisor.</summary>
    internal static IReadOnlyList<string> Inheritable()
        => [.. ChildEnvironment.Own(), .. Variable(ChildEnvironment.CrashWindowVariable)];

    private static string[] Variable(string name)
        => Environment.GetEnvironmentVariable(name) is { } value ? [$"{name}={value}"] : [];

    private static int ExitCodeOf(PidFd child)
    {
        using var loop = new EpollLoop();
        loop.Add(child.Fd, EpollEvents.EPOLLIN, Nothing.Instance);
        ExitStatus status;
        while (child.TryWait(out status) == Errno.EAGAIN)
        {
            loop.RunOnce(MonotonicTime.Never);
        }
        return status.IsSuccess ? 1 : status.Signal == Signal.None ? status.Code : 1;
    }

    private sealed class Nothing : IReadyHandler
    {
        internal static readonly Nothing Instance = new();

        public void OnReady(EpollEvents events)
        {
        }
    }
}
