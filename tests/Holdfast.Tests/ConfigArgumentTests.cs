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
    [InlineData("haproxy:x.cfg", "only a keepalived.conf")]
    [InlineData("nginx:x.conf", "an nginx.conf cannot be used here")]
    [InlineData("ipvsadm:rules", "only a keepalived.conf")]
    [InlineData("/nonexistent/haproxy.cfg", "write keepalived:/nonexistent/haproxy.cfg")]
    [InlineData("keepalived:", "a path has to follow")]
    public void TryRead_OtherDialect_SaysSo(string argument, string expected)
    {
        Assert.False(ConfigArgument.TryRead(argument, out _, out string? error));
        Assert.Contains(expected, error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ipvsadm -A -t 192.0.2.1:80\n")]
    [InlineData("#!/bin/sh\n\n/sbin/ipvsadm -C\n")]
    [InlineData("-A -t 192.0.2.1:http -s rr\n")]
    public void TryReadAll_RulesBesideAKeepalivedConf_AreKnownByWhatTheyHold(string text)
    {
        string directory = Directory.CreateTempSubdirectory("holdfast-argument-").FullName;
        try
        {
            string rules = Path.Combine(directory, "rules.sh");
            File.WriteAllText(rules, text);
            Assert.Equal(Linux.Abi.Errno.Success, Linux.Files.FileNames.SetMode(rules, 0x1ED)); // a script: 0755
            string conf = Path.Combine(directory, "x.conf");
            File.WriteAllText(conf, "vrrp_instance VI_1 {\n}\n");

            Assert.True(ConfigArgument.TryReadAll([rules, conf, "ipvsadm:/more"], out string path,
                out List<string> found, out List<string> proxies, out string? web, out string? error), error);

            Assert.Equal(conf, path);
            Assert.Equal([rules, "/more"], found);
            Assert.Empty(proxies);
            Assert.Null(web);
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    [Fact]
    public void TryReadAll_OneOfEachDialect_AreAllTaken()
    {
        Assert.True(ConfigArgument.TryReadAll(["keepalived:a", "haproxy:b", "nginx:c"], out string path,
            out List<string> rules, out List<string> proxies, out string? web, out string? error), error);
        Assert.Equal("a", path);
        Assert.Empty(rules);
        Assert.Equal(["b"], proxies);
        Assert.Equal("c", web);
        Assert.False(ConfigArgument.TryReadAll(["nginx:c", "nginx:d"], out _, out _, out _, out _, out error));
        Assert.Contains("several files of nginx", error, StringComparison.Ordinal);
    }

    [Fact]
    public void TryReadAll_SeveralKeepalivedConfs_SaysThatItIsNotSupported()
    {
        Assert.False(ConfigArgument.TryReadAll(["a.conf", "b.conf"], out _, out _, out _, out _, out string? error));
        Assert.Contains("several files", error, StringComparison.Ordinal);
    }
}
