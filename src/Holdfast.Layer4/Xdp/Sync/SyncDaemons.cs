using System.Collections.Immutable;
using Holdfast.Layer4.Model;

namespace Holdfast.Layer4.Xdp.Sync;

/// <summary>Runs the synchronisation daemons that the director's state names. One thread at a time.</summary>
internal sealed class SyncDaemons(XdpClient client) : IDisposable
{
    private readonly List<SyncThread> _running = [];

    /// <summary>What does not work, as "eth0: ENODEV"; null when all is well.</summary>
    internal string? Problem
        => _running.Select(static daemon => daemon.Problem).FirstOrDefault(static p => p is not null);

    /// <summary>Whether one runs.</summary>
    internal bool IsRunning => _running.Count > 0;

    /// <summary>Whether what takes connections runs, and has those that others knew when it began.</summary>
    internal bool IsCaughtUp => _running.Exists(static d => d.Spec.Role == SyncRole.Backup && d.IsCaughtUp);

    /// <summary>Starts what should run and does not, and ends the rest.</summary>
    internal void Follow()
    {
        _ = client.GetDaemons(out ImmutableArray<SyncDaemonSpec> wanted);
        foreach (SyncThread daemon in _running.Where(daemon => !wanted.Contains(daemon.Spec)).ToArray())
        {
            daemon.Dispose();
            _ = _running.Remove(daemon);
        }
        foreach (SyncDaemonSpec spec in wanted.Where(spec => !_running.Exists(daemon => daemon.Spec == spec)))
        {
            _running.Add(new SyncThread(client, spec));
        }
    }

    /// <summary>Ends all of them; the state goes on to name them.</summary>
    public void Dispose()
    {
        _running.ForEach(static daemon => daemon.Dispose());
        _running.Clear();
    }
}
