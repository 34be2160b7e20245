using Holdfast.Health.Servers;
using Holdfast.Primitives;

namespace Holdfast.Health.Tests.Servers;

public sealed class ErrorObserverTests
{
    private static readonly ServerCheckModel Check = new() { FastInterval = TimeSpan.FromMilliseconds(100) };

    [Theory]
    [InlineData(ObservedLayer.None, ObservedResult.ConnectFailed, 2, 2)]
    [InlineData(ObservedLayer.Layer4, ObservedResult.ConnectFailed, 2, 3)]
    [InlineData(ObservedLayer.Layer4, ObservedResult.Connected, 2, 0)]
    [InlineData(ObservedLayer.Layer4, ObservedResult.ServerErrorStatus, 2, 2)]
    [InlineData(ObservedLayer.Layer7, ObservedResult.ConnectFailed, 2, 3)]
    [InlineData(ObservedLayer.Layer7, ObservedResult.Connected, 2, 2)]
    [InlineData(ObservedLayer.Layer7, ObservedResult.GoodResponse, 2, 0)]
    [InlineData(ObservedLayer.Layer7, ObservedResult.ServerErrorStatus, 2, 3)]
    [InlineData(ObservedLayer.Layer7, ObservedResult.BadResponse, 2, 3)]
    [InlineData(ObservedLayer.Layer7, ObservedResult.ResponseTimeout, 2, 3)]
    public void Observe_Result_CountsOrClears(ObservedLayer layer, ObservedResult result, int before, int after)
    {
        int errors = before;
        Assert.False(ErrorObserver.Observe(new(layer), ref errors, result));
        Assert.Equal(after, errors);
    }

    [Fact]
    public void Observe_TenthInARow_IsTooMany_AndTheCountBeginsAnew()
    {
        int errors = 0;
        for (int count = 1; count <= 30; count++)
        {
            Assert.Equal(count % 10 == 0, ErrorObserver.Observe(
                new(ObservedLayer.Layer4), ref errors, ObservedResult.ConnectFailed));
        }
    }

    [Theory]
    [InlineData(200, true)]
    [InlineData(404, true)]
    [InlineData(500, false)]
    [InlineData(501, true)]
    [InlineData(503, false)]
    [InlineData(505, true)]
    public void Status_OfTheServersFault_IsAnError(int status, bool isGood)
        => Assert.Equal(isGood, ErrorObserver.ResultOf(status) == ObservedResult.GoodResponse);

    /// <summary>Rise 2 and fall 3: 4 is wholly up, 2 one failure from down.</summary>
    [Theory]
    [InlineData(ErrorReaction.FastInterval, 4, 4)]
    [InlineData(ErrorReaction.FailCheck, 4, 3)]
    [InlineData(ErrorReaction.FailCheck, 2, 0)]
    [InlineData(ErrorReaction.SuddenDeath, 4, 2)]
    [InlineData(ErrorReaction.SuddenDeath, 2, 0)]
    [InlineData(ErrorReaction.MarkDown, 4, 0)]
    [InlineData(ErrorReaction.MarkDown, 1, 0)]
    public void React_Health_FallsAsTheReactionSays(ErrorReaction reaction, int before, int after)
    {
        ServerCheckState state = StateOf(before);
        bool wasUp = ServerCheckMachine.IsUp(Check, state);
        MonotonicTime now = MonotonicTime.Zero + TimeSpan.FromMinutes(1);
        ServerCheckOutput output = ErrorObserver.React(Check, reaction, ref state, now);

        Assert.Equal(after, state.Health);
        Assert.Equal(wasUp && after < Check.Rise ? ServerCheckOutput.WentDown : ServerCheckOutput.None, output);
        Assert.True(state.Due <= now + TimeSpan.FromMilliseconds(100));
    }

    [Theory]
    [InlineData("up", true, AgentWill.None, "", null, "", "")]
    [InlineData("50%\n", null, AgentWill.None, "50%", null, "", "")]
    [InlineData("DOWN, 30% maxconn:12 # going home\r\nup", false, AgentWill.None, "30%", 12, "going home", "")]
    [InlineData("ready up", true, AgentWill.Ready, "", null, "", "")]
    [InlineData("maint", null, AgentWill.Maintenance, "", null, "", "")]
    [InlineData("drain,stopped", false, AgentWill.Drain, "", null, "", "")]
    [InlineData("fail up", true, AgentWill.None, "", null, "", "")]
    [InlineData("maxconn:x", null, AgentWill.None, "", null, "", "maxconn:x")]
    [InlineData("hello 5", null, AgentWill.None, "", null, "", "5")]
    [InlineData("", null, AgentWill.None, "", null, "", "")]
    public void AgentReport_Line_IsTakenApart(
        string line, bool? isUp, AgentWill will, string weight, int? limit, string description, string unknown)
    {
        AgentReport report = AgentReport.Parse(System.Text.Encoding.ASCII.GetBytes(line));

        Assert.Equal((isUp, will, limit), (report.IsUp, report.Will, report.MaxConnections));
        Assert.Equal((weight, description, unknown),
            (Text(report.Weight), Text(report.Description), Text(report.Unknown)));
    }

    private static string Text(ReadOnlySpan<byte> bytes) => System.Text.Encoding.ASCII.GetString(bytes);

    private static ServerCheckState StateOf(int health)
    {
        ServerCheckState state = ServerCheckMachine.Begin(Check, MonotonicTime.Zero);
        MonotonicTime now = MonotonicTime.Zero;
        ServerCheckInput[] results = health switch
        {
            4 => [ServerCheckInput.Succeeded],
            2 => [],
            1 => [ServerCheckInput.Failed, ServerCheckInput.Succeeded],
            _ => [ServerCheckInput.Failed],
        };
        foreach (ServerCheckInput result in results)
        {
            now += TimeSpan.FromSeconds(10);
            ServerCheckMachine.Step(Check, ref state, ServerCheckInput.TimePassed, now);
            ServerCheckMachine.Step(Check, ref state, result, now);
        }
        Assert.Equal(health, state.Health);
        return state;
    }
}
