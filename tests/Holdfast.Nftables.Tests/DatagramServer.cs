using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Holdfast.Lab;

namespace Holdfast.Nftables.Tests;

/// <summary>A UDP server of a node that answers everything with its number.</summary>
internal sealed class DatagramServer : IDisposable
{
    private readonly Socket _socket;
    private readonly byte _number;

    internal DatagramServer(LabNode node, int port, byte number)
    {
        _number = number;
        _socket = node.Run(() =>
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            socket.Bind(new IPEndPoint(IPAddress.Any, port));
            return socket;
        });
        _ = ServeAsync();
    }

    /// <summary>Asks until an answer comes, and after that once more, so that the answer is a new one.</summary>
    /// <param name="client">Connected, with a short receive timeout.</param>
    /// <param name="patience">How long at most.</param>
    internal static int Ask(Socket client, TimeSpan patience)
    {
        byte[] answer = new byte[1];
        var watch = Stopwatch.StartNew();
        while (watch.Elapsed < patience)
        {
            try
            {
                // Answers to earlier questions may still be on their way.
                while (client.Available > 0)
                {
                    _ = client.Receive(answer);
                }
                _ = client.Send(new byte[1]);
                if (client.Receive(answer) == 1)
                {
                    return answer[0];
                }
            }
            catch (SocketException)
            {
                // Nobody has answered, or the port was refused; the next question may find somebody.
            }
        }
        return -1;
    }

    public void Dispose() => _socket.Dispose();

    private async Task ServeAsync()
    {
        byte[] buffer = new byte[64];
        try
        {
            while (true)
            {
                SocketReceiveFromResult received
                    = await _socket.ReceiveFromAsync(buffer, new IPEndPoint(IPAddress.Any, 0));
                _ = await _socket.SendToAsync(new byte[] { _number }, received.RemoteEndPoint);
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // The test has ended.
        }
    }
}
