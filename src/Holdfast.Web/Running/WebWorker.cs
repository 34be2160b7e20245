using System.Collections.Immutable;
using Holdfast.Proxy.Engine;
using Holdfast.Web.Loops;

namespace Holdfast.Web.Running;

/// <summary>One event loop of the web server with its listeners, on a thread of its own.</summary>
internal abstract class WebWorker
{
    /// <summary>Runs on the calling thread until <see cref="Stop"/>.</summary>
    /// <param name="onStarted">Called once listeners are open to clients.</param>
    internal abstract void Run(Action onStarted);

    /// <summary>Has the loop call something soon. May be called on any thread, once the loop stands.</summary>
    internal abstract void Post(Action action);

    /// <summary>Accepts no more, and closes idle connections. May be called on any thread.</summary>
    internal abstract void CloseListeners();

    /// <summary>Clients that are connected. May be called on any thread.</summary>
    internal abstract int ClientCount { get; }

    /// <summary>Whether its listeners are closed, and all that the kernel has accepted has come and gone. May be called
    /// on any thread.</summary>
    internal abstract bool IsDrained { get; }

    /// <summary>Ends <see cref="Run"/>. May be called on any thread.</summary>
    internal abstract void Stop();
}

/// <summary>The same for one transport.</summary>
internal sealed class WebWorker<TTransport>(WebPrograms programs, ImmutableArray<int> listeners, int index)
    : WebWorker
    where TTransport : struct, ITransport
{
    private readonly List<Listener> _listeners = [];
    private volatile WebLoop? _loop;
    private LoopParts? _parts;
    private volatile bool _isStopping;
    private volatile bool _isClosed;

    internal override void Run(Action onStarted)
    {
        using EventLoop<TTransport> events = new(programs.Engine, index);
        var loop = new WebLoop<TTransport>(events);
        _loop = loop;
        if (_isStopping)
        {
            return;
        }
        using var parts = new LoopParts(programs, loop, index);
        for (int i = 0; i < listeners.Length; i++)
        {
            if (parts.AcceptorOf(i) is { } acceptor)
            {
                Listener listener = new(listeners[i], acceptor, programs.ClientsMax, programs.Whole);
                programs.Whole.Watch(() => loop.Post(() => ResumeIfRoom(loop, listener)));
                _listeners.Add(listener);
                loop.Listen(listener);
            }
        }
        parts.ListenDatagrams(listeners);
        _parts = parts;
        onStarted();
        loop.Run();
    }

    internal override int ClientCount => _listeners.Sum(static one => one.ConnectionCount);

    internal override bool IsDrained
        => _isClosed && !_listeners.Exists(static one => one.IsArmed) && ClientCount == 0;

    internal override void Post(Action action) => _loop!.Post(action);

    internal override void Stop()
    {
        _isStopping = true;
        _loop?.Stop();
    }

    internal override void CloseListeners() => Post(() =>
    {
        foreach (Listener listener in _listeners)
        {
            listener.IsClosed = true;
            if (!listener.IsPaused)
            {
                _loop!.Pause(listener);
            }
            listener.Acceptor.Drain();
        }
        _parts?.CloseDatagrams();
        _isClosed = true;
    });

    private static void ResumeIfRoom(WebLoop loop, Listener listener)
    {
        if (listener.IsPaused && listener.HasRoom)
        {
            loop.Resume(listener);
        }
    }
}
