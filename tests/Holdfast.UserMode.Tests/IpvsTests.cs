using System.Globalization;
using System.Text.RegularExpressions;

namespace Holdfast.UserMode.Tests;

/// <summary>Our IPVS client and our ipvsadm beside the real ipvsadm, on a real IPVS in user-mode Linux.</summary>
public sealed partial class IpvsTests(IpvsRun run) : IClassFixture<IpvsRun>
{
    public static TheoryData<int> Crosses => [.. Enumerable.Range(0, IpvsRun.CrossCount)];

    public static TheoryData<int, string> Lines
    {
        get
        {
            TheoryData<int, string> rows = [];
            for (int i = 0; i < CommandLines.All.Length; i++)
            {
                rows.Add(i, CommandLines.All[i]);
            }
            return rows;
        }
    }

    [Fact]
    public void Guest_Boots_AndComesToItsEnd()
    {
        Assert.True(run.WithIpvs.HasBooted, run.WithIpvs.Console);
        Assert.True(run.WithIpvs.HasEnded, run.WithIpvs.Console);
        Assert.True(run.WithoutIpvs.HasEnded, run.WithoutIpvs.Console);
    }

    [Fact]
    public void Client_AgainstTheKernel_EveryCasePasses()
    {
        string[] lines = run.Read("client.out").Split('\n', StringSplitOptions.RemoveEmptyEntries);

        Assert.True(lines.All(static line => line.StartsWith("pass ", StringComparison.Ordinal)),
            $"{string.Join('\n', lines)}\n{run.Read("client.err")}");
        Assert.Equal(52, lines.Length);
        Assert.Equal("0\n", run.Read("client.code"));
    }

    [Fact]
    public void Ipvsadm_EverySetting_IsReadBackByTheOriginal()
        => Assert.Equal(EverySetting.Rules, run.Read("everything.save"));

    [Fact]
    public void Ipvsadm_RandomStates_SameListingsAsTheOriginal()
    {
        Assert.True(run.Read("states.o.code") == "0\n", $"the original ended: {run.Read("states.o.err")}");
        Assert.True(run.Read("states.h.code") == "0\n", $"ours ended: {run.Read("states.h.err")}");
        AssertSame(run.Read("states.o.err"), run.Read("states.h.err"));
        AssertSame(run.Read("states.o.out"), run.Read("states.h.out"));
        string last = Name($"Timeout (tcp tcpfin udp): {IpvsRun.StateCount} 2 3\n");
        Assert.Contains(last, run.Read("states.h.out"), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Crosses))]
    public void Ipvsadm_OneBuilds_BothListTheSame(int number)
    {
        string expected = run.Read(Name($"cross{number}.oo"));

        Assert.Contains("-> ", expected, StringComparison.Ordinal);
        AssertSame(expected, run.Read(Name($"cross{number}.oh")));
        AssertSame(expected, run.Read(Name($"cross{number}.ho")));
        AssertSame(expected, run.Read(Name($"cross{number}.hh")));
    }

    [Theory]
    [MemberData(nameof(Lines))]
    public void Ipvsadm_CommandLine_SameWordsExitCodeAndTable(int number, string line)
    {
        foreach (string part in (string[])["code", "out", "err", "table"])
        {
            Assert.True(run.Read(Name($"line{number}.o.{part}")) == run.Read(Name($"line{number}.h.{part}")),
                $"ipvsadm {line}: {part}\n{run.Read(Name($"line{number}.o.{part}"))}\n"
                + run.Read(Name($"line{number}.h.{part}")));
        }
    }

    [Fact]
    public void Ipvsadm_Daemons_SameAsTheOriginal()
    {
        Assert.Equal("""
            master sync daemon (mcast=dummy0, syncid=9, maxlen=1472, group=224.0.0.81, port=8848, ttl=1)
            backup sync daemon (mcast=dummy0, syncid=0, maxlen=1024, group=ff02::99, port=99, ttl=7)

            """, run.Read("daemon.o"));
        Assert.Equal(run.Read("daemon.o"), run.Read("daemon.h"));
        Assert.Equal("", run.Read("daemon.none"));
    }

    [Theory]
    [InlineData("Lnc", 12)]
    [InlineData("Lc", 12)]
    [InlineData("Lncpersistentconn", 12)]
    [InlineData("Lnstats", 11)]
    [InlineData("Lnpersistentconn", 11)]
    public void Ipvsadm_Connections_SameAsTheOriginal(string listing, int linesMin)
    {
        string original = Settled(run.Read($"conn.{listing}.o"));

        Assert.True(original.Split('\n').Length >= linesMin, original);
        AssertSame(original, Settled(run.Read($"conn.{listing}.h")));
    }

    [Fact]
    public void Ipvsadm_Zero_ClearsTheCounters()
    {
        Assert.Equal(8, Rows("conn.counted").Count(static line => Regex.IsMatch(line, " 3 +3 +[03] ")));
        string[] rows = Rows("conn.zero");

        Assert.Equal(8, rows.Length);
        Assert.All(rows, static line => Assert.EndsWith("        0        0        0        0        0", line,
            StringComparison.Ordinal));

        string[] Rows(string name)
            => [.. run.Read(name).Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(3)];
    }

    [Fact]
    public void Seed_DirectRouting_RunsUnchanged() => Assert.Equal("""
        -A -t 192.168.1.100:80 -s rr
        -a -t 192.168.1.100:80 -r 192.168.1.101:80 -g -w 1
        -a -t 192.168.1.100:80 -r 192.168.1.102:80 -g -w 1

        """, run.Read("seed.dr"));

    [Fact]
    public void Seed_Nat_RunsUnchanged() => Assert.Equal(
        "IP Virtual Server version 1.2.1 (size=4096)\n"
        + "Prot LocalAddress:Port Scheduler Flags\n"
        + "  -> RemoteAddress:Port           Forward Weight ActiveConn InActConn\n"
        + "TCP  192.168.1.100:80 rr\n"
        + "  -> 192.168.1.101:80             Masq    1      0          0         \n"
        + "  -> 192.168.1.102:80             Masq    1      0          0         \n", run.Read("seed.nat"));

    [Fact]
    public void Ipvsadm_WithoutIpvsInTheKernel_UsesTheXdpPlane()
    {
        // The program is judged by the verifier of this older kernel, too.
        Assert.Equal("", run.Read("none.err"));
        Assert.Equal("IP Virtual Server version 1.2.1 (size=262144)\n"
            + "Prot LocalAddress:Port Scheduler Flags\n"
            + "  -> RemoteAddress:Port           Forward Weight ActiveConn InActConn\n", run.Read("none.out"));
        Assert.Equal("0\n", run.Read("none.code"));
    }

    // Seconds pass between the two listings: closed connections vanish, the others come nearer to their end.
    private static string Settled(string text) => string.Join('\n', text.Split('\n')
        .Where(static line => !line.Contains(" CLOSE ", StringComparison.Ordinal))
        .Select(static line => Expires().Replace(line, "--:--")));

    private static string Name(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    // A difference in a long text is shown with the lines before it, and the state that they belong to.
    private static void AssertSame(string expected, string actual)
    {
        string[] theirs = expected.Split('\n');
        string[] ours = actual.Split('\n');
        for (int i = 0; i < Math.Max(theirs.Length, ours.Length); i++)
        {
            string their = i < theirs.Length ? theirs[i] : "(end)";
            string our = i < ours.Length ? ours[i] : "(end)";
            string? state = theirs[..Math.Min(i, theirs.Length)].LastOrDefault(
                static l => l.StartsWith("Timeout", StringComparison.Ordinal));
            Assert.True(their == our, $"{state}\n{string.Join('\n', theirs[Math.Max(0, i - 12)..i])}\n"
                + $"original: {their}\nours:     {our}");
        }
    }

    [GeneratedRegex(@"\b\d\d:\d\d\b")]
    private static partial Regex Expires();
}
