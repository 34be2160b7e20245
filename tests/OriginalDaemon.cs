using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Sockets;
using System.Text;

namespace Holdfast.Tests.Repository;

/// <summary>
/// A program that we are compared with, in the foreground; compiled into every test project that asks it.
/// </summary>
internal class OriginalDaemon : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);
    private static readonly ConcurrentDictionary<string, bool> s_areInstalled = new();
    private readonly Process _process;
    private readonly string _name;
    private readonly StringBuilder _said = new();

    /// <summary>Starts it.</summary>
    /// <param name="package">The Debian package that it comes with.</param>
    /// <param name="program">Its path.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="directory">Where it runs.</param>
    /// <param name="environment">Variables that it gets besides ours.</param>
    protected OriginalDaemon(string package, string program, IEnumerable<string> arguments, string directory,
        params (string Name, string Value)[] environment)
    {
        _name = Path.GetFileName(program);
        Assert.True(s_areInstalled.GetOrAdd(program, _ => Install(package, program)),
            $"the package {package} cannot be installed");
        // timeout(1): a test run that is killed leaves nothing behind for long.
        var start = new ProcessStartInfo("timeout", ["600", program, .. arguments])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
            WorkingDirectory = directory,
        };
        foreach ((string name, string value) in environment)
        {
            start.Environment[name] = value;
        }
        _process = Process.Start(start)!;
        _process.ErrorDataReceived += OnLine;
        _process.OutputDataReceived += OnLine;
        _process.BeginErrorReadLine();
        _process.BeginOutputReadLine();
    }

    /// <summary>Whether it has ended, as one does that finds its file wrong.</summary>
    internal bool HasEnded => _process.HasExited;

    /// <summary>What it has written.</summary>
    internal string Said
    {
        get
        {
            lock (_said)
            {
                return _said.ToString();
            }
        }
    }

    /// <summary>Waits until it serves.</summary>
    /// <param name="serves">Whether it does.</param>
    internal void WaitUntil(Func<bool> serves)
    {
        var waited = Stopwatch.StartNew();
        while (!serves())
        {
            Assert.False(HasEnded, $"{_name} has ended: {Said}");
            Assert.True(waited.Elapsed < s_patience, $"{_name} does not serve: {Said}");
            Thread.Yield();
        }
    }

    /// <summary>A connection to a Unix socket, every call of which ends in time.</summary>
    /// <exception cref="SocketException">Nobody listens there.</exception>
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

    /// <summary>All that is answered on a Unix socket to what one connection sends.</summary>
    internal static string Ask(string path, string text)
    {
        using Socket socket = Connect(path);
        socket.Send(Encoding.Latin1.GetBytes(text));
        return ReadAll(socket);
    }

    /// <summary>The same; null when nobody listens there.</summary>
    internal static string? TryAsk(string path, string text)
    {
        try
        {
            return Ask(path, text);
        }
        catch (SocketException)
        {
            return null;
        }
    }

    /// <summary>What comes until the other side ends.</summary>
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
        // With timeout(1), which may have been about to start it: what is told to end in that moment is forgotten.
        _process.Kill(entireProcessTree: true);
        _process.WaitForExit();
        _process.Dispose();
    }

    private void OnLine(object sender, DataReceivedEventArgs line)
    {
        lock (_said)
        {
            _said.AppendLine(line.Data);
        }
    }

    /// <summary>Installs the package when the program is not there; whether it is there then.</summary>
    internal static bool Install(string package, string program)
    {
        using Process process = Process.Start(new ProcessStartInfo(
            "/bin/bash", ["-c", $". build/packages.sh && install_missing {package}:{program}"])
        {
            WorkingDirectory = RepositoryRoot.Path,
        })!;
        process.WaitForExit();
        return process.ExitCode == 0;
    }
}
