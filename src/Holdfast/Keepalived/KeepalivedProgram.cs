using System.Globalization;
using System.Text;
using Holdfast.Config.Keepalived;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Files;
using Holdfast.Linux.Processes;
using Holdfast.Primitives;
using Holdfast.Runtime.Continuity;
using Holdfast.Runtime.Logging;
using Holdfast.Runtime.Supervision;
using Holdfast.Runtime.Web.Master;

namespace Holdfast.Keepalived;

/// <summary>The program as <c>keepalived</c>: its options, output and exit codes.</summary>
internal static class KeepalivedProgram
{
    private const uint OwnerWrites = 0x1A4; // 0644

    /// <summary>Runs it.</summary>
    /// <param name="all">All arguments from argv[0] on.</param>
    /// <param name="first">Index of the first one that is keepalived's.</param>
    internal static int Run(string[] all, int first)
    {
        if (all.Length > first && all[first] is "-T" or "--genhash")
        {
            return GenHashProgram.Run(all[(first + 1)..]);
        }
        if (!KeepalivedCommandLine.TryParse(all[first..], out KeepalivedOptions options, out string? error))
        {
            Console.Error.WriteLine(error);
            return DaemonExitCode.Fatal;
        }
        if (options.Unexpected.Count > 0)
        {
            Console.Error.WriteLine($"Unexpected argument(s): {string.Join(' ', options.Unexpected)}");
        }
        switch (options.Action)
        {
            case KeepalivedAction.Version:
                Console.Error.WriteLine($"Keepalived, done by Holdfast v{ProgramVersion.Text}");
                return DaemonExitCode.Ok;
            case KeepalivedAction.Help:
                Console.Error.Write(KeepalivedHelp.Text(all[0]));
                return DaemonExitCode.Ok;
            case KeepalivedAction.SignalNumber:
                return PrintSignal(options.SignalName!);
            case KeepalivedAction.Test:
                return Test(options);
            default:
                return RunDaemon(options, all, all[first..], "Keepalived", keepalivedSignals: true);
        }
    }

    /// <summary>Runs the daemon, in the background unless told otherwise.</summary>
    /// <param name="options">What to run.</param>
    /// <param name="all">All arguments from argv[0] on, for a start of the same again.</param>
    /// <param name="words">The arguments as keepalived would be given them, for the child.</param>
    /// <param name="identity">Name in logs.</param>
    /// <param name="keepalivedSignals">Whether USR1 and USR2 mean what they mean to keepalived.</param>
    /// <param name="beginMaster">Makes us nginx's master; null: we are none.</param>
    internal static int RunDaemon(
        KeepalivedOptions options,
        string[] all,
        IReadOnlyList<string> words,
        string identity,
        bool keepalivedSignals,
        Func<WebMaster>? beginMaster = null)
    {
        int readiness = Daemon.ReadinessFd;
        var continuation = Continuation.FromEnvironment();
        if (!options.DontFork && readiness < 0 && continuation is null)
        {
            return Daemon.Detach(all);
        }
        Errno errno = Daemon.EnsureSignalsAreBlocked(all);
        if (errno != Errno.Success)
        {
            Console.Error.WriteLine($"The program cannot execute itself: {errno}");
            return DaemonExitCode.Fatal;
        }
        OwnProcess.SetName(keepalivedSignals ? "keepalived" : beginMaster is null ? "holdfast" : identity);
        using WebMaster? master = beginMaster?.Invoke();
        using var log = new Log(LogSettings.Of(options, identity, master), TimeProvider.System);
        log.Info(continuation is null ? $"Starting Holdfast v{ProgramVersion.Text}"
            : $"Holdfast v{ProgramVersion.Text} goes on ({continuation.Reason})");
        OptionEffects.Apply(options, log);
        using var supervisor = new Supervisor(
            SupervisorOptionsOf(options, all, words, readiness, keepalivedSignals) with
            {
                Continuation = continuation,
                Master = master,
            },
            new DaemonLoader(options, ParseOptions(options), log, master is null ? null : master.Log.Report),
            log);
        return supervisor.Run();
    }

    private static SupervisorOptions SupervisorOptionsOf(
        KeepalivedOptions options,
        IReadOnlyList<string> all,
        IReadOnlyList<string> words,
        int readiness,
        bool keepalivedSignals) => new()
        {
            Arguments = all,
            RunDirectory = options.RunDirectory ?? "/run/holdfast",
            PidFile = options.PidFile,
            VrrpPidFile = options.VrrpPidFile,
            HasVrrpPidFile = options.RunVrrp || !options.RunChecks,
            ChecksPidFile = options.ChecksPidFile,
            ProxyPidFile = options.HAProxyPidFile,
            ProxyListenersFrom = options.HAProxyListenersFrom,
            IsProxyMaster = options.IsHAProxyMaster,
            HAProxySignals = options.IsHAProxy,
            SharesRunDirectory = options.IsHAProxy || options.IsNginx,
            WhenServing = () => StopOld(options),
            RunsVrrp = !options.IsProxyOnly,
            AllProcesses = options.AllProcesses,
            KeepsServices = options.KeepIpvs,
            ContinuesChecks = Environment.GetEnvironmentVariable(ChildEnvironment.ContinueChecksVariable) is not null,
            DefaultPidFiles = keepalivedSignals,
            NetNamespace = options.NetNamespace,
            Umask = options.Umask,
            IgnoreInterrupt = options.IgnoreInterrupt,
            ChildArguments = ["keepalived", .. words],
            Environment = ChildEnvironment.Own(),
            Respawn = !options.DontRespawn,
            CrashWindow = Daemon.CrashWindow,
            KeepalivedSignals = keepalivedSignals,
            ReadinessFd = readiness,
            Version = ProgramVersion.Text,
        };

    private static void StopOld(KeepalivedOptions options)
    {
        foreach (int pid in options.HAProxyOldPids)
        {
            _ = OwnProcess.Kill(pid, options.HAProxyOldSignal); // one that has ended already is as wanted
        }
    }

    private static KeepalivedParseOptions ParseOptions(KeepalivedOptions options) => new()
    {
        ConfigId = options.ConfigId,
        StrictIncludes = options.StrictIncludes,
        AcceptLoss = options.AcceptLoss,
        Parts = options.RunVrrp == options.RunChecks ? DaemonParts.All
            : options.RunVrrp ? DaemonParts.Vrrp : DaemonParts.Checks,
        RuleFiles = [.. options.RuleFiles],
        RandomSeed = (ulong)Environment.ProcessId,
    };

    private static int PrintSignal(string name)
    {
        int number = KeepalivedCommandLine.SignalNumber(name);
        if (number == 0)
        {
            Console.Error.WriteLine($"Unknown sigfunc {name}");
            return DaemonExitCode.Fatal;
        }
        Console.Out.WriteLine(number.ToString(CultureInfo.InvariantCulture));
        return DaemonExitCode.Ok;
    }

    private static int Test(KeepalivedOptions options)
    {
        KeepalivedParseResult result = KeepalivedLoader.Parse(options.File, ParseOptions(options));
        var text = new StringBuilder();
        foreach (Diagnostic diagnostic in result.Diagnostics)
        {
            text.AppendLine(OriginalExitCode.Format(diagnostic));
        }
        if (options.TestLog is { } path)
        {
            Errno errno = FileNames.WriteAtomically(path, Encoding.UTF8.GetBytes(text.ToString()), OwnerWrites);
            if (errno != Errno.Success)
            {
                Console.Error.WriteLine($"Unable to write {path}: {errno}");
                return DaemonExitCode.Fatal;
            }
        }
        else
        {
            Console.Error.Write(text.ToString());
        }
        return OriginalExitCode.Of(result.Diagnostics);
    }
}
