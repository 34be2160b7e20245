using System.Collections.Frozen;
using System.Collections.Immutable;
using Holdfast.Proxy.Compression;
using Holdfast.Proxy.Engine;
using Holdfast.Proxy.Options;
using Holdfast.Proxy.Programs;
using Holdfast.Proxy.Upstreams;

namespace Holdfast.Proxy.Running;

/// <summary>What all loops of a process share: frontends, backends, limits. What reports read.</summary>
public sealed class ProxyState
{
    private readonly FrozenDictionary<string, Frontend> _frontends;
    private readonly FrozenDictionary<string, Backend> _backends;
    private readonly FrozenDictionary<string, SharedTable> _tables;
    private long _badMessages;

    /// <summary>Makes the state of a process that begins.</summary>
    public ProxyState(ProxyOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        Options = options;
        Whole = new ConnectionLimit(options.ConnectionsMax, null);
        Rates = new RateLimits(options.ConnectionRateMax, options.SessionRateMax, options.TlsRateMax);
        TlsUse = new Tls.TlsUse(options.TlsConnectionsMax);
        Room = new WaitingRoom(options.ThreadCount);
        Frontends = [.. options.Frontends.GroupBy(static one => one.Name).Select(group => new Frontend(
            group.Key, group.First().Program ?? FrontendProgram.Plain(group.Key),
            new ConnectionLimit(group.First().ConnectionsMax, Whole), options.ThreadCount)
        {
            Rate = group.First().SessionRateMax is > 0 and var rate ? new SessionRateLimit(rate) : null,
        })];
        Tables = [.. options.Tables.Select(static one => new SharedTable(one.Name, one.Settings))];
        _tables = Tables.ToFrozenDictionary(static one => one.Name, StringComparer.Ordinal);
        _frontends = Frontends.ToFrozenDictionary(static one => one.Name, StringComparer.Ordinal);
        Limits = [.. options.Frontends.Select(one => one.BindConnectionsMax == int.MaxValue
            ? _frontends[one.Name].Limit : new ConnectionLimit(one.BindConnectionsMax, _frontends[one.Name].Limit))];
        Backends = [.. options.Backends.Select((one, at) => new Backend(one, at, Room, options.ThreadCount))];
        Traffic = new TrafficFigures(this);
        HasHeaderExtensions = Backends.SelectMany(static one => one.Servers)
            .Any(static one => (one.Options.Share.Extensions & ~ProxyHeaderExtensions.Checksum) != 0);
        Tls = new Tls.TlsContexts(options, Backends);
        Compression = new CompressionBudget(options.Compression, options.ThreadCount);
        _backends = Backends.ToFrozenDictionary(static one => one.Options.Name, StringComparer.Ordinal);
    }

    /// <summary>What the process does.</summary>
    public ProxyOptions Options { get; }

    /// <summary>Whether the process accepts no more, and ends with its sessions.</summary>
    public bool IsStopping { get; set; }

    /// <summary>Clients of all frontends together.</summary>
    public ConnectionLimit Whole { get; }

    /// <summary>What the process takes in a second.</summary>
    public RateLimits Rates { get; }

    /// <summary>TLS connections of the process.</summary>
    public Tls.TlsUse TlsUse { get; }

    /// <summary>The frontends, in order, each once.</summary>
    public ImmutableArray<Frontend> Frontends { get; }

    /// <summary>Whether a server's PROXY header says more than addresses: then each session is looked at.</summary>
    internal bool HasHeaderExtensions { get; }

    /// <summary>Clients of each listener, in the order of the options: its own limit, or its frontend's.</summary>
    internal ImmutableArray<ConnectionLimit> Limits { get; }

    /// <summary>The backends, in order.</summary>
    public ImmutableArray<Backend> Backends { get; }

    /// <summary>Figures for expressions.</summary>
    internal TrafficFigures Traffic { get; }

    /// <summary>Messages that were refused because they are none.</summary>
    public long BadMessageCount => Volatile.Read(ref _badMessages);

    /// <summary>Contexts of TLS of listeners and servers.</summary>
    internal Tls.TlsContexts Tls { get; }

    /// <summary>How much may be compressed.</summary>
    public CompressionBudget Compression { get; }

    /// <summary>Where those wait for whom no server has room.</summary>
    internal WaitingRoom Room { get; }

    /// <summary>Stick tables, in the order of their proxies.</summary>
    public ImmutableArray<SharedTable> Tables { get; }

    /// <summary>Counts a message that was refused.</summary>
    /// <returns>How many there were before.</returns>
    internal long CountBadMessage() => Interlocked.Increment(ref _badMessages) - 1;

    /// <summary>The stick table of a name; null: there is none.</summary>
    public SharedTable? FindTable(string name) => _tables.GetValueOrDefault(name);

    /// <summary>The frontend of a name; null: there is none.</summary>
    public Frontend? FindFrontend(string name) => _frontends.GetValueOrDefault(name);

    /// <summary>The backend of a name; null: there is none.</summary>
    public Backend? FindBackend(string name) => _backends.GetValueOrDefault(name);

    /// <summary>The backend of a name as bytes, without allocating; null: there is none.</summary>
    internal Backend? FindBackend(ReadOnlySpan<byte> name)
    {
        foreach (Backend backend in Backends)
        {
            // What no section of the file made cannot be named by a request.
            if (backend.Options.HasSection && name.SequenceEqual(backend.Identity.NameBytes))
            {
                return backend;
            }
        }
        return null;
    }
}
