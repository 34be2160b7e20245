using System.Collections.Concurrent;
using Holdfast.Config.Keepalived.Model;
using Holdfast.Layer4;
using Holdfast.Layer4.Model;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Epoll;
using Holdfast.Linux.Netlink;
using Holdfast.Runtime.Logging;
using Holdfast.Runtime.Processes;
using Holdfast.Runtime.Vrrp;

namespace Holdfast.Runtime.Supervision;

/// <summary>
/// <c>lvs_sync_daemon</c>: the kernel's connection synchronisation follows a VRRP instance. Active sends; Backup and
/// Fault take, so that a node is ready when it recovers, as with the original. Without an instance both run always.
/// </summary>
/// <remarks>
/// The kernel answers only when its thread has begun or ended, which may take seconds; so the calls are made by a
/// thread of its own, one after the other, and only the last wish counts. What fails is tried again: IPVS, or the
/// interface, may come later.
/// </remarks>
internal sealed class ConnectionSync : IReadyHandler, IDisposable
{
    private const int DirectorWaits = 150;

    private static readonly TimeSpan DirectorDelay = TimeSpan.FromMilliseconds(100);

    private readonly EpollLoop _loop;
    private readonly Log _log;
    private readonly EventFd _told = new();
    private readonly ConcurrentQueue<(bool IsError, string Text)> _messages = [];
    private readonly AutoResetEvent _wake = new(initialState: false);
    private Thread? _worker;
    private LvsSyncDaemonModel? _model;
    private SyncDaemonSpec? _settings;
    private PlaneChoice _choice;
    private int _instance = -1;
    private volatile Wish? _wish;
    private bool _hasStopped;
    private bool _isHeld;

    internal ConnectionSync(EpollLoop loop, Log log)
    {
        _loop = loop;
        _log = log;
        loop.Add(_told.Fd, EpollEvents.EPOLLIN, this);
    }

    /// <summary>How long it waits after a failure.</summary>
    internal TimeSpan RetryDelay { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long the end waits for the kernel.</summary>
    internal TimeSpan StopLimit { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>Opens the plane; null: the one of the configuration.</summary>
    internal SyncOpener? Open { get; init; }

    /// <summary>Takes over what a configuration says.</summary>
    /// <param name="model">The configuration that runs now.</param>
    /// <param name="stateOf">State of an instance, by its index there.</param>
    internal void Apply(KeepalivedModel model, Func<int, InstanceState> stateOf)
    {
        LvsSyncDaemonModel? sync = model.Global.Lvs.SyncDaemon;
        _instance = sync?.Instance is { } name ? model.Instances.FindIndex(i => i.Name == name) : -1;
        if (sync is null && _model is null)
        {
            return;
        }
        _model = sync;
        _choice = model.Global.Plane switch
        {
            ForwardingPlane.Ipvs => PlaneChoice.Ipvs,
            ForwardingPlane.Xdp => PlaneChoice.Xdp,
            _ => PlaneChoice.Automatic,
        };
        _settings = sync is null ? _settings
            : Settings(sync, _instance < 0 ? 0 : model.Instances[_instance].Vrid.Value);
        Want(sync is null ? []
            : _instance >= 0 ? RolesOf(stateOf(_instance))
            : sync.Instance is null ? [SyncRole.Master, SyncRole.Backup] : []);
    }

    /// <summary>An instance changed its state.</summary>
    internal void OnInstance(int instance, InstanceState state)
    {
        if (_model is not null && instance == _instance)
        {
            Want(RolesOf(state));
        }
    }

    /// <summary>Stops what runs, and waits for it a little.</summary>
    internal void Stop()
    {
        _hasStopped = true;
        if (_worker is { } worker)
        {
            _wish = new Wish(_settings!, [], IsLast: true);
            _wake.Set();
            _isHeld = !worker.Join(StopLimit);
            if (_isHeld)
            {
                _log.Warning("The connection synchronisation did not stop in time");
            }
            _worker = null;
            OnReady(EpollEvents.EPOLLIN);
        }
    }

    /// <inheritdoc/>
    public void OnReady(EpollEvents events)
    {
        _ = _told.Drain();
        while (_messages.TryDequeue(out (bool IsError, string Text) message))
        {
            _log.Write(message.IsError ? LogLevel.Error : LogLevel.Info, message.Text);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_worker is { } worker)
        {
            _wish = null; // what the kernel does stays: another supervisor may go on with it
            _worker = null;
            _wake.Set();
            _isHeld = !worker.Join(StopLimit);
        }
        _loop.Remove(_told.Fd);
        if (!_isHeld)
        {
            // A thread that the kernel holds still uses them when it comes back; then they end with the process.
            _told.Dispose();
            _wake.Dispose();
        }
    }

    private static SyncRole[] RolesOf(InstanceState state) => state switch
    {
        InstanceState.Active => [SyncRole.Master],
        // Before VRRP begins, too: it waits for the connections.
        InstanceState.Init or InstanceState.Backup or InstanceState.Fault => [SyncRole.Backup],
        _ => [],
    };

    private static SyncDaemonSpec Settings(LvsSyncDaemonModel model, int vrid) => new()
    {
        Role = SyncRole.Backup,
        Interface = model.Interface,
        SyncId = (uint)(model.SyncId ?? vrid),
        LengthMax = (ushort)model.MessageBytesMax,
        Group = model.Group,
        Port = (ushort)model.Port,
        Ttl = (byte)model.Ttl,
    };

    private void Want(SyncRole[] roles)
    {
        if (_hasStopped)
        {
            return;
        }
        _wish = new Wish(_settings!, roles, IsLast: false);
        if (_worker is null)
        {
            _worker = new Thread(Work) { IsBackground = true, Name = "connection-sync" };
            _worker.Start();
        }
        _wake.Set();
    }

    private NetlinkResult OpenPlane(out ISyncDaemons? daemons) => Layer4Planes.TryOpenSync(_choice, out daemons);

    private void Work()
    {
        using var session = new SyncDaemonSession(Open ?? OpenPlane);
        string? told = null;
        int waits = 0;
        while (true)
        {
            _ = _wake.WaitOne(waits > 0 ? DirectorDelay : told is null ? Timeout.InfiniteTimeSpan : RetryDelay);
            if (_wish is not { } wish)
            {
                return;
            }
            string? problem = session.Carry(wish.Settings, wish.Roles);
            // The checks process makes the director while this one begins.
            waits = problem == SyncDaemonSession.NoDirector && waits < DirectorWaits ? waits + 1 : 0;
            if (waits > 0)
            {
                continue;
            }
            if (problem != told)
            {
                Tell(problem is not null, problem ?? $"lvs_sync_daemon on {wish.Settings.Interface} works now");
            }
            told = problem;
            if (wish.IsLast)
            {
                return;
            }
        }
    }

    private void Tell(bool isError, string message)
    {
        _messages.Enqueue((isError, message));
        _told.Raise();
    }

    private sealed record Wish(SyncDaemonSpec Settings, SyncRole[] Roles, bool IsLast);
}
