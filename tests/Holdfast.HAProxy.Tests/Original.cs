using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Holdfast.Tests.Repository;

namespace Holdfast.HAProxy.Tests;

/// <summary>
/// The real haproxy on a Unix socket. Connections begin with the PROXY protocol, whose destination port chooses the
/// rule, so one frontend tries any number of expressions.
/// </summary>
internal sealed class Original : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("hf-language");
    private readonly OriginalHaproxy _original;
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
        _original = new OriginalHaproxy(file, ("HF_TEST", "value of it"));
        _original.WaitUntil(() => File.Exists(_socket));
    }

    /// <summary>
    /// The answer to one request, up to the end of the connection; null when it cannot be connected.
    /// </summary>
    public string Ask(int rule, string request)
    {
        // The socket's file is there a moment before it listens.
        using Socket socket = Connect();
        string proxy = string.Create(
            CultureInfo.InvariantCulture, $"PROXY TCP4 192.0.2.7 198.51.100.9 4321 {rule}\r\n");
        socket.Send(Encoding.Latin1.GetBytes(proxy + request));
        return OriginalHaproxy.ReadAll(socket);
    }

    public void Dispose()
    {
        _original.Dispose();
        _directory.Delete(recursive: true);
    }

    private Socket Connect()
    {
        Socket? socket = null;
        _original.WaitUntil(() =>
        {
            try
            {
                socket = OriginalHaproxy.Connect(_socket);
                return true;
            }
            catch (SocketException)
            {
                return false;
            }
        });
        return socket!;
    }
}
