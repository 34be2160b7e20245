using System.Collections.Immutable;
using Holdfast.Config.Nginx.Model;
using Holdfast.Config.Nginx.Syntax;
using Holdfast.Config.Nginx.Values;

namespace Holdfast.Config.Nginx.Binding;

/// <summary>Makes the model of the http block.</summary>
internal sealed class HttpBinder(BindContext context)
{
    private static readonly string[] s_cachedProtocols = ["proxy", "fastcgi", "uwsgi", "scgi"];

    private const string Combined = "$remote_addr - $remote_user [$time_local] \"$request\" "
        + "$status $body_bytes_sent \"$http_referer\" \"$http_user_agent\"";

    /// <summary>The block.</summary>
    public HttpModel Bind(NginxDirective http)
    {
        var reader = new SettingReader(http.Children, null);
        foreach (NginxDirective upstream in http.ChildrenOf("upstream").Where(static u => u.Count > 0))
        {
            context.AddUpstream(context.Upstreams, upstream);
        }
        ImmutableArray<LogFormat>.Builder formats = ImmutableArray.CreateBuilder<LogFormat>();
        formats.Add(new LogFormat("combined", LogEscape.Default, Texts.Of(Combined, http.Span), null));
        foreach (LogFormat format in Each(http, "log_format", ZoneReader.Format))
        {
            formats.Add(format);
        }
        var model = new HttpModel
        {
            Settings = new HttpSettings(reader),
            Span = http.Span,
            LogFormats = formats.ToImmutable(),
            Maps = Each(http, "map", MapReader.Map),
            Geos = Each(http, "geo", MapReader.Geo),
            SplitClients = Each(http, "split_clients", MapReader.Split),
            LimitRequestZones = Each(http, "limit_req_zone", ZoneReader.Requests),
            LimitConnectionZones = Each(http, "limit_conn_zone", ZoneReader.Connections),
            CacheZones = [.. s_cachedProtocols
                .SelectMany(p => Each(http, $"{p}_cache_path", ZoneReader.Cache))],
            Upstreams = Each(http, "upstream", UpstreamReader.Read),
        };
        return model with { Servers = [.. http.ChildrenOf("server").Select(s => Server(s, reader))] };
    }

    private ImmutableArray<T> Each<T>(
        NginxDirective block, string name, Func<BindContext, NginxDirective, T?> read)
        where T : class
        => [.. block.ChildrenOf(name).Select(d => read(context, d)).OfType<T>()];

    private HttpServer Server(NginxDirective block, SettingReader outer)
    {
        var reader = new SettingReader(block.Children, outer);
        return new HttpServer
        {
            Listens = Each(block, "listen", ListenReader.Read),
            Names = LocationReader.Names(context, block.ChildrenOf("server_name")),
            Locations = Locations(block, reader, null),
            Rewrite = Steps(block, reader, null, null),
            Content = ContentReader.Read(context, block, reader, null, mayHaveUri: true),
            Settings = new HttpSettings(reader),
            Span = block.Span,
        };
    }

    private ImmutableArray<Location> Locations(NginxDirective block, SettingReader outer, Location? around)
    {
        ImmutableArray<Location>.Builder locations = ImmutableArray.CreateBuilder<Location>();
        foreach (NginxDirective directive in block.ChildrenOf("location"))
        {
            if (LocationReader.Head(context, directive) is { } head
                && LocationReader.Fits(context, directive, head, around))
            {
                locations.Add(Location(directive, head, outer));
            }
        }
        return locations.ToImmutable();
    }

    private Location Location(
        NginxDirective block, (LocationKind Kind, string Text, NginxRegex? Regex) head, SettingReader outer)
    {
        var reader = new SettingReader(block.Children, outer);
        bool mayHaveUri = head.Kind is not (LocationKind.Regex or LocationKind.Named);
        var location = new Location
        {
            Kind = head.Kind,
            Text = head.Text,
            Regex = head.Regex,
            Settings = new HttpSettings(reader),
            Content = ContentReader.Read(context, block, reader, null, mayHaveUri),
            Span = block.Span,
        };
        return location with
        {
            Rewrite = Steps(block, reader, location.Content, reader),
            LimitExcept = block.ChildrenOf("limit_except").FirstOrDefault() is { } limit
                ? Limit(limit, reader, location.Content) : null,
            Locations = Locations(block, reader, location),
        };
    }

    private LimitExcept Limit(NginxDirective block, SettingReader outer, LocationContent content)
    {
        var reader = new SettingReader(block.Children, outer);
        var methods = new SortedSet<string>(StringComparer.Ordinal);
        for (int i = 0; i < block.Count; i++)
        {
            string method = block[i].ToUpperInvariant();
            if (!s_methods.Contains(method))
            {
                context.Bad(block, i, $"invalid method \"{block[i]}\"", null,
                    Text.NearestWord.Find(method, s_methods));
                continue;
            }
            methods.Add(method);
        }
        if (methods.Contains("GET"))
        {
            methods.Add("HEAD");
        }
        return new LimitExcept([.. methods], ContentReader.Read(context, block, reader, content, mayHaveUri: false),
            new HttpSettings(reader), block.Span);
    }

    /// <summary>The program of the rewrite module of a block.</summary>
    /// <param name="block">The block.</param>
    /// <param name="reader">Its settings.</param>
    /// <param name="content">In a location, what makes its answer: an if takes it over.</param>
    /// <param name="location">The settings of the location; null in a server.</param>
    private ImmutableArray<RewriteStep> Steps(
        NginxDirective block, SettingReader reader, LocationContent? content, SettingReader? location)
    {
        ImmutableArray<RewriteStep>.Builder steps = ImmutableArray.CreateBuilder<RewriteStep>();
        foreach (NginxDirective directive in block.Children.Where(static d => d.Spec is not null))
        {
            RewriteStep? step = directive.Name == "if"
                ? If(directive, reader, content, location) : RewriteReader.Step(context, directive);
            if (step is not null)
            {
                steps.Add(step);
            }
        }
        return steps.ToImmutable();
    }

    private IfBlock? If(
        NginxDirective block, SettingReader outer, LocationContent? content, SettingReader? location)
    {
        RewriteCondition? condition = RewriteReader.Condition(context, block);
        var reader = new SettingReader(block.Children, outer);
        ImmutableArray<RewriteStep> steps = Steps(block, reader, content, location);
        LocationContent? own = location is null ? null
            : ContentReader.Read(context, block, reader, content, mayHaveUri: false);
        return condition is null ? null : new IfBlock(
            condition, steps, own, location is null ? null : new HttpSettings(reader), block.Span);
    }

    private static readonly string[] s_methods =
    [
        "GET", "HEAD", "POST", "PUT", "DELETE", "MKCOL", "COPY", "MOVE", "OPTIONS", "PROPFIND", "PROPPATCH", "LOCK",
        "UNLOCK", "PATCH",
    ];
}
