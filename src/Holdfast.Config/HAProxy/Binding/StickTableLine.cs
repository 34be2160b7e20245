using System.Globalization;
using Holdfast.Config.HAProxy.Model;
using Holdfast.Config.HAProxy.Schema;
using Holdfast.Config.HAProxy.Syntax;

namespace Holdfast.Config.HAProxy.Binding;

/// <summary>Reads the words of a stick table.</summary>
internal static class StickTableLine
{
    /// <summary>Reads them; null, and an error, when they cannot be read.</summary>
    public static StickTableModel? Parse(
        BindContext context, ValueReader values, Statement statement, int index, string name)
    {
        TableKeyType? type = null;
        var table = new StickTableModel(name, TableKeyType.Ipv4, 0, statement.Span);
        for (; index < statement.Words.Length; index++)
        {
            Word word = statement.Words[index];
            if (context.Look(KeywordGroup.TableWord, word, "stick-table option") is null)
            {
                return null;
            }
            if (word.Text is "nopurge" or "recv-only")
            {
                table = table with { IsNotPurged = table.IsNotPurged || word.Text == "nopurge" };
                continue;
            }
            if (values.Argument(statement, ++index, $"a value behind '{word}'") is not { } value)
            {
                return null;
            }
            switch (word.Text)
            {
                case "type":
                    if ((type = Type(values, value)) is null)
                    {
                        return null;
                    }
                    table = table with { KeyType = type.Value, KeyLength = 32 };
                    if (!Length(values, statement, ref index, ref table))
                    {
                        return null;
                    }
                    break;
                case "size":
                    if (values.Size(value, "size") is not { } size)
                    {
                        return null;
                    }
                    table = table with { Size = size };
                    break;
                case "expire":
                    table = table with { Expire = values.Time(value, "expire") };
                    break;
                case "srvkey":
                    table = table with { KeysServersByAddress = values.Choice(value, "srvkey", "addr",
                        "name") == "addr" };
                    break;
                case "peers":
                    table = table with { Peers = value.Text };
                    break;
                case "store":
                    if (Store(context, table, value) is not { } stored)
                    {
                        return null;
                    }
                    table = stored;
                    break;
                default:
                    break;
            }
        }
        if (type is null || table.Size == 0)
        {
            context.Error(FindingCodes.MissingArgument, statement.Words[^1],
                type is null ? "a stick table needs its 'type'" : "a stick table needs its 'size'");
            return null;
        }
        return table;
    }

    /// <summary>Reads "len N" behind the types that have a length.</summary>
    private static bool Length(ValueReader values, Statement statement, ref int index, ref StickTableModel table)
    {
        if (table.KeyType is not (TableKeyType.Text or TableKeyType.Binary) || statement.Text(index + 1) != "len")
        {
            return true;
        }
        index += 2;
        if (values.Argument(statement, index, "a length") is not { } length)
        {
            return false;
        }
        table = table with { KeyLength = values.Integer(length, "len", 1) ?? table.KeyLength };
        return true;
    }

    private static TableKeyType? Type(ValueReader values, Word value)
        => values.Choice(value, "type", "ip", "ipv4", "ipv6", "integer", "string", "binary") switch
        {
            "ip" or "ipv4" => TableKeyType.Ipv4,
            "ipv6" => TableKeyType.Ipv6,
            "integer" => TableKeyType.Integer,
            "string" => TableKeyType.Text,
            "binary" => TableKeyType.Binary,
            _ => null,
        };

    /// <summary>"gpc0,conn_rate(10s)": names with periods or counts.</summary>
    private static StickTableModel? Store(BindContext context, StickTableModel table, Word value)
    {
        string text = value.Text;
        for (int at = 0; at < text.Length; at++)
        {
            int start = at;
            while (at < text.Length && text[at] is not ('(' or ','))
            {
                at++;
            }
            string name = text[start..at];
            string? argument = null;
            if (at < text.Length && text[at] == '(')
            {
                int close = text.IndexOf(')', at);
                if (close < 0)
                {
                    context.Findings.Report(FindingCodes.BadWord, value.At(at, 1), "missing ')'");
                    return null;
                }
                argument = text[(at + 1)..close];
                at = close + 1;
            }
            KeywordSpec? spec = KeywordTable.Find(KeywordGroup.TableData, name);
            if (spec is null)
            {
                context.Findings.Report(FindingCodes.UnknownKeyword, value.At(start, Math.Max(1, name.Length)),
                    $"unknown store option '{name}'", null, KeywordTable.Nearest(KeywordGroup.TableData, name));
                return null;
            }
            context.Support(spec, value.At(start, name.Length), $"stick-table store {name}");
            if (spec.IsPrefix != argument is not null)
            {
                context.Findings.Report(FindingCodes.BadWord, value.At(start, name.Length), spec.IsPrefix
                    ? $"store option '{name}' needs an argument in parentheses"
                        : $"store option '{name}' takes no argument");
                return null;
            }
            if (table.Data.Any(d => d.Name == name))
            {
                context.Findings.Report(FindingCodes.Overwritten, value.At(start, name.Length),
                    $"store option '{name}' stands there twice");
                continue;
            }
            if (Data(context, value, start, name, argument) is not { } data)
            {
                return null;
            }
            table = table with { Data = table.Data.Add(data) };
        }
        return table;
    }

    private static TableDataModel? Data(BindContext context, Word value, int start, string name, string? argument)
    {
        if (argument is null)
        {
            return new TableDataModel(name, 1, 0);
        }
        string[] parts = argument.Split(',');
        int count = 1;
        if (name is "gpc" or "gpt" or "gpc_rate" && (!int.TryParse(parts[0], NumberStyles.None,
            CultureInfo.InvariantCulture, out count) || count is < 1 or > 100))
        {
            context.Findings.Report(FindingCodes.BadNumber, value.At(start, name.Length),
                $"store option '{name}' takes a count from 1 to 100");
            return null;
        }
        if (!name.EndsWith("_rate", StringComparison.Ordinal))
        {
            return new TableDataModel(name, count, 0);
        }
        UnitFault fault = Units.Time(parts[^1].Trim(), ValueReader.Milliseconds, out long period, out _);
        if (fault is UnitFault.None or UnitFault.TrailingLetters && period > 0)
        {
            return new TableDataModel(name, count, period);
        }
        context.Findings.Report(FindingCodes.BadTime, value.At(start, name.Length),
            $"store option '{name}' needs its period, such as {name}(10s)");
        return null;
    }
}
