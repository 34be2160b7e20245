using Holdfast.Primitives;

namespace Holdfast.Balancing.Tables;

/// <summary>What is counted, in a count and a rate at once.</summary>
public enum StickEvent : byte
{
    /// <summary>A connection: <c>conn_cnt</c> and <c>conn_rate</c>.</summary>
    Connection,

    /// <summary>A session: <c>sess_cnt</c> and <c>sess_rate</c>.</summary>
    Session,

    /// <summary>A request: <c>http_req_cnt</c> and <c>http_req_rate</c>.</summary>
    HttpRequest,

    /// <summary>A client's fault: <c>http_err_cnt</c> and <c>http_err_rate</c>.</summary>
    HttpError,

    /// <summary>A server's fault: <c>http_fail_cnt</c> and <c>http_fail_rate</c>.</summary>
    HttpFailure,

    /// <summary>Bytes from the client: <c>bytes_in_cnt</c> and <c>bytes_in_rate</c>.</summary>
    BytesIn,

    /// <summary>Bytes to the client: <c>bytes_out_cnt</c> and <c>bytes_out_rate</c>.</summary>
    BytesOut,

    /// <summary><c>gpc0</c> and <c>gpc0_rate</c>; the first of <c>gpc(n)</c> where there is no <c>gpc0</c>.</summary>
    Gpc0,

    /// <summary><c>gpc1</c> and <c>gpc1_rate</c>; the second of <c>gpc(n)</c> where there is no <c>gpc1</c>.</summary>
    Gpc1,

    /// <summary>One of <c>gpc(n)</c> and of <c>gpc_rate(n,…)</c>.</summary>
    Gpc,
}

/// <content>Counting and reading.</content>
public sealed partial class StickTable
{
    private static readonly (StickData Count, StickData Rate)[] Pairs =
    [
        (StickData.ConnCnt, StickData.ConnRate), (StickData.SessCnt, StickData.SessRate),
        (StickData.HttpReqCnt, StickData.HttpReqRate), (StickData.HttpErrCnt, StickData.HttpErrRate),
        (StickData.HttpFailCnt, StickData.HttpFailRate), (StickData.BytesInCnt, StickData.BytesInRate),
        (StickData.BytesOutCnt, StickData.BytesOutRate), (StickData.Gpc0, StickData.Gpc0Rate),
        (StickData.Gpc1, StickData.Gpc1Rate), (StickData.Gpc, StickData.GpcRate),
    ];

    /// <summary>Counts an event for a held entry, in whatever of the two is stored.</summary>
    /// <param name="handle">The entry.</param>
    /// <param name="counted">What has happened.</param>
    /// <param name="now">Now.</param>
    /// <param name="amount">How often, or how many bytes.</param>
    /// <param name="index">Which of <see cref="StickEvent.Gpc"/>, from 0; else 0.</param>
    public void Record(StickHandle handle, StickEvent counted, MonotonicTime now, long amount = 1, int index = 0)
    {
        (StickData count, StickData rate) = Pairs[(int)counted];
        Add(handle, count, index, amount);
        if (TryLocate(rate, index, out int offset, out int period))
        {
            lock (_gates[handle.Shard])
            {
                if (TryWords(handle, out Span<long> words))
                {
                    StickRate.Add(words.Slice(offset, 2), period, Milliseconds(now), amount);
                }
            }
        }
    }

    /// <summary>Adds to a count of a held entry: <c>conn_cur</c> rises and falls so.</summary>
    /// <returns>The count after that; null: it is not stored, or the entry has been removed.</returns>
    public long? Add(StickHandle handle, StickData data, int index, long amount)
    {
        if (!TryLocate(data, index, out int offset, out int period) || period > 0)
        {
            return null;
        }
        lock (_gates[handle.Shard])
        {
            if (!TryWords(handle, out Span<long> words))
            {
                return null;
            }
            words[offset] = Math.Max(0, words[offset] + amount);
            return words[offset];
        }
    }

    /// <summary>Reads a count, or a rate, of a held entry.</summary>
    /// <returns>The value; null: it is not stored, or the entry has been removed.</returns>
    public long? Get(StickHandle handle, StickData data, int index, MonotonicTime now)
    {
        if (!TryLocate(data, index, out int offset, out int period))
        {
            return null;
        }
        lock (_gates[handle.Shard])
        {
            return !TryWords(handle, out Span<long> words) ? null
                : period > 0 ? StickRate.Read(words.Slice(offset, 2), period, Milliseconds(now)) : words[offset];
        }
    }

    /// <summary>Sets a value of a held entry; a rate stays for a period and then fades.</summary>
    /// <returns>Whether it is stored.</returns>
    public bool Set(StickHandle handle, StickData data, int index, long value, MonotonicTime now)
    {
        if (!TryLocate(data, index, out int offset, out int period))
        {
            return false;
        }
        lock (_gates[handle.Shard])
        {
            if (!TryWords(handle, out Span<long> words))
            {
                return false;
            }
            if (period > 0)
            {
                StickRate.Set(words.Slice(offset, 2), Milliseconds(now), value);
            }
            else
            {
                words[offset] = value;
            }
            return true;
        }
    }

    /// <summary><c>stick match</c>: the server that is stored for a key. A match begins the entry's life anew.
    /// </summary>
    /// <param name="key">The key.</param>
    /// <param name="now">Now.</param>
    /// <param name="serverId">The server's id; 0: none is stored.</param>
    /// <param name="serverKey">The number of its name or address; 0: none is stored.</param>
    /// <returns>Whether there is an entry.</returns>
    public bool TryMatchServer(ReadOnlySpan<byte> key, MonotonicTime now, out long serverId, out long serverKey)
    {
        (serverId, serverKey) = (0, 0);
        if (!TryLookup(key, now, out StickHandle handle))
        {
            return false;
        }
        serverId = Get(handle, StickData.ServerId, 0, now) ?? 0;
        serverKey = Get(handle, StickData.ServerKey, 0, now) ?? 0;
        Release(handle, now, touches: true);
        return true;
    }

    /// <summary><c>stick store</c>: the server of a key.</summary>
    /// <returns>False: the table is full, and nothing may give way.</returns>
    public bool TryStoreServer(ReadOnlySpan<byte> key, long serverId, long serverKey, MonotonicTime now)
    {
        if (!TryTrack(key, now, out StickHandle handle))
        {
            return false;
        }
        Set(handle, StickData.ServerId, 0, serverId, now);
        Set(handle, StickData.ServerKey, 0, serverKey, now);
        Release(handle, now);
        return true;
    }

    /// <summary>One entry for <c>show table</c>.</summary>
    /// <param name="cursor">0 to begin with; where to go on after that.</param>
    /// <param name="key">Gets the key; as long as <see cref="KeyLength"/>.</param>
    /// <param name="values">
    /// Gets one value for each word of <c>store</c> and each of its count, rates computed; as long as
    /// <see cref="WordCount"/> always suffices.
    /// </param>
    /// <param name="now">Now.</param>
    /// <param name="use">How many hold it.</param>
    /// <param name="expiresIn">Milliseconds until it goes; −1: it does not.</param>
    /// <returns>False: that was the last one.</returns>
    /// <remarks>Entries that come or go between two calls may or may not be seen.</remarks>
    public bool TryRead(
        ref long cursor, Span<byte> key, Span<long> values, MonotonicTime now, out int use, out long expiresIn)
    {
        for (int shard = (int)(cursor >> 32); shard < _shards.Length; shard++, cursor = (long)shard << 32)
        {
            lock (_gates[shard])
            {
                for (int entry = (int)cursor + 1; entry <= _shards[shard].Made; entry++)
                {
                    StickShard.Entry found = _shards[shard].At(entry);
                    if (!found.IsUsed || (found.Expires <= Milliseconds(now) && found.References == 0))
                    {
                        continue;
                    }
                    cursor = ((long)shard << 32) | (uint)entry;
                    _shards[shard].Key(entry).CopyTo(key);
                    Evaluate(_shards[shard].Words(entry), values, Milliseconds(now));
                    use = found.References;
                    expiresIn = found.Expires == long.MaxValue ? -1 : Math.Max(0, found.Expires - Milliseconds(now));
                    return true;
                }
            }
        }
        (use, expiresIn) = (0, 0);
        return false;
    }

    private void Evaluate(ReadOnlySpan<long> words, Span<long> values, long now)
    {
        int at = 0;
        int value = 0;
        foreach (StoredData stored in Settings.Stored)
        {
            for (int index = 0; index < stored.Count; index++)
            {
                values[value++] = stored.IsRate
                    ? StickRate.Read(words.Slice(at, 2), stored.PeriodMilliseconds, now) : words[at];
                at += stored.IsRate ? 2 : 1;
            }
        }
    }

    /// <summary>Where a value stands; <c>gpc0</c>, <c>gpc1</c> and <c>gpt0</c> are found in the arrays, too.</summary>
    private bool TryLocate(StickData data, int index, out int offset, out int period)
    {
        (data, index) = _offsets[(int)data] >= 0 ? (data, index) : data switch
        {
            StickData.Gpc0 => (StickData.Gpc, 0),
            StickData.Gpc1 => (StickData.Gpc, 1),
            StickData.Gpc0Rate => (StickData.GpcRate, 0),
            StickData.Gpc1Rate => (StickData.GpcRate, 1),
            StickData.Gpt0 => (StickData.Gpt, 0),
            _ => (data, index),
        };
        StoredData stored = _stored[(int)data];
        offset = _offsets[(int)data];
        period = stored.PeriodMilliseconds;
        if (offset < 0 || (uint)index >= (uint)stored.Count)
        {
            return false;
        }
        offset += index * (stored.IsRate ? 2 : 1);
        return true;
    }

    private bool TryWords(StickHandle handle, out Span<long> words)
    {
        words = default;
        if (!handle.IsSome || _shards[handle.Shard].At(handle.Entry).Generation != handle.Generation)
        {
            return false;
        }
        words = _shards[handle.Shard].Words(handle.Entry);
        return true;
    }
}
