using Holdfast.Config.Keepalived;
using Holdfast.Config.Keepalived.Model;
using Holdfast.Config.Keepalived.Planning;
using Holdfast.Primitives;

namespace Holdfast.Config.Tests.Keepalived.Planning;

/// <summary>What a reload would change of virtual servers.</summary>
public sealed class ServicePlannerTests
{
    private const string Text = """
        virtual_server_group WEB {
            10.0.0.2 80
            10.0.0.3 80
        }
        virtual_server 10.0.0.1 80 {
            lvs_sched rr
            lvs_method NAT
            protocol TCP
            real_server 10.0.0.11 80 {
                weight 2
                TCP_CHECK {
                    connect_timeout 1
                }
            }
            real_server 10.0.0.12 80 {
                weight 1
                HTTP_GET {
                    url {
                        path /
                    }
                }
            }
        }
        virtual_server group WEB {
            lvs_sched rr
            lvs_method NAT
            protocol TCP
            real_server 10.0.0.11 80 {
                TCP_CHECK {
                }
            }
        }
        """;

    [Theory]
    [InlineData("weight 2", "weight 3",
        "real_server 10.0.0.11 80 weight 2 -> 3: for new connections; open ones stay where they are")]
    [InlineData("weight 2", "weight 0",
        "real_server 10.0.0.11 80 weight 2 -> 0: gets no new connections; open ones stay")]
    [InlineData("connect_timeout 1", "connect_timeout 2",
        "real_server 10.0.0.11 80 TCP_CHECK connect_timeout 1 s -> 2 s: the check starts anew: up until it fails")]
    [InlineData("path /", "path /health",
        "real_server 10.0.0.12 80 HTTP_GET path / -> /health: the check starts anew: up until it fails")]
    [InlineData("lvs_sched rr", "lvs_sched wlc",
        "lvs_sched rr -> wlc: for new connections; open ones stay where they are")]
    [InlineData("real_server 10.0.0.12 80", "real_server 10.0.0.13 80",
        "real_server + 10.0.0.13 80 weight 1: gets new connections at once",
        "real_server - 10.0.0.12 80: removed; packets of open connections are dropped")]
    [InlineData("weight 1\n", "weight 1\n        PING_CHECK {\n        }\n",
        "real_server 10.0.0.12 80 PING_CHECK + added: the check starts anew: up until it fails")]
    public void Keyword_Changed_SaysWhatItDoesToConnections(string from, string to, params string[] changes)
    {
        int at = Text.IndexOf(from, StringComparison.Ordinal);
        PlannedItem item = Assert.Single(Plan(Text[..at] + to + Text[(at + from.Length)..]).Changed);

        Assert.Equal((PlannedSubject.VirtualServer, "[10.0.0.1]:tcp:80", PlannedVerdict.Changed),
            (item.Subject, item.Name, item.Verdict));
        Assert.Equal(changes, item.Changes.Select(static c => $"{c}: {c.Effect}"));
    }

    [Fact]
    public void Service_OtherAddress_IsRemovedAndAdded()
        => Assert.Equal(
            [
                "virtual_server [10.0.0.9]:tcp:80 Added begins with 2 real servers, each up until a check fails",
                "virtual_server [10.0.0.1]:tcp:80 Removed removed with 2 real servers; "
                    + "packets of open connections are dropped",
            ],
            Plan(Text.Replace("10.0.0.1 80", "10.0.0.9 80", StringComparison.Ordinal)).Changed.Select(Line));

    [Fact]
    public void Group_OtherEntries_TheServiceItselfIsUnchanged()
    {
        PlannedItem item = Assert.Single(
            Plan(Text.Replace("10.0.0.3 80", "10.0.0.4 80", StringComparison.Ordinal)).Changed);

        Assert.Equal("virtual_server_group WEB: changed: entry + 10.0.0.4 80; entry - 10.0.0.3 80", item.ToString());
    }

    private static string Line(PlannedItem item) => $"{item.SubjectKeyword} {item.Name} {item.Verdict} {item.Effect}";

    private static ReloadPlan Plan(string now) => ReloadPlanner.Plan(Parse(Text), Parse(now));

    private static KeepalivedModel Parse(string text)
    {
        KeepalivedParseResult result = Sample.Parse(text);
        Assert.DoesNotContain(result.Diagnostics, static d => d.Severity == Severity.Error);
        return result.Model;
    }
}
