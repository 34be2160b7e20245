using System.Diagnostics;
using System.Net.Sockets;
using System.Text;

namespace Holdfast.Tests;

/// <summary>
/// A daemon in namespaces of its own with one instance on an interface that is missing, and the socket of a systemd.
/// </summary>
internal sealed class RunningDaemon : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("holdfast-daemon-");
    private readonly Socket _notify = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
    private readonly Process _process;
    private readonly List<string> _told = [];

    internal RunningDaemon(string config, params (string Name, string Value)[] environment)
    {
        _notify.Bind(new UnixDomainSocketEndPoint(In("notify")));
        _notify.ReceiveTimeout = 30_000;
        Write(config);
        // The process namespace ends all that a failed test leaves; what BPF keeps goes with a file system of its own.
        var start = new ProcessStartInfo("unshare")
        {
            ArgumentList =
            {
                "--net", "--pid", "--fork", "--kill-child", "--mount-proc", "--", "sh", "-c",
                "mount -t bpf none /sys/fs/bpf; "
                    + "\"$0\" run --run-dir \"$1/run\" \"$1/keepalived.conf\" 2> \"$1/log\" & wait $!",
                Program, _directory.FullName,
            },
            Environment = { ["NOTIFY_SOCKET"] = In("notify") },
        };
        foreach ((string name, string value) in environment)
        {
            start.Environment[name] = value;
        }
        _process = Process.Start(start)!;
    }

    private static string Program => Path.Combine(AppContext.BaseDirectory, "holdfast");

    /// <summary>Its log so far.</summary>
    internal string Log => File.Exists(In("log")) ? File.ReadAllText(In("log")) : "";

    internal string In(string name) => Path.Combine(_directory.FullName, name);

    internal void Write(string config) => File.WriteAllText(In("keepalived.conf"), config);

    /// <summary>Waits for the next message to systemd with a text, and returns it whole.</summary>
    internal string NextTold(string text)
    {
        byte[] buffer = new byte[4096];
        while (true)
        {
            try
            {
                string message = Encoding.UTF8.GetString(buffer, 0, _notify.Receive(buffer));
                _told.Add(message);
                if (message.Contains(text, StringComparison.Ordinal))
                {
                    return message;
                }
            }
            catch (SocketException e)
            {
                throw new InvalidOperationException(
                    $"systemd was not told '{text}', but {string.Join(" | ", _told)}; log:\n{Log}", e);
            }
        }
    }

    /// <summary>Runs a command of ours against it.</summary>
    internal (int Code, string Output, string Error) Ask(params string[] arguments)
    {
        var start = new ProcessStartInfo(Program) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (string argument in (string[])[.. arguments, "--run-dir", In("run")])
        {
            start.ArgumentList.Add(argument);
        }
        using Process process = Process.Start(start)!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, error.Result);
    }

    /// <summary>Waits until a condition holds that a file or a log will show.</summary>
    internal void Until(Func<bool> condition, string what)
    {
        long begin = TimeProvider.System.GetTimestamp();
        object never = new();
        while (!condition())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(begin) < TimeSpan.FromSeconds(30), $"{what}; log:\n{Log}");
            lock (never)
            {
                _ = Monitor.Wait(never, TimeSpan.FromMilliseconds(20));
            }
        }
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            _process.WaitForExit();
        }
        _process.Dispose();
        _notify.Dispose();
        _directory.Delete(recursive: true);
    }
}
