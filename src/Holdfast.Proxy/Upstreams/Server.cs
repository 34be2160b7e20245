using System.Text;
using Holdfast.Balancing.Persistence;
using Holdfast.Balancing.Servers;
using Holdfast.HAProxy.Samples;
using Holdfast.Health.Servers;
using Holdfast.Linux;
using Holdfast.Linux.OpenSsl;
using Holdfast.Linux.Sockets;
using Holdfast.Proxy.Counters;
using Holdfast.Proxy.Options;

namespace Holdfast.Proxy.Upstreams;

/// <summary>A server as the whole process sees it: all loops read and count here.</summary>
public sealed class Server
{
    private volatile ServerOptions _options;
    private int _connectionCount;
    private int _sourcePortTurn;
    private int _wasDown;

    internal Server(
        Backend backend, ServerOptions options, BalancedServer balanced, int loops, bool isDynamic = false)
    {
        IsDynamic = isDynamic;
        Backend = backend;
        _options = options;
        Balanced = balanced;
        Identity = new ProxyIdentity(options.Name, balanced.Settings.Id);
        Counters = new CounterSet(loops);
        Health = new ServerHealth(this);
        ServerName = Encoding.ASCII.GetBytes(options.ServerName ?? "");
    }

    /// <summary>Its configuration.</summary>
    public ServerOptions Options => _options;

    /// <summary>The backend that it belongs to.</summary>
    public Backend Backend { get; }

    /// <summary>Its name and number, for logs and expressions.</summary>
    public ProxyIdentity Identity { get; }

    /// <summary>Its weight, state and load.</summary>
    public BalancedServer Balanced { get; }

    /// <summary>What was counted.</summary>
    public CounterSet Counters { get; }

    /// <summary>Whether it was added while running. Default: no.</summary>
    public bool IsDynamic { get; }

    /// <summary>What checks, agent and traffic say of it.</summary>
    public ServerHealth Health { get; }

    /// <summary>What its last check has found.</summary>
    public CheckResult LastCheck => Health.LastCheck;

    /// <summary>TLS towards it; null: it is spoken to plainly.</summary>
    internal TlsClient? Tls { get; set; }

    /// <summary>TLS of its checks; null: they speak plainly.</summary>
    internal TlsClient? CheckTls { get; set; }

    /// <summary>Name that it is asked for, as bytes; empty: none.</summary>
    internal byte[] ServerName { get; }

    /// <summary>Its place in the backend.</summary>
    public int Index => Balanced.Index;

    /// <summary>Whether new work is given to it: health, maintenance and weight together.</summary>
    public bool IsUsable => Balanced.IsUsable;

    /// <summary>Connections that are being made or stand, idle ones included.</summary>
    public int ConnectionCount => Volatile.Read(ref _connectionCount);

    /// <summary>Tells what traffic has shown of it: <see cref="ServerHealth.Observe"/>. May be called on any thread.
    /// </summary>
    public void Observe(ObservedResult result) => Health.Observe(result);

    /// <summary>Whether it has gone down or come up since this was asked last.</summary>
    internal bool HasChanged(out bool isUp)
    {
        isUp = Balanced.TakesPersistentWork;
        int isDown = isUp ? 0 : 1;
        return Interlocked.Exchange(ref _wasDown, isDown) != isDown;
    }

    /// <summary>Counts on: connections take source ports in turn.</summary>
    internal int NextSourcePort() => Interlocked.Increment(ref _sourcePortTurn) - 1;

    /// <summary>Health has changed. May be called on any thread.</summary>
    /// <param name="state">Running: up; it starts slowly where that is configured.</param>
    public void SetState(ServerState state) => Backend.SetState(this, state, MonotonicClock.Now);

    /// <summary>Sends new connections elsewhere (<c>set server addr</c>). May be called on one thread alone.</summary>
    internal void ChangeEndpoint(SocketEndpoint endpoint) => _options = _options with
    {
        Endpoint = endpoint,
        Cookie = _options.CookieKey is { } key && !endpoint.IsUnix
            ? DynamicCookie.Of(key, endpoint.Address, endpoint.Port) : _options.Cookie,
    };

    /// <summary>Checks it elsewhere (<c>set server check-addr</c>). May be called on one thread alone.</summary>
    public void ChangeCheckEndpoint(SocketEndpoint endpoint) => _options = _options with { CheckEndpoint = endpoint };

    /// <summary>Changes where its agent is, or what it is asked. May be called on one thread alone.</summary>
    public void ChangeAgent(AgentOptions agent)
        => _options = _options with { Health = _options.Health with { Agent = agent } };

    internal void Enter() => Interlocked.Increment(ref _connectionCount);

    internal void Leave() => Interlocked.Decrement(ref _connectionCount);
}
