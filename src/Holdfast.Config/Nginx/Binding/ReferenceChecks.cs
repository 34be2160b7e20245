using System.Collections.Immutable;
using Holdfast.Config.Nginx.Model;
using Holdfast.Config.Nginx.Syntax;
using Holdfast.Primitives;

namespace Holdfast.Config.Nginx.Binding;

/// <summary>Names that must be defined somewhere: zones, named locations, formats, upstreams; each once.</summary>
internal static class ReferenceChecks
{
    private static readonly string[] s_cached = ["proxy", "fastcgi", "uwsgi", "scgi"];

    /// <summary>Checks the http block.</summary>
    public static void Run(BindContext context, NginxDirective http, HttpModel model)
    {
        foreach (HttpServer server in model.Servers)
        {
            Locations(context, http, server.Locations);
        }
        var zones = new Zones(context, http, model);
        Visit(http, zones);
    }

    private static void Visit(NginxDirective block, Zones zones)
    {
        foreach (NginxDirective directive in block.Children)
        {
            if (directive.Spec is not null)
            {
                zones.Check(directive);
            }
            Visit(directive, zones);
        }
    }

    private static void Locations(BindContext context, NginxDirective http, ImmutableArray<Location> locations)
    {
        var seen = new Dictionary<(LocationKind, string), Location>();
        foreach (Location location in locations)
        {
            // With and without ^~ they are one in the original's tree.
            LocationKind kind = location.Kind == LocationKind.PrefixNoRegex ? LocationKind.Prefix : location.Kind;
            if (kind is LocationKind.Prefix or LocationKind.Exact
                && !seen.TryAdd((kind, location.Text), location))
            {
                SourceSpan span = location.Span;
                string message = $"duplicate location \"{location.Text}\"";
                context.Findings.ReportLater(FindingCodes.Duplicate, http.EndOrder, span, message,
                    message + Findings.Place(span.File, span.Line), "each is given once in its block",
                    new RelatedPlace(seen[(kind, location.Text)].Span, "the first is here"));
            }
            Locations(context, http, location.Locations);
        }
    }

    /// <summary>What is defined, and who must be there.</summary>
    private sealed class Zones(BindContext context, NginxDirective http, HttpModel model)
    {
        private readonly HashSet<string> _requests = [.. model.LimitRequestZones.Select(static z => z.Name)];
        private readonly HashSet<string> _connections = [.. model.LimitConnectionZones.Select(static z => z.Name)];

        public void Check(NginxDirective directive)
        {
            switch (directive.Name)
            {
                case "limit_req" when LineReaders.RequestLimit(directive) is { } limit
                    && !_requests.Contains(limit.Zone):
                    NoZone(directive, limit.Zone);
                    break;
                case "limit_conn" when !_connections.Contains(directive[0]):
                    NoZone(directive, directive[0]);
                    break;
                default:
                    CheckCache(directive);
                    break;
            }
        }

        private void NoZone(NginxDirective directive, string zone)
            => context.Findings.ReportLater(FindingCodes.Missing, http.EndOrder + 1, directive.Span,
                $"zero size shared memory zone \"{zone}\"", $"zero size shared memory zone \"{zone}\"",
                $"define it with {directive.Name}_zone");

        private void CheckCache(NginxDirective directive)
        {
            foreach (string protocol in s_cached)
            {
                if (directive.Name != $"{protocol}_cache" || directive[0] == "off"
                    || directive[0].Contains('$', StringComparison.Ordinal))
                {
                    continue;
                }
                bool isThere = http.ChildrenOf($"{protocol}_cache_path").Any(p => p.Words.Any(
                    w => w.Text.StartsWith($"keys_zone={directive[0]}:", StringComparison.Ordinal)));
                if (!isThere)
                {
                    string message = $"\"{directive.Name}\" zone \"{directive[0]}\" is unknown";
                    context.Findings.ReportLater(FindingCodes.Missing, http.EndOrder, directive.SpanOf(0), message,
                        message + Findings.Place(http.File, UpstreamReader.EndLine(http)),
                        $"define it with {protocol}_cache_path … keys_zone={directive[0]}:10m");
                }
            }
        }
    }
}
