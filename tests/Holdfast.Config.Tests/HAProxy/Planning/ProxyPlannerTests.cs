using Holdfast.Config.HAProxy.Planning;
using Holdfast.Config.Keepalived.Planning;

namespace Holdfast.Config.Tests.HAProxy.Planning;

public sealed class ProxyPlannerTests
{
    private const string Before = """
        global
            maxconn 100   # so many
        defaults
            mode http
        frontend web
            bind :80
            default_backend app
        backend app
            balance roundrobin
            server a 10.0.0.1:80 check
            server b 10.0.0.2:80 check
        backend old
            server x 10.0.0.9:80
        """;

    [Fact]
    public void Plan_SameText_OtherBlanksAndComments_NothingChanges()
    {
        ReloadPlan plan = ProxyPlanner.Plan([Before], [Before.Replace("maxconn 100   # so many", "\tmaxconn  100")]);

        Assert.False(plan.HasChanges);
        Assert.Equal("nothing changes (5 unchanged)", PlanText.Summary(plan));
    }

    [Fact]
    public void Plan_NothingRuns_AllIsAdded_WithListenersAndServers()
    {
        ReloadPlan plan = ProxyPlanner.Plan([], [Before]);

        Assert.All(plan.Items, static item => Assert.Equal(PlannedVerdict.Added, item.Verdict));
        Assert.Equal(["bind + :80"], Changes(plan, "web"));
        Assert.Equal(["server a + 10.0.0.1:80 check", "server b + 10.0.0.2:80 check"], Changes(plan, "app"));
    }

    [Fact]
    public void Plan_ServersComeGoAndChange_EachIsNamed()
    {
        string now = Before.Replace("server a 10.0.0.1:80 check", "server a 10.0.0.1:8080 check weight 2")
            .Replace("server b 10.0.0.2:80 check", "server c 10.0.0.3:80").Replace("roundrobin", "leastconn")
            .Replace("bind :80", "bind :80\n    bind \"/run/x # y\"");

        ReloadPlan plan = ProxyPlanner.Plan([Before], [now]);

        Assert.Equal(["bind + \"/run/x # y\""], Changes(plan, "web"));
        Assert.Equal(
            [
                "balance + leastconn", "server a 10.0.0.1:80 check -> 10.0.0.1:8080 check weight 2",
                "server c + 10.0.0.3:80", "balance - roundrobin", "server b - 10.0.0.2:80 check",
            ],
            Changes(plan, "app"));
        Assert.Equal("2 changed in place, 3 unchanged", PlanText.Summary(plan));
    }

    [Fact]
    public void Plan_SectionIsGone_ItsServersAreNamed()
    {
        string now = Before[..Before.IndexOf("backend old", StringComparison.Ordinal)];

        PlannedItem gone = Assert.Single(ProxyPlanner.Plan([Before], [now]).Changed);

        Assert.Equal((PlannedSubject.Backend, "old", PlannedVerdict.Removed), (gone.Subject, gone.Name, gone.Verdict));
        Assert.Equal(["server x - 10.0.0.9:80"], gone.Changes.Select(static change => change.ToString()));
    }

    [Fact]
    public void Plan_LinesInAnotherOrder_IsAChange()
    {
        string now = Before.Replace("bind :80\n    default_backend app", "default_backend app\n    bind :80");

        PlannedItem moved = Assert.Single(ProxyPlanner.Plan([Before], [now]).Changed);

        Assert.Equal("its lines stand in another order", moved.Effect);
    }

    private static string[] Changes(ReloadPlan plan, string name)
        => [.. plan.Items.Single(item => item.Name == name).Changes.Select(static change => change.ToString())];
}
