using Holdfast.Balancing.Servers;
using Holdfast.Management.StateFile;
using Holdfast.Proxy.Options;

namespace Holdfast.Management.Tests;

/// <summary>What a process leaves, and what the next one makes of it.</summary>
public sealed class StateTests
{
    private const string Text = """
        global
          nbthread 1
        defaults
          mode http
          timeout connect 1s
          timeout client 10s
          timeout server 10s
        frontend fe
          bind 127.0.0.1:1
          default_backend be
        backend be
          server up 127.0.0.1:9 weight 10
          server down 127.0.0.1:9 check inter 1h rise 3
          server maint 127.0.0.1:9
          server drained 127.0.0.1:9
          server plain 127.0.0.1:9

        """;

    [Fact]
    public void Left_ByOneProcess_IsWhereTheNextOneBegins()
    {
        string left;
        using (var first = new Ours("/", Text))
        {
            first.Ask("set server be/up weight 77;set server be/maint state maint;set server be/drained state drain\n");
            first.Ask("set server be/down health down\n");
            left = ServerStates.Write(first.Process);
        }

        using var next = new Ours("/", Text, change: options => ServerStates.Recall(options, left, static _ => true));

        Assert.Equal(WithoutLastCheck(left), WithoutLastCheck(ServerStates.Write(next.Process)));
        string stats = next.Ask("show stat be 4 -1\n");
        Assert.Contains("be,down,0,0,0,0,,0,0,0,,0,,0,0,0,0,DOWN,", stats, StringComparison.Ordinal);
        Assert.Contains("be,maint,0,0,0,0,,0,0,0,,0,,0,0,0,0,MAINT,", stats, StringComparison.Ordinal);
        Assert.Contains("be,drained,0,0,0,0,,0,0,0,,0,,0,0,0,0,DRAIN,", stats, StringComparison.Ordinal);
        Assert.Equal("77 (initial 10)\n\n", next.Ask("get weight be/up\n"));
    }

    [Fact]
    public void Tables_LeftByOneProcess_AreFilledInTheNext()
    {
        string left;
        using (var first = new Ours("/", Text))
        {
            first.Ask("set table tab key 10.0.0.1 data.gpc0 5 data.http_req_cnt 70\n");
            first.Ask("set table tab key 10.0.0.2 data.http_req_rate 9 data.conn_cur 3 data.server_id 2\n");
            left = TableStates.Write(first.Process);
        }
        using var next = new Ours("/", Text);

        Assert.Equal(2, TableStates.Recall(next.Process.Tables, "1\nnoise\n" + left + "table tab x 00\n"));

        Assert.Contains("key=10.0.0.1 use=0 exp=* server_id=0 gpc0=5 conn_cur=0 http_req_cnt=70 ",
            Masks.Apply(next.Ask("show table tab\n")), StringComparison.Ordinal);
        Assert.Contains("key=10.0.0.2 use=0 exp=* server_id=2 gpc0=0 conn_cur=0 http_req_cnt=0 ",
            Masks.Apply(next.Ask("show table tab\n")), StringComparison.Ordinal);
    }

    /// <summary>The last check is each process's own; the counter follows an order a moment later.</summary>
    private static string WithoutLastCheck(string states) => string.Join('\n', Masks.Apply(states).Split('\n')
        .Select(static line => string.Join(' ', line.Split(' ').Where(static (_, at) => at is not (10 or 11 or 12)))));

    [Fact]
    public void Recalled_BackendThatIsNotWanted_BeginsAsTheFileSays()
    {
        const string Left = "1\n# names\n3 be 1 up 127.0.0.1 0 1 7 10 5 6 3 0 6 0 0 0 - 9 - 0 0 - - 0\n";

        using var next = new Ours("/", Text, change: options => ServerStates.Recall(options, Left, static _ => false));

        Assert.Equal("10 (initial 10)\n\n", next.Ask("get weight be/up\n"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("2\n3 be 1 up 127.0.0.1 0 1 7 10 5 6 3 0 6 0 0 0 - 9 - 0 0 - - 0\n")]
    [InlineData("1\n3 be 1 up 127.0.0.1 0 1\n")]
    [InlineData("1\n3 be 1 other 127.0.0.1 0 1 7 10 5 6 3 0 6 0 0 0 - 9 - 0 0 - - 0\n")]
    [InlineData("1\n3 be 1 up 127.0.0.1 9 1 7 10 5 6 3 0 6 0 0 0 - 9 - 0 0 - - 0\n")]
    [InlineData("1\n3 be 1 up 127.0.0.1 0 x 7 10 5 6 3 0 6 0 0 0 - 9 - 0 0 - - 0\n")]
    [InlineData("1\n3 be 1 up 127.0.0.1 0 1 700 10 5 6 3 0 6 0 0 0 - 9 - 0 0 - - 0\n")]
    public void Recalled_WhatDoesNotFit_IsLeftOut(string left)
    {
        var options = new ProxyOptions([], [new BackendOptions("be", [new ServerOptions("up", null!)])]);

        Assert.Null(ServerStates.Recall(options, left, static _ => true).Backends[0].Servers[0].Recalled);
    }

    [Fact]
    public void Recalled_WeightOfAnotherFile_IsNotTaken()
    {
        const string Left = "1\n3 be 1 up 127.0.0.1 2 0 7 20 5 6 3 4 6 0 0 0 - 9 - 0 0 - - 0\n";
        var options = new ProxyOptions([], [new BackendOptions("be", [new ServerOptions("up", null!)])]);

        RecalledState? known = ServerStates.Recall(options, Left, static _ => true).Backends[0].Servers[0].Recalled;

        Assert.Equal(new RecalledState(null, AdministrativeStates.None, ServerState.Running, 4), known);
    }
}
