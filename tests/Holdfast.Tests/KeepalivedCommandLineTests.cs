using Holdfast.Keepalived;

namespace Holdfast.Tests;

/// <summary>What is expected here was observed on keepalived 2.2.7, except where a comment says otherwise.</summary>
public sealed class KeepalivedCommandLineTests
{
    [Theory]
    [InlineData("-n -l -D")]
    [InlineData("-nlD")]
    [InlineData("-Dln")]
    [InlineData("--dont-fork --log-console --log-detail")]
    [InlineData("--dont-f --log-c --log-d")]
    public void TryParse_Bundles_AreTheSame(string line)
    {
        KeepalivedOptions options = Parse(line);
        Assert.True(options is { DontFork: true, LogToConsole: true, LogDetail: true });
    }

    [Theory]
    [InlineData("-f /x.conf")]
    [InlineData("-f/x.conf")]
    [InlineData("-nf/x.conf")]
    [InlineData("-nf /x.conf")]
    [InlineData("--use-file=/x.conf")]
    [InlineData("--use-file /x.conf")]
    [InlineData("--use /x.conf")]
    [InlineData("--use=/x.conf")]
    public void TryParse_FileInEveryForm_IsRead(string line) => Assert.Equal("/x.conf", Parse(line).File);

    [Fact]
    public void TryParse_Nothing_UsesTheDefaultFile()
    {
        Assert.Equal("/etc/keepalived/keepalived.conf", Parse("").File);
        Assert.Equal(KeepalivedAction.Run, Parse("").Action);
    }

    [Theory]
    [InlineData("-t", null)]
    [InlineData("-tlog", "log")]
    [InlineData("--config-test=log", "log")]
    [InlineData("-t log", null)] // an optional argument must be in the same word; "log" is unexpected
    [InlineData("-nlD -tlog", "log")]
    [InlineData("--config-te", null)]
    public void TryParse_ConfigTest_TakesItsLogFromTheSameWord(string line, string? log)
    {
        KeepalivedOptions options = Parse(line);
        Assert.Equal(KeepalivedAction.Test, options.Action);
        Assert.Equal(log, options.TestLog);
    }

    [Fact]
    public void TryParse_PidFiles_AreAllRead()
    {
        KeepalivedOptions options = Parse("-p p -r r -c c -b b");
        Assert.Equal("p r c b", PidFiles(options));
        options = Parse("--pid=p --vrrp_pid=r --checkers_pid=c --bfd_pid=b");
        Assert.Equal("p r c b", PidFiles(options));
    }

    [Fact]
    public void TryParse_RarerOptions_AreAllRead()
    {
        const string Line = "-P -C -B --all -G -X -V -I -R -d -a -x -A sock -m -Mpat -s ns -e -i id -u 077";
        KeepalivedOptions options = Parse(Line);
        Assert.True(options is
        {
            RunVrrp: true, RunChecks: true, WithoutBfd: true, AllProcesses: true, NoSyslog: true,
            ReleaseAddresses: true, KeepVrrpAddresses: true, KeepIpvs: true, DontRespawn: true,
            DumpConfiguration: true, MonitorAddresses: true, Snmp: true, SnmpSocket: "sock", CoreDump: true,
            CorePattern: "pat", NetNamespace: "ns", StrictIncludes: true, ConfigId: "id", Umask: 63,
        });
    }

    [Theory]
    [InlineData("0", 16)]
    [InlineData("7", 23)]
    [InlineData("local0", 16)]
    [InlineData("local7", 23)]
    [InlineData("user", 1)]
    [InlineData("daemon", 3)]
    public void TryParse_Facility_IsSyslogsNumber(string text, int expected)
        => Assert.Equal(expected, Parse($"-S {text}").LogFacility);

    [Theory]
    [InlineData("--foo", "Unknown option --foo")]
    [InlineData("-z", "Unknown option -z")]
    [InlineData("-nz", "Unknown option -z")]
    [InlineData("-f", "Missing parameter for option -f")]
    [InlineData("--l", "Unknown option --l")] // more than one begins like this
    [InlineData("--log", "Unknown option --log")]
    [InlineData("--log-console=x", "Unknown option --log-console=x")]
    [InlineData("--use", "Missing parameter for option --use-file")] // the original names the wrong option
    public void TryParse_Mistakes_AreNamed(string line, string expected)
    {
        Assert.False(KeepalivedCommandLine.TryParse(Words(line), out _, out string? error));
        Assert.Equal(expected, error);
    }

    [Theory]
    [InlineData("-S 9", "Invalid log facility '9'")]
    [InlineData("-S foo", "Invalid log facility 'foo'")]
    [InlineData("-u foo", "Invalid --umask option foo")]
    [InlineData("-u 1777", "Invalid --umask option 1777")]
    public void TryParse_BadValue_IsReportedAndLeftOut(string line, string expected)
    {
        KeepalivedOptions options = Parse(line);
        Assert.Equal([expected], options.Refused);
        Assert.True(options is { LogFacility: null, Umask: null });
    }

    [Theory]
    [InlineData("077", 63)]
    [InlineData("0x1f", 31)]
    [InlineData("9", 9)] // decimal, as observed
    public void TryParse_Umask_IsReadInEveryBase(string text, int expected)
        => Assert.Equal(expected, Parse($"-u {text}").Umask);

    [Theory]
    [InlineData("-x", "SNMP")]
    [InlineData("-A sock", "SNMP")]
    [InlineData("--all", "BFD")]
    [InlineData("-b file", "pid file")]
    [InlineData("-Mpat", "core_pattern")]
    public void Losses_OptionWithoutEffect_IsNamed(string line, string expected)
        => Assert.Contains(expected, Assert.Single(OptionEffects.Losses(Parse(line))), StringComparison.Ordinal);

    [Fact]
    public void Losses_OptionsWithEffect_AreNotReported()
        => Assert.Empty(OptionEffects.Losses(
            Parse("-n -P -C -c file -B -X -V -I -R -d -a -m -s ns -e -D --ignore-sigint")));

    [Theory]
    [InlineData("extra", "extra")]
    [InlineData("-n extra -l", "extra")] // getopt permutes: options behind it still count
    [InlineData("-n -- -l", "-l")]
    public void TryParse_WordsThatAreNoOptions_AreKept(string line, string expected)
    {
        KeepalivedOptions options = Parse(line);
        Assert.Equal([expected], options.Unexpected);
        Assert.Equal(line.EndsWith("extra -l", StringComparison.Ordinal), options.LogToConsole);
    }

    [Theory]
    [InlineData("-v --foo", KeepalivedAction.Version)]
    [InlineData("--vers", KeepalivedAction.Version)]
    [InlineData("-h", KeepalivedAction.Help)]
    [InlineData("--signum=JSON", KeepalivedAction.SignalNumber)]
    [InlineData("--signum JSON", KeepalivedAction.SignalNumber)]
    public void TryParse_ActionsThatPrint_LookAtNothingBehind(string line, object expected)
        => Assert.Equal(expected, Parse(line).Action);

    [Theory]
    [InlineData("STOP", 15)]
    [InlineData("RELOAD", 1)]
    [InlineData("DATA", 10)]
    [InlineData("STATS", 12)]
    [InlineData("STATS_CLEAR", 63)]
    [InlineData("JSON", 36)]
    [InlineData("TDATA", 0)]
    [InlineData("X", 0)]
    public void SignalNumber_OfEachName_IsTheOriginals(string name, int expected)
        => Assert.Equal(expected, KeepalivedCommandLine.SignalNumber(name));

    private static string PidFiles(KeepalivedOptions options)
        => $"{options.PidFile} {options.VrrpPidFile} {options.ChecksPidFile} {options.BfdPidFile}";

    private static string[] Words(string line) => line.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    private static KeepalivedOptions Parse(string line)
    {
        bool parsed = KeepalivedCommandLine.TryParse(Words(line), out KeepalivedOptions options, out string? error);
        Assert.True(parsed, error);
        return options;
    }
}
