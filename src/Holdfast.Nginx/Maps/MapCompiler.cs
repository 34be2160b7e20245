using System.Text;
using Holdfast.Config.Nginx.Model;
using Holdfast.Nginx.Requests;
using Holdfast.Nginx.Servers;
using Holdfast.Nginx.Texts;
using Holdfast.Nginx.Variables;

namespace Holdfast.Nginx.Maps;

/// <summary>Makes variables of map, geo and split_clients blocks.</summary>
/// <param name="texts">Compiles their texts.</param>
public sealed class MapCompiler(TextCompiler texts)
{
    /// <summary>Defines the variables of all blocks: in two steps, for one may name another that stands below it.
    /// </summary>
    /// <exception cref="FormatException">A text is wrong in a way that the parser would have said.</exception>
    public void Define(HttpModel http)
    {
        ArgumentNullException.ThrowIfNull(http);
        Define(http.Maps, http.Geos, http.SplitClients);
    }

    /// <summary>The same of a stream block.</summary>
    /// <exception cref="FormatException">A text is wrong in a way that the parser would have said.</exception>
    public void Define(StreamModel stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        Define(stream.Maps, stream.Geos, stream.SplitClients);
    }

    private void Define(
        IEnumerable<MapModel> maps, IEnumerable<GeoModel> geos, IEnumerable<SplitClientsModel> splits)
    {
        List<Action> fill = [];
        foreach (MapModel map in maps)
        {
            fill.Add(Define(map.Variable, map.IsVolatile, () => Compile(map)));
        }
        foreach (GeoModel geo in geos)
        {
            fill.Add(Define(geo.Variable, geo.IsVolatile, () => Compile(geo)));
        }
        foreach (SplitClientsModel split in splits)
        {
            fill.Add(Define(split.Variable, isVolatile: false, () => Compile(split)));
        }
        fill.ForEach(static one => one());
    }

    private Action Define(string name, bool isVolatile, Func<VariableReader> compile)
    {
        VariableReader? reader = null;
        // The value that it had first is the one of the request, unless the block says otherwise.
        int kept = isVolatile ? -1 : texts.Variables.IndexOf(name);
        texts.Variables.Define(name, (request, out isFound) =>
        {
            if (kept < 0)
            {
                return reader!(request, out isFound);
            }
            ReadOnlySpan<byte> value = request.ValueOf(kept, out isFound);
            if (!isFound)
            {
                value = reader!(request, out isFound);
                request.SetValue(kept, value);
                isFound = true;
            }
            return value;
        });
        return () => reader = compile();
    }

    private VariableReader Compile(MapModel map)
    {
        CompiledText source = texts.Compile(map.Source);
        CompiledText other = texts.Compile(map.Default);
        HostMasks<CompiledText> keys = new();
        List<(CompiledRegex Regex, CompiledText Value)> regexes = [];
        foreach (MapEntry entry in map.Entries)
        {
            CompiledText value = texts.Compile(entry.Value);
            if (entry.Regex is { } regex)
            {
                regexes.Add((texts.Compile(regex), value));
                continue;
            }
            byte[] key = Encoding.UTF8.GetBytes(entry.Key);
            _ = map.HasHostNames ? keys.TryAdd(key, value) : keys.TryAddText(key, value);
        }
        bool hasHostNames = map.HasHostNames;
        return (request, out isFound) =>
        {
            isFound = true;
            ReadOnlySpan<byte> text = source.Evaluate(request);
            text = hasHostNames && text is [.. var host, (byte)'.'] ? host : text;
            return (keys.Find(text) ?? Match(regexes, request, text) ?? other).Evaluate(request);
        };
    }

    private static CompiledText? Match(
        List<(CompiledRegex Regex, CompiledText Value)> regexes, Request request, ReadOnlySpan<byte> text)
    {
        if (text.IsEmpty)
        {
            return null;
        }
        foreach ((CompiledRegex regex, CompiledText value) in regexes)
        {
            if (regex.TryMatch(request, text))
            {
                return value;
            }
        }
        return null;
    }

    private VariableReader Compile(GeoModel geo)
    {
        VariableReader? address = geo.Address is { } name ? texts.Variable(name) : null;
        GeoTable table = new(geo);
        return (request, out isFound) =>
        {
            isFound = true;
            return table.Find(request, address);
        };
    }

    private VariableReader Compile(SplitClientsModel split)
    {
        const int Whole = 10_000;
        CompiledText key = texts.Compile(split.Key);
        ulong last = 0;
        (ulong End, CompiledText Value)[] parts =
        [
            .. split.Parts.Select(part => (
                part.HundredthsOfPercent == 0 ? ulong.MaxValue
                    : last += (ulong)part.HundredthsOfPercent * uint.MaxValue / Whole,
                texts.Compile(part.Value))),
        ];
        return (request, out isFound) =>
        {
            uint hash = Murmur2.Hash(key.Evaluate(request));
            foreach ((ulong end, CompiledText value) in parts)
            {
                if (hash < end)
                {
                    isFound = true;
                    return value.Evaluate(request);
                }
            }
            isFound = false;
            return default;
        };
    }
}
