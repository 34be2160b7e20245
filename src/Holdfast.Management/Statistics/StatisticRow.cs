namespace Holdfast.Management.Statistics;

/// <summary>What a row of <c>show stat</c> is about.</summary>
internal enum StatisticObject : byte
{
    Frontend, Backend, Server, Listener,
}

/// <summary>One row of <c>show stat</c>: what the socket, the page and metrics are made of.</summary>
internal sealed class StatisticRow(StatisticObject kind, string proxy, string name, int proxyId, int id)
{
    private readonly StatisticValue[] _values = new StatisticValue[StatisticFields.Count];

    internal StatisticObject Kind => kind;

    internal string Proxy => proxy;

    internal string Name => name;

    internal int ProxyId => proxyId;

    /// <summary>Number of the server or listener; 0 for a proxy.</summary>
    internal int Id => id;

    /// <summary>Whether the proxy speaks HTTP.</summary>
    internal bool IsHttp { get; init; }

    /// <summary>Facts of a server for metrics; null: no server, or not known.</summary>
    internal ServerFacts? Server { get; init; }

    /// <summary>Facts of a backend's servers for metrics, in order; empty otherwise.</summary>
    internal IReadOnlyList<ServerFacts> Servers { get; init; } = [];

    internal ref StatisticValue this[StatisticField field] => ref _values[(int)field];

    /// <summary>The number in a column; 0 where it is empty.</summary>
    internal long Number(StatisticField field) => _values[(int)field].Number;

    /// <summary>The letter of its kind in the typed format.</summary>
    internal char Letter => Kind switch
    {
        StatisticObject.Frontend => 'F',
        StatisticObject.Backend => 'B',
        StatisticObject.Server => 'S',
        _ => 'L',
    };

    /// <summary>The name of its kind in JSON.</summary>
    internal string KindName => Kind.ToString();
}

/// <summary>The state of a server, as metrics count it.</summary>
/// <param name="State">DOWN, UP, MAINT, DRAIN or NOLB.</param>
/// <param name="CheckStatus">Short name of the last check's result; null: it is not checked.</param>
internal sealed record ServerFacts(string State, string? CheckStatus);
