using System.CommandLine;
using Holdfast.Keepalived;

namespace Holdfast.Commands;

/// <summary><c>holdfast run FILE</c>: the daemon, in the foreground, logging to standard error.</summary>
internal static class RunCommand
{
    internal static Command Create()
    {
        var files = new Argument<string[]>("file")
        {
            Description = "A keepalived.conf, files of ipvsadm rules, a haproxy.cfg, an nginx.conf; "
                + "or keepalived:FILE, ipvsadm:FILE, haproxy:FILE, nginx:FILE",
            Arity = ArgumentArity.OneOrMore,
        };
        Option<string> runDirectory = HoldfastCommands.RunDirectory();
        var format = new Option<string>("--log-format")
        {
            Description = "Form of log lines: plain, json or keepalived",
            DefaultValueFactory = static _ => "plain",
        };
        format.AcceptOnlyFromAmong("plain", "json", "keepalived");
        var syslog = new Option<bool>("--syslog") { Description = "Log to syslog, too" };
        var logFile = new Option<string?>("--log-file") { Description = "Log to this file, too" };
        var verbose = new Option<bool>("--verbose", "-v") { Description = "Log details" };
        var pid = new Option<string?>("--pid-file") { Description = "Pid file of the daemon" };
        var id = new Option<string?>("--config-id") { Description = "Id for lines that begin with @" };
        var loss = new Option<bool>("--accept-loss") { Description = "Load unsupported keywords with a warning" };
        var keep = new Option<bool>("--keep-virtual-servers")
        {
            Description = "Leave them in the kernel's table when the daemon stops",
        };
        var command = new Command("run", "Run a configuration in the foreground")
        {
            files, runDirectory, format, syslog, logFile, verbose, pid, id, loss, keep,
        };
        command.SetAction(result =>
        {
            if (!ConfigArgument.TryReadAll(
                result.GetValue(files)!, out string path, out List<string> rules, out List<string> proxies,
                out string? web, out string? error))
            {
                Console.Error.WriteLine(error);
                return 2;
            }
            // The same words that keepalived takes: our child reads them again.
            List<string> words =
            [
                "-n", "-l", "-f", path,
                "--run-dir", result.GetValue(runDirectory)!, "--log-format", result.GetValue(format)!,
            ];
            Add(words, !result.GetValue(syslog), "-G");
            if (result.GetValue(logFile) is { } log)
            {
                words.Add($"--log-file={log}"); // its value is optional, so it must stand in the same word
            }
            Add(words, result.GetValue(verbose), "-D");
            Add(words, result.GetValue(loss), "--accept-loss");
            Add(words, result.GetValue(pid) is not null, "-p", result.GetValue(pid));
            Add(words, result.GetValue(id) is not null, "-i", result.GetValue(id));
            Add(words, result.GetValue(keep), "-I");
            foreach (string file in rules)
            {
                Add(words, true, "--rules", file);
            }
            foreach (string file in proxies)
            {
                Add(words, true, "--haproxy", file);
            }
            Add(words, web is not null, "--nginx", web);
            return Run(words);
        });
        return command;
    }

    private static int Run(List<string> words)
    {
        if (!KeepalivedCommandLine.TryParse(words, out KeepalivedOptions options, out string? error))
        {
            Console.Error.WriteLine(error);
            return 2;
        }
        return KeepalivedProgram.RunDaemon(
            options, Environment.GetCommandLineArgs(), words, "holdfast", keepalivedSignals: false);
    }

    private static void Add(List<string> words, bool wanted, string option, string? value = null)
    {
        if (wanted)
        {
            words.Add(option);
            if (value is not null)
            {
                words.Add(value);
            }
        }
    }
}
