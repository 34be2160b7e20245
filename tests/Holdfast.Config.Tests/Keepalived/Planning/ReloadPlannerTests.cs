using Holdfast.Config.Keepalived;
using Holdfast.Config.Keepalived.Model;
using Holdfast.Config.Keepalived.Planning;
using Holdfast.Primitives;

namespace Holdfast.Config.Tests.Keepalived.Planning;

/// <summary>What a reload would change.</summary>
public sealed class ReloadPlannerTests
{
    private static readonly string s_one = Sample.Instance();

    [Fact]
    public void SameFile_NothingChanges()
    {
        ReloadPlan plan = Plan(s_one, s_one);

        Assert.False(plan.HasChanges);
        Assert.Equal("nothing changes (1 unchanged)", PlanText.Summary(plan));
    }

    [Fact]
    public void SameWords_OtherPlaces_NothingChanges()
        => Assert.False(Plan(s_one, "# a comment\n\n" + s_one.Replace("    ", "\t", StringComparison.Ordinal))
            .HasChanges);

    [Fact]
    public void EveryProperty_OfTheModel_IsNoticed()
    {
        object full = ModelVariants.Full(typeof(KeepalivedModel));
        (string Path, object Variant)[] variants = [.. ModelVariants.Of(full)];
        Assert.True(variants.Length > 300, $"only {variants.Length} variants");

        Assert.False(ReloadPlanner.Plan((KeepalivedModel)full, (KeepalivedModel)full).HasChanges);
        Assert.Empty(variants
            .Where(v => !ReloadPlanner.Plan((KeepalivedModel)full, (KeepalivedModel)v.Variant).HasChanges)
            .Select(static v => v.Path));
    }

    [Theory]
    [InlineData("priority 150", "priority 100 -> 150")]
    [InlineData("advert_int 2", "advert_int 1 s -> 2 s")]
    [InlineData("nopreempt", "nopreempt off -> on")]
    [InlineData("garp_master_refresh 30", "garp_master_refresh 0 s -> 30 s")]
    [InlineData("track_interface {\n eth1\n }", "track_interface + eth1 weight 0")]
    [InlineData("notify /bin/true", "notify (none) -> /bin/true")]
    public void Keyword_Given_IsOneChangeInPlace(string line, string change)
    {
        PlannedItem item = Assert.Single(Plan(s_one, Sample.Instance(line)).Changed);

        Assert.Equal((PlannedVerdict.Changed, "VI_1"), (item.Verdict, item.Name));
        Assert.Equal(change, Assert.Single(item.Changes).ToString());
    }

    [Fact]
    public void Password_Changed_IsNotShown()
    {
        static string With(string password)
            => Sample.Instance($"authentication {{\n auth_type PASS\n auth_pass {password}\n }}");

        PlannedItem item = Assert.Single(Plan(With("oldword1"), With("newword2")).Changed);

        Assert.Equal("auth_pass (hidden) -> (hidden)", Assert.Single(item.Changes).ToString());
    }

    [Theory]
    [InlineData("virtual_router_id 51", "virtual_router_id 52", "virtual_router_id 51 -> 52")]
    [InlineData("interface eth0", "interface eth1", "interface eth0 -> eth1")]
    [InlineData("interface eth0", "interface eth0\n version 3", "version 2 -> 3")]
    public void Identity_Changed_EndsAndBegins(string line, string other, string change)
    {
        PlannedItem item = Assert.Single(Plan(s_one, s_one.Replace(line, other, StringComparison.Ordinal)).Changed);

        Assert.Equal(PlannedVerdict.Replaced, item.Verdict);
        Assert.Equal(change, item.Changes[0].ToString());
    }

    [Fact]
    public void Name_Changed_GoesOn()
    {
        PlannedItem item = Assert.Single(Plan(s_one, s_one.Replace("VI_1", "VI_9", StringComparison.Ordinal)).Changed);

        Assert.Equal((PlannedVerdict.Changed, "VI_9", "VI_1"), (item.Verdict, item.Name, item.NameBefore));
    }

    [Fact]
    public void Address_Moved_IsRemovedAndAdded()
    {
        PlannedItem item = Assert.Single(Plan(s_one, Sample.Instance(address: "192.168.1.101")).Changed);

        Assert.Equal(["virtual_ipaddress + 192.168.1.101/32", "virtual_ipaddress - 192.168.1.100/32"],
            item.Changes.Select(static c => c.ToString()));
    }

    [Fact]
    public void Address_WithAnotherLabel_IsChanged()
    {
        PlannedItem item = Assert.Single(
            Plan(s_one, Sample.Instance(address: "192.168.1.100 label eth0:1")).Changed);

        Assert.Equal("virtual_ipaddress 192.168.1.100/32 -> 192.168.1.100/32 label eth0:1",
            Assert.Single(item.Changes).ToString());
    }

    [Fact]
    public void InstanceAndScript_AddedAndRemoved_AreNamed()
    {
        string two = s_one.Replace("VI_1", "VI_2", StringComparison.Ordinal)
            .Replace("51", "52", StringComparison.Ordinal).Replace(".100", ".200", StringComparison.Ordinal);
        string both = s_one + two + "vrrp_script chk {\n script /bin/true\n }\n";

        Assert.Equal(["vrrp_instance VI_2: added", "vrrp_script chk: added"],
            Plan(s_one, both).Changed.Select(static i => i.ToString()));
        Assert.Equal(["vrrp_instance VI_2: removed", "vrrp_script chk: removed"],
            Plan(both, s_one).Changed.Select(static i => i.ToString()));
    }

    [Fact]
    public void Group_GainsAMember_MemberIsChanged()
    {
        const string Groups = "vrrp_sync_group G {\n group {\n VI_1\n }\n }\n";

        Assert.Equal(["vrrp_instance VI_1: changed: vrrp_sync_group + G", "vrrp_sync_group G: added"],
            Plan(s_one, s_one + Groups).Changed.Select(static i => i.ToString()));
    }

    [Fact]
    public void Namespace_Changed_NeedsARestart()
    {
        PlannedItem item = Assert.Single(Plan(s_one, "net_namespace red\n" + s_one).Changed);

        Assert.Equal(PlannedVerdict.NeedsRestart, item.Verdict);
    }

    [Fact]
    public void Text_OfAPlan_IsInColumns()
        => Assert.Equal("""
              ~ vrrp_instance VI_1: changed in place
                  nopreempt          off -> on           for the next advert of a lower priority
                  virtual_ipaddress  + 192.168.1.101/32  added and announced where it is Active; the others stay
                  virtual_ipaddress  - 192.168.1.100/32  taken away where it is Active; the others stay
            1 changed in place

            """, PlanText.Render(Plan(s_one, Sample.Instance("nopreempt", address: "192.168.1.101")), colour: false));

    [Fact]
    public void Match_EqualRoutersUnderOtherNames_EachIsTakenOnce()
    {
        static InstanceIdentity Peer(string name) => new(name, new Vrid(51), IpFamily.V4, 3, "eth0", true);

        Assert.Equal([1, 0, -1], InstanceIdentity.Match(
            [Peer("a"), Peer("b")], [Peer("b"), Peer("c"), Peer("d")]));
    }

    private static ReloadPlan Plan(string before, string now) => ReloadPlanner.Plan(Model(before), Model(now));

    private static KeepalivedModel Model(string text)
    {
        KeepalivedParseResult result = Sample.Parse(text);
        Assert.Empty(Sample.Errors(result));
        return result.Model;
    }
}
