using Holdfast.Nginx.Requests;
using Holdfast.Nginx.Texts;

namespace Holdfast.Nginx.Limits;

/// <summary>A line of <c>limit_conn</c>.</summary>
/// <param name="Zone">Its zone.</param>
/// <param name="Key">What is counted.</param>
/// <param name="Max">How many requests there may be at a time.</param>
public sealed record ConnectionLimitLine(ConnectionZone Zone, CompiledText Key, int Max);

/// <summary>Where one request is counted by <c>limit_conn</c>; used again for the next one.</summary>
public sealed class ConnectionVisit
{
    private readonly List<(ConnectionZone Zone, int Entry)> _entries = [];

    /// <summary>The zone that has refused it, for the log; null: none has.</summary>
    public ConnectionZone? Refused { get; internal set; }

    /// <summary>The request has ended: it is counted nowhere any more.</summary>
    public void Leave()
    {
        foreach ((ConnectionZone zone, int entry) in _entries)
        {
            zone.Leave(entry);
        }
        _entries.Clear();
        Refused = null;
    }

    internal void Add(ConnectionZone zone, int entry) => _entries.Add((zone, entry));
}

/// <summary>The <c>limit_conn</c> lines of a place. On any thread.</summary>
/// <param name="lines">The lines.</param>
/// <param name="isDryRun"><c>limit_conn_dry_run</c>.</param>
public sealed class ConnectionLimits(ConnectionLimitLine[] lines, bool isDryRun)
{
    /// <summary>Asks all zones, and counts the request in all of them, or in none.</summary>
    /// <param name="request">The request; asked once.</param>
    /// <param name="visit">Where it is counted, until its <see cref="ConnectionVisit.Leave"/>.</param>
    public LimitStatus Ask(Request request, ConnectionVisit visit)
    {
        ArgumentNullException.ThrowIfNull(visit);
        var status = LimitStatus.None;
        foreach (ConnectionLimitLine line in lines)
        {
            ReadOnlySpan<byte> key = line.Key.Evaluate(request);
            if (key.Length is 0 or > ConnectionZone.KeyMax)
            {
                continue;
            }
            status = LimitStatus.Passed;
            if (!line.Zone.TryEnter(key, line.Max, out int entry))
            {
                visit.Leave();
                visit.Refused = line.Zone;
                return isDryRun ? LimitStatus.RejectedDryRun : LimitStatus.Rejected;
            }
            visit.Add(line.Zone, entry);
        }
        return status;
    }
}
