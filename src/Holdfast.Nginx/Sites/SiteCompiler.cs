using System.Text;
using Holdfast.Config.Nginx.Model;
using Holdfast.Nginx.Locations;
using Holdfast.Nginx.Requests;
using Holdfast.Nginx.Rewriting;
using Holdfast.Nginx.Texts;

namespace Holdfast.Nginx.Sites;

/// <summary>Compiles the servers of an http block.</summary>
/// <param name="texts">Compiles their texts.</param>
/// <param name="files">Asks the file system.</param>
/// <param name="finish">What the engine adds to a place; null: nothing.</param>
public sealed class SiteCompiler(TextCompiler texts, FileQuestion files, Func<Place, Place>? finish = null)
{
    private static readonly string[] s_passing =
        ["fastcgi_pass", "uwsgi_pass", "scgi_pass", "memcached_pass", "grpc_pass", "tunnel_pass"];

    private readonly RewriteCompiler _rewrites = new(texts, files, finish);

    /// <summary>Compiles a server. All variables must have been declared.</summary>
    /// <exception cref="FormatException">A text is wrong in a way that the parser would have said.</exception>
    public Site Compile(HttpServer server)
    {
        ArgumentNullException.ThrowIfNull(server);
        byte[] name = Encoding.UTF8.GetBytes(server.Names.Length > 0 ? server.Names[0].Written : "");
        Place place = Finish(new() { Settings = server.Settings, Content = server.Content, ServerName = name });
        place = place with { Rewrite = _rewrites.Compile(server.Rewrite, place) };
        return new(place, new LocationTree<SiteLocation>(SpecsOf(server.Locations, name)), server.Locations
            .Where(static one => one.Kind == LocationKind.Named)
            .ToDictionary(static one => one.Text, one => Compile(one, name), StringComparer.Ordinal));
    }

    private IEnumerable<LocationSpec<SiteLocation>> SpecsOf(IEnumerable<Location> locations, byte[] name) => locations
        .Where(static one => one.Kind != LocationKind.Named)
        .Select(one =>
        {
            SiteLocation location = Compile(one, name);
            return new LocationSpec<SiteLocation>
            {
                Kind = one.Kind, Path = location.Path, Location = location, Regex = location.Regex?.Regex,
                RedirectsToSlash = one.Text.EndsWith('/') && one.Kind != LocationKind.Regex && PassesOn(one.Content),
                Nested = [.. SpecsOf(one.Locations, name)],
            };
        });

    private SiteLocation Compile(Location location, byte[] name)
    {
        Place place = Finish(new()
        {
            Settings = location.Settings, Content = location.Content, ServerName = name,
            Path = Encoding.UTF8.GetBytes(location.Text), IsRegex = location.Kind == LocationKind.Regex,
        });
        return new(place with { Rewrite = _rewrites.Compile(location.Rewrite, place) }, place.Path,
            location.Regex is { } regex ? texts.Compile(regex) : null)
        {
            Except = location.LimitExcept is { } limit ? Compile(limit, place) : null,
        };
    }

    /// <summary>The other settings of <c>limit_except</c>; nothing is rewritten there.</summary>
    private MethodLimit Compile(LimitExcept limit, Place place) => new(
        [.. limit.Methods.Select(Encoding.UTF8.GetBytes)],
        Finish(place with { Settings = limit.Settings, Content = limit.Content, Program = null }));

    private Place Finish(Place place) => finish?.Invoke(place) ?? place;

    private static bool PassesOn(LocationContent content)
        => content.Proxy is not null || s_passing.Contains(content.Handler?.Name);
}
