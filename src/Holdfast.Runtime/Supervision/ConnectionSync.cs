using System.Collections.Concurrent;
using Holdfast.Config.Keepalived.Model;
using Holdfast.Layer4.Ipvs;
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
/// thread of its own, one after the other, and only the last wish counts.
/// </remarks>
internal sealed class ConnectionSync : IReadyHandler, IDisposable
{
    private static readonly TimeSpan s_stopLimit = TimeSpan.FromSeconds(3);

    private readonly EpollLoop _loop;
    private readonly Log _log;
    private readonly EventFd _told = new();
    private readonly ConcurrentQueue<string> _messages = [];
    private readonly AutoResetEvent _wake = new(initialState: false);
    private Thread? _worker;
    private LvsSyncDaemonModel? _model;
    private SyncDaemonSpec? _settings;
    private int _instance = -1;
    private volatile Wish? _wish;

    internal ConnectionSync(EpollLoop loop, Log log)
    {
        _loop = loop;
        _log = log;
        loop.Add(_told.Fd, EpollEvents.EPOLLIN, this);
    }

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
        if (_worker is { } worker)
        {
            _wish = new Wish(_settings!, [], IsLast: true);
            _wake.Set();
            if (!worker.Join(s_stopLimit))
            {
                _log.Warning("The connection synchronisation of IPVS did not stop in time");
            }
            _worker = null;
            OnReady(EpollEvents.EPOLLIN);
        }
    }

    /// <inheritdoc/>
    public void OnReady(EpollEvents events)
    {
        _ = _told.Drain();
        while (_messages.TryDequeue(out string? message))
        {
            _log.Error(message);
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
            _ = worker.Join(s_stopLimit);
        }
        _loop.Remove(_told.Fd);
        _told.Dispose();
        _wake.Dispose();
    }

    private static SyncRole[] RolesOf(InstanceState state) => state switch
    {
        InstanceState.Active => [SyncRole.Master],
        InstanceState.Backup or InstanceState.Fault => [SyncRole.Backup],
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
        _wish = new Wish(_settings!, roles, IsLast: false);
        if (_worker is null)
        {
            _worker = new Thread(Work) { IsBackground = true, Name = "connection-sync" };
            _worker.Start();
        }
        _wake.Set();
    }

    private void Work()
    {
        NetlinkResult opened = IpvsClient.TryOpen(out IpvsClient? client);
        if (client is null)
        {
            Tell(opened.Errno == Errno.ENOENT
                ? $"lvs_sync_daemon: {IpvsClient.MissingRemedy}" : $"lvs_sync_daemon: no access to IPVS: {opened}");
            return;
        }
        using (client)
        {
            SyncDaemonKeeper? keeper = null;
            SyncDaemonSpec? settings = null;
            while (_wake.WaitOne() && _wish is { } wish)
            {
                if (keeper is null || wish.Settings != settings)
                {
                    _ = keeper?.SetRoles([]);
                    (keeper, settings) = (new SyncDaemonKeeper(client, wish.Settings), wish.Settings);
                }
                NetlinkResult result = keeper.SetRoles(wish.Roles);
                if (!result.IsSuccess)
                {
                    Tell($"lvs_sync_daemon on {wish.Settings.Interface}: {result}");
                }
                if (wish.IsLast)
                {
                    return;
                }
            }
        }
    }

    private void Tell(string message)
    {
        _messages.Enqueue(message);
        _told.Raise();
    }

    private sealed record Wish(SyncDaemonSpec Settings, SyncRole[] Roles, bool IsLast);
}
