using System.Collections.Immutable;
using Holdfast.Linux;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Sockets;
using Holdfast.Proxy.Engine;
using Holdfast.Proxy.Options;
using Holdfast.Web.Logs;

namespace Holdfast.Web.Running;

/// <summary>A running web server: one thread for each event loop.</summary>
public sealed class WebEngine : IDisposable
{
    private readonly ImmutableArray<WebWorker> _workers;
    private readonly ImmutableArray<Thread> _threads;
    private readonly ImmutableArray<int> _ownListeners;
    private readonly Action<Exception>? _onFailed;
    private Exception? _failure;
    private CountdownEvent? _started;

    private WebEngine(WebPrograms programs, ImmutableArray<int> listeners, ImmutableArray<int> own,
        Action<Exception>? onFailed)
    {
        WebConfiguration configuration = programs.Configuration;
        Programs = programs;
        Listeners = listeners;
        _ownListeners = own;
        _onFailed = onFailed;
        TransportProbe probe = configuration.Transport == TransportChoice.Epoll
            ? new(false, "epoll, as configured") : TransportProbe.TryUring();
        TransportReason = probe.Reason;
        if (!probe.IsUsable && configuration.Transport == TransportChoice.Uring)
        {
            throw new LinuxException($"use io_uring: {probe.Reason}", Errno.EOPNOTSUPP);
        }
        _workers = [.. Enumerable.Range(0, configuration.ThreadCount).Select(WebWorker (index) => probe.IsUsable
            ? new WebWorker<UringTransport>(programs, listeners, index)
            : new WebWorker<EpollTransport>(programs, listeners, index))];
        _threads = [.. _workers.Select((worker, index) => new Thread(() => Run(worker))
        {
            Name = $"web-{index}",
            IsBackground = true,
        })];
    }

    /// <summary>Why that transport was chosen, for the log.</summary>
    public string TransportReason { get; }

    /// <summary>The listeners' sockets, in the order of the configuration.</summary>
    public ImmutableArray<int> Listeners { get; }

    /// <summary>What the configuration was compiled to, which all loops share.</summary>
    public WebPrograms Programs { get; }

    /// <summary>Clients that are connected.</summary>
    public int ClientCount => _workers.Sum(static one => one.ClientCount);

    /// <summary>Whether it accepts no more, and nobody is connected or was just accepted by the kernel.</summary>
    public bool IsDrained => _workers.All(static one => one.IsDrained);

    /// <summary>Compiles a configuration, and starts the threads; returns once all of them take clients.</summary>
    /// <param name="configuration">What was found good.</param>
    /// <param name="inherited">Sockets, one for each listener; empty: they are opened here.</param>
    /// <param name="logs">Logs, which stay the caller's.</param>
    /// <param name="onFailed">Told when a loop fails; null: nobody is.</param>
    /// <param name="beforeServing">Called when files and sockets are open, and nobody is served yet; null: nothing.
    /// </param>
    /// <exception cref="LinuxException">A listener cannot be opened, or the transport does not work.</exception>
    /// <exception cref="InvalidOperationException">A certificate or a setting cannot be used.</exception>
    public static WebEngine Start(WebConfiguration configuration, ImmutableArray<int> inherited, WebLogs logs,
        Action<Exception>? onFailed = null, Action? beforeServing = null)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        ArgumentNullException.ThrowIfNull(logs);
        List<int> own = [];
        if (inherited.IsEmpty)
        {
            foreach (WebListener listener in configuration.Listeners)
            {
                LinuxException.ThrowIf(StreamListener.Open(listener.Bind, listener.Settings, out int fd),
                    $"listen on {listener.Name}");
                own.Add(fd);
            }
        }
        WebEngine engine = new(WebPrograms.Compile(configuration, logs),
            inherited.IsEmpty ? [.. own] : inherited, [.. own], onFailed);
        try
        {
            beforeServing?.Invoke();
        }
        catch
        {
            engine.Dispose();
            throw;
        }
        engine.StartThreads();
        return engine;
    }

    /// <summary>
    /// A graceful end: nothing is accepted any more, requests are answered, idle connections are closed. The engine
    /// goes on until it is disposed of; <see cref="IsDrained"/> says when nobody is left.
    /// </summary>
    public void CloseListeners()
    {
        Programs.IsStopping = true;
        foreach (WebWorker worker in _workers)
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
        foreach (WebWorker worker in _workers)
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

    /// <summary>Ends the loops at once: connections are closed.</summary>
    public void Dispose()
    {
        foreach (WebWorker worker in _workers)
        {
            worker.Stop();
        }
        foreach (Thread thread in _threads.Where(
            static one => !one.ThreadState.HasFlag(ThreadState.Unstarted)))
        {
            thread.Join();
        }
        Programs.Dispose();
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

    private void Run(WebWorker worker)
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
