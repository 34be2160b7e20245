using System.Collections.Immutable;
using Holdfast.Proxy.Checks;
using Holdfast.Proxy.Engine;
using Holdfast.Proxy.Http;
using Holdfast.Proxy.Options;
using Holdfast.Proxy.Tcp;
using Holdfast.Proxy.Upstreams;

namespace Holdfast.Proxy.Running;

/// <summary>One event loop of a proxy with its frontends, on a thread of its own.</summary>
internal abstract class ProxyWorker
{
    /// <summary>Runs on the calling thread until <see cref="Stop"/>.</summary>
    /// <param name="onStarted">Called once listeners are open to clients.</param>
    internal abstract void Run(Action onStarted);

    /// <summary>Buffers, timers and connections; null before the loop stands. For its thread.</summary>
    internal abstract LoopState? State { get; }

    /// <summary>Has the loop call something soon. May be called on any thread, once the loop stands.</summary>
    internal abstract void Post(Action action);

    /// <summary>Ends <see cref="Run"/>. May be called on any thread.</summary>
    internal abstract void Stop();
}

/// <summary>The same for one transport.</summary>
internal sealed class ProxyWorker<TTransport>(
    ProxyOptions options, ImmutableArray<Backend> backends, ImmutableArray<int> listeners, bool runsChecks)
    : ProxyWorker
    where TTransport : struct, ITransport
{
    private volatile EventLoop<TTransport>? _loop;
    private volatile bool _isStopping;

    internal override void Run(Action onStarted)
    {
        using EventLoop<TTransport> loop = new(options.Engine);
        _loop = loop;
        if (_isStopping)
        {
            return;
        }
        for (int i = 0; i < options.Frontends.Length; i++)
        {
            FrontendOptions frontend = options.Frontends[i];
            Backend backend = backends.First(one => one.Options.Name == frontend.Backend);
            loop.Transport.Listen(new Listener(
                listeners[i], MakeAcceptor(loop, frontend, backend), frontend.ConnectionsMax));
        }
        if (runsChecks)
        {
            StartChecks(loop);
        }
        onStarted();
        loop.Run();
        loop.State.CloseAll(ref loop.Transport);
    }

    internal override LoopState? State => _loop?.State;

    internal override void Post(Action action) => _loop!.Post(action);

    internal override void Stop()
    {
        _isStopping = true;
        _loop?.Stop();
    }

    private void StartChecks(EventLoop<TTransport> loop)
    {
        Server[] checkedServers
            = [.. backends.SelectMany(static one => one.Servers).Where(static one => one.Options.Check is not null)];
        if (checkedServers.Length == 0)
        {
            return;
        }
        long connect = options.Frontends.Select(static one => one.Timeouts.Connect).Where(static one => one >= 0)
            .DefaultIfEmpty(-1).Min();
        double spread = checkedServers.Min(static one => one.Options.Check!.Interval.TotalMilliseconds);
        for (int i = 0; i < checkedServers.Length; i++)
        {
            long delay = (long)(spread * i / checkedServers.Length);
            _ = new ServerCheck<TTransport>(loop, checkedServers[i], delay, connect, options.OnServerChanged);
        }
    }

    private static Acceptor MakeAcceptor(EventLoop<TTransport> loop, FrontendOptions frontend, Backend backend)
        => frontend.Mode switch
        {
            ProxyMode.Tcp => new TcpFrontend<TTransport>(loop, frontend, backend, new RoundRobinChooser(backend)),
            ProxyMode.Http => new HttpFrontend<TTransport>(loop, frontend, backend, new RoundRobinChooser(backend)),
            _ => throw new ArgumentOutOfRangeException(nameof(frontend), frontend.Mode, "unknown mode"),
        };
}
