using System.Net;
using Holdfast.Lab.Traffic;

namespace Holdfast.Lab.Tests;

/// <summary>Servers that die and clients that count, between two nodes without anything in the middle.</summary>
public sealed class TrafficTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private static readonly IPEndPoint Target = new(IPAddress.Parse("10.0.0.1"), TrafficServer.Port);

    private readonly Lab _lab = Lab.Create();
    private readonly LabSegment _segment;
    private readonly LabNode _client;
    private readonly TrafficServer _server;

    public TrafficTests()
    {
        _segment = _lab.AddSegment();
        LabNode server = _lab.AddNode("web");
        _ = _segment.Attach(server, "10.0.0.1/24");
        _client = _lab.AddNode("client");
        _ = _segment.Attach(_client, "10.0.0.2/24");
        _server = TrafficServer.Start(server);
    }

    [Fact]
    public void RequestLoad_ServerFallsIllDiesVanishesAndReturns_TellsEachOfThem()
    {
        using RequestLoad load = RequestLoad.Start(_client, Target, workers: 2, TimeSpan.FromMilliseconds(5),
            TimeSpan.FromSeconds(1));
        WaitFor(load, RequestOutcome.Served);
        Assert.Equal("web", load.From(0)[^1].Server);

        _server.IsHealthy = false;
        WaitFor(load, RequestOutcome.Unwell);
        Assert.True(_server.RefusalsTo(IPAddress.Parse("10.0.0.2")) > 0);
        _server.IsHealthy = true;

        _server.Die();
        Assert.False(_server.IsAlive);
        WaitFor(load, RequestOutcome.Refused);
        _server.Return();
        WaitFor(load, RequestOutcome.Served);

        _segment.SetLink(_server.Node, up: false);
        WaitFor(load, RequestOutcome.Lost);
        _segment.SetLink(_server.Node, up: true);
        WaitFor(load, RequestOutcome.Served);
        Assert.All(load.From(0), static request => Assert.True(request.End >= request.Begin));
    }

    [Fact]
    public void LongConnections_ServerDies_SayThatTheyWereReset()
    {
        using LongConnections connections = LongConnections.Start(_client, Target, 3);
        Eventually(() => connections.Report().All(static one => one.Answers >= 5 && one.Server == "web"));
        Assert.All(connections.Report(), static one => Assert.Null(one.Failure));

        _server.Die();

        Eventually(() => connections.Report().All(static one => one.Failure is not null));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _server.Dispose();
        _lab.Dispose();
    }

    // A request that has not ended yet.
    private static void WaitFor(RequestLoad load, RequestOutcome outcome)
    {
        int first = load.Count;
        Eventually(() => load.From(first).Any(request => request.Outcome == outcome));
    }

    private static void Eventually(Func<bool> condition) => Assert.True(SpinWait.SpinUntil(condition, Patience));
}
