using Holdfast.Config.Ipvsadm;
using Holdfast.Primitives;
using Holdfast.Tests.Repository;

namespace Holdfast.Config.Tests.Ipvsadm;

/// <summary>Files of rules.</summary>
public sealed class IpvsadmFileTests
{
    [Theory]
    [InlineData("ipvsadm-dr.sh", IpvsadmForwarding.Gatewaying, 3)]
    [InlineData("ipvsadm-nat.sh", IpvsadmForwarding.Masquerading, 4)]
    public void Parse_SeedFile_IsUnderstoodUnchanged(string name, IpvsadmForwarding method, int count)
    {
        string path = Path.Combine(RepositoryRoot.Path, "tests", "seed", name);

        IpvsadmFileResult result = IpvsadmFile.Parse(File.ReadAllText(path), path, new NoNames());

        Assert.Empty(result.Diagnostics);
        Assert.Equal(count, result.Rules.Length);
        Assert.Equal("rr", result.Rules[0].Command.Service.Scheduler);
        Assert.All(result.Rules[1..3], rule => Assert.Equal(method, rule.Command.Server.Forwarding));
    }

    [Fact]
    public void Parse_Mistakes_AreAllReportedWithTheirPlaces()
    {
        const string Text = "# rules\n-A -t 192.0.2.1:80 -s rr\n\n  -a -t 192.0.2.1:80\nipvsadm -L | grep x\n-R\n";

        IpvsadmFileResult result = IpvsadmFile.Parse(Text, "rules", new NoNames());

        Assert.Single(result.Rules);
        Assert.Equal(["rules:4:3 IV0001", "rules:5:1 IV0002", "rules:6:1 IV0001"],
            result.Diagnostics.Select(static d => $"{d.Span} {d.Code}"));
    }

    private sealed class NoNames : IIpvsadmNames
    {
        public IpAddress FindAddressV4(string host) => IpAddress.None;

        public ushort? FindPort(string service, string protocol) => null;
    }
}
