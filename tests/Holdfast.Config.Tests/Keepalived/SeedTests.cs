using Holdfast.Config.Keepalived;
using Holdfast.Config.Keepalived.Model;
using Holdfast.Config.Text;
using Holdfast.Primitives;

namespace Holdfast.Config.Tests.Keepalived;

/// <summary>The user's own files.</summary>
public sealed class SeedTests
{
    [Theory]
    [InlineData("keepalived-master.conf")]
    [InlineData("keepalived-backup.conf")]
    [InlineData("keepalived-nginx.conf")]
    [InlineData("keepalived-haproxy.conf")]
    public void Seed_AsItIs_LoadsWithoutErrors(string name)
    {
        KeepalivedParseResult result = Parse(name);
        Assert.DoesNotContain(result.Diagnostics, static d => d.Severity == Severity.Error);
        VrrpInstanceModel instance = Assert.Single(result.Model.Instances);
        Assert.Equal("VI_1", instance.Name);
        Assert.Equal(51, instance.Vrid.Value);
        Assert.Equal("eth0", instance.Interface);
        Assert.Equal(VrrpAuthType.Pass, instance.AuthType);
        Assert.Equal("1111", instance.AuthPassword);
        Assert.Equal(TimeSpan.FromSeconds(1), instance.AdvertInterval);
        Assert.Equal(IpPrefix.Host(IpAddress.V4(192, 168, 1, 100)), Assert.Single(instance.Addresses).Prefix);
        Assert.Equal(name.Contains("backup", StringComparison.Ordinal) ? 90 : 100, instance.Priority.Value);
    }

    [Fact]
    public void Seed_TrackScriptBeforeItsDefinition_WorksWithANote()
    {
        KeepalivedParseResult result = Parse("keepalived-nginx.conf");
        TrackerReference tracker = Assert.Single(result.Model.Instances[0].Trackers.Scripts);
        Assert.Equal("chk_nginx", tracker.Name);
        VrrpScriptModel script = Assert.Single(result.Model.Scripts);
        Assert.Equal(["pidof", "nginx"], script.Command.Arguments);
        Assert.Equal(TimeSpan.FromSeconds(2), script.Interval);
        Diagnostic note = Assert.Single(result.Diagnostics, static d => d.Code == "KA0208");
        Assert.Equal(Severity.Note, note.Severity);
        Assert.Equal(15, note.Span.Line);
        Assert.Equal(19, Assert.Single(note.Related).Span.Line);
    }

    private static KeepalivedParseResult Parse(string name)
    {
        string text = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "seed", name));
        return KeepalivedParser.Parse("/etc/keepalived/keepalived.conf",
            MemoryConfigFiles.Of("/etc/keepalived/keepalived.conf", text));
    }
}
