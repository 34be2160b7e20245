using Holdfast.Linux.Processes;
using Holdfast.Runtime.Continuity;
using Holdfast.Runtime.Web.Master;

namespace Holdfast.Runtime.Supervision;

/// <summary>How a supervisor works.</summary>
public sealed record SupervisorOptions
{
    /// <summary>Directory of the control socket. Default /run/holdfast; created when missing.</summary>
    public string RunDirectory { get; init; } = "/run/holdfast";

    /// <summary>Pid file of the supervisor (<c>-p</c>); null: none, or the default one.</summary>
    public string? PidFile { get; init; }

    /// <summary>Pid file of the VRRP process (<c>-r</c>); null: none, or the default one.</summary>
    public string? VrrpPidFile { get; init; }

    /// <summary>
    /// Whether the VRRP process has a pid file. Default true; with <c>-C</c> it stands by without an instance, and
    /// nobody is to take it for VRRP.
    /// </summary>
    public bool HasVrrpPidFile { get; init; } = true;

    /// <summary>Pid file of the checks process (<c>-c</c>); null: none, or the default one.</summary>
    public string? ChecksPidFile { get; init; }

    /// <summary>Pid file of the proxy process; null: what <c>pidfile</c> says.</summary>
    public string? ProxyPidFile { get; init; }

    /// <summary>A stats socket of a haproxy whose listeners are taken over (<c>-x</c>); null: none.</summary>
    public string? ProxyListenersFrom { get; init; }

    /// <summary>Whether that file holds our number, as of haproxy's master. Default false.</summary>
    public bool IsProxyMaster { get; init; }

    /// <summary>Whether USR2 reloads and USR1 is a soft stop of the proxy, as of haproxy's master. Default false.
    /// </summary>
    public bool HAProxySignals { get; init; }

    /// <summary>Whether we do without a control socket where another supervisor has it. Default false.</summary>
    public bool SharesRunDirectory { get; init; }

    /// <summary>What we say and write as nginx's master; null: we are none. Default null.</summary>
    public WebMaster? Master { get; init; }

    /// <summary>Called once, when the proxy serves for the first time.</summary>
    public Action? WhenServing { get; init; }

    /// <summary>Whether there is a VRRP process. Default true; false where only a proxy is configured.</summary>
    public bool RunsVrrp { get; init; } = true;

    /// <summary>Whether the checks process runs even if there is no virtual server (<c>--all</c>). Default false.
    /// </summary>
    public bool AllProcesses { get; init; }

    /// <summary><c>-I</c>: virtual servers stay when the daemon stops. Default false.</summary>
    public bool KeepsServices { get; init; }

    /// <summary>
    /// Whether a supervisor before us has left its virtual servers as they were, for us to go on. Default false.
    /// </summary>
    public bool ContinuesChecks { get; init; }

    /// <summary>
    /// How often the checks and the proxy process are asked whether their loops turn; one that owes two answers is
    /// killed. Default 5 s.
    /// </summary>
    public TimeSpan PingInterval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How long VRRP waits at a start until virtual servers are forwarded, and then goes on all the same. Default 10 s:
    /// the kernel takes seconds to verify the program of the xdp plane on a slow machine.
    /// </summary>
    public TimeSpan PlaneLimit { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Whether pid files that no option names are written where keepalived writes them.</summary>
    public bool DefaultPidFiles { get; init; }

    /// <summary>Network namespace to run in (<c>-s</c>); null: what <c>net_namespace</c> says.</summary>
    public string? NetNamespace { get; init; }

    /// <summary>Mask for the modes of new files (<c>-u</c>); null: what <c>umask</c> says.</summary>
    public int? Umask { get; init; }

    /// <summary>Whether SIGINT does nothing (<c>--ignore-sigint</c>). Default false.</summary>
    public bool IgnoreInterrupt { get; init; }

    /// <summary>All arguments of the VRRP process, from argv[0] on, which should be "keepalived".</summary>
    public required IReadOnlyList<string> ChildArguments { get; init; }

    /// <summary>
    /// Our own arguments from argv[0] on, for the VRRP process, which starts us again when we are killed. Default:
    /// none, so that it hands over then.
    /// </summary>
    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>What we take over from a supervisor before us; null: we begin afresh.</summary>
    public Continuation? Continuation { get; init; }

    /// <summary>Our environment, NAME=VALUE; children and scripts get it without our own variables.</summary>
    public IReadOnlyList<string> Environment { get; init; } = [];

    /// <summary>The program of children and of the launcher. Default: our own.</summary>
    public string Program { get; init; } = SpawnRequest.OwnProgram;

    /// <summary>Whether a crashed VRRP process is started again (not <c>-R</c>). Default true.</summary>
    public bool Respawn { get; init; } = true;

    /// <summary>So many crashes within <see cref="CrashWindow"/> are a loop. Default 5.</summary>
    public int CrashesMax { get; init; } = RestartPolicy.DefaultCrashesMax;

    /// <summary>See <see cref="CrashesMax"/>. Default 10 s.</summary>
    public TimeSpan CrashWindow { get; init; } = RestartPolicy.DefaultWindow;

    /// <summary>Whether USR1 and USR2 make dumps, as keepalived's do; otherwise USR1 reopens logs.</summary>
    public bool KeepalivedSignals { get; init; }

    /// <summary>A descriptor that gets one byte when we are ready; −1: none. See <see cref="Daemon"/>.</summary>
    public int ReadinessFd { get; init; } = -1;

    /// <summary>The clock on the wall, for <c>reload_time_file</c>.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>What <c>version</c> answers.</summary>
    public string Version { get; init; } = "";
}
