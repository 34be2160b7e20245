using System.Buffers.Binary;
using Holdfast.Config.Keepalived;
using Holdfast.Config.Text;
using Holdfast.Runtime.Vrrp;

namespace Holdfast.Runtime.Tests.Vrrp;

public sealed class KeepalivedSnapshotTests
{
    [Fact]
    public void Snapshot_WithRules_GivesTheSameServicesAgain()
    {
        var options = new KeepalivedParseOptions { RuleFiles = ["rules"], ConfigId = "a", RandomSeed = 7 };
        KeepalivedParseResult first = KeepalivedParser.Parse("", new MemoryConfigFiles().Add("rules",
            "-A -t 192.0.2.1:80\n-a -t 192.0.2.1:80 -r 10.0.0.1 -m\n"), options);

        KeepalivedSnapshot.Content read = KeepalivedSnapshot.Read(
            KeepalivedSnapshot.Write("", options, first.Snapshot));

        Assert.Equal(options.RuleFiles, read.Options.RuleFiles);
        Assert.Equal("[192.0.2.1]:tcp:80", Assert.Single(read.Parse().Model.VirtualServers).Name);
    }

    [Fact]
    public void Snapshot_OfAnEarlierVersion_HasNoRules()
    {
        var files = new MemoryConfigFiles().Add("x.conf", "global_defs {\n}\n");
        KeepalivedParseResult parsed = KeepalivedParser.Parse("x.conf", files);
        byte[] now = KeepalivedSnapshot.Write("x.conf", new(), parsed.Snapshot);
        Assert.Equal(0, BinaryPrimitives.ReadInt32LittleEndian(now.AsSpan(now.Length - sizeof(int))));

        KeepalivedSnapshot.Content read = KeepalivedSnapshot.Read(now[..^sizeof(int)]);

        Assert.Empty(read.Options.RuleFiles);
        Assert.Equal("x.conf", read.Path);
    }
}
