using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;
using Holdfast.Linux.Sockets;
using Holdfast.Tests.Repository;

namespace Holdfast.Management.Tests;

/// <summary><c>show errors</c> after the same bad messages: the same lines, but for flags of the original's parser.
/// </summary>
public sealed partial class BadMessageParityTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("hfe-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Theory]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\nBad Name: x\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\nNone\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\nX : y\r\n\r\nmore \x01\x1b\t\\ \x7f\xff and a line that is longer than "
        + "what fits into one line of the report, so that it is broken\nand goes on")]
    [InlineData("GET /\x01 HTTP/1.1\r\nHost: a\r\n\r\n")]
    [InlineData("GET / HTTX/1.1\r\nHost: a\r\n\r\n")]
    [InlineData("G(T / HTTP/1.1\r\nHost: a\r\n\r\n")]
    public void Request_Refused_IsShownAlike(string request)
    {
        using var judge = new Judge(_directory, Text($"unix@{_directory}/fe"));
        using var ours = new Ours(_directory, Text("127.0.0.1:1"));
        using (Socket theirs = OriginalHaproxy.Connect($"{_directory}/fe"))
        {
            Send(theirs, request);
        }
        Assert.Equal(0, (int)TcpSocket.GetLocal(ours.Engine.Listeners[0], out _, out int port));
        using (var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp))
        {
            client.Connect(IPAddress.Loopback, port);
            Send(client, request);
        }
        foreach (string command in (string[])["show errors\n", "show errors fe\n", "show errors fe response\n",
            "show errors nobody\n", "show errors be\n", "show errors 2 request\n"])
        {
            Assert.Equal(Masked(judge.Ask(command)), Masked(ours.Ask(command)));
        }
    }

    private static void Send(Socket socket, string request)
    {
        socket.ReceiveTimeout = 30_000;
        _ = socket.Send(Encoding.Latin1.GetBytes(request));
        Assert.StartsWith("HTTP/1.1 400", OriginalHaproxy.ReadAll(socket), StringComparison.Ordinal);
    }

    private static string Text(string bind) => $"""
        defaults
          mode http
          timeout connect 1s
          timeout client 10s
          timeout server 10s
        frontend fe
          bind {bind}
          default_backend be
        backend be
          server s 127.0.0.1:9

        """;

    private static string Masked(string text)
        => Flags().Replace(Source().Replace(Date().Replace(text, "[*]"), "src *"), "flags *");

    [GeneratedRegex(@"\[[0-9]{2}/[^\]]*\]")]
    private static partial Regex Date();

    [GeneratedRegex("src .*")]
    private static partial Regex Source();

    [GeneratedRegex("flags 0x[0-9a-f]{8}")]
    private static partial Regex Flags();
}
