using System.Globalization;
using Holdfast.Nginx;

namespace Holdfast.Keepalived;

/// <summary>Reads the command line of <c>keepalived</c> as the original reads it (keepalived(8)).</summary>
internal static class KeepalivedCommandLine
{
    private const int FirstLocalFacility = 16;

    private static readonly OptionSpec[] Options =
    [
        new('f', "use-file", OptionArgument.Required), new('P', "vrrp", OptionArgument.None),
        new('C', "check", OptionArgument.None), new('B', "no_bfd", OptionArgument.None),
        new('\0', "all", OptionArgument.None), new('l', "log-console", OptionArgument.None),
        new('D', "log-detail", OptionArgument.None), new('S', "log-facility", OptionArgument.Required),
        new('g', "log-file", OptionArgument.Optional), new('\0', "flush-log-file", OptionArgument.None),
        new('G', "no-syslog", OptionArgument.None), new('u', "umask", OptionArgument.Required),
        new('X', "release-vips", OptionArgument.None), new('V', "dont-release-vrrp", OptionArgument.None),
        new('I', "dont-release-ipvs", OptionArgument.None), new('R', "dont-respawn", OptionArgument.None),
        new('n', "dont-fork", OptionArgument.None), new('d', "dump-conf", OptionArgument.None),
        new('p', "pid", OptionArgument.Required), new('r', "vrrp_pid", OptionArgument.Required),
        new('c', "checkers_pid", OptionArgument.Required), new('b', "bfd_pid", OptionArgument.Required),
        new('a', "address-monitoring", OptionArgument.None), new('x', "snmp", OptionArgument.None),
        new('A', "snmp-agent-socket", OptionArgument.Required), new('m', "core-dump", OptionArgument.None),
        new('M', "core-dump-pattern", OptionArgument.Optional), new('s', "namespace", OptionArgument.Required),
        new('e', "all-config", OptionArgument.None), new('i', "config-id", OptionArgument.Required),
        new('\0', "signum", OptionArgument.Required), new('t', "config-test", OptionArgument.Optional),
        new('\0', "ignore-sigint", OptionArgument.None), new('v', "version", OptionArgument.None),
        new('h', "help", OptionArgument.None), new('\0', "run-dir", OptionArgument.Required),
        new('\0', "accept-loss", OptionArgument.None), new('\0', "log-format", OptionArgument.Required),
        new('\0', "rules", OptionArgument.Required), new('\0', "haproxy", OptionArgument.Required),
        new('\0', "haproxy-pid", OptionArgument.Required),
        new('\0', "haproxy-peer", OptionArgument.Required), new('\0', "nginx", OptionArgument.Required),
    ];

    /// <summary>Reads the arguments after argv[0].</summary>
    /// <param name="arguments">The arguments.</param>
    /// <param name="options">What they say.</param>
    /// <param name="error">The first mistake, in the original's words; null when there is none.</param>
    internal static bool TryParse(IReadOnlyList<string> arguments, out KeepalivedOptions options, out string? error)
    {
        options = new KeepalivedOptions();
        foreach (OptionMatch match in GetOpt.Parse(arguments, Options))
        {
            error = match.Error ?? (match.Option is null ? null : Apply(options, match.Option, match.Value));
            if (error is not null)
            {
                return false;
            }
            if (match.Option is null)
            {
                options.Unexpected.Add(match.Value!);
            }
            if (options.Action is KeepalivedAction.Version or KeepalivedAction.Help or KeepalivedAction.SignalNumber)
            {
                break; // the original acts at once and looks at nothing behind it
            }
        }
        error = null;
        return true;
    }

    /// <summary>Number of the signal that <c>--signum</c> names; 0 when it names none.</summary>
    internal static int SignalNumber(string name) => name switch
    {
        "STOP" => 15,
        "RELOAD" => 1,
        "DATA" => 10,
        "STATS" => 12,
        "STATS_CLEAR" => 63,
        "JSON" => 36,
        _ => 0,
    };

    /// <summary>Syslog's number of a facility: 0 to 7 (local0 to local7), localN, user, daemon.</summary>
    internal static int? Facility(string text) => text switch
    {
        "user" => 1,
        "daemon" => 3,
        ['l', 'o', 'c', 'a', 'l', >= '0' and <= '7'] => FirstLocalFacility + (text[5] - '0'),
        [>= '0' and <= '7'] => FirstLocalFacility + (text[0] - '0'),
        _ => null,
    };

    private static string? Apply(KeepalivedOptions o, string name, string? value)
    {
        switch (name)
        {
            case "use-file": o.File = value!; break;
            case "vrrp": o.RunVrrp = true; break;
            case "check": o.RunChecks = true; break;
            case "no_bfd": o.WithoutBfd = true; break;
            case "all": o.AllProcesses = true; break;
            case "log-console": o.LogToConsole = true; break;
            case "log-detail": o.LogDetail = true; break;
            case "log-facility":
                o.LogFacility = Facility(value!) ?? Refuse(o, $"Invalid log facility '{value}'");
                break;
            case "log-file": o.LogFile = value ?? "/tmp/keepalived.log"; break;
            case "no-syslog": o.NoSyslog = true; break;
            case "umask": o.Umask = Mask(value!) ?? Refuse(o, $"Invalid --umask option {value}"); break;
            case "release-vips": o.ReleaseAddresses = true; break;
            case "dont-release-vrrp": o.KeepVrrpAddresses = true; break;
            case "dont-release-ipvs": o.KeepIpvs = true; break;
            case "dont-respawn": o.DontRespawn = true; break;
            case "dont-fork": o.DontFork = true; break;
            case "dump-conf": o.DumpConfiguration = true; break;
            case "run-dir": o.RunDirectory = value; break;
            case "accept-loss": o.AcceptLoss = true; break;
            case "log-format": o.LogFormat = value; break;
            case "rules": o.RuleFiles.Add(value!); break;
            case "haproxy": o.HAProxyFiles.Add(value!); break;
            case "haproxy-pid": o.HAProxyPidFile = value; break;
            case "haproxy-peer": o.HAProxyPeer = value; break;
            case "nginx": o.Nginx = new WebSource(value!); break;
            default: return ApplyRarer(o, name, value);
        }
        return null;
    }

    private static string? ApplyRarer(KeepalivedOptions o, string name, string? value)
    {
        switch (name)
        {
            case "pid": o.PidFile = value; break;
            case "vrrp_pid": o.VrrpPidFile = value; break;
            case "checkers_pid": o.ChecksPidFile = value; break;
            case "bfd_pid": o.BfdPidFile = value; break;
            case "address-monitoring": o.MonitorAddresses = true; break;
            case "snmp": o.Snmp = true; break;
            case "snmp-agent-socket": o.SnmpSocket = value; break;
            case "core-dump": o.CoreDump = true; break;
            case "core-dump-pattern": o.CoreDump = true; o.CorePattern = value ?? "core"; break;
            case "namespace": o.NetNamespace = value; break;
            case "all-config": o.StrictIncludes = true; break;
            case "config-id": o.ConfigId = value; break;
            case "signum": o.Action = KeepalivedAction.SignalNumber; o.SignalName = value; break;
            case "config-test": o.Action = KeepalivedAction.Test; o.TestLog = value; break;
            case "ignore-sigint": o.IgnoreInterrupt = true; break;
            case "version": o.Action = KeepalivedAction.Version; break;
            case "help": o.Action = KeepalivedAction.Help; break;
            default: break;
        }
        return null;
    }

    /// <summary>A mask as strtol with base 0 reads it: 0x is hexadecimal, 0 octal, anything else decimal.</summary>
    private static int? Mask(string text)
    {
        try
        {
            int value = text.StartsWith("0x", StringComparison.OrdinalIgnoreCase) ? Convert.ToInt32(text, 16)
                : text.StartsWith('0') ? Convert.ToInt32(text, 8)
                : int.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);
            return value is >= 0 and <= 511 ? value : null;
        }
        catch (Exception e) when (e is FormatException or OverflowException or ArgumentException)
        {
            return null;
        }
    }

    private static int? Refuse(KeepalivedOptions options, string why)
    {
        options.Refused.Add(why);
        return null;
    }
}
