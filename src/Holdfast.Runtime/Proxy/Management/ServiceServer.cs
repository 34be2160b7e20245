using System.Collections.Immutable;
using System.Security.Cryptography;
using Holdfast.Config.HAProxy.Model;
using Holdfast.Linux;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Epoll;
using Holdfast.Linux.Files;
using Holdfast.Linux.Sockets;
using Holdfast.Management;
using Holdfast.Management.Metrics;
using Holdfast.Management.Page;
using Holdfast.Primitives;
using Holdfast.Proxy.Options;
using Holdfast.Runtime.Processes;
using ProxyOptions = Holdfast.Proxy.Options.ProxyOptions;

namespace Holdfast.Runtime.Proxy.Management;

/// <summary>Serves statistics pages and metrics to the event loops of its own process, on the main thread.</summary>
/// <remarks>
/// Sessions connect as to any server, over abstract Unix sockets with names that nobody can guess. Only connections of
/// this very process are taken, so nobody passes by what the file says of who may come.
/// </remarks>
internal sealed class ServiceServer : ITimed, IDisposable
{
    private const int NameBytes = 16;
    private const int Backlog = 128;
    private const int ConnectionsMax = 256;

    private static readonly TimeSpan s_idleMax = TimeSpan.FromSeconds(30);

    private readonly EpollLoop _loop;
    private readonly List<Listener> _listeners = [];
    private readonly HashSet<ServiceConnection> _connections = [];
    private ManagedProcess? _process;

    private ServiceServer(EpollLoop loop) => _loop = loop;

    /// <inheritdoc/>
    public MonotonicTime Deadline
        => _connections.Count == 0 ? MonotonicTime.Never : _connections.Min(static one => one.IdleSince) + s_idleMax;

    /// <summary>Opens a socket for each service, and tells the engine where.</summary>
    /// <param name="loop">Where they are waited for.</param>
    /// <param name="services">The services.</param>
    /// <param name="options">The engine's options; with addresses afterwards.</param>
    /// <exception cref="LinuxException">A socket cannot be opened.</exception>
    internal static ServiceServer Open(
        EpollLoop loop, ImmutableArray<ServiceOptions> services, ref ProxyOptions options)
    {
        var server = new ServiceServer(loop);
        var places = new Dictionary<string, SocketEndpoint>(StringComparer.Ordinal);
        foreach (ServiceOptions service in services)
        {
            string name = "holdfast-" + Convert.ToHexString(RandomNumberGenerator.GetBytes(NameBytes));
            _ = SocketEndpoint.TryAbstract(name, out SocketEndpoint? place); // it is short enough
            LinuxException.ThrowIf(
                StreamListener.Open(place!, new ListenSettings { Backlog = Backlog }, out int fd), "open a service");
            server._listeners.Add(new Listener(server, fd, service));
            places[service.Backend] = place!;
        }
        options = options with
        {
            Backends = [.. options.Backends.Select(one => !places.TryGetValue(one.Name, out SocketEndpoint? place) ? one
                : one with { Servers = [one.Servers[0] with { Endpoint = place }] })],
        };
        return server;
    }

    /// <summary>Begins to answer.</summary>
    internal void Serve(ManagedProcess process)
    {
        _process = process;
        foreach (Listener listener in _listeners)
        {
            _loop.Add(listener.Fd, EpollEvents.EPOLLIN, listener);
        }
    }

    /// <inheritdoc/>
    public void OnTime(MonotonicTime now)
    {
        foreach (ServiceConnection connection in _connections.Where(one => one.IdleSince + s_idleMax <= now).ToArray())
        {
            connection.Dispose();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (ServiceConnection connection in _connections.ToArray())
        {
            connection.Dispose();
        }
        foreach (Listener listener in _listeners)
        {
            if (_process is not null)
            {
                _loop.Remove(listener.Fd);
            }
            TcpSocket.Close(listener.Fd);
        }
        _listeners.Clear();
    }

    private HttpAnswer Answer(ServiceOptions service, HttpQuestion question)
    {
        ManagedProcess process = _process!;
        if (service.Proxy is not { } name)
        {
            return MetricService.Answer(process, question);
        }
        ProxyModel proxy = process.Model.Proxies.First(one => one.Name == name && one.Stats is not null);
        return new StatisticsService(process, proxy, service.MayChange).Answer(question);
    }

    private void Accept(Listener listener)
    {
        while (UnixSocket.TryAccept(listener.Fd, out FdHandle socket) == Errno.Success)
        {
            bool isOurs = UnixSocket.TryGetPeer(socket.Number, out PeerCredentials peer) == Errno.Success
                && peer.Pid == Environment.ProcessId;
            if (!isOurs || _connections.Count >= ConnectionsMax)
            {
                socket.Dispose();
                continue;
            }
            _ = _connections.Add(new ServiceConnection(_loop, socket,
                question => Answer(listener.Service, question), one => _connections.Remove(one)));
        }
    }

    private sealed class Listener(ServiceServer server, int fd, ServiceOptions service) : IReadyHandler
    {
        internal int Fd => fd;

        internal ServiceOptions Service => service;

        public void OnReady(EpollEvents events) => server.Accept(this);
    }
}
