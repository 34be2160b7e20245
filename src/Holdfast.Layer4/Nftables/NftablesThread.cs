using Holdfast.Linux;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Epoll;
using Holdfast.Linux.Netlink;
using Holdfast.Primitives;

namespace Holdfast.Layer4.Nftables;

/// <summary>The thread that has the tables follow interfaces and addresses while its process lives.</summary>
/// <remarks>
/// What matters most needs nobody: the kernel itself asks whether the virtual address is here, and finds the Ethernet
/// addresses of servers.
/// </remarks>
internal sealed class NftablesThread : IRouteMonitorHandler, IReadyHandler, IDisposable
{
    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan s_impatience = TimeSpan.FromSeconds(1);

    private readonly NftablesClient _client;
    private readonly EpollLoop _loop = new();
    private readonly EventFd _wake = new();
    private readonly RouteMonitor _monitor;
    private readonly Thread _thread;
    private volatile bool _isStopping;
    private volatile string? _problem;
    private MonotonicTime _due;
    private bool _isDirty;

    /// <summary>Starts it, in the network namespace of the calling thread.</summary>
    /// <exception cref="LinuxException">No descriptors, or no netlink.</exception>
    internal NftablesThread(NftablesClient client)
    {
        _client = client;
        _monitor = RouteMonitor.Open(MonitorGroups.Links | MonitorGroups.Addresses);
        _loop.Add(_monitor.Descriptor, EpollEvents.EPOLLIN, this);
        _loop.Add(_wake.Fd, EpollEvents.EPOLLIN, this);
        _thread = new Thread(Run) { IsBackground = true, Name = "nftables" };
        _thread.Start();
    }

    /// <summary>Why the last attempt failed; null when it did not.</summary>
    internal string? Problem => _problem;

    /// <summary>Ends the thread, and waits for its end.</summary>
    public void Dispose()
    {
        _isStopping = true;
        _wake.Raise();
        _thread.Join();
        _loop.Dispose();
        _wake.Dispose();
        _monitor.Dispose();
    }

    /// <inheritdoc/>
    public void OnReady(EpollEvents events)
    {
        _ = _wake.Drain();
        // An overrun means that something was missed.
        long overruns = _monitor.OverrunCount;
        _ = _monitor.Drain(this);
        _isDirty |= _monitor.OverrunCount != overruns;
    }

    /// <inheritdoc/>
    public void LinkChanged(LinkInfo link, LinkInfo? previous) => _isDirty = true;

    /// <inheritdoc/>
    public void LinkRemoved(LinkInfo link) => _isDirty = true;

    /// <inheritdoc/>
    public void AddressChanged(in AddressSpec address, bool isNew) => _isDirty |= isNew;

    /// <inheritdoc/>
    public void AddressRemoved(in AddressSpec address) => _isDirty = true;

    /// <inheritdoc/>
    public void NeighborChanged(in NeighborSpec neighbor)
    {
        // Not subscribed, like all below.
    }

    /// <inheritdoc/>
    public void NeighborRemoved(in NeighborSpec neighbor)
    {
    }

    /// <inheritdoc/>
    public void RouteAdded(in RouteNotice route)
    {
    }

    /// <inheritdoc/>
    public void RouteRemoved(in RouteNotice route)
    {
    }

    /// <inheritdoc/>
    public void RuleAdded(RuleSpec rule)
    {
    }

    /// <inheritdoc/>
    public void RuleRemoved(RuleSpec rule)
    {
    }

    private void Run()
    {
        while (!_isStopping)
        {
            if (_isDirty || MonotonicClock.Now >= _due)
            {
                _isDirty = false;
                _problem = Refresh();
                _due = MonotonicClock.Now + (_problem is null ? s_interval : s_impatience);
            }
            _ = _loop.RunOnce(_due);
        }
    }

    private string? Refresh()
    {
        try
        {
            NetlinkResult result = _client.Refresh();
            return result.IsSuccess ? null : result.ToString();
        }
        catch (LinuxException exception)
        {
            return exception.Message;
        }
    }
}
