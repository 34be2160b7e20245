using System.Globalization;
using Holdfast.Config.Ipvsadm;
using Holdfast.Primitives;
using Holdfast.Tests.Repository;

namespace Holdfast.Config.Tests.Ipvsadm;

/// <summary>Command lines of ipvsadm: what the original said to each, and what they mean.</summary>
public sealed class IpvsadmParserTests
{
    private static readonly FixedNames Names = new();

    [Fact]
    public void Parse_EveryObservedLine_SameVerdictAsTheOriginal()
    {
        string path = Path.Combine(
            RepositoryRoot.Path, "tests", "Holdfast.Config.Tests", "Ipvsadm", "verdicts.txt");
        string[] lines = [.. File.ReadLines(path).Where(static l => !l.StartsWith('#'))];
        List<string> wrong = [];
        foreach (string line in lines)
        {
            string[] parts = line.Split('|', 3);
            IpvsadmParseResult result = Parse(parts[2]);
            string code = (result.Failure?.ExitCode ?? 0).ToString(CultureInfo.InvariantCulture);
            string words = result.Failure?.Message.TrimEnd('\n') ?? "";
            if (code != parts[0] || words != parts[1])
            {
                wrong.Add($"{parts[2]}: '{words}' ({code}), not '{parts[1]}' ({parts[0]})");
            }
        }
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
        Assert.True(lines.Length > 1500, "the observations are missing");
    }

    [Fact]
    public void Parse_NoWords_Lists() => Assert.Equal(IpvsadmVerb.List, Good("").Verb);

    [Fact]
    public void Parse_Service_HasTheOriginalsDefaults()
    {
        IpvsadmService service = Good("-A -t 192.0.2.1:80 -p").Service;

        Assert.Equal(new()
        {
            Protocol = 6,
            Address = IpAddress.V4(192, 0, 2, 1),
            Port = 80,
            Scheduler = "wlc",
            PersistenceSeconds = 360,
        }, service);
    }

    [Fact]
    public void Parse_MaskBeforeIpv6Address_IsForgotten()
        => Assert.Null(Good("-A -p -M 64 -t [2001:db8::1]:80").Service.Netmask);

    [Fact]
    public void Parse_Mask_IsReadAsInetAton()
        => Assert.Equal(24u, Good("-A -t 1.2.3.4:80 -p -M 24").Service.Netmask);

    [Fact]
    public void Parse_Ipv6Mask_IsReadAsAtoi()
        => Assert.Equal(5u, Good("-A -t [::1]:80 -p -M 5x").Service.Netmask);

    [Theory]
    [InlineData("-a -t 1.2.3.4:80 -r 5.6.7.8:81 -i", 80)]
    [InlineData("-a -t 1.2.3.4:80 -r 5.6.7.8:81 -m", 81)]
    [InlineData("-a -t 1.2.3.4:80 -r 5.6.7.8 -m", 80)]
    [InlineData("-a -f 3 -r 5.6.7.8:81 -g", 81)]
    [InlineData("-a -f 3 -r 5.6.7.8:http", 80)]
    [InlineData("-d -t 1.2.3.4:80 -r 5.6.7.8:81", 81)]
    public void Parse_ServerPort_FollowsTheForwardingMethod(string line, ushort port)
        => Assert.Equal(port, Good(line).Server.Port);

    [Theory]
    [InlineData("1.2.3.4", 0x01020304u)]
    [InlineData("1.2.257", 0x01020101u)]
    [InlineData("16909060", 0x01020304u)]
    [InlineData("0x10.010.0.1", 0x10080001u)]
    [InlineData("1.2.3.4 rest", 0x01020304u)]
    public void TryInetAton_GoodForms_AreRead(string text, uint expected)
    {
        Assert.True(IpvsadmNumbers.TryInetAton(text, out IpAddress address));
        Assert.Equal(IpAddress.V4(expected), address);
    }

    [Theory]
    [InlineData("")]
    [InlineData("1.2.3.4.5")]
    [InlineData("256.1.1.1")]
    [InlineData("1.2.65536")]
    [InlineData("08.1.1.1")]
    [InlineData("1..2")]
    [InlineData("0x")]
    [InlineData("4294967296")]
    [InlineData("host")]
    public void TryInetAton_BadForms_AreRefused(string text) => Assert.False(IpvsadmNumbers.TryInetAton(text, out _));

    [Fact]
    public void Parse_RestoreInsideRules_IsNoCommand()
    {
        IpvsadmParseResult result = IpvsadmParser.Parse(["-R"], Names, isRule: true);

        Assert.Equal(255, result.Failure!.ExitCode);
        Assert.True(result.Failure.EndsRestore);
    }

    [Fact]
    public void Parse_UnreadableOptions_DoNotEndARestore()
        => Assert.False(Parse("-A -t 1.2.3.4:80 -s").Failure!.EndsRestore);

    private static IpvsadmParseResult Parse(string line)
        => IpvsadmParser.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries), Names);

    private static IpvsadmCommand Good(string line)
    {
        IpvsadmParseResult result = Parse(line);
        Assert.Null(result.Failure);
        return result.Command!;
    }

    /// <summary>The hosts and services of the system on which the original was observed.</summary>
    private sealed class FixedNames : IIpvsadmNames
    {
        private static readonly string[] Hosts =
            ["localhost", "short", "alias2", "a-very-long-host-name-indeed.example.org"];

        public IpAddress FindAddressV4(string host)
            => Hosts.Contains(host) ? IpAddress.V4(10, 1, 1, 1) : IpAddress.None;

        public ushort? FindPort(string service, string protocol) => (service, protocol) switch
        {
            ("http", "tcp") => 80,
            ("https", "tcp" or "udp") => 443,
            ("domain", "tcp" or "udp") => 53,
            ("tftp", "udp") => 69,
            _ => null,
        };
    }
}
