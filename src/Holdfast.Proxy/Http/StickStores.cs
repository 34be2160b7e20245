using Holdfast.Primitives;
using Holdfast.Proxy.Running;
using Holdfast.Proxy.Upstreams;

namespace Holdfast.Proxy.Http;

/// <summary>Keys that a request is to be remembered by, kept until its server has answered.</summary>
internal sealed class StickStores
{
    private const int CountMax = 8;

    private readonly SharedTable?[] _tables = new SharedTable?[CountMax];
    private readonly byte[][] _keys = new byte[CountMax][];
    private int _count;

    /// <summary>Room for the key of one more table; empty when that table has one, or there are too many.</summary>
    internal Span<byte> Add(SharedTable table)
    {
        if (_count == CountMax || _tables.AsSpan(0, _count).Contains(table))
        {
            return [];
        }
        int length = table.Table.KeyLength;
        if (_keys[_count] is not { } key || key.Length < length)
        {
            _keys[_count] = key = new byte[length];
        }
        _tables[_count++] = table;
        return key.AsSpan(0, length);
    }

    /// <summary>Remembers the server for all keys.</summary>
    internal void Store(Server server, MonotonicTime now)
    {
        for (int i = 0; i < _count; i++)
        {
            SharedTable table = _tables[i]!;
            string name = server.Options.Name;
            _ = table.Table.TryStoreServer(
                _keys[i].AsSpan(0, table.Table.KeyLength), server.Identity.Id, table.NumberOf(name), now);
        }
        _count = 0;
    }

    internal void Clear() => _count = 0;
}
