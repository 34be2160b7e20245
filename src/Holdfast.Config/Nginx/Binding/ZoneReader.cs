using System.Collections.Immutable;
using Holdfast.Config.Nginx.Model;
using Holdfast.Config.Nginx.Syntax;
using Holdfast.Config.Nginx.Values;

namespace Holdfast.Config.Nginx.Binding;

/// <summary>Zones of limits and caches, and formats of logs.</summary>
internal static class ZoneReader
{
    private const long ZoneBytesMin = 32 << 10;

    /// <summary>limit_req_zone; null, and reported, when it cannot be read.</summary>
    public static LimitRequestZone? Requests(BindContext context, NginxDirective directive)
    {
        Model.ComplexText key = context.Text(directive, 0);
        (string Name, long Bytes)? zone = null;
        long rate = 60;
        for (int i = 1; i < directive.Count; i++)
        {
            (string name, string? value) = LineReaders.Split(directive[i]);
            switch (name)
            {
                case "zone" when value is not null:
                    zone = Zone(context, directive, i, value);
                    if (zone is null)
                    {
                        return null;
                    }
                    break;
                case "rate" when value is not null:
                    long scale = value.EndsWith("r/s", StringComparison.Ordinal) ? 60
                        : value.EndsWith("r/m", StringComparison.Ordinal) ? 1 : 0;
                    string digits = scale == 0 ? value : value[..^3];
                    if (!NginxNumbers.TryNumber(digits, out rate) || rate is 0 or > int.MaxValue)
                    {
                        context.Bad(directive, i, $"invalid rate \"{directive[i]}\"",
                            "such as rate=10r/s or rate=30r/m");
                        return null;
                    }
                    rate *= scale == 0 ? 60 : scale;
                    break;
                default:
                    context.Bad(directive, i, $"invalid parameter \"{directive[i]}\"");
                    return null;
            }
        }
        if (zone is not { } found)
        {
            context.Bad(FindingCodes.Missing, directive, -1, "\"limit_req_zone\" must have \"zone\" parameter");
            return null;
        }
        return new LimitRequestZone(found.Name, key, found.Bytes, rate, directive.Span);
    }

    /// <summary>limit_conn_zone; null, and reported, when it cannot be read.</summary>
    public static LimitConnectionZone? Connections(BindContext context, NginxDirective directive)
    {
        Model.ComplexText key = context.Text(directive, 0);
        (string name, string? value) = LineReaders.Split(directive[1]);
        if (name != "zone" || value is null)
        {
            context.Bad(directive, 1, $"invalid parameter \"{directive[1]}\"", "such as zone=name:10m");
            return null;
        }
        if (directive.Parent?.ChildrenOf("limit_conn_zone").FirstOrDefault(other => other.Order < directive.Order
            && other.Count > 1 && other[1].StartsWith($"{name}={value.Split(':')[0]}:", StringComparison.Ordinal))
            is { } bound)
        {
            context.Bad(FindingCodes.Duplicate, directive, 1,
                $"limit_conn_zone \"{value.Split(':')[0]}\" is already bound to key \"{bound[0]}\"");
            return null;
        }
        return Zone(context, directive, 1, value) is { } zone
            ? new LimitConnectionZone(zone.Name, key, zone.Bytes, directive.Span) : null;
    }

    /// <summary>proxy_cache_path; null, and reported, when it cannot be read.</summary>
    public static CacheZone? Cache(BindContext context, NginxDirective directive)
    {
        var zone = new CacheZone { Directory = directive[0], Name = "", Span = directive.Span };
        ImmutableArray<string>.Builder tuning = ImmutableArray.CreateBuilder<string>();
        for (int i = 1; i < directive.Count; i++)
        {
            (string name, string? value) = LineReaders.Split(directive[i]);
            string? problem = null;
            switch (name)
            {
                case "levels" when value is not null:
                    zone = zone with { Levels = Levels(value) };
                    problem = zone.Levels.IsEmpty ? $"invalid \"levels\" \"{directive[i]}\"" : null;
                    break;
                case "keys_zone" when value is not null:
                    if (Keys(context, directive, i, value) is not { } keys)
                    {
                        return null;
                    }
                    zone = zone with { Name = keys.Name, KeysBytes = keys.Bytes };
                    break;
                case "inactive" when value is not null:
                    problem = NginxTimes.TrySeconds(value, out TimeSpan time) ? null
                        : $"invalid inactive value \"{directive[i]}\"";
                    zone = zone with { Inactive = time };
                    break;
                case "max_size" when value is not null:
                    problem = NginxNumbers.TryOffset(value, out long max) ? null
                        : $"invalid max_size value \"{directive[i]}\"";
                    zone = zone with { BytesMax = max };
                    break;
                case "min_free" when value is not null:
                    problem = NginxNumbers.TryOffset(value, out long free) ? null
                        : $"invalid min_free value \"{directive[i]}\"";
                    zone = zone with { FreeBytesMin = free };
                    break;
                case "use_temp_path" when value is not null:
                    problem = value is "on" or "off" ? null : $"invalid use_temp_path value \"{directive[i]}\", "
                        + "it must be \"on\" or \"off\"";
                    zone = zone with { UsesTempPath = value != "off" };
                    break;
                case "loader_files" or "loader_sleep" or "loader_threshold" or "manager_files" or "manager_sleep"
                    or "manager_threshold" or "purger" or "purger_files" or "purger_sleep" or "purger_threshold"
                    when value is not null:
                    tuning.Add(directive[i]);
                    break;
                default:
                    problem = $"invalid parameter \"{directive[i]}\"";
                    break;
            }
            if (problem is not null)
            {
                context.Bad(directive, i, problem);
                return null;
            }
        }
        if (zone.Name.Length == 0)
        {
            context.Bad(FindingCodes.Missing, directive, -1,
                $"\"{directive.Name}\" must have \"keys_zone\" parameter");
            return null;
        }
        return zone with { Tuning = tuning.ToImmutable() };
    }

    /// <summary>log_format; null, and reported, when it cannot be read.</summary>
    public static LogFormat? Format(BindContext context, NginxDirective directive)
    {
        int first = 1;
        LogEscape escape = LogEscape.Default;
        if (directive.Parent?.ChildrenOf("log_format").FirstOrDefault(other => other.Order < directive.Order
            && other.Count > 0 && other[0] == directive[0]) is { } same)
        {
            context.Bad(FindingCodes.Duplicate, directive, 0, $"duplicate \"log_format\" name \"{directive[0]}\"",
                $"it is defined in line {same.Span.Line}");
            return null;
        }
        if (directive.Count > 1 && LineReaders.Split(directive[1]) is ("escape", { } how))
        {
            first = 2;
            LogEscape? known = how switch
            {
                "default" => LogEscape.Default,
                "json" => LogEscape.Json,
                "none" => LogEscape.None,
                _ => null,
            };
            if (known is null)
            {
                context.Bad(directive, 1, $"unknown log format escaping \"{how}\"", "default, json or none");
                return null;
            }
            escape = known.Value;
        }
        string text = string.Concat(directive.Words.Skip(first + 1).Select(static w => w.Text));
        if (Texts.Problem(text, directive.Span, out _) == Texts.NoName)
        {
            context.Bad(FindingCodes.BadVariable, directive, first, $"invalid parameter \"{directive[first]}\"",
                "a variable is written $name or ${name}");
            return null;
        }
        return new LogFormat(directive[0], escape,
            context.Text(directive, text, directive.SpanOf(Math.Min(first, directive.Count - 1))), directive.Span);
    }

    private static (string Name, long Bytes)? Zone(BindContext context, NginxDirective directive, int index,
        string value)
    {
        int colon = value.IndexOf(':', StringComparison.Ordinal);
        if (colon < 0 || !NginxNumbers.TrySize(value.AsSpan(colon + 1), out long bytes))
        {
            context.Bad(directive, index, $"invalid zone size \"{directive[index]}\"", "such as zone=name:10m");
            return null;
        }
        if (bytes < ZoneBytesMin)
        {
            context.Bad(directive, index, $"zone \"{directive[index]}\" is too small", "it needs 32k at least");
            return null;
        }
        return (value[..colon], bytes);
    }

    private static (string Name, long Bytes)? Keys(BindContext context, NginxDirective directive, int index,
        string value)
    {
        int colon = value.IndexOf(':', StringComparison.Ordinal);
        if (colon < 1 || !NginxNumbers.TrySize(value.AsSpan(colon + 1), out long bytes) || bytes <= 8191)
        {
            context.Bad(directive, index, $"invalid keys zone size \"{directive[index]}\"",
                "such as keys_zone=name:10m");
            return null;
        }
        return (value[..colon], bytes);
    }

    private static ImmutableArray<int> Levels(string text)
    {
        string[] parts = text.Split(':');
        return parts.Length <= 3 && parts.All(static p => p is "1" or "2")
            ? [.. parts.Select(static p => p[0] - '0')] : [];
    }
}
