using System.Collections.Concurrent;
using Holdfast.Linux.Epoll;
using Holdfast.Primitives;

namespace Holdfast.Proxy.Engine;

/// <summary>One thread's connections: waits for the kernel, tells the owners, keeps the deadlines.</summary>
/// <typeparam name="TTransport">How it talks to the kernel.</typeparam>
/// <remarks>
/// Created, run and disposed on one thread (io_uring insists on it); other threads may only <see cref="Post"/> and
/// <see cref="Stop"/>. In steady state a turn allocates nothing, takes no lock and logs nothing.
/// </remarks>
public sealed class EventLoop<TTransport> : IReceiver, IDisposable
    where TTransport : struct, ITransport
{
    private const long NanosecondsPerMillisecond = 1_000_000;

    private readonly EventFd _wake = new();
    private readonly ConcurrentQueue<Action> _posted = new();
    private TTransport _transport;
    private volatile bool _isStopping;

    /// <summary>Makes a loop for this thread.</summary>
    /// <param name="settings">Sizes and limits.</param>
    /// <param name="index">Its number in the process, from 0.</param>
    /// <exception cref="Linux.LinuxException">The kernel does not give what the transport needs.</exception>
    public EventLoop(EngineSettings settings, int index = 0)
    {
        State = new LoopState(settings, index) { Receiver = this };
        _transport.Begin(State, _wake.Fd);
    }

    /// <summary>Buffers, timers and connections.</summary>
    public LoopState State { get; }

    /// <summary>The way to the kernel.</summary>
    public ref TTransport Transport => ref _transport;

    /// <inheritdoc/>
    void IReceiver.Receive(Connection connection) => _transport.Receive(connection);

    /// <summary>How often the loop has asked the kernel.</summary>
    public long TurnCount { get; private set; }

    /// <summary>Has the loop call something soon. May be called on any thread; for the control plane.</summary>
    public void Post(Action action)
    {
        _posted.Enqueue(action);
        _wake.Raise();
    }

    /// <summary>Ends <see cref="Run"/> after the present turn. May be called on any thread.</summary>
    public void Stop()
    {
        _isStopping = true;
        _wake.Raise();
    }

    /// <summary>Turns until <see cref="Stop"/>.</summary>
    public void Run()
    {
        while (!_isStopping)
        {
            Turn();
        }
    }

    /// <summary>Waits until something happens, and handles it.</summary>
    public void Turn()
    {
        TurnCount++;
        _transport.Wait(NextDeadline());
        State.BeginTurn();
        _transport.Dispatch();
        if (State.Ports.HasWaiting)
        {
            State.Ports.GoOn();
        }
        State.Timers.Advance(State.Now);
        if (State.Starved.Count > 0)
        {
            State.FeedStarved();
        }
        if (!_posted.IsEmpty)
        {
            _ = _wake.Drain();
            RunPosted();
        }
    }

    /// <summary>Ends the transport and returns the memory. Connections must have been closed.</summary>
    public void Dispose()
    {
        _transport.Dispose();
        _wake.Dispose();
        State.Dispose();
    }

    private MonotonicTime NextDeadline()
    {
        if (State.Ready.Count > 0 || State.Ports.HasWaiting || !_posted.IsEmpty)
        {
            return MonotonicTime.Zero;
        }
        long due = State.Timers.NextDue;
        return due == TimerEntry.Never ? MonotonicTime.Never : new(due * NanosecondsPerMillisecond);
    }

    private void RunPosted()
    {
        while (_posted.TryDequeue(out Action? action))
        {
            action();
        }
    }
}
