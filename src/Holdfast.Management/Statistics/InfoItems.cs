using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace Holdfast.Management.Statistics;

/// <summary>The lines of <c>show info</c>, with the original's names, numbers and tags.</summary>
/// <param name="values">Values by name; what is not there is 0, or not shown where its row is optional.</param>
internal sealed class InfoItems(IReadOnlyDictionary<string, StatisticValue> values)
{
    private static string Rows => Encoding.UTF8.GetString("""
        Name|POS|str|Name of the product
        Version|POS|str|Version of the product
        Release_date|POS|str|Date of that version
        Nbthread|CGS|u32|Threads that serve
        Nbproc|CGS|u32|Processes, always 1
        Process_num|KGP|u32|Number of this process, always 1
        Pid|SGP|u32|The system's number of this process
        Uptime|MDP|str|How long it runs: days, hours, minutes, seconds
        Uptime_sec|MDP|u32|How long it runs, in seconds
        Memmax_MB|CLP|u32|Limit of memory in MB; 0: none
        PoolAlloc_MB|MGP|u32|Memory that buffers and tables hold, in MB
        PoolUsed_MB|MGP|u32|Of that, what is in use, in MB
        PoolFailed|MCP|u32|Failed attempts to get memory
        Ulimit-n|CLP|u32|Limit of open descriptors
        Maxsock|CLP|u32|Limit of sockets
        Maxconn|CLP|u32|Limit of clients at a time
        Hard_maxconn|CLP|u32|What that limit may be raised to
        CurrConns|MGP|u32|Clients that are connected
        CumConns|MCP|u32|Clients that have connected since the start
        CumReq|MCP|u32|Requests since the start
        MaxSslConns|MMP|u32|Limit of TLS connections; 0: none
        CurrSslConns|MGP|u32|TLS connections at the moment
        CumSslConns|MCP|u32|TLS connections since the start
        Maxpipes|CLP|u32|Limit of pipes for splicing
        PipesUsed|MGP|u32|Pipes in use
        PipesFree|MGP|u32|Pipes kept for use
        ConnRate|MRP|u32|Clients that have connected in the last second
        ConnRateLimit|CLP|u32|Limit of connections a second (maxconnrate)
        MaxConnRate|MMP|u32|Most connections in a second
        SessRate|MRP|u32|Sessions that have begun in the last second
        SessRateLimit|CLP|u32|Limit of sessions a second (maxsessrate)
        MaxSessRate|MRP|u32|Most sessions in a second
        SslRate|MRP|u32|TLS connections in the last second
        SslRateLimit|CLP|u32|Limit of TLS connections a second (maxsslrate)
        MaxSslRate|MMP|u32|Most TLS connections in a second
        SslFrontendKeyRate|MGP|u32|TLS keys made with clients in the last second
        SslFrontendMaxKeyRate|MMP|u32|Most TLS keys made with clients in a second
        SslFrontendSessionReuse_pct|MGP|u32|Percent of TLS connections that were resumed
        SslBackendKeyRate|MRP|u32|TLS keys made with servers in the last second
        SslBackendMaxKeyRate|MMP|u32|Most TLS keys made with servers in a second
        SslCacheLookups|MCP|u32|Questions to the cache of TLS sessions
        SslCacheMisses|MCP|u32|Questions that it could not answer
        CompressBpsIn|MRP|u32|Bytes given to compression in the last second
        CompressBpsOut|MRP|u32|Bytes that compression has made in the last second
        CompressBpsRateLim|CLP|u32|Limit of compressed bytes a second; 0: none
        ZlibMemUsage|MGP|u32|Memory that compression uses
        MaxZlibMemUsage|CLP|u32|Limit of that memory; 0: none
        Tasks|MGP|u32|Sessions, checks and such at the moment
        Run_queue|MGP|u32|Those that wait for a processor
        Idle_pct|MaP|u32|Percent of the last second in which the loops waited
        node|COS|str|Name of this node
        description|COS|str|Description of this node
        Stopping|MGP|u32|Whether it ends when its sessions have
        Jobs|MGP|u32|Clients and listeners at the moment
        Unstoppable Jobs|MGP|u32|Of those, what a soft stop does not wait for
        Listeners|MGP|u32|Listeners that are open
        ActivePeers|MGP|u32|Peers that are in touch
        ConnectedPeers|MGP|u32|Peers that are connected
        DroppedLogs|MGP|u32|Log lines that their targets did not take
        BusyPolling|MGP|u32|Whether loops ask the kernel without waiting
        FailedResolutions|MGP|u32|Questions to name servers that failed
        TotalBytesOut|MGP|u64|Bytes sent since the start
        TotalSplicdedBytesOut|MGP|u64|Of those, bytes sent through a pipe
        BytesOutRate|MRP|u64|Bytes sent in the last second
        DebugCommandsIssued|MGP|u32|Commands for debugging that were given
        CumRecvLogs|MCP|u32|Log lines received for forwarding
        Build info|POS|str|Version of this build
        Memmax_bytes|CLP|u32|Limit of memory in bytes; 0: none
        PoolAlloc_bytes|MGP|u64|Memory that buffers and tables hold, in bytes
        PoolUsed_bytes|MGP|u64|Of that, what is in use, in bytes
        Start_time_sec|MDP|u32|When it was started, in seconds since 1970
        Tainted|SGP|str|Whether experimental features were used
        """u8);

    /// <summary>Rows that are left out when nothing is known of them.</summary>
    private static readonly ImmutableHashSet<string> s_optional = ["ZlibMemUsage", "MaxZlibMemUsage", "description"];

    private static readonly ImmutableArray<(string Name, string Tags, string Type, string Meaning)> s_rows =
        [.. Rows.Split('\n').Select(static row => row.Split('|')).Select(static p => (p[0], p[1], p[2], p[3]))];

    /// <summary>What is known of a process now.</summary>
    /// <param name="process">The process.</param>
    /// <param name="hasFractions">Whether times have fractions of seconds.</param>
    internal static InfoItems Of(ManagedProcess process, bool hasFractions)
        => new(ProcessFacts.Of(process, hasFractions));

    /// <summary>All values in order, with what metrics need.</summary>
    internal IEnumerable<(string Name, StatisticValue Value, string Meaning)> All
        => s_rows.Where(row => values.ContainsKey(row.Name) || !s_optional.Contains(row.Name))
            .Select(row => (row.Name, Value(row.Name, row.Tags, row.Type), row.Meaning));

    /// <summary>"Name: value".</summary>
    internal string Plain(bool hasMeaning)
    {
        var text = new StringBuilder();
        foreach ((string name, StatisticValue value, string meaning) in All)
        {
            text.Append(CultureInfo.InvariantCulture, $"{name}: {value}")
                .Append(hasMeaning ? $":\"{meaning}\"\n" : "\n");
        }
        return text.ToString();
    }

    /// <summary>"0.Name.1:POS:str:HAProxy".</summary>
    internal string Typed(bool hasMeaning)
    {
        var text = new StringBuilder();
        foreach ((string name, StatisticValue value, string meaning) in All)
        {
            text.Append(CultureInfo.InvariantCulture,
                $"{Position(name)}.{name}.1:{value.Tags}:{value.TypeName}:{value}")
                .Append(hasMeaning ? $":\"{meaning}\"\n" : "\n");
        }
        return text.ToString();
    }

    /// <summary>One JSON array.</summary>
    internal string Json()
    {
        var text = new StringBuilder("[");
        foreach ((string name, StatisticValue value, _) in All)
        {
            text.Append(text.Length > 1 ? ",{" : "{");
            StatisticFormats.AppendJson(text, Position(name), name, value);
        }
        return text.Append("]\n").ToString();
    }

    private static int Position(string name)
    {
        int at = 0;
        while (s_rows[at].Name != name)
        {
            at++;
        }
        return at;
    }

    private StatisticValue Value(string name, string tags, string type)
        => values.TryGetValue(name, out StatisticValue found) ? found with { Tags = tags, Type = TypeOf(type, found) }
            : type == "str" ? StatisticValue.Text(tags, "")
            : new StatisticValue(tags, TypeOf(type, default), 0, "");

    private static ValueType TypeOf(string name, StatisticValue value) => value.Type == ValueType.Real
        ? ValueType.Real : name switch
        {
            "u64" => ValueType.Unsigned64,
            "str" => ValueType.Text,
            _ => ValueType.Unsigned32,
        };
}
