using Holdfast.Balancing.Queues;
using Holdfast.Balancing.Servers;
using Holdfast.Config.HAProxy.Model;
using Holdfast.HAProxy.Samples;
using Holdfast.Primitives;
using Holdfast.Proxy.Counters;
using Holdfast.Proxy.Options;
using Holdfast.Proxy.Programs;

namespace Holdfast.Proxy.Upstreams;

/// <summary>A backend as the whole process sees it: its servers, who waits for them, and what was counted.</summary>
public sealed partial class Backend
{
    private readonly WaitingRoom _room;
    private readonly int _loops;
    private long _dequeued;

    /// <summary>Makes the backend; every server begins as its configuration says.</summary>
    /// <param name="options">Its configuration.</param>
    /// <param name="index">Its place among all backends.</param>
    /// <param name="room">Where those are told whose turn has come.</param>
    /// <param name="loops">How many loops count.</param>
    public Backend(BackendOptions options, int index, WaitingRoom room, int loops)
    {
        ArgumentNullException.ThrowIfNull(options);
        Options = options;
        Index = index;
        _room = room;
        Program = options.Program ?? BackendProgram.Plain(options.Name);
        Pool = new ServerPool(options.Servers.Select(static one => one.Balancing with
        {
            Name = one.Name, IsDisabled = one.IsDisabled,
        }), options.HasSection ? Program.Balance with { SpareServers = SpareServers } : Program.Balance);
        bool hasLimits = options.Servers.Any(static one
            => one.Balancing.MaxConnections > 0 || one.Health.Agent is not null);
        Queue = new AdmissionQueue(Pool, options.WaitingMax, isLazy: !hasLimits);
        Recall();
        _loops = loops;
        _servers = [.. options.Servers.Select((one, at) => new Server(this, one, Pool.Servers[at], loops))];
        _places = new Server[Pool.Servers.Length];
        _servers.CopyTo(_places, 0);
        Counters = new CounterSet(loops);
        CookieName = ByteText.ToBytes(Program.Cookie?.Name ?? "");
    }

    /// <summary>Its configuration.</summary>
    public BackendOptions Options { get; }

    /// <summary>What it does with requests.</summary>
    public BackendProgram Program { get; }

    /// <summary>Its place among all backends.</summary>
    public int Index { get; }

    /// <summary>Name of the persistence cookie; empty: none.</summary>
    internal byte[] CookieName { get; }

    /// <summary>Name and number.</summary>
    public ProxyIdentity Identity => Program.Rules.Identity;

    /// <summary>Who gets the next request.</summary>
    public ServerPool Pool { get; }

    /// <summary>Who waits for servers that are full.</summary>
    public AdmissionQueue Queue { get; }

    /// <summary>The last response that was refused because it is none.</summary>
    public Http.BadMessageMemory BadResponse { get; } = new();

    /// <summary>What was counted.</summary>
    public CounterSet Counters { get; }

    /// <summary>Requests that have left the queues for a server: positions in logs are differences of it.</summary>
    internal long DequeuedCount => Volatile.Read(ref _dequeued);

    /// <summary>Frees a slot of a server, and gives it to who waits for it.</summary>
    internal void Release(Server server, MonotonicTime now)
    {
        Pool.Release(server.Balanced);
        Offer(server, now);
    }

    /// <summary>Gives free slots of a server to who waits.</summary>
    internal void Offer(Server server, MonotonicTime now)
    {
        while (Queue.TryDequeue(server.Balanced, now, out long owner))
        {
            _ = Interlocked.Increment(ref _dequeued);
            _room.Call(owner, server);
        }
    }

    internal void SetState(Server server, ServerState state, MonotonicTime now)
    {
        Pool.SetState(server.Balanced, state, now);
        OnServerChanged(server, now);
    }

    /// <summary>A server gets work or not, for another reason than before: who waits is told.</summary>
    private void OnServerChanged(Server server, MonotonicTime now)
    {
        Observe(now);
        TellSessions(server);
        if (server.IsUsable)
        {
            Offer(server, now);
            return;
        }
        // Those who waited for this server alone are balanced again.
        while (!server.Balanced.TakesPersistentWork && Queue.TryTakeBack(server.Balanced, out long owner))
        {
            _room.Call(owner, null);
        }
    }

    /// <summary>Ends sessions of a server, for a cause as logs name it; null: nobody does that.</summary>
    internal Action<Server, char>? EndSessions { get; set; }

    /// <summary>Where the file wants that, sessions end with their server, or when a server that is no backup is back.
    /// </summary>
    private void TellSessions(Server server)
    {
        if (!server.HasChanged(out bool isUp))
        {
            return;
        }
        if (!isUp && server.Options.EndsSessionsWhenDown)
        {
            EndSessions?.Invoke(server, 'D');
        }
        foreach (Server other in isUp && server.Options.EndsBackupSessionsWhenUp ? Servers : [])
        {
            if (other.Options.Balancing.IsBackup)
            {
                EndSessions?.Invoke(other, 'U');
            }
        }
    }
}
