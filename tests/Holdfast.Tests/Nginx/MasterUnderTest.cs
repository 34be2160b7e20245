using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Files;
using Holdfast.Linux.Processes;
using Holdfast.Tests.Repository;

namespace Holdfast.Tests.Nginx;

/// <summary>A master, nginx's own or ours, in a directory of its own, and the lines that it writes.</summary>
/// <param name="isOriginal">Whether it is the real nginx.</param>
internal sealed partial class MasterUnderTest(bool isOriginal) : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);
    private readonly DirectoryInfo _directory = CreateDirectory();

    internal string Root => _directory.FullName;

    internal string In(string name) => Path.Combine(_directory.FullName, name);

    /// <summary>The number in its pid file.</summary>
    internal int Pid => int.Parse(File.ReadAllText(In("pid")), CultureInfo.InvariantCulture);

    /// <summary>Lines of a log that are whole.</summary>
    internal string[] Lines(string log = "error.log")
        => File.Exists(In(log)) ? File.ReadAllText(In(log)).Split('\n')[..^1] : [];

    internal void Write(string text) => File.WriteAllText(In("nginx.conf"),
        $"pid {In("pid")};\nerror_log {In("error.log")} notice;\n{text}");

    /// <summary>Runs the program with its file, to its end, or until it is in the background.</summary>
    internal (int Code, string Error) Run(params string[] words)
    {
        using Process process = Begin(words);
        Task<string> error = process.StandardError.ReadToEndAsync();
        process.WaitForExit();
        return (process.ExitCode, error.GetAwaiter().GetResult());
    }

    /// <summary>Starts the program with its file.</summary>
    internal Process Begin(params string[] words)
    {
        Assert.True(OriginalDaemon.Install("nginx", "/usr/sbin/nginx"), "the package nginx cannot be installed");
        string[] program = isOriginal ? ["/usr/sbin/nginx"]
            : [Path.Combine(AppContext.BaseDirectory, "holdfast"), "nginx"];
        return Process.Start(new ProcessStartInfo(
            "timeout", ["--foreground", "120", .. program, "-p", Root, "-c", In("nginx.conf"), "-e",
                In("error.log"), .. words])
        {
            RedirectStandardError = true,
        })!;
    }

    internal void Signal(Signal signal) => Assert.Equal(Errno.Success, OwnProcess.Kill(Pid, signal));

    /// <summary>Waits until a condition holds.</summary>
    internal void Until(Func<bool> condition, string what)
    {
        long begin = TimeProvider.System.GetTimestamp();
        object never = new();
        while (!condition())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(begin) < s_patience,
                $"{(isOriginal ? "nginx" : "ours")}: {what}; log:\n{string.Join('\n', Lines())}");
            lock (never)
            {
                _ = Monitor.Wait(never, TimeSpan.FromMilliseconds(10));
            }
        }
    }

    /// <summary>Waits until its log has so many lines with a text.</summary>
    internal void UntilLogged(string text, int count = 1, string log = "error.log") => Until(
        () => Lines(log).Count(line => line.Contains(text, StringComparison.Ordinal)) >= count,
        $"{count} lines with \"{text}\" in {log}");

    /// <summary>The process that was started last, as the log says.</summary>
    internal int LastWorker => int.Parse(
        Started().Match(Lines().Last(static line => Started().IsMatch(line))).Groups[1].Value,
        CultureInfo.InvariantCulture);

    /// <summary>
    /// What each process has written: processes named by when they were started, the test itself "T", lines that depend
    /// on the host left out. Which of two processes writes first is chance; the order of each is not.
    /// </summary>
    internal string[] Story(params string[] logs)
    {
        string[] all = [.. logs.SelectMany(Lines)];
        var names = new Dictionary<string, string>
        {
            [Environment.ProcessId.ToString(CultureInfo.InvariantCulture)] = "T",
        };
        foreach (string line in all)
        {
            Match started = StartedAny().Match(line);
            if (started.Success)
            {
                _ = names.TryAdd(Author().Match(line).Groups[2].Value, "M");
                _ = names.TryAdd(started.Groups[1].Value, $"P{names.Count}");
            }
        }
        return
        [
            .. all.Where(static line => !Chance().IsMatch(line))
                .Select(line => Author().Match(line))
                .Select(match => (
                    Author: names.GetValueOrDefault(match.Groups[2].Value, "?"),
                    Text: $"[{match.Groups[1].Value}] " + Number().Replace(match.Groups[3].Value,
                        number => names.GetValueOrDefault(number.Value, number.Value))))
                .OrderBy(static one => one.Author, StringComparer.Ordinal)
                .Select(one => $"{one.Author}: {one.Text.Replace(Root, "@", StringComparison.Ordinal)}"),
        ];
    }

    /// <summary>One that processes without rights may enter, too.</summary>
    private static DirectoryInfo CreateDirectory()
    {
        DirectoryInfo made = Directory.CreateTempSubdirectory("holdfast-master-");
        Assert.Equal(Errno.Success, FileNames.SetMode(made.FullName, 0x1C9)); // 0711
        return made;
    }

    public void Dispose()
    {
        foreach (string file in new[] { "pid", "pid.oldbin" }.Where(name => File.Exists(In(name))))
        {
            int pid = int.Parse(File.ReadAllText(In(file)), CultureInfo.InvariantCulture);
            _ = OwnProcess.Kill(pid, Linux.Abi.Signal.SIGTERM);
            Until(() => !Directory.Exists($"/proc/{pid}")
                || File.ReadAllText($"/proc/{pid}/stat").Contains(") Z ", StringComparison.Ordinal), "it ends");
        }
        _directory.Delete(recursive: true);
    }

    [GeneratedRegex(@"start worker process (\d+)$")]
    private static partial Regex Started();

    [GeneratedRegex(@"start (?:worker|new binary) process (\d+)$")]
    private static partial Regex StartedAny();

    [GeneratedRegex(@"^\S+ \S+ \[(\w+)\] (\d+)#\d+: (.*)$")]
    private static partial Regex Author();

    [GeneratedRegex(@"\b\d+\b")]
    private static partial Regex Number();

    [GeneratedRegex(@"\(SIGCHLD\)|\(SIGIO\)|using the|: nginx/|: OS: |getrlimit|inherited sockets")]
    private static partial Regex Chance();
}
