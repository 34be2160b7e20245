using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Holdfast.Lab.Traffic;

/// <summary>A web server of a node that can die and fall ill, and counts who asks it.</summary>
/// <remarks>
/// To a request that begins with GET it says its name and closes; every other line it sends back with its name before
/// it, for as long as the client likes. It listens on every address of the node.
/// </remarks>
public sealed class TrafficServer : IDisposable
{
    /// <summary>The port of all these servers.</summary>
    public const int Port = 80;

    private readonly LabNode _node;
    private readonly ConcurrentDictionary<Socket, byte> _connections = new();
    private readonly ConcurrentDictionary<IPAddress, int> _refusals = new();
    private volatile Socket? _listener;

    private TrafficServer(LabNode node) => _node = node;

    /// <summary>Name of its node, which its answers carry.</summary>
    public string Name => _node.Name;

    /// <summary>Where it runs.</summary>
    public LabNode Node => _node;

    /// <summary>Whether it says 200 (else 503 to every GET).</summary>
    public bool IsHealthy { get; set; } = true;

    /// <summary>Whether it listens.</summary>
    public bool IsAlive => _listener is not null;

    /// <summary>Starts one in a node.</summary>
    public static TrafficServer Start(LabNode node)
    {
        var server = new TrafficServer(node);
        server.Return();
        return server;
    }

    /// <summary>How often it has said 503 to an address.</summary>
    public int RefusalsTo(IPAddress client) => _refusals.GetValueOrDefault(client);

    /// <summary>Its process dies: the kernel of the node refuses connections and resets those that there are.</summary>
    public void Die()
    {
        Socket? listener = _listener;
        _listener = null;
        listener?.Dispose();
        foreach (Socket connection in _connections.Keys)
        {
            Abort(connection);
        }
    }

    /// <summary>It listens again.</summary>
    public void Return()
    {
        Socket listener = _node.Run(static () =>
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
            socket.Bind(new IPEndPoint(IPAddress.Any, Port));
            socket.Listen(256);
            return socket;
        });
        _listener = listener;
        _ = AcceptAsync(listener);
    }

    /// <inheritdoc/>
    public void Dispose() => Die();

    private async Task AcceptAsync(Socket listener)
    {
        while (true)
        {
            try
            {
                Socket connection = await listener.AcceptAsync().ConfigureAwait(false);
                _ = ServeAsync(connection, listener);
            }
            catch (Exception failure) when (failure is SocketException or ObjectDisposedException)
            {
                if (_listener != listener)
                {
                    return; // it has died; a connection that went before it was taken is no reason to
                }
            }
        }
    }

    private async Task ServeAsync(Socket connection, Socket listener)
    {
        _connections[connection] = 0;
        try
        {
            if (_listener != listener)
            {
                Abort(connection); // accepted while it died
                return;
            }
            connection.NoDelay = true;
            byte[] buffer = new byte[1024];
            int count = await connection.ReceiveAsync(buffer).ConfigureAwait(false);
            if (buffer.AsSpan(0, count).StartsWith("GET"u8))
            {
                await connection.SendAsync(Answer(connection)).ConfigureAwait(false);
                connection.Shutdown(SocketShutdown.Send);
                while (await connection.ReceiveAsync(buffer).ConfigureAwait(false) > 0)
                {
                }
                return;
            }
            while (count > 0)
            {
                byte[] reply = [.. Encoding.ASCII.GetBytes(Name + " "), .. buffer.AsSpan(0, count)];
                await connection.SendAsync(reply).ConfigureAwait(false);
                count = await connection.ReceiveAsync(buffer).ConfigureAwait(false);
            }
        }
        catch (Exception failure) when (failure is SocketException or ObjectDisposedException)
        {
            // The client is gone, or the server has died.
        }
        finally
        {
            _ = _connections.TryRemove(connection, out _);
            connection.Dispose();
        }
    }

    private byte[] Answer(Socket connection)
    {
        bool healthy = IsHealthy;
        if (!healthy && connection.RemoteEndPoint is IPEndPoint client)
        {
            _ = _refusals.AddOrUpdate(client.Address, 1, static (_, count) => count + 1);
        }
        string status = healthy ? "200 OK" : "503 Service Unavailable";
        return Encoding.ASCII.GetBytes(
            $"HTTP/1.1 {status}\r\nContent-Length: {Name.Length}\r\nConnection: close\r\n\r\n{Name}");
    }

    // No time to linger: the other side gets a reset instead of an orderly end.
    private static void Abort(Socket connection)
    {
        try
        {
            connection.LingerState = new LingerOption(true, 0);
        }
        catch (Exception failure) when (failure is SocketException or ObjectDisposedException)
        {
            // It has ended by itself in this moment.
        }
        connection.Dispose();
    }
}
