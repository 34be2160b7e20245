using Holdfast.Config.Keepalived;
using Holdfast.Config.Keepalived.Model;
using Holdfast.Config.Text;
using Holdfast.Primitives;
using Holdfast.Runtime.Checks.Reports;

namespace Holdfast.Runtime.Tests.Checks;

/// <summary>Virtual and real servers by name.</summary>
public sealed class ServiceSearchTests
{
    private static readonly KeepalivedModel s_model = Parse(
        Service("10.0.0.1 80", "TCP", "10.0.0.11 80", "10.0.0.12 80"), Service("10.0.0.1 443", "TCP", "10.0.0.11 443"),
        Service("10.0.0.2 53", "TCP", "10.0.0.11 53"), Service("10.0.0.2 53", "UDP", "10.0.0.11 53"),
        Service("2001:db8::1 80", "TCP", "2001:db8::11 80", "2001:db8::12 8080"),
        "virtual_server_group WEB {\n10.0.0.9 80\n}", Service("group WEB", "TCP", "10.0.0.11 80"),
        Service("fwmark 5", null, "10.0.0.11 0"));

    [Theory]
    [InlineData("10.0.0.1 80", 0, -1)]
    [InlineData("10.0.0.1 80 10.0.0.12 80", 0, 1)]
    [InlineData("10.0.0.1:80 10.0.0.12", 0, 1)]
    [InlineData("[10.0.0.1]:tcp:80 [10.0.0.12]:tcp:80", 0, 1)]
    [InlineData("10.0.0.1:443 10.0.0.11:443", 1, 0)]
    [InlineData("10.0.0.2 53 udp 10.0.0.11", 3, 0)]
    [InlineData("[10.0.0.2]:UDP:53", 3, -1)]
    [InlineData("2001:db8::1 [2001:db8::12]:8080", 4, 1)]
    [InlineData("[2001:db8::1]:80 2001:db8::11 80", 4, 0)]
    [InlineData("WEB 10.0.0.11:80", 5, 0)]
    [InlineData("group web", 5, -1)]
    [InlineData("[WEB]:0", 5, -1)]
    [InlineData("fwmark 5", 6, -1)]
    [InlineData("FWM 5 10.0.0.11", 6, 0)]
    public void Find_Names_AreKnown(string words, int service, int server)
        => Assert.Equal(new ServiceFound(service, server), ServiceSearch.Find(s_model, words.Split(' ')));

    [Theory]
    [InlineData("10.0.0.1", "'10.0.0.1' may be any of [10.0.0.1]:tcp:80, [10.0.0.1]:tcp:443")]
    [InlineData("10.0.0.2 53", "'10.0.0.2 53' may be any of [10.0.0.2]:tcp:53, [10.0.0.2]:udp:53")]
    [InlineData("10.0.0.1 8", "there is no virtual_server '10.0.0.1 8'; did you mean '10.0.0.1 80'?")]
    [InlineData("10.0.0.1:80 10.0.0.13:80",
        "there is no real_server of [10.0.0.1]:tcp:80 '10.0.0.13:80'; did you mean '10.0.0.11:80'?")]
    [InlineData("10.0.0.1:80 web",
        "there is no real_server of [10.0.0.1]:tcp:80 'web'; there is 10.0.0.11:80, 10.0.0.12:80")]
    public void Find_Unknown_SaysWhatIsThere(string words, string error)
        => Assert.StartsWith(error, ServiceSearch.Find(s_model, words.Split(' ')).Error, StringComparison.Ordinal);

    [Fact]
    public void Find_NothingConfigured_SaysSo()
        => Assert.Equal("no virtual_server is configured", ServiceSearch.Find(new(), ["x"]).Error);

    internal static KeepalivedModel Parse(params string[] blocks)
    {
        KeepalivedParseResult result = KeepalivedParser.Parse("test.conf",
            MemoryConfigFiles.Of("test.conf", string.Join('\n', blocks)),
            new KeepalivedParseOptions { AcceptLoss = true });
        Assert.DoesNotContain(result.Diagnostics, static d => d.Severity == Severity.Error);
        return result.Model;
    }

    internal static string Service(string target, string? protocol, params string[] servers)
        => $"virtual_server {target} {{\nlvs_sched rr\nlvs_method NAT\n"
            + (protocol is null ? "" : $"protocol {protocol}\n")
            + string.Concat(servers.Select(s => $"real_server {s} {{\nTCP_CHECK {{\nconnect_port 80\n}}\n}}\n")) + "}";
}
