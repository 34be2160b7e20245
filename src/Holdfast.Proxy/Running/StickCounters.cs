using Holdfast.Balancing.Tables;
using Holdfast.HAProxy.Samples;
using Holdfast.Linux;
using Holdfast.Primitives;

namespace Holdfast.Proxy.Running;

/// <summary>Entries that one connection and its requests track, and look-ups in tables.</summary>
/// <remarks>
/// What rules of the connection track (tcp-request connection, session) stays until it ends; what rules of a request
/// track, until that ends. Used on one loop.
/// </remarks>
internal sealed class StickCounters(ProxyState state) : IStickCounters
{
    private const int Count = 3;
    private const int KeyMax = 1024;

    private readonly Tracked[] _tracked = new Tracked[Count];

    /// <summary>Whose scratch memory holds what casting keys makes.</summary>
    internal RequestContext? Context { get; set; }

    /// <summary>Whether rules of the connection run.</summary>
    internal bool IsOfConnection { get; set; }

    /// <summary>Whether something is tracked.</summary>
    internal bool HasAny { get; private set; }

    private static MonotonicTime Now => MonotonicClock.Now;

    /// <inheritdoc/>
    public void Track(int counter, string table, in Sample key)
    {
        if (_tracked[counter].Table is not null || state.FindTable(table) is not { } found)
        {
            return;
        }
        Span<byte> bytes = stackalloc byte[KeyMax];
        bytes = bytes[..Math.Min(KeyMax, found.Table.KeyLength)];
        if (!found.TryKey(Context!, key, bytes) || !found.Table.TryTrack(bytes, Now, out StickHandle handle))
        {
            return;
        }
        _tracked[counter] = new(found, handle, IsOfConnection);
        HasAny = true;
        _ = found.Table.Add(handle, StickData.ConnCur, 0, 1);
        found.Table.Record(handle, StickEvent.Connection, Now);
        if (!IsOfConnection && Context is { RequestHead: not null, IsStream: false } or { IsResponse: true })
        {
            // The request that is the first to be tracked is counted here: it was not when its head came.
            found.Table.Record(handle, StickEvent.HttpRequest, Now);
        }
    }

    /// <summary>Counts something for all that is tracked.</summary>
    internal void Record(StickEvent counted, long amount = 1)
    {
        if (!HasAny)
        {
            return;
        }
        foreach (ref readonly Tracked one in _tracked.AsSpan())
        {
            one.Table?.Table.Record(one.Handle, counted, Now, amount);
        }
    }

    /// <summary>Lets go of what the request has tracked, or, at the end of the connection, of all.</summary>
    internal void Release(bool isEnd)
    {
        if (!HasAny)
        {
            return;
        }
        HasAny = false;
        for (int i = 0; i < Count; i++)
        {
            Tracked one = _tracked[i];
            if (one.Table is null)
            {
                continue;
            }
            if (one.IsOfConnection && !isEnd)
            {
                HasAny = true;
                continue;
            }
            bool counts = one.Table.Table.Add(one.Handle, StickData.ConnCur, 0, -1) is not null;
            one.Table.Table.Release(one.Handle, Now, touches: counts);
            _tracked[i] = default;
        }
    }

    /// <inheritdoc/>
    long? IStickCounters.Tracked(string name, int counter, int index, string table)
    {
        if ((uint)counter >= Count || _tracked[counter] is not { Table: { } own } one)
        {
            return null;
        }
        if (table.Length == 0 || table == own.Name)
        {
            return name == "trackers" ? 1 : StickFigures.Read(own.Table, one.Handle, name, index, Now);
        }
        return null;
    }

    /// <inheritdoc/>
    public long? Lookup(string name, string table, int index, in Sample key)
    {
        if (state.FindTable(table) is not { } found)
        {
            return null;
        }
        Span<byte> bytes = stackalloc byte[KeyMax];
        bytes = bytes[..Math.Min(KeyMax, found.Table.KeyLength)];
        if (!found.TryKey(Context!, key, bytes))
        {
            return null;
        }
        bool makes = name is "updt_conn_cnt" or "inc_gpc" or "inc_gpc0" or "inc_gpc1" or "clr_gpc" or "clr_gpc0"
            or "clr_gpc1";
        StickHandle handle;
        if (!(makes ? found.Table.TryTrack(bytes, Now, out handle) : found.Table.TryLookup(bytes, Now, out handle)))
        {
            return null;
        }
        if (name == "updt_conn_cnt")
        {
            _ = found.Table.Add(handle, StickData.ConnCnt, 0, 1);
            name = "conn_cnt";
        }
        long value = StickFigures.Read(found.Table, handle, name, index, Now);
        found.Table.Release(handle, Now);
        return value;
    }

    /// <inheritdoc/>
    public void Change(string action, int counter, int index, long value)
    {
        if ((uint)counter < Count && _tracked[counter] is { Table: { } own } one)
        {
            StickFigures.Change(own.Table, one.Handle, action, index, value, Now);
        }
    }

    private readonly record struct Tracked(SharedTable? Table, StickHandle Handle, bool IsOfConnection);
}
