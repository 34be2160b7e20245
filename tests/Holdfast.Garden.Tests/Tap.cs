using System.Net;
using System.Net.Sockets;

namespace Holdfast.Garden.Tests;

/// <summary>Stands between a proxy and an origin, and keeps what the proxy has sent.</summary>
/// <remarks>
/// Each connection goes to the origin from a loopback address of its own, so that a line of the origin's log tells
/// which one it belongs to.
/// </remarks>
internal sealed class Tap : IDisposable
{
    private static int s_count;

    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly IPEndPoint _origin;
    private readonly List<Task> _connections = [];
    private readonly Task _accepting;

    public Tap(IPAddress address, IPEndPoint origin)
    {
        _origin = origin;
        _listener.Bind(new IPEndPoint(address, 0));
        _listener.Listen(64);
        _accepting = AcceptAsync();
    }

    /// <summary>Where the proxy connects to.</summary>
    public IPEndPoint Endpoint => (IPEndPoint)_listener.LocalEndPoint!;

    /// <summary>Connections so far, in order.</summary>
    public List<TappedConnection> Connections { get; } = [];

    /// <summary>What the exchange of now is called.</summary>
    public string Exchange { get; set; } = "";

    public void Dispose()
    {
        _listener.Dispose();
        Task.WhenAll([_accepting, .. _connections]).Wait(TimeSpan.FromSeconds(20));
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                Socket proxy = await _listener.AcceptAsync();
                int number = Interlocked.Increment(ref s_count);
                var source = new IPAddress([127, 90, (byte)(number >> 8), (byte)number]);
                var connection = new TappedConnection(Exchange, source.ToString());
                Connections.Add(connection);
                _connections.Add(RelayAsync(proxy, source, connection));
            }
        }
        catch (SocketException)
        {
            // Closed: the test is over.
        }
        catch (ObjectDisposedException)
        {
            // Likewise.
        }
    }

    private async Task RelayAsync(Socket proxy, IPAddress source, TappedConnection connection)
    {
        using Socket origin = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        using (proxy)
        {
            origin.Bind(new IPEndPoint(source, 0));
            await origin.ConnectAsync(_origin);
            await Task.WhenAny(CopyAsync(proxy, origin, connection.Sent), CopyAsync(origin, proxy, null));
            // Who has gone takes the other one along, as both would see it without a tap.
            await CloseAsync(origin);
            await CloseAsync(proxy);
        }
    }

    private static async Task CloseAsync(Socket socket)
    {
        try
        {
            socket.Shutdown(SocketShutdown.Both);
            await socket.DisconnectAsync(reuseSocket: false);
        }
        catch (SocketException)
        {
            // It has gone already.
        }
    }

    private static async Task CopyAsync(Socket from, Socket to, List<byte>? kept)
    {
        byte[] buffer = new byte[32_768];
        try
        {
            while (true)
            {
                int count = await from.ReceiveAsync(buffer);
                if (count == 0)
                {
                    return;
                }
                kept?.AddRange(buffer.AsSpan(0, count));
                await to.SendAsync(buffer.AsMemory(0, count));
            }
        }
        catch (SocketException)
        {
            // A reset is an end.
        }
        catch (ObjectDisposedException)
        {
            // The other direction has ended first.
        }
    }
}

/// <summary>A connection of a proxy to an origin.</summary>
/// <param name="Exchange">The class that was being sent when it was made.</param>
/// <param name="Source">The address that the origin sees.</param>
internal sealed record TappedConnection(string Exchange, string Source)
{
    /// <summary>All that the proxy has sent.</summary>
    public List<byte> Sent { get; } = [];
}
