using System.Collections.Concurrent;
using Holdfast.Proxy.Upstreams;

namespace Holdfast.Proxy.Running;

// What operators change while it runs.
public sealed partial class ProxyEngine
{
    /// <summary>Lets a frontend take clients or not. May be called on any thread.</summary>
    /// <param name="frontend">One of <see cref="ProxyState.Frontends"/>.</param>
    /// <param name="status">What it does from now on; what is stopped stays so.</param>
    public void SetStatus(Frontend frontend, FrontendStatus status)
    {
        ArgumentNullException.ThrowIfNull(frontend);
        if (frontend.Status == FrontendStatus.Stopped)
        {
            return;
        }
        frontend.Status = status;
        foreach (ProxyWorker worker in _workers)
        {
            worker.SetStatus(frontend);
        }
    }

    /// <summary>All sessions. May be called on any thread but those of loops.</summary>
    /// <returns>Those of a loop that does not answer in two seconds are missing.</returns>
    public IReadOnlyList<SessionReport> Sessions()
    {
        var found = new ConcurrentQueue<SessionReport>();
        AskLoops(worker =>
        {
            foreach (SessionReport session in worker.Sessions())
            {
                found.Enqueue(session);
            }
        });
        return [.. found.OrderByDescending(static one => one.AgeMilliseconds)];
    }

    /// <summary>Ends one session. May be called on any thread but those of loops.</summary>
    /// <returns>Whether there was one of this number.</returns>
    public bool ShutDownSession(long id)
    {
        int count = 0;
        AskLoops(worker => Interlocked.Add(ref count, worker.Abort(one => one.Id == id, 'K')));
        return Volatile.Read(ref count) > 0;
    }

    /// <summary>Ends all sessions of a server, soon. May be called on any thread.</summary>
    public void ShutDownSessions(Server server) => ShutDownSessions(server, 'K');

    internal void ShutDownSessions(Server server, char cause)
    {
        foreach (ProxyWorker worker in _workers)
        {
            worker.Post(() => worker.Abort(one => one.Server == server, cause));
        }
    }

    private void AskLoops(Action<ProxyWorker> question)
    {
        const int PatienceMilliseconds = 2000;
        var left = new CountdownEvent(_workers.Length); // a loop may signal later than anybody waits
        foreach (ProxyWorker worker in _workers)
        {
            worker.Post(() =>
            {
                question(worker);
                left.Signal();
            });
        }
        _ = left.Wait(PatienceMilliseconds);
    }
}
