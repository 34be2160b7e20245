using System.Net;
using System.Net.Sockets;

namespace Holdfast.Garden.Tests;

/// <summary>Ports on a loopback address that no other process of this machine uses.</summary>
internal static class FreePort
{
    private static readonly IPAddress s_address
        = new([127, 89, (byte)(Environment.ProcessId % 250), (byte)(1 + (Environment.ProcessId / 250 % 250))]);

    public static IPEndPoint Next()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(s_address, 0));
        return (IPEndPoint)socket.LocalEndPoint!;
    }
}
