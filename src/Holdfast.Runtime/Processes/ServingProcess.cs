using System.Collections.Concurrent;
using Holdfast.Linux;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Epoll;
using Holdfast.Linux.Files;
using Holdfast.Linux.Processes;
using Holdfast.Primitives;
using Holdfast.Runtime.Logging;
using Holdfast.Runtime.Supervision;

namespace Holdfast.Runtime.Processes;

/// <summary>The main thread of a process that serves on listeners of the supervisor: it hears that, and signals, while
/// event loops on other threads serve.</summary>
/// <remarks>Everything here happens on the one thread, but for <see cref="Post"/>.</remarks>
public abstract class ServingProcess : IReadyHandler, IDisposable
{
    /// <summary>The first listener's descriptor; the others follow in the order of the configuration.</summary>
    public const int FirstListenerFd = ChildEnvironment.ChannelFd + 1;

    private protected static readonly TimeSpan DrainPoll = TimeSpan.FromMilliseconds(20);
    private protected static readonly TimeSpan OrphanLimit = TimeSpan.FromSeconds(60);

    private readonly EventFd _wake = new();
    private readonly ConcurrentQueue<Action> _posted = new();
    private readonly SignalFd _signals = new(SignalSet.Daemon);

    private protected ServingProcess(ChildChannel channel, Log log)
    {
        Channel = channel;
        Log = log;
        Loop.Add(channel.Fd, EpollEvents.EPOLLIN, this);
        Loop.Add(_signals.Fd, EpollEvents.EPOLLIN, new Handler(ReadSignals));
        Loop.Add(_wake.Fd, EpollEvents.EPOLLIN, new Handler(OnPosted));
    }

    private protected EpollLoop Loop { get; } = new();

    private protected ChildChannel Channel { get; }

    private protected Log Log { get; }

    /// <summary>Whether it ends with this turn.</summary>
    private protected bool IsDone { get; set; }

    private protected int ExitCode { get; set; }

    /// <summary>When <see cref="OnTime"/> is to be called.</summary>
    private protected abstract MonotonicTime Deadline { get; }

    /// <inheritdoc/>
    public void OnReady(EpollEvents events)
    {
        while (!IsDone)
        {
            Errno errno = Channel.TryReceive(out MessageKind kind);
            if (errno == Errno.EAGAIN)
            {
                return;
            }
            if (errno == Errno.EPIPE)
            {
                Loop.Remove(Channel.Fd);
                OnOrphaned();
                return;
            }
            if (errno == Errno.Success)
            {
                Handle(kind);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Closes what is open.</summary>
    protected virtual void Dispose(bool disposing)
    {
        _signals.Dispose();
        _wake.Dispose();
        Loop.Dispose();
    }

    /// <summary>Works until the end.</summary>
    private protected void Work()
    {
        _ = Channel.TrySend(new StartedMessage(0)); // who is gone needs no answer
        while (!IsDone)
        {
            _ = Loop.RunOnce(Deadline); // EINTR is a turn
            OnTime(MonotonicClock.Now);
        }
    }

    /// <summary>The supervisor says something.</summary>
    private protected abstract void Handle(MessageKind kind);

    /// <summary>A signal has come.</summary>
    private protected abstract void OnSignal(ReceivedSignal received);

    /// <summary>The supervisor is gone.</summary>
    private protected abstract void OnOrphaned();

    /// <summary>Does what is due.</summary>
    private protected abstract void OnTime(MonotonicTime now);

    /// <summary>Has something done on this thread. May be called on any.</summary>
    private protected void Post(Action action)
    {
        _posted.Enqueue(action);
        _wake.Raise();
    }

    /// <summary>The memory that came with a message; null when there is none that can be used.</summary>
    private protected byte[]? TakeSnapshot(int sizeMax)
    {
        using FdHandle memory = Channel.TakeDescriptor();
        return memory.IsInvalid || !SealedMemory.IsSealed(memory.Number)
            || SealedMemory.TryRead(memory.Number, sizeMax, out byte[] bytes) != Errno.Success ? null : bytes;
    }

    /// <summary>Answers a request for the status.</summary>
    private protected void Reply(uint id, ReadOnlySpan<byte> content)
    {
        if (SealedMemory.TryCreate("status", content, out FdHandle memory) == Errno.Success)
        {
            using (memory)
            {
                _ = Channel.TrySend(new StatusReplyMessage(id, content.Length), memory.Number);
            }
        }
    }

    private void ReadSignals()
    {
        while (!IsDone && _signals.TryRead(out ReceivedSignal received))
        {
            OnSignal(received);
        }
    }

    private void OnPosted()
    {
        _ = _wake.Drain();
        while (_posted.TryDequeue(out Action? action))
        {
            action();
        }
    }

    private sealed class Handler(Action action) : IReadyHandler
    {
        public void OnReady(EpollEvents events) => action();
    }
}
