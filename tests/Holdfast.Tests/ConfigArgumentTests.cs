using Holdfast.Commands;

namespace Holdfast.Tests;

public sealed class ConfigArgumentTests
{
    [Theory]
    [InlineData("/etc/x.conf", "/etc/x.conf")]
    [InlineData("keepalived:/etc/x.conf", "/etc/x.conf")]
    [InlineData("keepalived:/etc/nginx.conf", "/etc/nginx.conf")]
    [InlineData("a:b.conf", "a:b.conf")]
    public void TryRead_KeepalivedFile_IsAPath(string argument, string expected)
    {
        Assert.True(ConfigArgument.TryRead(argument, out string path, out string? error));
        Assert.Equal(expected, path);
        Assert.Null(error);
    }

    [Theory]
    [InlineData("haproxy:x.cfg", "haproxy are not supported yet")]
    [InlineData("nginx:x.conf", "nginx are not supported yet")]
    [InlineData("ipvsadm:rules", "ipvsadm are not supported yet")]
    [InlineData("/etc/haproxy/haproxy.cfg", "write keepalived:/etc/haproxy/haproxy.cfg")]
    [InlineData("keepalived:", "a path has to follow")]
    public void TryRead_OtherDialect_SaysSo(string argument, string expected)
    {
        Assert.False(ConfigArgument.TryRead(argument, out _, out string? error));
        Assert.Contains(expected, error, StringComparison.Ordinal);
    }

    [Fact]
    public void TryReadOne_SeveralFiles_SaysThatItIsNotSupported()
    {
        Assert.False(ConfigArgument.TryReadOne(["a.conf", "b.conf"], out _, out string? error));
        Assert.Contains("several files", error, StringComparison.Ordinal);
    }
}
