using System.Collections.Immutable;
using Holdfast.Linux;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Sockets;
using Holdfast.Proxy.Engine;
using Holdfast.Proxy.Logs;
using Holdfast.Proxy.Options;
using Holdfast.Proxy.Upstreams;

namespace Holdfast.Proxy.Running;

/// <summary>A running proxy: listeners, and one thread for each event loop.</summary>
public sealed partial class ProxyEngine : IDisposable
{
    private readonly ImmutableArray<ProxyWorker> _workers;
    private readonly ImmutableArray<Thread> _threads;
    private readonly ImmutableArray<int> _listeners;
    private readonly ImmutableArray<int> _ownListeners;
    private readonly Action<Exception>? _onFailed;
    private readonly LogSenders _senders;
    private readonly bool _ownsSenders;
    private Exception? _failure;

    private ProxyEngine(
        ProxyOptions options, ImmutableArray<int> listeners, ImmutableArray<int> ownListeners, LogSenders? given)
    {
        _onFailed = options.OnFailed;
        _listeners = listeners;
        _ownListeners = ownListeners;
        TransportProbe probe = options.Transport == TransportChoice.Epoll
            ? new(false, "epoll, as configured") : TransportProbe.TryUring();
        IsUring = probe.IsUsable;
        TransportReason = probe.Reason;
        if (!IsUring && options.Transport == TransportChoice.Uring)
        {
            throw new LinuxException($"use io_uring: {probe.Reason}", Errno.EOPNOTSUPP);
        }
        State = new ProxyState(options);
        LogSenders senders = _senders = given ?? new LogSenders(options, TimeProvider.System);
        _ownsSenders = given is null;
        _workers = [.. Enumerable.Range(0, options.ThreadCount).Select(ProxyWorker (index) => IsUring
            ? new ProxyWorker<UringTransport>(options, State, listeners, senders, index)
            : new ProxyWorker<EpollTransport>(options, State, listeners, senders, index))];
        foreach (Backend backend in State.Backends)
        {
            backend.EndSessions = ShutDownSessions;
        }
        _threads = [.. _workers.Select((worker, index) => new Thread(() => Run(worker))
        {
            Name = $"proxy-{index}",
            IsBackground = true,
        })];
    }

    /// <summary>Whether loops use io_uring.</summary>
    public bool IsUring { get; }

    /// <summary>Why that transport was chosen, for the log.</summary>
    public string TransportReason { get; }

    /// <summary>What all loops share, and what was counted: for reports.</summary>
    public ProxyState State { get; }

    /// <summary>The backends with the state of their servers.</summary>
    public ImmutableArray<Backend> Backends => State.Backends;

    /// <summary>The event loops.</summary>
    internal ImmutableArray<ProxyWorker> Workers => _workers;

    /// <summary>The listeners' sockets, in the order of the frontends.</summary>
    public ImmutableArray<int> Listeners => _listeners;

    /// <summary>Opens the listeners and starts the threads; returns once all of them take clients.</summary>
    /// <param name="options">What the proxy does.</param>
    /// <param name="senders">Log targets that are open already, and stay the caller's; null: they are opened.</param>
    /// <exception cref="LinuxException">A listener cannot be opened, or the transport does not work.</exception>
    public static ProxyEngine Start(ProxyOptions options, LogSenders? senders = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        List<int> listeners = [];
        List<int> own = [];
        foreach (FrontendOptions frontend in options.Frontends)
        {
            int fd = frontend.InheritedFd;
            if (fd < 0)
            {
                ListenSettings settings = frontend.Socket with { Backlog = frontend.Backlog };
                LinuxException.ThrowIf(TcpSocket.Listen(frontend.Bind, settings, out fd),
                    $"listen on {frontend.Bind} for {frontend.Name}");
                own.Add(fd);
            }
            listeners.Add(fd);
        }
        ProxyEngine engine = new(options, [.. listeners], [.. own], senders);
        engine.StartThreads();
        return engine;
    }

    /// <summary>
    /// A soft stop: nothing is accepted any more, and sessions end with what they are doing. The engine goes on until
    /// it is disposed of; <see cref="ClientCount"/> says when nobody is left.
    /// </summary>
    public void CloseListeners()
    {
        State.IsStopping = true;
        foreach (ProxyWorker worker in _workers)
        {
            worker.CloseListeners();
        }
    }

    /// <summary>Has something done once every loop has done what it was asked for before, on one of their threads.
    /// </summary>
    public void PostAfterLoops(Action action)
    {
        ArgumentNullException.ThrowIfNull(action);
        int left = _workers.Length;
        foreach (ProxyWorker worker in _workers)
        {
            worker.Post(() =>
            {
                if (Interlocked.Decrement(ref left) == 0)
                {
                    action();
                }
            });
        }
    }

    /// <summary>Log lines that their targets did not take.</summary>
    public long DroppedLogLines => _senders.DroppedCount;

    /// <summary>Clients that are connected.</summary>
    public int ClientCount => _workers.Sum(static one => one.ClientCount);

    /// <summary>Whether it accepts no more, and nobody is connected or was just accepted by the kernel.</summary>
    public bool IsDrained => _workers.All(static one => one.IsDrained);

    /// <summary>What a frontend has counted.</summary>
    /// <param name="frontend">Its index in the options.</param>
    public FrontendCounters CountersOf(int frontend)
        => _workers.Select(one => one.CountersOf(frontend)).Aggregate(static (one, other) => one + other);

    /// <summary>Waits until every loop has ended, and passes on why one has failed.</summary>
    public void Wait()
    {
        foreach (Thread thread in _threads)
        {
            thread.Join();
        }
        if (_failure is not null)
        {
            throw new InvalidOperationException("an event loop has failed", _failure);
        }
    }

    /// <summary>Ends the loops at once: connections are closed.</summary>
    public void Dispose()
    {
        foreach (ProxyWorker worker in _workers)
        {
            worker.Stop();
        }
        foreach (Thread thread in _threads)
        {
            thread.Join();
        }
        State.Tls.Dispose();
        if (_ownsSenders)
        {
            _senders.Dispose();
        }
        foreach (int fd in _ownListeners)
        {
            TcpSocket.Close(fd);
        }
    }

    private void StartThreads()
    {
        using CountdownEvent started = new(_threads.Length);
        _started = started;
        foreach (Thread thread in _threads)
        {
            thread.Start();
        }
        started.Wait();
        _started = null;
        if (_failure is not null)
        {
            Dispose();
            throw new InvalidOperationException("an event loop has failed", _failure);
        }
    }

    private CountdownEvent? _started;

    private void Run(ProxyWorker worker)
    {
        bool hasStarted = false;
        try
        {
            worker.Run(() =>
            {
                hasStarted = true;
                _ = _started?.Signal();
            });
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            _failure = failure;
            _onFailed?.Invoke(failure);
        }
        finally
        {
            if (!hasStarted)
            {
                _ = _started?.Signal();
            }
        }
    }
}
