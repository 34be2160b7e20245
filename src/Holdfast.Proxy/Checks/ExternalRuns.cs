using Holdfast.Linux.Abi;
using Holdfast.Linux.Epoll;
using Holdfast.Linux.Processes;
using Holdfast.Primitives;

namespace Holdfast.Proxy.Checks;

/// <summary>Waits for the programs of external checks, on a thread that there is only once one has run.</summary>
/// <remarks>At most one program for each server runs: what was killed must have ended before the next begins.</remarks>
internal sealed class ExternalRuns : IDisposable
{
    private readonly Lock _gate = new();
    private EpollLoop? _loop;
    private EventFd? _wake;
    private Thread? _thread;
    private readonly Queue<(PidFd Child, Action OnEnd)> _new = new();
    private volatile bool _isStopping;

    /// <summary>Calls back, on another thread, when a child has ended; its owner collects it.</summary>
    internal void Watch(PidFd child, Action onEnd)
    {
        lock (_gate)
        {
            _new.Enqueue((child, onEnd));
            if (_thread is null)
            {
                _loop = new EpollLoop();
                _wake = new EventFd();
                _loop.Add(_wake.Fd, EpollEvents.EPOLLIN, new Waker(this));
                _thread = new Thread(Run) { Name = "external-checks", IsBackground = true };
                _thread.Start();
            }
            _wake!.Raise();
        }
    }

    public void Dispose()
    {
        _isStopping = true;
        lock (_gate)
        {
            _wake?.Raise();
        }
        _thread?.Join();
        _loop?.Dispose();
        _wake?.Dispose();
    }

    private void Run()
    {
        while (!_isStopping)
        {
            _ = _loop!.RunOnce(MonotonicTime.Never);
        }
    }

    private void Take()
    {
        _ = _wake!.Drain();
        lock (_gate)
        {
            while (_new.TryDequeue(out (PidFd Child, Action OnEnd) one))
            {
                _loop!.Add(one.Child.Fd, EpollEvents.EPOLLIN, new Ender(_loop!, one.Child, one.OnEnd));
            }
        }
    }

    private sealed class Waker(ExternalRuns runs) : IReadyHandler
    {
        public void OnReady(EpollEvents events) => runs.Take();
    }

    private sealed class Ender(EpollLoop loop, PidFd child, Action onEnd) : IReadyHandler
    {
        public void OnReady(EpollEvents events)
        {
            loop.Remove(child.Fd);
            onEnd();
        }
    }
}
