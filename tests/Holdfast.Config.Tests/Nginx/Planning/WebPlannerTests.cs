using System.Collections.Immutable;
using Holdfast.Config.Keepalived.Planning;
using Holdfast.Config.Nginx;
using Holdfast.Config.Nginx.Planning;
using Holdfast.Config.Nginx.Syntax;
using Holdfast.Config.Text;

namespace Holdfast.Config.Tests.Nginx.Planning;

/// <summary>What another nginx.conf would change.</summary>
public sealed class WebPlannerTests
{
    private const string Before = """
        events {}
        http {
            gzip on;
            upstream back { server 192.0.2.1; server 192.0.2.2; }
            server { listen 80; server_name a.example; location / { proxy_pass http://back; } }
            server { listen 81; }
        }
        """;

    [Fact]
    public void SameFile_ChangesNothing()
    {
        ReloadPlan plan = Plan(Before, Before);
        Assert.False(plan.HasChanges);
        Assert.Equal(["nginx.conf", "upstream back", "server a.example", "server 81"],
            plan.Items.Select(static one => $"{one.SubjectKeyword} {one.Name}".Trim()));
    }

    [Fact]
    public void Lines_AreToldByTheirBlock()
    {
        string now = Before.Replace("gzip on", "gzip off", StringComparison.Ordinal)
            .Replace("192.0.2.2", "192.0.2.3", StringComparison.Ordinal)
            .Replace("http://back;", "http://back/x;", StringComparison.Ordinal)
            .Replace("listen 80;", "listen 80; listen 8080;", StringComparison.Ordinal);

        Assert.Equal(
        [
            "nginx.conf: changed: http: gzip on -> off",
            "upstream back: changed: server 192.0.2.2 -> 192.0.2.3",
            "server a.example: changed: listen + 8080; location /: proxy_pass http://back -> http://back/x",
        ], Plan(Before, now).Changed.Select(static one => one.ToString()));
    }

    [Fact]
    public void Blocks_ComeAndGo()
    {
        string now = Before.Replace("listen 81;", "listen 82; server_name b.example;", StringComparison.Ordinal);

        Assert.Equal(["server b.example: added: listen + 82", "server 81: removed: listen - 81"],
            Plan(Before, now).Changed.Select(static one => one.ToString()));
    }

    private static ReloadPlan Plan(string before, string now) => WebPlanner.Plan(Read(before), Read(now));

    private static ImmutableArray<NginxDirective> Read(string text)
        => NginxParser.Parse("/nginx.conf", MemoryConfigFiles.Of("/nginx.conf", text)).Directives;
}
