using System.Diagnostics;
using System.Net.Sockets;
using System.Text;

namespace Holdfast.Proxy.Tests.Checks.Original;

/// <summary>The real haproxy with a file, and its statistics.</summary>
internal sealed class OriginalProxy : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("hf-checks");
    private readonly Process _process;
    private readonly StringBuilder _said = new();

    /// <summary>Starts it; "@SOCKET@" in the file is the path of its statistics socket.</summary>
    internal OriginalProxy(string configuration)
    {
        string file = Path.Combine(_directory.FullName, "c.cfg");
        File.WriteAllText(file, configuration.Replace("@SOCKET@", SocketPath, StringComparison.Ordinal));
        var start = new ProcessStartInfo("/usr/sbin/haproxy")
        {
            RedirectStandardError = true, RedirectStandardOutput = true,
        };
        foreach (string argument in (string[])["-db", "-f", file])
        {
            start.ArgumentList.Add(argument);
        }
        _process = Process.Start(start)!;
        _process.ErrorDataReceived += (_, e) => Note(e.Data);
        _process.OutputDataReceived += (_, e) => Note(e.Data);
        _process.BeginErrorReadLine();
        _process.BeginOutputReadLine();
        Assert.True(SpinWait.SpinUntil(() => File.Exists(SocketPath) || _process.HasExited, TestProxy.Patience)
            && !_process.HasExited, "haproxy 2.6 did not start: " + Said);
    }

    private string SocketPath => Path.Combine(_directory.FullName, "s");

    private string Said
    {
        get
        {
            lock (_said)
            {
                return _said.ToString();
            }
        }
    }

    /// <summary>The answer to a command of the runtime API.</summary>
    internal string Ask(string command)
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.ReceiveTimeout = socket.SendTimeout = (int)TestProxy.Patience.TotalMilliseconds;
        socket.Connect(new UnixDomainSocketEndPoint(SocketPath));
        socket.SendText(command + "\n");
        return socket.ReceiveAll();
    }

    /// <summary>A column of <c>show stat</c> for the server "s" of each backend.</summary>
    internal Dictionary<string, string> Column(string name)
    {
        string[] lines = Ask("show stat").Split('\n', StringSplitOptions.RemoveEmptyEntries);
        int index = Array.IndexOf(lines[0].TrimStart('#', ' ').Split(','), name);
        return lines.Skip(1).Select(static line => line.Split(',')).Where(static row => row[1] == "s")
            .ToDictionary(static row => row[0], row => row[index]);
    }

    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
        _directory.Delete(recursive: true);
    }

    private void Note(string? line)
    {
        lock (_said)
        {
            _ = _said.AppendLine(line);
        }
    }
}
