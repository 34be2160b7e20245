using Holdfast.Linux.Abi;
using Holdfast.Nginx;

namespace Holdfast.Keepalived;

/// <summary>What the command line of <c>keepalived</c> asks for, before anything is done.</summary>
internal enum KeepalivedAction : byte
{
    /// <summary>Run the daemon.</summary>
    Run,

    /// <summary><c>-t</c>: check the configuration.</summary>
    Test,

    /// <summary><c>-v</c>.</summary>
    Version,

    /// <summary><c>-h</c>.</summary>
    Help,

    /// <summary><c>--signum</c>.</summary>
    SignalNumber,
}

/// <summary>The options of <c>keepalived</c>, named as its manual page explains them.</summary>
internal sealed record KeepalivedOptions
{
    internal const string DefaultFile = "/etc/keepalived/keepalived.conf";

    internal KeepalivedAction Action { get; set; }

    internal string File { get; set; } = DefaultFile;

    internal bool RunVrrp { get; set; }

    /// <summary>Files of haproxy, for a proxy process beside; not an option of keepalived.</summary>
    internal List<string> HAProxyFiles { get; } = [];

    /// <summary>Pid file of that process; null: what its configuration says.</summary>
    internal string? HAProxyPidFile { get; set; }

    /// <summary>A stats socket whose listeners are taken over; null: none.</summary>
    internal string? HAProxyListenersFrom { get; set; }

    /// <summary>Name of the local peer in its configuration; null: not given.</summary>
    internal string? HAProxyPeer { get; set; }

    /// <summary>Whether we are haproxy: signals are its, and the run directory may be another's.</summary>
    internal bool IsHAProxy { get; init; }

    /// <summary>Whether the pid file names the supervisor, not the process that serves.</summary>
    internal bool IsHAProxyMaster { get; init; }

    /// <summary>Processes that get <see cref="HAProxyOldSignal"/> when the proxy serves.</summary>
    internal IReadOnlyList<int> HAProxyOldPids { get; init; } = [];

    /// <summary>USR1 or TERM.</summary>
    internal Signal HAProxyOldSignal { get; init; } = Signal.SIGUSR1;

    /// <summary>The nginx.conf of a web server beside; null: none. Not an option of keepalived.</summary>
    internal WebSource? Nginx { get; set; }

    /// <summary>Whether we are nginx: the run directory may be another's.</summary>
    internal bool IsNginx { get; init; }

    /// <summary>Whether there is nothing but what serves: no keepalived.conf and no rules.</summary>
    internal bool IsProxyOnly
        => File.Length == 0 && RuleFiles.Count == 0 && (HAProxyFiles.Count > 0 || Nginx is not null);

    internal bool RunChecks { get; set; }

    internal bool WithoutBfd { get; set; }

    internal bool AllProcesses { get; set; }

    internal bool LogToConsole { get; set; }

    internal bool LogDetail { get; set; }

    internal int? LogFacility { get; set; }

    internal string? LogFile { get; set; }

    internal bool NoSyslog { get; set; }

    /// <summary>Bits of the mask, 0 to 0777.</summary>
    internal int? Umask { get; set; }

    internal bool ReleaseAddresses { get; set; }

    internal bool KeepVrrpAddresses { get; set; }

    internal bool KeepIpvs { get; set; }

    internal bool DontRespawn { get; set; }

    internal bool DontFork { get; set; }

    internal bool DumpConfiguration { get; set; }

    internal string? PidFile { get; set; }

    internal string? VrrpPidFile { get; set; }

    internal string? ChecksPidFile { get; set; }

    internal string? BfdPidFile { get; set; }

    internal bool MonitorAddresses { get; set; }

    internal bool Snmp { get; set; }

    internal string? SnmpSocket { get; set; }

    internal bool CoreDump { get; set; }

    internal string? CorePattern { get; set; }

    internal string? NetNamespace { get; set; }

    internal bool StrictIncludes { get; set; }

    internal string? ConfigId { get; set; }

    internal string? TestLog { get; set; }

    internal string? SignalName { get; set; }

    internal bool IgnoreInterrupt { get; set; }

    /// <summary>Our own, absent from the original: directory of the control socket.</summary>
    internal string? RunDirectory { get; set; }

    /// <summary>Our own: load a file with unsupported keywords that change behaviour.</summary>
    internal bool AcceptLoss { get; set; }

    /// <summary>Our own: "keepalived" (default), "plain" or "json".</summary>
    internal string? LogFormat { get; set; }

    /// <summary>Our own: files of ipvsadm rules, whose services are run, too.</summary>
    internal List<string> RuleFiles { get; } = [];

    /// <summary>Values that the original reports, and goes on without.</summary>
    internal List<string> Refused { get; } = [];

    /// <summary>Words that are no options; the original reports and ignores them.</summary>
    internal List<string> Unexpected { get; } = [];
}
