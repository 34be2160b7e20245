using System.Net.Sockets;
using System.Text;
using Holdfast.Nginx.Limits;
using Holdfast.Nginx.Requests;
using Holdfast.Tests.Repository;

namespace Holdfast.Nginx.Tests.Limits;

/// <summary><c>limit_conn</c>, beside the original.</summary>
public sealed class ConnectionLimitTests
{
    private const string Http = """
        limit_conn_zone $arg_a zone=aa:32k;
        limit_conn_zone $arg_b zone=b:32k;
        server {
            listen unix:@S@/s;
            add_header S "$limit_conn_status" always;
            location /wait { limit_conn aa 2; limit_conn b 3; proxy_pass http://unix:@S@/e; }
            location /try { limit_conn aa 1; limit_conn_dry_run on; proxy_pass http://unix:@S@/e; }
        }
        server { listen unix:@S@/e; return 200 ok; }
        """;

    private readonly MemoryBlock _block = new(Http);
    private readonly Dictionary<string, ConnectionLimits> _limits;

    public ConnectionLimitTests()
    {
        var compiler = new LimitCompiler(_block.Texts);
        compiler.Define(_block.Model);
        _limits = new[] { "wait", "try" }.ToDictionary(
            static place => place, place => compiler.Connections(_block["/" + place].Limits)!, StringComparer.Ordinal);
    }

    [Fact]
    public void Ask_RequestsComeAndGo_AsTheOriginal()
    {
        using var site = new NginxSite(Http);
        var random = new Random(20_261_205);
        List<Waiting> open = [];
        HashSet<LimitStatus> seen = [];
        for (int i = 0; i < 600; i++)
        {
            if (open.Count > 0 && random.Next(2) == 0)
            {
                int which = random.Next(open.Count);
                Answer answer = new(Finish(open[which].Socket));
                Assert.Equal(answer["S"] ?? "", Encoding.ASCII.GetString(LimitStatuses.TextOf(open[which].Status)));
                open[which].Visit.Leave();
                open.RemoveAt(which);
                continue;
            }
            string place = random.Next(3) == 0 ? "try" : "wait";
            string target = $"/{place}?a={(random.Next(6) == 0 ? "" : random.Next(5))}&b={random.Next(2)}";
            seen.Add(Enter(site, place, target, open));
        }
        open.ForEach(static one => one.Socket.Dispose());
        Assert.Equal(
            [LimitStatus.None, LimitStatus.Passed, LimitStatus.Rejected, LimitStatus.RejectedDryRun], seen.Order());
    }

    [Fact]
    public void Ask_MoreKeysThanFit_RefusesAsTheOriginal()
    {
        using var site = new NginxSite(Http);
        List<Waiting> open = [];
        HashSet<LimitStatus> seen = [];
        for (int i = 0; i < 120; i++)
        {
            seen.Add(Enter(site, "wait", $"/wait?a={new string('k', 200)}{i}", open));
        }
        int fit = open.Count;
        Assert.Equal([LimitStatus.Passed, LimitStatus.Rejected], seen.Order());
        for (int i = 0; i < 20; i++)
        {
            _ = Finish(open[0].Socket);
            open[0].Visit.Leave();
            open.RemoveAt(0);
        }
        Assert.Equal(LimitStatus.Passed, Enter(site, "wait", "/wait?a=new", open));
        Assert.Equal(fit - 19, open.Count);
        open.ForEach(static one => one.Socket.Dispose());
    }

    /// <summary>A request that waits for its body, if it may.</summary>
    private LimitStatus Enter(NginxSite site, string place, string target, List<Waiting> open)
    {
        string request = $"POST {target} HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 1\r\n";
        Socket socket = site.Connect();
        _ = socket.Send(Encoding.ASCII.GetBytes(request + "Expect: 100-continue\r\n\r\n"));
        byte[] begun = new byte[4096];
        int length = socket.Receive(begun);
        string theirs = Encoding.ASCII.GetString(begun.AsSpan(0, length));
        var visit = new ConnectionVisit();
        Request asked = _block.Begin(new MemoryRequest(request + "\r\n"));
        LimitStatus mine = _limits[place].Ask(asked, visit);
        bool goesOn = mine != LimitStatus.Rejected;
        Assert.True(theirs.StartsWith(goesOn ? "HTTP/1.1 100" : "HTTP/1.1 503", StringComparison.Ordinal),
            $"{target}: {theirs}\nnot {mine}");
        if (goesOn)
        {
            open.Add(new(socket, visit, mine));
        }
        else
        {
            Assert.NotNull(visit.Refused);
            socket.Dispose();
        }
        return mine;
    }

    private sealed record Waiting(Socket Socket, ConnectionVisit Visit, LimitStatus Status);

    private static string Finish(Socket socket)
    {
        using (socket)
        {
            _ = socket.Send("x"u8);
            return OriginalDaemon.ReadAll(socket);
        }
    }
}
