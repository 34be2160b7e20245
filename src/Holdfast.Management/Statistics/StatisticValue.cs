using System.Globalization;

namespace Holdfast.Management.Statistics;

/// <summary>The types of <c>typed</c> and JSON answers.</summary>
internal enum ValueType : byte
{
    None, Signed32, Unsigned32, Unsigned64, Text, Real,
}

/// <summary>One value with what is known of it.</summary>
/// <param name="Tags">
/// Three letters as the original writes them: origin (Metric, Status, Key, Config, Product), nature (Gauge, Limit,
/// miN, Max, Rate, Counter, Duration, Age, Time, Name, Output, a for average), scope (Cluster, Process, Service,
/// System).
/// </param>
/// <param name="Type">Its type; none: the column is empty.</param>
/// <param name="Number">The number of numeric types; of a real one, millionths.</param>
/// <param name="String">The text.</param>
internal readonly record struct StatisticValue(string Tags, ValueType Type, long Number, string String)
{
    private const long Million = 1_000_000;

    internal bool IsSome => Type != ValueType.None;

    /// <summary>As the typed format names it.</summary>
    internal string TypeName => Type switch
    {
        ValueType.Signed32 => "s32",
        ValueType.Unsigned32 => "u32",
        ValueType.Unsigned64 => "u64",
        ValueType.Real => "flt",
        _ => "str",
    };

    internal static StatisticValue U32(string tags, long number) => new(tags, ValueType.Unsigned32, number, "");

    internal static StatisticValue S32(string tags, long number) => new(tags, ValueType.Signed32, number, "");

    internal static StatisticValue U64(string tags, long number) => new(tags, ValueType.Unsigned64, number, "");

    internal static StatisticValue Text(string tags, string text) => new(tags, ValueType.Text, 0, text);

    /// <summary>A number with a fraction, in millionths.</summary>
    internal static StatisticValue Real(string tags, long millionths) => new(tags, ValueType.Real, millionths, "");

    /// <summary>The value as text, as all formats but JSON write it.</summary>
    public override string ToString() => Type switch
    {
        ValueType.None => "",
        ValueType.Text => String,
        ValueType.Real => Number % Million == 0 ? (Number / Million).ToString(CultureInfo.InvariantCulture)
            : ((decimal)Number / Million).ToString("0.######", CultureInfo.InvariantCulture),
        _ => Number.ToString(CultureInfo.InvariantCulture),
    };
}
