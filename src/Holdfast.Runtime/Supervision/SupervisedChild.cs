using System.Collections.Immutable;
using Holdfast.Linux;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Epoll;
using Holdfast.Linux.Files;
using Holdfast.Linux.Processes;
using Holdfast.Runtime.Continuity;
using Holdfast.Runtime.Processes;

namespace Holdfast.Runtime.Supervision;

/// <summary>A running child of the supervisor: its channel, its messages, its end.</summary>
internal sealed class SupervisedChild : IReadyHandler, IDisposable
{
    private readonly EpollLoop _loop;
    private readonly PidFd _process;
    private readonly Action<SupervisedChild, MessageKind> _received;
    private bool _disposed;

    private SupervisedChild(
        EpollLoop loop, ChildChannel channel, PidFd process, Action<SupervisedChild, MessageKind> received)
    {
        _loop = loop;
        Channel = channel;
        _process = process;
        _received = received;
        loop.Add(channel.Fd, EpollEvents.EPOLLIN, this);
    }

    /// <summary>Its channel.</summary>
    internal ChildChannel Channel { get; }

    /// <summary>Its process id.</summary>
    internal int Pid => _process.Pid;

    /// <summary>Whether it has sent <see cref="ReadyMessage"/>.</summary>
    internal bool IsReady { get; set; }

    /// <summary>Whether it has sent <see cref="StoppedMessage"/>: it has handed over and holds nothing.</summary>
    internal bool HasStopped { get; set; }

    /// <summary>Starts it.</summary>
    /// <param name="options">Program, arguments and environment.</param>
    /// <param name="role">What it is.</param>
    /// <param name="loop">Where its messages are read.</param>
    /// <param name="children">Who collects it.</param>
    /// <param name="received">Told of each message.</param>
    /// <param name="ended">Told of its end.</param>
    /// <param name="child">The child; null after an error.</param>
    /// <param name="arguments">All arguments from argv[0] on; null: those of the options.</param>
    /// <param name="descriptors">What it gets behind its channel, in this order. Default: nothing.</param>
    internal static Errno TryStart(
        SupervisorOptions options,
        string role,
        EpollLoop loop,
        ChildRegistry children,
        Action<SupervisedChild, MessageKind> received,
        Action<SupervisedChild, ExitStatus> ended,
        out SupervisedChild? child,
        IReadOnlyList<string>? arguments = null,
        ImmutableArray<int> descriptors = default)
    {
        child = null;
        ChildChannel channel = ChildChannel.Create(out FdHandle childEnd);
        using (childEnd)
        {
            var request = new SpawnRequest
            {
                Path = options.Program,
                Arguments = arguments ?? options.ChildArguments,
                Environment =
                [
                    .. ChildEnvironment.ForChildren(options.Environment),
                    $"{ChildEnvironment.RoleVariable}={role}",
                ],
                Descriptors =
                [
                    new(0, 0), new(1, 1), new(2, 2), new(childEnd.Number, ChildEnvironment.ChannelFd),
                    .. (descriptors.IsDefault ? [] : descriptors).Select(
                        static (fd, index) => new FdMapping(fd, ChildEnvironment.ChannelFd + 1 + index)),
                ],
                Group = SpawnGroup.NewGroup,
                BlockedSignals = SignalSet.Daemon,
            };
            Errno errno = ProcessSpawner.TrySpawn(request, out PidFd? process);
            if (process is null)
            {
                channel.Dispose();
                return errno;
            }
            child = Watched(new SupervisedChild(loop, channel, process, received), children, ended);
            return Errno.Success;
        }
    }

    /// <summary>Goes on with one that another supervisor has started.</summary>
    /// <returns>ESRCH when it has ended meanwhile.</returns>
    internal static Errno TryAdopt(
        Continuation continuation,
        EpollLoop loop,
        ChildRegistry children,
        Action<SupervisedChild, MessageKind> received,
        Action<SupervisedChild, ExitStatus> ended,
        out SupervisedChild? child)
    {
        child = null;
        var channel = new ChildChannel(new FdHandle(continuation.ChannelFd));
        Errno errno = PidFd.TryOpen(continuation.VrrpPid, out PidFd? process);
        if (process is null)
        {
            channel.Dispose();
            return errno;
        }
        child = Watched(new SupervisedChild(loop, channel, process, received) { IsReady = true }, children, ended);
        return Errno.Success;
    }

    private static SupervisedChild Watched(
        SupervisedChild child, ChildRegistry children, Action<SupervisedChild, ExitStatus> ended)
    {
        children.Add(child._process, status =>
        {
            child.Drain(); // what it said last counts, too
            child.Dispose();
            ended(child, status);
        });
        return child;
    }

    /// <summary>Sends a message with a snapshot.</summary>
    internal Errno SendSnapshot<T>(in T message, ReadOnlySpan<byte> snapshot)
        where T : unmanaged, IChildMessage
    {
        Errno errno = SealedMemory.TryCreate("holdfast-snapshot", snapshot, out FdHandle memory);
        using (memory)
        {
            return errno != Errno.Success ? errno : Channel.TrySend(in message, memory.Number);
        }
    }

    /// <summary>Sends it a signal.</summary>
    internal void Signal(Signal signal) => _ = _process.Send(signal);

    public void OnReady(EpollEvents events)
    {
        if (Drain() != Errno.EAGAIN)
        {
            _loop.Remove(Channel.Fd); // closed: its end follows by the pidfd
        }
    }

    /// <summary>Closes the channel; the process is collected by the registry.</summary>
    public void Dispose()
    {
        if (!_disposed)
        {
            _disposed = true;
            _loop.Remove(Channel.Fd);
            Channel.Dispose();
        }
    }

    private Errno Drain()
    {
        Errno errno;
        while ((errno = Channel.TryReceive(out MessageKind kind)) == Errno.Success)
        {
            _received(this, kind);
            if (_disposed)
            {
                return Errno.EAGAIN;
            }
        }
        return errno;
    }
}
