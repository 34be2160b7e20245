using System.Collections.Immutable;
using Holdfast.Config.HAProxy.Model;
using Holdfast.HAProxy.Fetches;
using Holdfast.HAProxy.Patterns;
using Holdfast.HAProxy.Samples;
using Holdfast.Primitives;

namespace Holdfast.HAProxy.Converters;

/// <summary>map, map_METHOD and map_METHOD_TYPE.</summary>
internal static class MapConverters
{
    private static readonly (string Name, MatchMethod Method)[] s_methods =
    [
        ("str", MatchMethod.Exact), ("beg", MatchMethod.Begin), ("sub", MatchMethod.Substring),
        ("dir", MatchMethod.Directory), ("dom", MatchMethod.Domain), ("end", MatchMethod.End),
        ("reg", MatchMethod.Regex), ("int", MatchMethod.Integer), ("ip", MatchMethod.Ip),
    ];

    public static void Register(Dictionary<string, StepFactory> table)
    {
        table.Register("map", static a => Map(a, MatchMethod.Exact, ""));
        table.Register("map_regm", RegexMap);
        foreach ((string name, MatchMethod method) in s_methods)
        {
            table.Register($"map_{name}", a => Map(a, method, ""));
            table.Register($"map_{name}_int", a => Map(a, method, "int"));
            table.Register($"map_{name}_ip", a => Map(a, method, "ip"));
            table.Register($"map_{name}_key", a => Map(a, method, "key"));
        }
    }

    private static PatternReference Reference(StepArguments a)
    {
        ImmutableArray<MapEntry> entries
            = a.Environment.Model.Maps.GetValueOrDefault(a.Text(0))?.Entries ?? [];
        PatternReference reference = a.Environment.Patterns.Named(
            a.Text(0), () => entries.Select(static e => PatternEntry.Of(0, e.Key, e.Value, false)));
        reference.IsMap = true;
        reference.NameBy("map", null);
        return reference;
    }

    private static SampleStep Map(StepArguments a, MatchMethod method, string output)
    {
        PatternSet set = Reference(a).For(method, a.Environment.Regex);
        bool hasDefault = a.All.Length > 1;
        byte[] otherwise = a.Bytes(1);
        return (c, ref s) =>
        {
            PatternEntry? found = set.Find(c, ref s);
            return found is null ? hasDefault && Give(otherwise, output, ref s)
                : Give(output == "key" ? found.Bytes : found.ValueBytes, output, ref s);
        };
    }

    private static bool Give(byte[] value, string output, ref Sample s) => output switch
    {
        "int" => s.Set(Numbers.Read(value)),
        "ip" => AddressText.TryParse(value, out IpAddress address) && s.Set(address),
        _ => s.SetText(value),
    };

    /// <summary>The value may name groups of the match: <c>\1</c>.</summary>
    private static SampleStep RegexMap(StepArguments a)
    {
        PatternSet set = Reference(a).For(MatchMethod.Regex, a.Environment.Regex);
        bool hasDefault = a.All.Length > 1;
        byte[] otherwise = a.Bytes(1);
        return (c, ref s) =>
        {
            Span<int> groups = stackalloc int[RegexReplacement.GroupsMax * 2];
            if (((RegexIndex)set.Index).Find(s.Bytes, groups) is not { } found)
            {
                return hasDefault && s.SetText(otherwise);
            }
            if (!c.Scratch.TryTake(StoredBytes.LengthMax, out Span<byte> room))
            {
                return false;
            }
            int length = RegexReplacement.Expand(found.ValueBytes, s.Bytes, groups, room);
            c.Scratch.Shrink(room.Length - Math.Max(0, length));
            return length >= 0 && s.SetText(room[..length]);
        };
    }
}
