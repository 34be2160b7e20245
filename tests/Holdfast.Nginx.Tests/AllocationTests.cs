using Holdfast.Nginx.Texts;

namespace Holdfast.Nginx.Tests;

/// <summary>What requests cost the garbage collector.</summary>
public sealed class AllocationTests
{
    private const string Http = """
        map $uri $kind { default page; ~\.(?<ending>\w+)$ "file-$ending"; }
        split_clients "$uri$args" $half { 50% a; * b; }
        server {
            listen unix:@S@/s;
            server_name n.example;
            if ($http_x = none) { return 403; }
            location / { set $x "$kind-$arg_k"; rewrite ^/old/(.*)$ /new/$1?from=$1 last; return 200 "$x"; }
            location ~ ^/new/(?<rest>.*)$ { return 302 "$scheme://$host/$rest$is_args$args"; }
        }
        """;

    [Fact]
    public void Request_RewrittenAnsweredAndLogged_AllocatesNothing()
    {
        var site = new MemorySite(Http);
        MemoryRequest[] requests =
        [
            new("GET /a/b.html?k=1 HTTP/1.1\r\nHost: A.example\r\nCookie: a=b\r\n\r\n"),
            new("GET /old/%41.x?k=2 HTTP/1.1\r\nHost: A.example\r\nX: 1\r\n\r\n"),
        ];
        var line = new TextBuilder();
        Serve(site, requests, line, 50); // what grows has grown then
        long least = long.MaxValue;
        // The runtime itself allocates now and then: a stretch without shows that requests do not.
        for (int stretch = 0; stretch < 10; stretch++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            Serve(site, requests, line, 1000);
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.Equal(0, least);
        Assert.True(line.Length > 0);
    }

    private static void Serve(MemorySite site, MemoryRequest[] requests, TextBuilder line, int count)
    {
        for (int i = 0; i < count; i++)
        {
            line.Clear();
            site.Serve(requests[i & 1], "combined", line);
        }
    }
}
