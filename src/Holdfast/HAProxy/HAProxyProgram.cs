using Holdfast.Config.HAProxy;
using Holdfast.Config.HAProxy.Model;
using Holdfast.Keepalived;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Processes;
using Holdfast.Primitives;

namespace Holdfast.HAProxy;

/// <summary>The program as <c>haproxy</c>: its options, messages and exit codes.</summary>
/// <param name="program">Path of the executable, for messages.</param>
/// <param name="output">Standard output.</param>
/// <param name="error">Standard error.</param>
internal sealed class HAProxyProgram(string program, TextWriter output, TextWriter error)
{
    private const int Failed = 1;
    private const int NothingToDo = 2;
    private const string RunDirectory = "/run/holdfast-haproxy";

    /// <summary>What we say our version is: that whose defaults ours are, and our own behind it.</summary>
    internal static string Version => $"{HAProxyParseOptions.DefaultVersion}-holdfast-{ProgramVersion.Text}";

    /// <summary>Runs it as a program.</summary>
    /// <param name="words">The words after its name.</param>
    internal static int Run(IReadOnlyList<string> words)
        => new HAProxyProgram(Environment.ProcessPath ?? "haproxy", Console.Out, Console.Error).Execute(words);

    /// <summary>Runs one command line.</summary>
    /// <returns>Exit code.</returns>
    internal int Execute(IReadOnlyList<string> words)
    {
        var line = HAProxyCommandLine.Parse(words, out string? wrong);
        if (wrong is not null)
        {
            error.WriteLine(wrong);
            Usage();
            return Failed;
        }
        switch (line.Action)
        {
            case HAProxyAction.Version or HAProxyAction.LongVersion:
                PrintVersion(line.Action == HAProxyAction.LongVersion);
                return 0;
            case HAProxyAction.Condition:
                return Condition(line);
            default:
                return Load(line);
        }
    }

    private int Condition(HAProxyCommandLine line)
    {
        bool holds = HAProxyParser.Evaluate(line.Condition, new DiskConfigFiles(), null, out string? fault);
        if (fault is null)
        {
            return holds ? 0 : Failed;
        }
        new HAProxyMessages(error, program, line.IsQuiet && !line.IsVerbose).Write("ALERT", $"config : {fault}");
        return NothingToDo;
    }

    private int Load(HAProxyCommandLine line)
    {
        if (line.Files.Count == 0)
        {
            Usage();
            return Failed;
        }
        if (line.Directory is { } directory)
        {
            try
            {
                Environment.CurrentDirectory = directory;
            }
            catch (IOException e)
            {
                error.WriteLine($"Could not change to directory {directory} : {e.Message}");
                return Failed;
            }
        }
        // A daemon executes itself to have its signals blocked in all threads: what was said before is not repeated.
        bool isAgain = line.Action == HAProxyAction.Run && SignalFd.Blocked.Contains(Signal.SIGTERM);
        bool isSilent = isAgain || (line.IsQuiet && !line.IsVerbose);
        var messages = new HAProxyMessages(error, program, isSilent);
        HAProxyParseResult result = HAProxyLoader.Parse(line.Files, new HAProxyParseOptions
        {
            LocalPeer = line.LocalPeer,
            IsToRun = line.Action == HAProxyAction.Run,
        });
        messages.Write(result);
        if (result.HasErrors)
        {
            return Failed;
        }
        bool hasWarnings = result.Diagnostics.Any(static d => d.Severity == Severity.Warning && d.Code != "HA0152");
        if (hasWarnings && line.WarningsAreErrors)
        {
            messages.Write("ALERT", "Some warnings were found and 'zero-warning' is set. Aborting.");
            return Failed;
        }
        if (line.Action == HAProxyAction.Check)
        {
            return Closing(result, hasWarnings, isSilent);
        }
        return Start(line, messages);
    }

    /// <summary>Runs the files: a supervisor, and the proxy process that it starts.</summary>
    private static int Start(HAProxyCommandLine line, HAProxyMessages messages)
    {
        ProxyLoad load = HAProxyLoader.Load(line.Files, new HAProxyParseOptions { LocalPeer = line.LocalPeer });
        // Those of the parser have been said.
        foreach (Diagnostic problem in load.Diagnostics.Skip(load.Parsed.Diagnostics.Length))
        {
            messages.Write(HAProxyMessages.Label(problem), $"config : {HAProxyMessages.Text(problem)}");
        }
        if (load.Configuration is not { } configuration)
        {
            string what = load.Parsed.HasNoListener
                ? "no listener is configured, nothing to do" : "Fatal errors found in configuration.";
            messages.Write("ALERT", $"config : {what}");
            return Failed;
        }
        GlobalModel global = load.Parsed.Model.Global;
        bool isMaster = line.IsMaster || global.IsMasterWorker;
        bool isDaemon = !line.IsForeground && (line.IsDaemon || (global.IsDaemon && !line.IsMaster));
        string? pidFile = line.PidFile ?? configuration.Translation.Process.PidFile;
        var options = new KeepalivedOptions
        {
            File = "",
            DontFork = !isDaemon,
            LogToConsole = !isDaemon,
            NoSyslog = !isDaemon,
            LogFormat = "plain",
            RunDirectory = RunDirectory,
            // Of a master the master's number; else that of the process which serves, whose signals are haproxy's.
            HAProxyPidFile = pidFile,
            IsHAProxyMaster = isMaster,
            HAProxyListenersFrom = line.OldSocket,
            HAProxyPeer = line.LocalPeer,
            HAProxyOldPids = line.OldPids,
            HAProxyOldSignal = line.EndsOldAtOnce ? Signal.SIGTERM : Signal.SIGUSR1,
            IsHAProxy = true,
        };
        options.HAProxyFiles.AddRange(line.Files);
        List<string> words = ["-n", "--log-format", "plain"];
        if (!isDaemon)
        {
            words.Add("-lG");
        }
        return KeepalivedProgram.RunDaemon(
            options, Environment.GetCommandLineArgs(), words, "haproxy", keepalivedSignals: false);
    }

    private int Closing(HAProxyParseResult result, bool hasWarnings, bool isSilent)
    {
        TextWriter sink = isSilent ? TextWriter.Null : output;
        if (result.HasNoListener)
        {
            sink.WriteLine("Configuration file has no error but will not start (no listener) => exit(2).");
            return NothingToDo;
        }
        if (hasWarnings)
        {
            sink.WriteLine("Warnings were found.");
        }
        sink.WriteLine("Configuration file is valid");
        return 0;
    }

    private void PrintVersion(bool isLong)
    {
        output.WriteLine($"HAProxy version {Version} - done by Holdfast");
        if (!isLong)
        {
            return;
        }
        output.WriteLine("Build options :");
        output.WriteLine("  TARGET  = linux-glibc");
        output.WriteLine();
        output.WriteLine("Feature list : "
            + string.Join(' ', new HAProxyParseOptions().Features.Order().Select(static f => $"+{f}")));
    }

    private void Usage() => error.Write($$"""
        HAProxy version {{Version}} - done by Holdfast
        Usage : haproxy [-f <cfgfile|cfgdir>]* [ options ] [-- <cfgfile>*]
          -D       in the background; -db in the foreground
          -W, -Ws  the pid file names the master: USR2 and HUP reload, USR1 is a soft stop
          -p FILE  pid file
          -sf PIDS when we serve, these processes end with their sessions; -st at once
          -c       check the files and exit: 0 valid, 1 errors, 2 nothing to start
          -cc COND evaluate a condition and exit: 0 true, 1 false, 2 not readable
          -v, -vv  show the version, with features
          -q       no messages
          -V       messages even with -q
          -dW      warnings are errors
          -L NAME  name of the local peer
          -C DIR   change to a directory first

        """);
}
