using Holdfast.Config.Keepalived;
using Holdfast.Config.Text;

namespace Holdfast.Config.Tests.Keepalived;

/// <summary>The corner cases whose exit code was observed with keepalived 2.2.7.</summary>
public sealed class VerdictTests
{
    private static readonly KeepalivedParseOptions s_options = new() { KnownInterfaces = ["lo", "eth0", "eth1"] };

    private const string Service = "virtual_server 10.0.0.1 80 {\nprotocol TCP\nlvs_sched rr\nlvs_method NAT\n";

    private const string Real = "real_server 10.0.0.2 80 {\n}\n}";

    public static TheoryData<string, int, string> Cases => new()
    {
        { "plain", 0, Sample.Instance() },
        { "block on one line", 0, Sample.Instance("track_interface { eth1 }") },
        { "brace on the next line", 0, Sample.Instance("track_interface\n{\neth1\n}") },
        { "two braces on a line", 0,
            "vrrp_instance A { interface eth0\nvirtual_router_id 1\nvirtual_ipaddress { 1.2.3.4 } }" },
        { "comment glued to a word", 0, Sample.Instance("priority 100#x") },
        { "exclamation mark glued to a word", 0, Sample.Instance("priority 100!x") },
        { "definition with a sequence", 0,
            "$BODY=\\\nvrrp_instance V$N { \\\ninterface eth0 \\\nvirtual_router_id $N \\\n"
            + "virtual_ipaddress { 10.0.0.$N } \\\n}\n~SEQ(N,1,5) $BODY" },
        { "v3 advert_int 0.01", 0, Sample.Instance("version 3\nadvert_int 0.01") },
        { "include of nothing", 0, Sample.Instance(after: "include nothere.conf") },
        { "includer of nothing", 0, Sample.Instance(after: "includer nothere.conf") },
        { "includem of nothing", 6, Sample.Instance(after: "includem nothere.conf") },
        { "includem with a wildcard", 0, Sample.Instance(after: "includem no*here.conf") },
        { "includew with a wildcard", 6, Sample.Instance(after: "includew no*here.conf") },
        { "includea of nothing", 6, Sample.Instance(after: "includea nothere.conf") },
        { "blank after =", 0, Sample.Instance("$P= 100\npriority $P") },
        { "blank before =", 5, Sample.Instance("$P =100") },
        { "condition that holds", 0, Sample.Instance("@localhost priority 100\n@^other priority 100") },
        { "condition that does not hold", 0, Sample.Instance("@other nonsense") },
        { "empty line in a definition", 5, "$BODY=\\\npriority 100 \\\n\npriority 101 \\\n"
            + Sample.Instance("$BODY") },
        { "missing closing brace", 5, Sample.Instance("track_interface { eth1") },
        { "extra closing brace", 5, Sample.Instance(after: "}") },
        { "unknown keyword", 5, Sample.Instance("foo 3") },
        { "wrong number", 5, Sample.Instance("priority abc") },
        { "priority 300", 5, Sample.Instance("priority 300") },
        { "unclosed quote", 2, Sample.Instance("priority \"100") },
        { "unclosed quote after the value", 5, Sample.Instance("priority 100 \"x") },
        { "lower-case state", 5, Sample.Instance("state master") },
        { "v2 advert_int 0.3", 5, Sample.Instance("advert_int 0.3") },
        { "v3 advert_int 60", 5, Sample.Instance("version 3\nadvert_int 60") },
        { "v3 advert_int 0.015", 5, Sample.Instance("version 3\nadvert_int 0.015") },
        { "nine-character password", 5, Sample.Instance("authentication {\nauth_type PASS\nauth_pass 123456789\n}") },
        { "VRID twice", 5, Sample.Instance() + Sample.Instance(address: "1.2.3.4").Replace("VI_1", "VI_2",
            StringComparison.Ordinal) },
        { "name twice", 5, Sample.Instance() + Sample.Instance(address: "1.2.3.4").Replace("51", "52",
            StringComparison.Ordinal) },
        { "bad scheduler", 5, Service.Replace("rr", "zz", StringComparison.Ordinal) + Real },
        { "service without servers", 5, Service + "}" },
        { "service without a port", 5, Service.Replace(" 80", "", StringComparison.Ordinal) + Real },
        { "service", 0, Service + Real },
        { "own interface tracked", 5, Sample.Instance("track_interface { eth0 }") },
        { "include_check readable", 5, Sample.Instance(after: "global_defs {\ninclude_check readable\n}") },
        { "over-long line", 5, Sample.Instance("# " + new string('x', 1100)) },
        { "script without security", 6, Sample.Instance("notify_master /bin/true") },
        { "script without security and another error", 6, Sample.Instance("notify_master /bin/true\nfoo") },
        { "missing parameter wins", 2, Sample.Instance("notify_master /bin/true\nfoo\npriority") },
        { "unknown interface in delays", 4, Sample.Instance(after: "interface_up_down_delays { eth9 1 }") },
        { "unknown interface of an instance", 5, Sample.Instance("interface eth9") },
        { "undefined name used as a number", 5, Sample.Instance("priority $NOTHERE") },
        { "list with too many values", 5, Sample.Instance(after: "~LST({A},{1,2}) foo") },
        { "MASTER and nopreempt without a priority", 5, Sample.Instance("state MASTER\nnopreempt") },
        { "MASTER and nopreempt", 5, Sample.Instance("state MASTER\nnopreempt\npriority 100") },
        { "two keywords on a line", 0, Sample.Instance("priority 100 advert_int 1") },
        { "template on one line only", 5, "~SEQ(N,1,2) vrrp_instance V$N {\ninterface eth0\n}" },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void ExitCode_CornerCase_IsThatOfTheOriginal(string name, int expected, string text)
        => Assert.True(expected == Sample.ExitCode(text, s_options),
            $"{name}: {string.Join('\n', Sample.Parse(text, s_options).Diagnostics.Select(static d => d.ToString()))}");

    [Fact]
    public void ExitCode_FileThatDoesNotExist_IsAnErrorUnlikeTheOriginal()
    {
        KeepalivedParseResult result = KeepalivedParser.Parse("/none.conf", new MemoryConfigFiles());
        Assert.True(result.HasErrors);
        Assert.Equal(4, OriginalExitCode.Of(result.Diagnostics));
    }

    [Fact]
    public void Format_Finding_HasTheOriginalsPrefix()
    {
        KeepalivedParseResult result = Sample.Parse(Sample.Instance("foo 3"));
        Assert.StartsWith($"({Sample.Path}: Line 4) ", OriginalExitCode.Format(result.Diagnostics[0]),
            StringComparison.Ordinal);
    }
}
