using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Holdfast.HAProxy.Tests;

/// <summary>
/// The real haproxy on a Unix socket. Connections begin with the PROXY protocol, whose destination port chooses the
/// rule, so one frontend tries any number of expressions.
/// </summary>
internal sealed class Original : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("hf-language");
    private readonly Process _process;
    private readonly string _socket;

    public Original(string configuration, params (string Path, string Text)[] files)
    {
        _socket = Path.Combine(_directory.FullName, "s");
        foreach ((string path, string text) in files)
        {
            File.WriteAllText(Path.Combine(_directory.FullName, Path.GetFileName(path)), text);
            configuration = configuration.Replace(
                path, Path.Combine(_directory.FullName, Path.GetFileName(path)), StringComparison.Ordinal);
        }
        string file = Path.Combine(_directory.FullName, "c.cfg");
        File.WriteAllText(file, configuration.Replace("@SOCKET@", _socket, StringComparison.Ordinal));
        var start = new ProcessStartInfo("/usr/sbin/haproxy")
        {
            RedirectStandardError = true, RedirectStandardOutput = true,
        };
        foreach (string argument in (string[])["-db", "-f", file])
        {
            start.ArgumentList.Add(argument);
        }
        start.Environment["HF_TEST"] = "value of it";
        _process = Process.Start(start)!;
        var said = new StringBuilder();
        _process.ErrorDataReceived += (_, e) => said.AppendLine(e.Data);
        _process.OutputDataReceived += (_, _) => { };
        _process.BeginErrorReadLine();
        _process.BeginOutputReadLine();
        if (!SpinWait.SpinUntil(() => File.Exists(_socket) || _process.HasExited, TimeSpan.FromSeconds(30))
            || _process.HasExited)
        {
            throw new InvalidOperationException("haproxy 2.6 did not start: " + said);
        }
    }

    /// <summary>
    /// The answer to one request, up to the end of the connection; null when it cannot be connected.
    /// </summary>
    public string Ask(int rule, string request)
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.ReceiveTimeout = socket.SendTimeout = 30_000;
        // The socket's file is there a moment before it listens.
        Assert.True(SpinWait.SpinUntil(() => TryConnect(socket), TimeSpan.FromSeconds(30)));
        string proxy = string.Create(
            CultureInfo.InvariantCulture, $"PROXY TCP4 192.0.2.7 198.51.100.9 4321 {rule}\r\n");
        socket.Send(Encoding.Latin1.GetBytes(proxy + request));
        var answer = new MemoryStream();
        byte[] buffer = new byte[65536];
        while (socket.Receive(buffer) is var count and > 0)
        {
            answer.Write(buffer, 0, count);
        }
        return Encoding.Latin1.GetString(answer.ToArray());
    }

    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
        _directory.Delete(recursive: true);
    }

    private bool TryConnect(Socket socket)
    {
        try
        {
            socket.Connect(new UnixDomainSocketEndPoint(_socket));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
