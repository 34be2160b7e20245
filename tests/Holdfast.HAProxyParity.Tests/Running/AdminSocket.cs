using System.Net.Sockets;
using System.Text;

namespace Holdfast.HAProxyParity.Tests.Running;

/// <summary>The runtime API of a proxy.</summary>
internal static class AdminSocket
{
    /// <summary>One command, and what it says.</summary>
    public static string Ask(string path, string command)
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified)
        {
            ReceiveTimeout = 20_000,
        };
        socket.Connect(new UnixDomainSocketEndPoint(path));
        socket.Send(Encoding.ASCII.GetBytes(command + "\n"));
        var answer = new StringBuilder();
        byte[] buffer = new byte[65536];
        for (int count = socket.Receive(buffer); count > 0; count = socket.Receive(buffer))
        {
            answer.Append(Encoding.ASCII.GetString(buffer, 0, count));
        }
        return answer.ToString();
    }

    /// <summary>Waits until no session is left but the one that asks.</summary>
    public static void WaitUntilIdle(string path)
        => Assert.True(SpinWait.SpinUntil(
            () => Ask(path, "show sess").Split('\n', StringSplitOptions.RemoveEmptyEntries).Length <= 1,
            TimeSpan.FromSeconds(30)), "sessions are left: " + Ask(path, "show sess"));
}
