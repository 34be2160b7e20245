using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using Holdfast.Tests.Repository;

namespace Holdfast.Management.Tests;

/// <summary>The real HAProxy (Debian package haproxy) on a file; its sockets stand in a directory of its own.
/// </summary>
internal sealed class Judge : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);
    private static readonly Lazy<bool> s_isInstalled = new(Install);
    private readonly Process _process;
    private readonly StringBuilder _log = new();
    private readonly string _socket;

    /// <summary>Starts it, and waits until it answers.</summary>
    /// <param name="directory">Where its file and sockets stand; the caller's.</param>
    /// <param name="text">The file without its stats socket.</param>
    internal Judge(string directory, string text)
    {
        Assert.True(s_isInstalled.Value);
        _socket = Path.Combine(directory, "admin");
        string file = Path.Combine(directory, "judge.cfg");
        File.WriteAllText(file, $"global\n stats socket {_socket} mode 600 level admin\n{text}");
        // timeout(1): a test run that is killed leaves nothing behind for long.
        _process = new Process
        {
            StartInfo = new ProcessStartInfo("timeout", ["300", "/usr/sbin/haproxy", "-db", "-f", file])
            {
                RedirectStandardError = true,
                RedirectStandardOutput = true,
                WorkingDirectory = directory,
            },
        };
        _process.ErrorDataReceived += OnLine;
        _process.OutputDataReceived += OnLine;
        _process.Start();
        _process.BeginErrorReadLine();
        _process.BeginOutputReadLine();
        var waited = Stopwatch.StartNew();
        while (!Answers())
        {
            Assert.False(_process.HasExited, $"HAProxy has ended: {Log}");
            Assert.True(waited.Elapsed < s_patience, $"HAProxy does not answer: {Log}");
            Thread.Yield();
        }
    }

    private string Log
    {
        get
        {
            lock (_log)
            {
                return _log.ToString();
            }
        }
    }

    /// <summary>All that it answers to what one connection sends.</summary>
    internal string Ask(string input)
    {
        using Socket socket = Connect(_socket);
        socket.Send(Encoding.Latin1.GetBytes(input));
        return ReadAll(socket);
    }

    /// <summary>Asks until an answer, masked, contains a text.</summary>
    internal void WaitFor(string input, string text) => Wait(() => Masks.Apply(Ask(input)), text);

    /// <summary>The same of whoever answers.</summary>
    internal static void Wait(Func<string> ask, string text)
    {
        var waited = Stopwatch.StartNew();
        for (string answer = ask(); !answer.Contains(text, StringComparison.Ordinal); answer = ask())
        {
            Assert.True(waited.Elapsed < s_patience, answer);
            Thread.Yield();
        }
    }

    /// <summary>A connection to a Unix socket, every call of which ends in time.</summary>
    internal static Socket Connect(string path)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified)
        {
            ReceiveTimeout = (int)s_patience.TotalMilliseconds,
            SendTimeout = (int)s_patience.TotalMilliseconds,
        };
        try
        {
            socket.Connect(new UnixDomainSocketEndPoint(path));
            return socket;
        }
        catch (SocketException)
        {
            socket.Dispose();
            throw;
        }
    }

    internal static string ReadAll(Socket socket)
    {
        byte[] buffer = new byte[65_536];
        var text = new StringBuilder();
        for (int count = socket.Receive(buffer); count > 0; count = socket.Receive(buffer))
        {
            text.Append(Encoding.Latin1.GetString(buffer, 0, count));
        }
        return text.ToString();
    }

    public void Dispose()
    {
        // The group goes with its leader: timeout(1) passes TERM on.
        using Process kill = Process.Start("kill", ["-TERM", $"{_process.Id}"]);
        kill.WaitForExit();
        _process.WaitForExit();
        _process.Dispose();
    }

    private bool Answers()
    {
        try
        {
            return Ask("show version\n").StartsWith("2.6", StringComparison.Ordinal);
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private void OnLine(object sender, DataReceivedEventArgs line)
    {
        lock (_log)
        {
            _log.AppendLine(line.Data);
        }
    }

    private static bool Install()
    {
        using Process process = Process.Start(new ProcessStartInfo(
            "/bin/bash", ["-c", ". build/packages.sh && install_missing haproxy:/usr/sbin/haproxy"])
        {
            WorkingDirectory = RepositoryRoot.Path,
        })!;
        process.WaitForExit();
        return process.ExitCode == 0;
    }
}
