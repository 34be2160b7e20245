using System.Collections.Immutable;
using Holdfast.Config.Nginx.Model;
using Holdfast.Config.Nginx.Syntax;
using Holdfast.Config.Nginx.Values;
using Holdfast.Primitives;

namespace Holdfast.Config.Nginx.Binding;

/// <summary>map, geo and split_clients.</summary>
internal static class MapReader
{
    /// <summary>A map; null, and reported, when its head cannot be read.</summary>
    public static MapModel? Map(BindContext context, NginxDirective block)
    {
        ComplexText source = context.Text(block, 0);
        if (context.Variable(block, 1) is not { } variable)
        {
            return null;
        }
        bool hasHostNames = block.Children.Any(static l => l is { Name: "hostnames", Count: 0 });
        bool isVolatile = block.Children.Any(static l => l is { Name: "volatile", Count: 0 });
        ComplexText? otherwise = null;
        ImmutableArray<MapEntry>.Builder entries = ImmutableArray.CreateBuilder<MapEntry>();
        var seen = new Dictionary<string, NginxDirective>(StringComparer.OrdinalIgnoreCase);
        foreach (NginxDirective line in block.Children)
        {
            if (line is { Name: "hostnames" or "volatile", Count: 0 })
            {
                continue;
            }
            if (line.Count != 1)
            {
                context.Bad(FindingCodes.BadLine, line, -1, "invalid number of the map parameters",
                    "a line is a key and a value");
                continue;
            }
            ComplexText value = context.Text(line, 0);
            string key = line.Name;
            if (key == "default")
            {
                if (otherwise is not null)
                {
                    context.Bad(FindingCodes.Duplicate, line, -1, "duplicate default map parameter");
                }
                otherwise = value;
                continue;
            }
            if (key.StartsWith('~'))
            {
                bool ignoresCase = key.StartsWith("~*", StringComparison.Ordinal);
                NginxRegex regex = context.Regex(line, key[(ignoresCase ? 2 : 1)..], ignoresCase, line.Span);
                entries.Add(new MapEntry(regex.Pattern, regex, value));
                continue;
            }
            string plain = key.StartsWith('\\') ? key[1..] : key;
            if (!seen.TryAdd(plain, line))
            {
                context.Bad(FindingCodes.Duplicate, line, -1, $"conflicting parameter \"{plain}\"",
                    $"line {seen[plain].Span.Line} has it, too");
                continue;
            }
            entries.Add(new MapEntry(plain, null, value));
        }
        return new MapModel
        {
            Source = source,
            Variable = variable,
            Default = otherwise,
            Entries = entries.ToImmutable(),
            HasHostNames = hasHostNames,
            IsVolatile = isVolatile,
            Span = block.Span,
        };
    }

    /// <summary>A split_clients; null, and reported, when its head cannot be read.</summary>
    public static SplitClientsModel? Split(BindContext context, NginxDirective block)
    {
        ComplexText key = context.Text(block, 0);
        if (context.Variable(block, 1) is not { } variable)
        {
            return null;
        }
        ImmutableArray<SplitClientsPart>.Builder parts = ImmutableArray.CreateBuilder<SplitClientsPart>();
        int total = 0;
        foreach (NginxDirective line in block.Children)
        {
            if (line.Count != 1)
            {
                context.Bad(FindingCodes.BadLine, line, -1, "invalid number of the split_clients parameters",
                    "a line is a percentage and a value");
                continue;
            }
            int percent = 0;
            if (line.Name != "*" && !TryPercent(line.Name, out percent))
            {
                context.Bad(FindingCodes.BadValue, line, -1, $"invalid percent value \"{line.Name}\"",
                    "such as 0.5% or 20%, or * for the rest");
                continue;
            }
            total += percent;
            parts.Add(new SplitClientsPart(percent, context.Text(line, 0)));
        }
        if (total > 10_000)
        {
            context.Findings.Report(FindingCodes.BadValue, block.EndOrder, block.Span,
                "percent total is greater than 100%", block.File, UpstreamReader.EndLine(block));
        }
        return new SplitClientsModel(key, variable, parts.ToImmutable(), block.Span);
    }

    /// <summary>A geo; null, and reported, when its head cannot be read.</summary>
    public static GeoModel? Geo(BindContext context, NginxDirective block)
    {
        string? address = block.Count > 1 ? context.Variable(block, 0, defines: false) : null;
        if (address is not null)
        {
            context.Use(block, address, block.SpanOf(0));
        }
        if (context.Variable(block, block.Count - 1) is not { } variable)
        {
            return null;
        }
        bool hasRanges = block.Children.Any(static l => l is { Name: "ranges", Count: 0 });
        string otherwise = "";
        var entries = new List<GeoEntry>();
        var proxies = new List<string>();
        foreach (NginxDirective line in block.Children)
        {
            switch (line.Name)
            {
                case "ranges" or "volatile" or "proxy_recursive" when line.Count == 0:
                    break;
                case var _ when line.Count != 1:
                    context.Bad(FindingCodes.BadLine, line, -1, "invalid number of the geo parameters",
                        "a line is a network and a value");
                    break;
                case "default":
                    otherwise = line[0];
                    break;
                case "proxy" when Families.Of(block) == "http":
                    proxies.Add(line[0]);
                    break;
                case "delete":
                    if (Entry(line[0], "", hasRanges) is { } gone)
                    {
                        entries.RemoveAll(e => e.From == gone.From && e.PrefixLength == gone.PrefixLength
                            && e.To == gone.To);
                    }
                    break;
                case var text when Entry(text, line[0], hasRanges) is { } entry:
                    entries.Add(entry);
                    break;
                default:
                    context.Bad(FindingCodes.BadValue, line, -1,
                        hasRanges ? $"invalid range \"{line.Name}\"" : $"invalid network \"{line.Name}\"");
                    break;
            }
        }
        return new GeoModel
        {
            Address = address,
            Variable = variable,
            Default = otherwise,
            HasRanges = hasRanges,
            Entries = [.. entries],
            Proxies = [.. proxies],
            IsProxyRecursive = block.Children.Any(static l => l is { Name: "proxy_recursive", Count: 0 }),
            IsVolatile = block.Children.Any(static l => l is { Name: "volatile", Count: 0 }),
            Span = block.Span,
        };
    }

    private static GeoEntry? Entry(string text, string value, bool isRange)
    {
        if (isRange)
        {
            int dash = text.IndexOf('-', StringComparison.Ordinal);
            return dash > 0 && IpAddress.TryParse(text.AsSpan(0, dash), out IpAddress from)
                && IpAddress.TryParse(text.AsSpan(dash + 1), out IpAddress to) && from.CompareTo(to) <= 0
                ? new GeoEntry(from, -1, to, value) : null;
        }
        return IpPrefix.TryParse(text, out IpPrefix network)
            ? new GeoEntry(network.Network.Address, network.Length, null, value) : null;
    }

    private static bool TryPercent(string text, out int hundredths)
    {
        hundredths = 0;
        if (!text.EndsWith('%'))
        {
            return false;
        }
        string[] parts = text[..^1].Split('.');
        if (parts.Length > 2 || !NginxNumbers.TryNumber(parts[0], out long whole) || whole > 100)
        {
            return false;
        }
        long fraction = 0;
        if (parts.Length == 2 && (parts[1].Length > 2
            || (parts[1].Length > 0 && !NginxNumbers.TryNumber(parts[1].PadRight(2, '0'), out fraction))))
        {
            return false;
        }
        hundredths = (int)((whole * 100) + fraction);
        return hundredths is > 0 and <= 10_000;
    }
}
