using Holdfast.Keepalived;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Processes;
using Holdfast.Runtime.Supervision;
using Holdfast.Runtime.Web.Master;

namespace Holdfast.Nginx;

/// <summary>Starts serving as the program <c>nginx</c>: a master, which is our supervisor, and the process that it
/// starts.</summary>
internal static class NginxStart
{
    private const int Failed = 1;
    private const string RunDirectory = "/run/holdfast-nginx";

    /// <summary>Runs a file until the end; in the background unless it or the command line says otherwise.</summary>
    /// <param name="source">The file.</param>
    /// <param name="error">Standard error.</param>
    /// <returns>Exit code.</returns>
    internal static int Run(WebSource source, TextWriter error)
    {
        // A daemon executes itself to have its signals blocked in all threads: the second time all is known.
        bool isAgain = SignalFd.Blocked.Contains(Signal.SIGTERM);
        bool isDaemon = isAgain ? Daemon.ReadinessFd >= 0 : false;
        if (!isAgain && !TryLook(source, error, out isDaemon))
        {
            return Failed;
        }
        var options = new KeepalivedOptions
        {
            File = "",
            Nginx = source,
            DontFork = !isDaemon || InheritedSockets.Written is not null,
            NoSyslog = true,
            LogFormat = "plain",
            RunDirectory = RunDirectory,
            IsNginx = true,
        };
        return KeepalivedProgram.RunDaemon(
            options, Environment.GetCommandLineArgs(), ["-n", "-G", "--log-format", "plain"], "nginx",
            keepalivedSignals: false, () => new WebMaster(
                new MasterLog(source.ErrorLog, source.Prefix, error), isDaemon, NginxProgram.Version));
    }

    /// <summary>Reads the file before anything is done, for whoever waits at the terminal.</summary>
    private static bool TryLook(WebSource source, TextWriter error, out bool isDaemon)
    {
        WebLoad load = NginxLoader.Load(source);
        isDaemon = load.Parsed.Model.Main.IsDaemon;
        if (load.Serving is not null)
        {
            return true; // who serves says what there is to warn of
        }
        using var log = new MasterLog(source.ErrorLog, source.Prefix, error);
        log.Report(load.OriginalLines);
        return false;
    }
}
