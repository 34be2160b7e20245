using Holdfast.Linux.Abi;
using Holdfast.Linux.Epoll;
using Holdfast.Linux.Processes;

namespace Holdfast.Runtime.Processes;

/// <summary>All children of this process: tells the end of each, and leaves no zombie.</summary>
/// <remarks>
/// Children that we started are watched by their pidfd. Orphans that we inherit as subreaper have none; they are
/// collected by <see cref="CollectOrphans"/>, which is called on SIGCHLD. Runs on the thread of its loop.
/// </remarks>
public sealed class ChildRegistry : IDisposable
{
    private readonly EpollLoop _loop;
    private readonly Dictionary<int, Watch> _children = [];

    /// <summary>An empty registry on a loop.</summary>
    public ChildRegistry(EpollLoop loop) => _loop = loop;

    internal EpollLoop Loop => _loop;

    /// <summary>How many children of ours run.</summary>
    public int Count => _children.Count;

    /// <summary>Watches a child and owns its pidfd from now on.</summary>
    /// <param name="child">The child.</param>
    /// <param name="ended">Called once when it has ended and been collected.</param>
    public void Add(PidFd child, Action<ExitStatus> ended)
    {
        ArgumentNullException.ThrowIfNull(child);
        var watch = new Watch(this, child, ended);
        _children.Add(child.Pid, watch);
        _loop.Add(child.Fd, EpollEvents.EPOLLIN, watch);
    }

    /// <summary>Collects every ended child: those of ours are told, orphans are dropped.</summary>
    public void CollectOrphans()
    {
        // Each turn collects the child it has peeked at, so this ends.
        for (int pid = OwnProcess.PeekEndedChild(); pid != 0; pid = OwnProcess.PeekEndedChild())
        {
            if (!_children.TryGetValue(pid, out Watch? watch) || !watch.Collect())
            {
                OwnProcess.Collect(pid);
            }
        }
    }

    /// <summary>Forgets all children; they go on running.</summary>
    public void Dispose()
    {
        foreach (Watch watch in _children.Values)
        {
            _loop.Remove(watch.Child.Fd);
            watch.Child.Dispose();
        }
        _children.Clear();
    }

    private sealed class Watch(ChildRegistry registry, PidFd child, Action<ExitStatus> ended) : IReadyHandler
    {
        internal PidFd Child => child;

        public void OnReady(EpollEvents events) => Collect();

        internal bool Collect()
        {
            Errno errno = child.TryWait(out ExitStatus status);
            if (errno == Errno.EAGAIN)
            {
                return false;
            }
            registry._loop.Remove(child.Fd);
            registry._children.Remove(child.Pid);
            child.Dispose();
            ended(errno == Errno.Success ? status : new ExitStatus(255, Signal.None));
            return true;
        }
    }
}
