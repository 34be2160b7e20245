using Holdfast.Proxy.Counters;

namespace Holdfast.Proxy.Tls;

/// <summary>TLS connections of the whole process, to clients and to servers: how many may be, and what was counted.
/// </summary>
/// <remarks>A handshake costs hundreds of microseconds, so that one lock for all loops costs nothing.</remarks>
/// <param name="max">At the same time (<c>maxsslconn</c>); 0: no limit.</param>
public sealed class TlsUse(int max)
{
    private readonly Lock _gate = new();
    private EventRate _clients;
    private EventRate _clientKeys;
    private EventRate _serverKeys;
    private int _count;
    private long _total;
    private long _handshakes;
    private long _resumed;
    private long _clientsMax;
    private long _clientKeysMax;
    private long _serverKeysMax;

    /// <summary>Connections at the same time; 0: no limit.</summary>
    public int Max { get; } = max;

    /// <summary>Connections that are open.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>Connections since the process began.</summary>
    public long Total => Volatile.Read(ref _total);

    /// <summary>Of clients' handshakes in a hundred, those that have resumed a session.</summary>
    public long ResumedPercent
        => Volatile.Read(ref _handshakes) is > 0 and var all ? Volatile.Read(ref _resumed) * 100 / all : 0;

    /// <summary>What happened in the last second, and the most in a second.</summary>
    /// <param name="now">Milliseconds of the loops' clock.</param>
    public TlsRates RatesAt(long now)
    {
        lock (_gate)
        {
            return new TlsRates(_clients.At(now), _clientsMax, _clientKeys.At(now), _clientKeysMax,
                _serverKeys.At(now), _serverKeysMax);
        }
    }

    /// <summary>Notes the rates of a second that ends.</summary>
    internal void See(long now)
    {
        lock (_gate)
        {
            _clientsMax = Math.Max(_clientsMax, _clients.At(now));
            _clientKeysMax = Math.Max(_clientKeysMax, _clientKeys.At(now));
            _serverKeysMax = Math.Max(_serverKeysMax, _serverKeys.At(now));
        }
    }

    /// <summary>A connection begins.</summary>
    /// <returns>False: there are too many.</returns>
    internal bool TryEnter(bool isClients, long now)
    {
        lock (_gate)
        {
            if (isClients)
            {
                _clients.Add(now);
            }
            if (Max > 0 && _count >= Max)
            {
                return false;
            }
            _count++;
            _total++;
            return true;
        }
    }

    /// <summary>A connection has ended.</summary>
    internal void Leave()
    {
        lock (_gate)
        {
            _count--;
        }
    }

    /// <summary>A handshake is done.</summary>
    internal void OnHandshake(bool isClients, bool isResumed, long now)
    {
        lock (_gate)
        {
            if (isClients)
            {
                _handshakes++;
                _resumed += isResumed ? 1 : 0;
            }
            if (!isResumed)
            {
                (isClients ? ref _clientKeys : ref _serverKeys).Add(now);
            }
        }
    }
}

/// <summary>TLS in the last second, and the most of any second.</summary>
/// <param name="Clients">Connections of clients.</param>
/// <param name="ClientsMax">The most of them.</param>
/// <param name="ClientKeys">Whole handshakes with clients.</param>
/// <param name="ClientKeysMax">The most of them.</param>
/// <param name="ServerKeys">Whole handshakes with servers.</param>
/// <param name="ServerKeysMax">The most of them.</param>
public readonly record struct TlsRates(
    long Clients, long ClientsMax, long ClientKeys, long ClientKeysMax, long ServerKeys, long ServerKeysMax);
