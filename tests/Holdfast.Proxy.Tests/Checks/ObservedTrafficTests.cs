using Holdfast.Balancing.Servers;
using Holdfast.Health.Scripts;
using Holdfast.Health.Servers;
using Holdfast.Proxy.Checks;
using Holdfast.Proxy.Options;
using Holdfast.Proxy.Running;
using Holdfast.Proxy.Upstreams;

namespace Holdfast.Proxy.Tests.Checks;

/// <summary>Servers that are judged by their traffic, and by the operator.</summary>
public sealed class ObservedTrafficTests
{
    /// <summary>Lines of haproxy 2.6.12 after three answers of the same kind.</summary>
    [Theory]
    [InlineData(ErrorReaction.FailCheck, ObservedResult.ServerErrorStatus, "Wrong http response", "2/3 UP")]
    [InlineData(ErrorReaction.FailCheck, ObservedResult.BadResponse, "Invalid http response (headers)", "2/3 UP")]
    [InlineData(ErrorReaction.FailCheck, ObservedResult.NoResponse, "Close from server (http)", "2/3 UP")]
    [InlineData(ErrorReaction.FailCheck, ObservedResult.ResponseTimeout, "Read timeout (http)", "2/3 UP")]
    [InlineData(ErrorReaction.FailCheck, ObservedResult.ConnectFailed, "L4 unsuccessful connection", "2/3 UP")]
    [InlineData(ErrorReaction.SuddenDeath, ObservedResult.ServerErrorStatus, "Wrong http response", "1/3 UP")]
    [InlineData(ErrorReaction.MarkDown, ObservedResult.ServerErrorStatus, "Wrong http response", "0/2 DOWN")]
    public void Errors_AsManyAsTheLimit_AreAFailedCheck(
        ErrorReaction reaction, ObservedResult result, string text, string status)
    {
        using TestServer peer = new();
        Lines lines = new();
        using ProxyEngine engine = Start(peer, lines, reaction);
        Server server = engine.Backends[0].Servers[0];
        lines.WaitFor("Health check for server b/s succeeded");

        server.Observe(result);
        server.Observe(result);
        server.Observe(ObservedResult.GoodResponse);
        for (int i = 0; i < 3; i++)
        {
            server.Observe(result);
        }

        lines.WaitFor("Health check for server b/s failed, reason: Health analyze, "
            + $"info: \"Detected 3 consecutive errors, last one was: {text}\", status: {status}.");
        Assert.Equal(CheckStatus.Analyzed, server.LastCheck.Status); // the next check is ten minutes away
        // The line is written a moment before everybody sees the state.
        ServerCondition expected = reaction == ErrorReaction.MarkDown ? ServerCondition.Down : ServerCondition.Up;
        Assert.True(SpinWait.SpinUntil(() => server.Health.Condition == expected, TimeSpan.FromSeconds(30)));
    }

    [Fact]
    public void Errors_WithFastInterval_BringTheNextCheckForward()
    {
        using TestServer peer = new();
        Lines lines = new();
        var banner = new ExpectStep(2, ExpectKind.Text) { Pattern = "x"u8.ToArray() };
        var program = new CheckProgram(new CheckScript(ScriptKind.Tcp, [new ConnectStep(1), banner]));
        using ProxyEngine engine = Start(peer, lines, ErrorReaction.FastInterval, program);
        Server server = engine.Backends[0].Servers[0];
        using System.Net.Sockets.Socket first = peer.Accept();
        first.SendText("x");
        lines.WaitFor("Health check for server b/s succeeded");

        for (int i = 0; i < 3; i++)
        {
            server.Observe(ObservedResult.ServerErrorStatus);
        }

        // The interval is ten minutes: only a check out of turn comes within our patience.
        using System.Net.Sockets.Socket second = peer.Accept();
    }

    [Fact]
    public void Maintenance_BeginsAndEnds_ChecksStopAndBeginAnew()
    {
        using TestServer peer = new();
        Lines lines = new();
        using ProxyEngine engine = Start(peer, lines, ErrorReaction.FailCheck);
        Server server = engine.Backends[0].Servers[0];
        List<(ServerCondition From, ServerCondition To)> changes = [];
        server.Health.Changed += (_, from, to) => changes.Add((from, to));
        lines.WaitFor("Health check for server b/s succeeded");

        server.Backend.SetAdministrative(server, AdministrativeStates.Maintenance);
        lines.WaitFor("Server b/s is going DOWN for maintenance. 0 active and 0 backup servers left.");
        Assert.False(server.IsUsable);
        Assert.Equal("MAINT", server.Health.Text);
        server.Backend.SetAdministrative(server, AdministrativeStates.None);
        lines.WaitFor("Server b/s is UP/READY (leaving forced maintenance).");
        lines.WaitFor("Health check for server b/s succeeded", times: 2);

        Assert.True(server.IsUsable);
        Assert.Equal("UP", server.Health.Text);
        Assert.Equal([(ServerCondition.Up, ServerCondition.Maintenance),
            (ServerCondition.Maintenance, ServerCondition.Up)], changes);
    }

    [Fact]
    public void Drain_TakesNoNewWork()
    {
        using TestServer peer = new();
        Lines lines = new();
        using ProxyEngine engine = Start(peer, lines, ErrorReaction.FailCheck);
        Server server = engine.Backends[0].Servers[0];

        server.Backend.SetAdministrative(server, AdministrativeStates.Drain);
        lines.WaitFor("Server b/s enters drain state. 0 active and 0 backup servers online. 0 sessions requeued");
        Assert.False(server.IsUsable);
        server.Backend.SetAdministrative(server, AdministrativeStates.None);
        lines.WaitFor("Server b/s is UP (leaving forced drain).");
        Assert.True(server.IsUsable);
    }

    private static ProxyEngine Start(
        TestServer peer, Lines lines, ErrorReaction reaction, CheckProgram? program = null)
    {
        var server = new ServerOptions("s", TestProxy.Local(peer.Port))
        {
            Check = new ServerCheckModel
            {
                Interval = TimeSpan.FromMinutes(10),
                FastInterval = program is null ? null : TimeSpan.FromMilliseconds(50),
            },
            Health = new HealthOptions
            {
                Program = program, Observer = new ErrorObserverModel(ObservedLayer.Layer7, 3, reaction),
            },
        };
        return ProxyEngine.Start(new ProxyOptions([], [new BackendOptions("b", [server]) { LogsChecks = true }])
        {
            OnHealthLine = (_, text) => lines.Add(text),
        });
    }

    private sealed class Lines
    {
        private readonly List<string> _all = [];

        internal void Add(string line)
        {
            lock (_all)
            {
                _all.Add(line);
            }
        }

        internal void WaitFor(string start, int times = 1)
            => Assert.True(SpinWait.SpinUntil(() =>
            {
                lock (_all)
                {
                    return _all.Count(line => line.StartsWith(start, StringComparison.Ordinal)) >= times;
                }
            }, TestProxy.Patience), $"there is no line '{start}' {times} times in: {string.Join('\n', _all)}");
    }
}
