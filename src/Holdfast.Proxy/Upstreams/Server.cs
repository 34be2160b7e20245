using Holdfast.Linux.Abi;
using Holdfast.Proxy.Options;

namespace Holdfast.Proxy.Upstreams;

/// <summary>A server as the whole process sees it: all loops read and count here, by atomics alone.</summary>
public sealed class Server(ServerOptions options, int index)
{
    private volatile bool _isUsable = !options.IsDisabled;
    private int _connectionCount;
    private int _sourcePortTurn;

    /// <summary>Its configuration.</summary>
    public ServerOptions Options { get; } = options;

    /// <summary>The backend that it belongs to; null: it stands alone.</summary>
    public Backend? Backend { get; internal set; }

    /// <summary>What its last check has found; success also before the first.</summary>
    public Errno LastCheck { get; internal set; }

    /// <summary>Its place in the backend.</summary>
    public int Index { get; } = index;

    /// <summary>Whether new work is given to it: health, maintenance and weight together.</summary>
    public bool IsUsable
    {
        get => _isUsable;
        set => _isUsable = value;
    }

    /// <summary>Connections that are being made or stand.</summary>
    public int ConnectionCount => Volatile.Read(ref _connectionCount);

    /// <summary>Counts on: connections take source ports in turn.</summary>
    internal int NextSourcePort() => Interlocked.Increment(ref _sourcePortTurn) - 1;

    internal void Enter() => Interlocked.Increment(ref _connectionCount);

    internal void Leave() => Interlocked.Decrement(ref _connectionCount);
}
