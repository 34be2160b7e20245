using System.Net;
using System.Net.Sockets;

namespace Holdfast.ProxyBench;

/// <summary>Waiting for a listener on this host.</summary>
internal static class LocalPort
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);

    internal static void Wait(int port)
    {
        long start = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(start) < s_patience)
        {
            using Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                socket.Connect(IPAddress.Loopback, port);
                return;
            }
            catch (SocketException)
            {
                _ = socket.Poll(TimeSpan.FromMilliseconds(5), SelectMode.SelectError);
            }
        }
        throw new TimeoutException($"nobody listens on port {port}");
    }
}
