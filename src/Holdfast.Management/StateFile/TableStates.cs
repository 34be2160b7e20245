using System.Globalization;
using System.Text;
using Holdfast.Balancing.Tables;
using Holdfast.Linux;
using Holdfast.Primitives;

namespace Holdfast.Management.StateFile;

/// <summary>The entries of stick tables as text, for the next process.</summary>
/// <remarks>
/// One line for each entry: <c>table name key value value…</c>, values in the order of <c>store</c>. Rates fade from
/// what they were; an entry's life begins anew; <c>conn_cur</c> begins at 0, as the connections stay with the process
/// before; <c>server_key</c> is a number of one process and stays behind. A table that stores something else now, or
/// has other keys, begins empty.
/// </remarks>
public static class TableStates
{
    /// <summary>Longest text: entries behind it are left out, so that a reload is not held up.</summary>
    internal const int LengthMax = 16 << 20;

    private const string Word = "table";

    /// <summary>All entries of all tables.</summary>
    public static string Write(ManagedProcess process)
    {
        ArgumentNullException.ThrowIfNull(process);
        var text = new StringBuilder();
        MonotonicTime now = MonotonicClock.Now;
        foreach (ManagedTable one in process.Tables)
        {
            StickTable table = one.Table;
            string shape = Shape(table);
            long cursor = 0;
            byte[] key = new byte[table.KeyLength];
            long[] values = new long[Math.Max(1, table.WordCount)];
            int count = table.Settings.Stored.Sum(static stored => stored.Count);
            while (text.Length < LengthMax && table.TryRead(ref cursor, key, values, now, out _, out _))
            {
                text.Append(CultureInfo.InvariantCulture, $"{Word} {one.Name} {shape} {Convert.ToHexString(key)}");
                for (int i = 0; i < count; i++)
                {
                    text.Append(CultureInfo.InvariantCulture, $" {values[i]}");
                }
                text.Append('\n');
            }
        }
        return text.ToString();
    }

    /// <summary>Fills the tables of a process that begins.</summary>
    /// <param name="tables">Its tables.</param>
    /// <param name="text">What the process before has written; other lines are none of these.</param>
    /// <returns>How many entries there are from before.</returns>
    public static int Recall(IEnumerable<ManagedTable> tables, string text)
    {
        ArgumentNullException.ThrowIfNull(tables);
        ArgumentNullException.ThrowIfNull(text);
        Dictionary<(string, string), StickTable> known = tables.ToDictionary(
            static one => (one.Name, Shape(one.Table)), static one => one.Table);
        int count = 0;
        MonotonicTime now = MonotonicClock.Now;
        foreach (string line in text.Split('\n'))
        {
            string[] words = line.Split(' ');
            if (words is [Word, var name, var shape, var key, ..]
                && known.TryGetValue((name, shape), out StickTable? table)
                && TryStore(table, key, words.AsSpan(4), now))
            {
                count++;
            }
        }
        return count;
    }

    private static bool TryStore(StickTable table, string key, ReadOnlySpan<string> values, MonotonicTime now)
    {
        if (key.Length != 2 * table.KeyLength
            || !table.TryTrack(Convert.FromHexString(key), now, out StickHandle entry))
        {
            return false;
        }
        int at = 0;
        foreach (StoredData stored in table.Settings.Stored)
        {
            for (int index = 0; index < stored.Count && at < values.Length; index++, at++)
            {
                bool isOwn = stored.Data is StickData.ConnCur or StickData.ServerKey;
                if (!isOwn && long.TryParse(values[at], NumberStyles.None, CultureInfo.InvariantCulture, out long value)
                    && value > 0)
                {
                    table.Set(entry, stored.Data, index, value, now);
                }
            }
        }
        table.Release(entry, now);
        return true;
    }

    /// <summary>What must be the same before and after: type and length of keys, and what is stored.</summary>
    private static string Shape(StickTable table) => string.Create(CultureInfo.InvariantCulture,
        $"{table.Settings.Type}/{table.KeyLength}/")
        + string.Join(',', table.Settings.Stored.Select(static one => string.Create(CultureInfo.InvariantCulture,
            $"{one.Data}:{one.Count}:{one.PeriodMilliseconds}")));
}
