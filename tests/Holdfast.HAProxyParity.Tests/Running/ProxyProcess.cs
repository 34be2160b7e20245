using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Holdfast.HAProxyParity.Tests.Running;

/// <summary>One of the two proxies, with a file.</summary>
internal sealed class ProxyProcess : IDisposable
{
    private readonly Process _process;
    private readonly StringBuilder _said = new();
    private bool _isOver;

    /// <summary>Starts it, and waits until it listens.</summary>
    /// <param name="program">Path of haproxy, or of ours.</param>
    /// <param name="file">Path of the configuration.</param>
    /// <param name="ready">Something that it listens on.</param>
    public ProxyProcess(string program, string file, IPEndPoint ready)
    {
        // timeout(1): a test run that is killed leaves nothing behind for long.
        _process = new Process
        {
            StartInfo = new ProcessStartInfo("timeout", ["400", program, "-db", "-f", file])
            {
                RedirectStandardError = true,
                RedirectStandardOutput = true,
            },
        };
        _process.StartInfo.Environment["HF_PARITY"] = "from the environment";
        _process.ErrorDataReceived += OnLine;
        _process.OutputDataReceived += OnLine;
        _process.Start();
        _process.BeginErrorReadLine();
        _process.BeginOutputReadLine();
        var waited = Stopwatch.StartNew();
        while (!Answers(ready))
        {
            if (_process.HasExited)
            {
                // Until both of its streams have ended, too.
                _process.WaitForExit();
                _process.Dispose();
                throw new NotStartedException($"{program} has ended: {Said}");
            }
            Assert.True(waited.Elapsed < TimeSpan.FromSeconds(30), $"{program} does not listen: {Said}");
            Thread.Yield();
        }
    }

    /// <summary>Starts it, and ends it: why that does not go; empty when it does.</summary>
    public static string Try(string program, string file, IPEndPoint ready)
    {
        try
        {
            using var process = new ProxyProcess(program, file, ready);
            return "";
        }
        catch (NotStartedException failure)
        {
            return failure.Message;
        }
    }

    /// <summary>What it has written so far.</summary>
    public string Said
    {
        get
        {
            lock (_said)
            {
                return _said.ToString();
            }
        }
    }

    /// <summary>Whether it still runs.</summary>
    public bool IsAlive => !_process.HasExited;

    /// <summary>What <c>-c</c> says of a file: empty when it is good.</summary>
    public static string Check(string program, string file)
    {
        using Process process = Process.Start(new ProcessStartInfo("timeout", ["60", program, "-c", "-f", file])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        })!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 && !errors.Result.Contains("does not run", StringComparison.Ordinal) ? ""
            : $"status {process.ExitCode.ToString(CultureInfo.InvariantCulture)}: {output}{errors.Result}";
    }

    public void Dispose()
    {
        if (_isOver)
        {
            return;
        }
        _isOver = true;
        if (!_process.HasExited)
        {
            using Process kill = Process.Start("kill",
                ["-TERM", _process.Id.ToString(CultureInfo.InvariantCulture)]);
            kill.WaitForExit();
        }
        _process.WaitForExit();
        _process.Dispose();
    }

    private static bool Answers(IPEndPoint ready)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Connect(ready);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private void OnLine(object sender, DataReceivedEventArgs line)
    {
        lock (_said)
        {
            _said.AppendLine(line.Data);
        }
    }
}
