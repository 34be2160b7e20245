using System.Globalization;
using Holdfast.Config.Nginx;
using Holdfast.Config.Nginx.Model;
using Holdfast.Config.Text;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Processes;
using Holdfast.Primitives;
using Holdfast.Runtime.Web;
using Holdfast.Runtime.Web.Master;
using Holdfast.Terminal;
using Holdfast.Web.Logs;

namespace Holdfast.Nginx;

/// <summary>The program as <c>nginx</c>: its options, messages and exit codes. It tests files, signals a master,
/// and serves.</summary>
/// <param name="output">Standard output.</param>
/// <param name="error">Standard error.</param>
/// <param name="time">The time of lines of the log.</param>
internal sealed class NginxProgram(TextWriter output, TextWriter error, TimeProvider time)
{
    private const int Failed = 1;
    private const string DefaultPrefix = "/usr/share/nginx/";
    private const string DefaultFile = "/etc/nginx/nginx.conf";

    /// <summary>What we say our version is: that whose directives and defaults ours are, and our own behind it.
    /// </summary>
    internal static string Version => $"nginx/1.31.0 (Holdfast {ProgramVersion.Text})";

    /// <summary>Runs it as a program.</summary>
    /// <param name="words">The words after its name.</param>
    internal static int Run(IReadOnlyList<string> words)
    {
        using var output = new DescriptorWriter(1);
        using var error = new DescriptorWriter(2);
        return new NginxProgram(output, error, TimeProvider.System).Execute(words);
    }

    /// <summary>Runs one command line.</summary>
    /// <returns>Exit code.</returns>
    internal int Execute(IReadOnlyList<string> words)
    {
        var line = NginxCommandLine.Parse(words, out string? wrong);
        if (wrong is not null)
        {
            error.WriteLine($"nginx: {wrong}");
            return Failed;
        }
        if (line.ShowsVersion)
        {
            Show(line);
            if (!line.Tests)
            {
                return 0;
            }
        }
        return line.Tests || line.Signal is not null ? Read(line) : NginxStart.Run(SourceOf(line), error);
    }

    private static WebSource SourceOf(NginxCommandLine line)
    {
        string prefix = Path.GetFullPath(line.Prefix ?? DefaultPrefix);
        prefix = prefix.EndsWith('/') ? prefix : prefix + "/";
        return new WebSource(PathText.Join(prefix, line.File ?? DefaultFile))
        {
            Prefix = prefix,
            Directives = line.Directives,
            ErrorLog = line.ErrorLog ?? "stderr",
        };
    }

    private int Read(NginxCommandLine line)
    {
        string prefix = line.Prefix ?? DefaultPrefix;
        prefix = prefix.EndsWith('/') ? prefix : prefix + "/";
        string path = PathText.Join(prefix, line.File ?? DefaultFile);
        NginxParseResult result = NginxLoader.Parse(path, new NginxParseOptions
        {
            Prefix = prefix,
            GlobalDirectives = line.Directives,
            Resolves = NginxLoader.Resolves,
        });
        HostFindings host = HostFindings.Of(result);
        foreach (string message in result.OriginalLines.Concat(result.HasErrors ? [] : host.OriginalLines))
        {
            error.WriteLine(InLog(line, message));
        }
        bool isBad = result.HasErrors || host.Diagnostics.Any(static one => one.Severity == Severity.Error);
        string pidFile = PathText.Join(prefix, result.Model.Main.PidFile ?? WebServing.DefaultPidFile);
        if (!isBad && line.Signal is null)
        {
            if (!line.IsQuiet)
            {
                error.WriteLine($"nginx: the configuration file {path} syntax is ok");
            }
            if (NginxTest.Run(result, path, prefix, pidFile) is { } problem)
            {
                error.WriteLine(InLog(line, problem));
                isBad = true;
            }
        }
        if (isBad)
        {
            if (line.Tests)
            {
                error.WriteLine($"nginx: configuration file {path} test failed");
            }
            return Failed;
        }
        if (line.Signal is not null)
        {
            TellStart(line, prefix, result.Model.Main);
            return Signal(line, pidFile);
        }
        if (!line.IsQuiet)
        {
            error.WriteLine($"nginx: configuration file {path} test is successful");
        }
        if (line.Dumps)
        {
            foreach (string one in result.Paths)
            {
                output.WriteLine($"# configuration file {one}:");
                output.WriteLine(result.Texts[one]);
            }
        }
        return 0;
    }

    /// <summary>A message as it is written to standard error: with time and process when that is the log.</summary>
    private string InLog(NginxCommandLine line, string message) => line.ErrorLog is not (null or "stderr")
        ? $"nginx: {message}"
        : string.Create(CultureInfo.InvariantCulture,
            $"{time.GetLocalNow():yyyy/MM/dd HH:mm:ss} {Numbered(message)}");

    private static string Numbered(string message)
    {
        int end = message.IndexOf(']', StringComparison.Ordinal) + 1;
        return string.Create(CultureInfo.InvariantCulture,
            $"{message[..end]} {Environment.ProcessId}#{Environment.ProcessId}:{message[end..]}");
    }

    /// <summary>The log of the file learns that somebody signals.</summary>
    private static void TellStart(NginxCommandLine line, string prefix, MainSettings main)
    {
        using var log = new MasterLog(line.ErrorLog ?? "stderr", prefix, TextWriter.Null);
        if (log.TryUse(prefix, main.ErrorLogs) is null)
        {
            log.Write(ErrorLevel.Notice, "signal process started");
        }
    }

    private int Signal(NginxCommandLine line, string pidFile)
    {
        ConfigFile file = new DiskConfigFiles().ReadScript(pidFile);
        if (file.Status != ConfigFileStatus.Read)
        {
            string why = file.Status == ConfigFileStatus.Missing
                ? "2: No such file or directory" : "13: Permission denied";
            error.WriteLine(InLog(line, $"[error] open() \"{pidFile}\" failed ({why})"));
            return Failed;
        }
        string text = file.Text.TrimEnd('\n', '\r');
        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int pid) || pid == 0)
        {
            error.WriteLine(InLog(line, $"[error] invalid PID number \"{text}\" in \"{pidFile}\""));
            return Failed;
        }
        Signal signal = line.Signal switch
        {
            "stop" => Linux.Abi.Signal.SIGTERM,
            "quit" => Linux.Abi.Signal.SIGQUIT,
            "reopen" => Linux.Abi.Signal.SIGUSR1,
            _ => Linux.Abi.Signal.SIGHUP,
        };
        Errno errno = OwnProcess.Kill(pid, signal);
        if (errno != Errno.Success)
        {
            string why = errno == Errno.ESRCH ? "3: No such process" : "1: Operation not permitted";
            error.WriteLine(InLog(line, string.Create(
                CultureInfo.InvariantCulture, $"[alert] kill({pid}, {(int)signal}) failed ({why})")));
            return Failed;
        }
        return 0;
    }

    private void Show(NginxCommandLine line)
    {
        error.WriteLine($"nginx version: {Version}");
        if (line.ShowsHelp)
        {
            error.WriteLine($"""
                Usage: nginx [-?hvVtTq] [-s signal] [-p prefix]
                             [-e filename] [-c filename] [-g directives]

                Options:
                  -?,-h         : this help
                  -v            : show version and exit
                  -V            : show version and configure options then exit
                  -t            : test configuration and exit
                  -T            : test configuration, dump it and exit
                  -q            : suppress non-error messages during configuration testing
                  -s signal     : send signal to a master process: stop, quit, reopen, reload
                  -p prefix     : set prefix path (default: {DefaultPrefix})
                  -e filename   : set error log file (default: stderr)
                  -c filename   : set configuration file (default: {DefaultFile})
                  -g directives : set global directives out of configuration file

                """);
        }
        if (line.ShowsModules)
        {
            error.WriteLine($"configure arguments: --prefix={DefaultPrefix.TrimEnd('/')} --conf-path={DefaultFile} "
                + $"--pid-path={WebServing.DefaultPidFile} --error-log-path=stderr "
                + $"--http-log-path={DefaultPaths.AccessLog} --http-client-body-temp-path={DefaultPaths.BodyTemp} "
                + $"--http-proxy-temp-path={DefaultPaths.ProxyTemp} {NginxModules.Arguments}");
        }
    }
}
