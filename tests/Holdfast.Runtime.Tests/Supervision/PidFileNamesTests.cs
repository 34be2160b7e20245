using Holdfast.Config.Keepalived.Model;
using Holdfast.Runtime.Supervision;

namespace Holdfast.Runtime.Tests.Supervision;

/// <summary>The names were observed on keepalived 2.2.7.</summary>
public sealed class PidFileNamesTests
{
    [Theory]
    [InlineData(null, false, null, "/run/vrrp.pid")]
    [InlineData("foo", false, null, "/run/keepalived/vrrp_foo.pid")]
    [InlineData(null, true, null, "/run/keepalived/vrrp.pid")]
    [InlineData(null, false, "nsx", "/run/keepalived/nsx/vrrp.pid")]
    [InlineData("foo", false, "nsx", "/run/keepalived/nsx/vrrp_foo.pid")]
    public void Of_Configuration_IsAsInTheOriginal(
        string? instance, bool useDirectory, string? netNamespace, string expected)
    {
        var model = new KeepalivedModel { InstanceName = instance, UsePidDir = useDirectory };
        Assert.Equal(expected, PidFileNames.Of(model, netNamespace, PidFileNames.Vrrp));
    }
}
