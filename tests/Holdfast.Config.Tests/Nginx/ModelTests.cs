using Holdfast.Config.Nginx;
using Holdfast.Config.Nginx.Model;
using Holdfast.Config.Text;
using Holdfast.Primitives;
using Holdfast.Tests.Repository;

namespace Holdfast.Config.Tests.Nginx;

/// <summary>What becomes of directives: the model, and how blocks inherit.</summary>
public sealed class ModelTests
{
    [Fact]
    public void Seed_WithoutEvents_ChecksWithANote()
    {
        string text = File.ReadAllText(Path.Combine(RepositoryRoot.Path, "tests", "seed", "nginx.conf"));
        NginxParseResult result = NginxParser.Parse("/n/nginx.conf", MemoryConfigFiles.Of("/n/nginx.conf", text));
        Assert.False(result.HasErrors);
        Assert.Contains(result.Diagnostics, static d => d is { Code: "NX0005", Severity: Severity.Note });
        HttpModel http = result.Model.Http!;
        Assert.Equal(["192.168.1.101", "192.168.1.102"], http.Upstreams[0].Servers.Select(static s => s.Host));
        Assert.Equal("backend", http.Servers[0].Locations[0].Content.Proxy!.Host);
    }

    [Fact]
    public void Scalars_NotGivenInside_AreThoseOfTheBlockAround()
    {
        HttpModel http = Parse("""
            client_max_body_size 5m;
            proxy_read_timeout 7s;
            server { client_max_body_size 6m; location / { location /a { client_max_body_size 7m; } } }
            server { }
            """);
        Location outer = http.Servers[0].Locations[0];
        Assert.Equal(6 << 20, outer.Settings.Core.ClientMaxBodyBytes);
        Assert.Equal(7 << 20, outer.Locations[0].Settings.Core.ClientMaxBodyBytes);
        Assert.Equal(5 << 20, http.Servers[1].Settings.Core.ClientMaxBodyBytes);
        Assert.Equal(TimeSpan.FromSeconds(7), outer.Locations[0].Settings.Proxy.ReadTimeout);
    }

    [Fact]
    public void Lists_GivenInside_TakeThePlaceOfThoseAround()
    {
        HttpModel http = Parse("""
            add_header a 1; add_header b 2;
            server { location /x { add_header c 3; } location /y { } }
            """);
        Assert.Equal(["c"], Added(http.Servers[0].Locations[0]));
        Assert.Equal(["a", "b"], Added(http.Servers[0].Locations[1]));
    }

    [Fact]
    public void Handlers_OfALocation_AreNotThoseOfLocationsInside()
    {
        HttpModel http = Parse("""
            server { location / { proxy_pass http://127.0.0.1:8080/x; return 404; location /a { }
                if ($host) { add_header a b; } } }
            """);
        Location outer = http.Servers[0].Locations[0];
        ProxyTarget target = outer.Content.Proxy!;
        Assert.Equal(("127.0.0.1", 8080, "/x"), (target.Host, target.Port, target.Uri));
        Assert.Null(outer.Locations[0].Content.Proxy);
        Assert.Empty(outer.Locations[0].Rewrite);
        IfBlock block = Assert.IsType<IfBlock>(outer.Rewrite[1]);
        Assert.Equal("127.0.0.1", block.Content!.Proxy!.Host);
    }

    [Fact]
    public void Errors_OfOneFile_AreAllReported()
    {
        const string Text = "events {}\nhttp {\nservr {}\nsendfile yes;\nserver { listen x:y; rewrit a b; }\n}\n";
        NginxParseResult result = NginxParser.Parse("/n/nginx.conf", MemoryConfigFiles.Of("/n/nginx.conf", Text));
        Diagnostic[] errors = [.. result.Diagnostics.Where(static d => d.Severity == Severity.Error)];
        Assert.Equal([3, 4, 5, 5], errors.Select(static d => d.Span.Line).Order());
        Assert.Contains(errors, static d => d.Suggestion == "server");
        Assert.Contains(errors, static d => d.Suggestion == "rewrite");
        Assert.Equal("[emerg] unknown directive \"servr\" in /n/nginx.conf:3", Assert.Single(result.OriginalLines));
    }

    [Fact]
    public void Semicolon_Missing_IsWarnedOfThoughTheOriginalTakesIt()
    {
        const string Text = "events {}\nhttp {\nserver {\nserver_name a\n  root b;\n}\n}\n";
        NginxParseResult result = NginxParser.Parse("/n/nginx.conf", MemoryConfigFiles.Of("/n/nginx.conf", Text));
        Diagnostic warning = Assert.Single(result.Diagnostics, static d => d.Severity == Severity.Warning);
        Assert.Equal(("NX0122", 4), (warning.Code, warning.Span.Line));
        Assert.Contains("missing behind \"a\" in line 4", warning.Help, StringComparison.Ordinal);
        Assert.Empty(result.OriginalLines);
    }

    private static IEnumerable<string> Added(Location location)
        => location.Settings.Headers.Add.Select(static h => h.Name);

    private static HttpModel Parse(string http)
    {
        NginxParseResult result = NginxParser.Parse("/n/nginx.conf",
            MemoryConfigFiles.Of("/n/nginx.conf", $"events {{}}\nhttp {{\n{http}\n}}\n"));
        Assert.Empty(result.Diagnostics.Where(static d => d.Severity == Severity.Error));
        return result.Model.Http!;
    }
}
