using System.Collections.Immutable;
using System.Globalization;
using Holdfast.Balancing.Tables;
using Holdfast.Management.Cli;

namespace Holdfast.Management.Commands;

/// <summary><c>data.type operator value</c> of table commands, up to four of them.</summary>
/// <param name="Data">What is compared.</param>
/// <param name="Operator">eq, ne, le, ge, lt or gt.</param>
/// <param name="Value">With what.</param>
internal sealed record TableFilter(StickData Data, string Operator, long Value)
{
    private const int FiltersMax = 4;

    /// <summary>Reads all filters from a word on.</summary>
    /// <returns>What is wrong; null: nothing.</returns>
    internal static string? Read(CliRequest request, int word, out ImmutableArray<TableFilter> filters)
    {
        ImmutableArray<TableFilter>.Builder found = ImmutableArray.CreateBuilder<TableFilter>();
        filters = [];
        while (request[word].StartsWith("data.", StringComparison.Ordinal) && found.Count < FiltersMax)
        {
            string entry = string.Create(CultureInfo.InvariantCulture, $"Filter entry #{found.Count + 1}: ");
            if (TableData.Find(request[word][5..]) is not { } data)
            {
                return entry + "Unknown data type\n";
            }
            if (request[word + 1] is not ("eq" or "ne" or "le" or "ge" or "lt" or "gt"))
            {
                return entry + "Require and operator among \"eq\", \"ne\", \"le\", \"ge\", \"lt\", \"gt\"\n";
            }
            if (!long.TryParse(request[word + 2], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture,
                out long value))
            {
                return entry + "Require a valid integer value to compare against\n";
            }
            found.Add(new TableFilter(data, request[word + 1], value));
            word += 3;
        }
        if (request[word].Length > 0)
        {
            return $"Detected extra data in filter, {request[word]}\n";
        }
        filters = found.ToImmutable();
        return null;
    }

    /// <summary>Whether an entry's values fit; one that is not stored never does.</summary>
    internal bool Fits(StickTable table, ReadOnlySpan<long> values)
    {
        int at = TableData.PlaceOf(table, Data, out _);
        if (at < 0)
        {
            return false;
        }
        int order = values[at].CompareTo(Value);
        return Operator switch
        {
            "eq" => order == 0,
            "ne" => order != 0,
            "le" => order <= 0,
            "ge" => order >= 0,
            "lt" => order < 0,
            _ => order > 0,
        };
    }
}
