using System.Collections.Immutable;
using System.Globalization;
using Holdfast.Balancing.Tables;
using Holdfast.Linux;
using Holdfast.Management.Cli;
using Holdfast.Primitives;

namespace Holdfast.Management.Commands;

/// <summary>Commands that show and change stick tables.</summary>
internal static class TableCommands
{
    internal static IEnumerable<CliCommand> All(ManagedProcess process) =>
    [
        CliCommand.Of("show table", "<table> [<filter>]*", "all tables, or the entries of one (filter: data/key)",
            request => Show(process, request)),
        CliCommand.Of("clear table", "<table> [<filter>]*", "remove entries of a table (filter: data/key)",
            request => Clear(process, request)) with { Level = CliLevel.Admin },
        CliCommand.Of("set table", "<table> key <k> [data.* <v>]*", "change or make an entry of a table",
            request => Set(process, request)) with { Level = CliLevel.Admin },
    ];

    private static ManagedTable? Find(ManagedProcess process, string name)
        => process.Tables.FirstOrDefault(one => one.Name == name);

    private static string Header(ManagedTable table) => string.Create(CultureInfo.InvariantCulture,
        $"# table: {table.Name}, type: {table.TypeName}, size:{table.Table.Settings.Size}, used:{table.Table.Count}\n");

    private static IEnumerable<string> Show(ManagedProcess process, CliRequest request)
    {
        if (request[2].Length == 0)
        {
            return process.Tables.Select(Header);
        }
        if (Find(process, request[2]) is not { } table)
        {
            return request.Error("No such table\n");
        }
        if (request[3] == "key")
        {
            byte[] key = new byte[table.Table.KeyLength];
            return request[4].Length == 0 ? request.Error("Key value expected\n")
                : TableData.TryKey(table.Table, request[4], key) ? ShowKey(table, key) : CliRequest.Done;
        }
        if (request[3].Length > 0 && !request[3].StartsWith("data.", StringComparison.Ordinal))
        {
            return request.Error(
                "Optional argument only supports \"data.<store_data_type>\" <operator> <value> and key <key>\n");
        }
        return TableFilter.Read(request, 3, out ImmutableArray<TableFilter> filters) is { } problem
            ? request.Error(problem) : Entries(table, filters).Select(static e => e.Text).Prepend(Header(table));
    }

    private static IEnumerable<string> ShowKey(ManagedTable table, byte[] key)
    {
        (byte[] Key, string Text)? found = Entries(table, []).Select(static e => ((byte[], string)?)e)
            .FirstOrDefault(e => e!.Value.Item1.AsSpan().SequenceEqual(key));
        return found is { } entry ? [Header(table), entry.Text] : CliRequest.Done;
    }

    /// <summary>Entries that fit, one after the other; the table may change meanwhile.</summary>
    private static IEnumerable<(byte[] Key, string Text)> Entries(
        ManagedTable table, ImmutableArray<TableFilter> filters)
    {
        long cursor = 0;
        byte[] key = new byte[table.Table.KeyLength];
        long[] values = new long[Math.Max(1, table.Table.WordCount)];
        while (table.Table.TryRead(ref cursor, key, values, MonotonicClock.Now, out int use, out long expires))
        {
            if (filters.All(filter => filter.Fits(table.Table, values)))
            {
                yield return ((byte[])key.Clone(), string.Create(CultureInfo.InvariantCulture,
                    $"0x{cursor:x}: key={TableData.KeyText(table.Table, key)} use={use} exp={Math.Max(0, expires)}"
                    + $"{TableData.Text(table.Table, values)}\n"));
            }
        }
    }

    private static IEnumerable<string> Clear(ManagedProcess process, CliRequest request)
    {
        if (request[2].Length == 0)
        {
            return request.Error("Required arguments: <table> \"data.<store_data_type>\" <operator> <value>"
                + " or <table> key <key>\n");
        }
        if (Find(process, request[2]) is not { } table)
        {
            return request.Error("No such table\n");
        }
        if (request[3] == "key")
        {
            byte[] key = new byte[table.Table.KeyLength];
            if (TableData.TryKey(table.Table, request[4], key))
            {
                _ = table.Table.Remove(key); // none is as good as one that is gone
            }
            return CliRequest.Done;
        }
        if (request[3].Length > 0 && !request[3].StartsWith("data.", StringComparison.Ordinal))
        {
            return request.Error(
                "Optional argument only supports \"data.<store_data_type>\" <operator> <value> and key <key>\n");
        }
        if (TableFilter.Read(request, 3, out ImmutableArray<TableFilter> filters) is { } problem)
        {
            return request.Error(problem);
        }
        return Remove(table, filters);
    }

    /// <summary>Removes a share at a time: each piece of an answer ends a turn, though it says nothing.</summary>
    private static IEnumerable<string> Remove(ManagedTable table, ImmutableArray<TableFilter> filters)
    {
        foreach ((byte[] key, string _) in Entries(table, filters))
        {
            _ = table.Table.Remove(key);
            yield return "";
        }
    }

    private static IEnumerable<string> Set(ManagedProcess process, CliRequest request)
    {
        if (request[2].Length == 0)
        {
            return request.Error("Required arguments: <table> key <key> [data.<store_data_type> <value>]*\n");
        }
        if (Find(process, request[2]) is not { } table)
        {
            return request.Error("No such table\n");
        }
        if (request[3].StartsWith("data.", StringComparison.Ordinal))
        {
            return request.Error("content-based lookup is only supported with the \"show\" and \"clear\" actions\n");
        }
        byte[] key = new byte[table.Table.KeyLength];
        if (request[3] != "key" || !TableData.TryKey(table.Table, request[4], key))
        {
            return CliRequest.Done; // as the original: nothing is done, and nothing said
        }
        var wanted = new List<(StickData Data, long Value)>();
        for (int word = 5; request[word].Length > 0; word += 2)
        {
            if (!request[word].StartsWith("data.", StringComparison.Ordinal))
            {
                return request.Error("\"data.<type>\" followed by a value expected\n");
            }
            if (TableData.Find(request[word][5..]) is not { } data)
            {
                return request.Error("Unknown data type\n");
            }
            if (!table.Table.Stores(data))
            {
                return request.Error("Data type not stored in this table\n");
            }
            if (!long.TryParse(request[word + 1], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture,
                out long value))
            {
                return request.Error("Require a valid integer value to store\n");
            }
            wanted.Add((data, value));
        }
        return Store(table, key, wanted, request);
    }

    private static IEnumerable<string> Store(
        ManagedTable table, byte[] key, List<(StickData Data, long Value)> wanted, CliRequest request)
    {
        MonotonicTime now = MonotonicClock.Now;
        if (!table.Table.TryTrack(key, now, out StickHandle entry))
        {
            return request.Error("Unable to allocate a new entry\n");
        }
        foreach ((StickData data, long value) in wanted)
        {
            table.Table.Set(entry, data, 0, value, now);
        }
        table.Table.Release(entry, now);
        return CliRequest.Done;
    }
}
