using System.Collections.Immutable;
using Holdfast.Config.Keepalived.Model;
using Holdfast.Health.Services;
using Holdfast.Layer4;
using Holdfast.Layer4.Ipvs;
using Holdfast.Layer4.Model;
using Holdfast.Linux;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Netlink;
using Holdfast.Primitives;
using Holdfast.Runtime.Logging;
using Holdfast.Runtime.Processes;

namespace Holdfast.Runtime.Checks.Process;

/// <summary>Opens a plane.</summary>
/// <param name="plane">Null unless it worked.</param>
/// <returns>Success with the reason for this plane as text, or what is wrong.</returns>
public delegate NetlinkResult PlaneOpener(out ILayer4Plane? plane);

/// <summary>Keeps a layer 4 plane as the virtual servers are.</summary>
/// <remarks>
/// Changes are gathered until <see cref="EndTurn"/>, and only what differs from what we have put in is touched. When
/// the plane is not as we left it, it is read and made whole. A plane that is missing, or refuses something, is tried
/// again every <see cref="RetryDelay"/>; checks go on meanwhile, and so do services that nothing was refused of.
/// </remarks>
internal sealed partial class ServicePlane(PlaneOpener open, Log log) : ITimed, IDisposable
{
    private readonly Dictionary<VirtualServiceKey, List<int>> _owners = [];
    private readonly HashSet<int> _changed = [];
    private readonly HashSet<VirtualServiceKey> _gone = [];
    private readonly HashSet<string> _told = new(StringComparer.Ordinal);
    private ILayer4Plane? _plane;
    private KeepalivedModel _model = new();
    private VirtualServiceKey[][] _keys = [];
    private ServiceTable?[] _tables = [];
    private bool _isWhole;
    private bool _isKnown;

    /// <summary>How long it waits after a failure.</summary>
    internal static TimeSpan RetryDelay => TimeSpan.FromSeconds(10);

    /// <summary>Name of the plane; null while there is none.</summary>
    internal string? Name => _plane?.Name;

    /// <summary>Why it is this plane; null: it is the usual one.</summary>
    internal string? Reason { get; private set; }

    private string Label => Name is null or "ipvs" ? "IPVS" : $"The {Name} plane";

    /// <summary>Why nothing is forwarded; null: the plane is there.</summary>
    internal string? Problem { get; private set; }

    /// <summary>What the plane refused, as sentences.</summary>
    internal ImmutableArray<string> Refused { get; private set; } = [];

    /// <inheritdoc/>
    public MonotonicTime Deadline { get; private set; } = MonotonicTime.Never;

    /// <summary>Opens the plane, if it is there.</summary>
    internal bool TryOpen()
    {
        if (_plane is not null)
        {
            return true;
        }
        string? problem = null;
        try
        {
            NetlinkResult result = open(out _plane);
            Reason = result.IsSuccess ? result.Text : null;
            problem = result.Errno == Errno.ENOENT
                ? $"the kernel has no IPVS{(result.Text is { } also ? $", {also}" : "")}: {IpvsClient.MissingRemedy}"
                : $"no access to the plane: {result}";
        }
        catch (LinuxException e)
        {
            problem = $"no access to IPVS: {e.Message}";
        }
        if (_plane is not null)
        {
            if (Problem is not null)
            {
                log.Info($"{Label} is there now: {_keys.Length} virtual servers are put in");
            }
            if (_plane.Name != "ipvs")
            {
                log.Info($"Virtual servers are carried out by the {_plane.Name} plane"
                    + (Reason is null ? "" : $": {Reason}"));
            }
            Problem = null;
            Deadline = MonotonicTime.Never;
            ApplyTimeouts();
            return true;
        }
        if (Problem != problem)
        {
            log.Error($"Virtual servers do not work, {problem}");
        }
        Problem = problem;
        Deadline = MonotonicClock.Now + RetryDelay;
        return false;
    }

    /// <summary>What it waits for after the last <see cref="EndTurn"/>; not for what the plane refuses.</summary>
    /// <remarks>With <c>lvs_sync_daemon</c>, connections of the other director count.</remarks>
    internal PlaneWait Wait => _plane is null ? PlaneWait.Plane
        : !_isKnown ? PlaneWait.Services
        : _plane.WaitsFor(forConnections: _model.Global.Lvs.SyncDaemon is not null);

    /// <summary>All that is in the plane; empty when it cannot be read.</summary>
    internal ImmutableArray<ObservedPool> Observe()
        => _plane is not null && _plane.Observe(out ImmutableArray<ObservedPool> pools).IsSuccess ? pools : [];

    /// <summary><c>lvs_flush</c>: removes everything, ours or not.</summary>
    internal void Flush()
    {
        _seen = null;
        if (_plane?.Flush() is { IsSuccess: false } result)
        {
            log.Error($"{Label} cannot be flushed: {result}");
        }
    }

    /// <summary>Takes over a configuration; the table of each of its services follows by <see cref="Set"/>.</summary>
    internal void Apply(KeepalivedModel model)
    {
        LvsGlobalModel before = _model.Global.Lvs;
        _gone.UnionWith(_owners.Keys);
        _owners.Clear();
        _changed.Clear();
        _model = model;
        _keys = [.. model.VirtualServers.Select(service => ServicePools.KeysOf(model, service).ToArray())];
        _tables = new ServiceTable?[_keys.Length];
        for (int service = 0; service < _keys.Length; service++)
        {
            foreach (VirtualServiceKey key in _keys[service])
            {
                if (!_owners.TryGetValue(key, out List<int>? owners))
                {
                    _owners[key] = owners = [];
                }
                owners.Add(service);
            }
        }
        _gone.ExceptWith(_owners.Keys);
        _isKnown = _isWhole; // what was refused may be taken now, as the file says it another way
        if ((before.TcpTimeout, before.TcpFinTimeout, before.UdpTimeout)
            != (model.Global.Lvs.TcpTimeout, model.Global.Lvs.TcpFinTimeout, model.Global.Lvs.UdpTimeout))
        {
            ApplyTimeouts();
        }
    }

    /// <summary>A virtual server has other entries.</summary>
    internal void Set(int service, ServiceTable table)
    {
        _tables[service] = table;
        _changed.Add(service);
    }

    /// <summary>Carries out what has changed since the last call.</summary>
    internal void EndTurn()
    {
        if (_plane?.Trouble is { } trouble && _told.Add(trouble))
        {
            log.Error($"{Label}: {trouble}");
        }
        if ((_changed.Count == 0 && _gone.Count == 0) || _plane is null)
        {
            return;
        }
        if (!_isKnown)
        {
            MakeWhole();
            return;
        }
        // A service that the plane does not take has nothing to change; the rest does not wait for it.
        PoolSpec[] pools = [.. _changed.Order().SelectMany(s => _keys[s]).Distinct()
            .Where(key => !_absent.Contains(key)).Select(PoolOf)];
        _seen = null;
        if (!_plane.Advance(pools, _gone, out _).IsSuccess)
        {
            MakeWhole();
            return;
        }
        _changed.Clear();
        _gone.Clear();
    }

    /// <summary>Removes what is ours, or everything, as the configuration says.</summary>
    /// <param name="mayFlush">Whether <c>lvs_flush_on_stop</c> counts.</param>
    internal void Stop(bool mayFlush)
    {
        if (_plane is null)
        {
            return;
        }
        _seen = null;
        NetlinkResult result = mayFlush && _model.Global.Lvs.FlushOnStop == FlushOnStop.All
            ? _plane.Flush() : _plane.Reconcile([], out _);
        if (!result.IsSuccess)
        {
            log.Error($"Virtual servers cannot be removed: {result}");
        }
        _owners.Clear();
        _changed.Clear();
        _gone.Clear();
        _keys = [];
    }

    /// <summary>Closes the plane; what is in it stays.</summary>
    public void Dispose()
    {
        _plane?.Dispose();
        _plane = null;
    }

    private string Sentence(Layer4Outcome outcome)
    {
        string? hint = (outcome.Operation.Verb, outcome.Result.Errno) switch
        {
            (Layer4.Planning.Layer4Verb.AddService or Layer4.Planning.Layer4Verb.SetService, Errno.ENOENT) =>
                $" (the kernel has no scheduler '{outcome.Operation.Service!.Scheduler}', or no persistence engine)",
            _ => null,
        };
        return $"{Label} refused to {outcome.Operation}: {outcome.Result}{hint}";
    }

    /// <summary>
    /// Two virtual servers with one address share its entry: the first one says how, both which servers.
    /// </summary>
    private PoolSpec PoolOf(VirtualServiceKey key)
    {
        PoolSpec? pool = null;
        foreach (int service in _owners[key])
        {
            if (_tables[service] is { } table)
            {
                PoolSpec part = ServicePools.PoolOf(_model.VirtualServers[service], key, table);
                pool = pool is null ? part : pool with
                {
                    Servers = [.. pool.Servers.Concat(part.Servers).DistinctBy(static s => s.Key)],
                    Absent = [.. pool.Absent, .. part.Absent],
                };
            }
        }
        return pool!;
    }

    private void ApplyTimeouts()
    {
        LvsGlobalModel lvs = _model.Global.Lvs;
        var timeouts = new ConnectionTimeouts(
            (uint)lvs.TcpTimeout.TotalSeconds, (uint)lvs.TcpFinTimeout.TotalSeconds,
            (uint)lvs.UdpTimeout.TotalSeconds);
        if (timeouts != default && _plane?.SetTimeouts(timeouts) is { IsSuccess: false } result)
        {
            log.Error($"lvs_timeouts cannot be set: {result}");
        }
    }
}
