using Holdfast.Linux;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Epoll;
using Holdfast.Linux.Files;
using Holdfast.Linux.Sockets;
using Holdfast.Management.Cli;
using Holdfast.Primitives;
using Holdfast.Proxy.HAProxy;
using Holdfast.Runtime.Processes;

namespace Holdfast.Runtime.Proxy.Management;

/// <summary>The stats sockets of a proxy process: they are opened before it gives up root, and served by its main
/// thread.</summary>
/// <remarks>
/// A Unix socket takes the place of the one of the process before under its name, so a reload leaves no gap. More
/// connections than <c>stats maxconn</c> wait in the kernel.
/// </remarks>
internal sealed class StatsServer : ITimed, IDisposable
{
    private readonly EpollLoop _loop;
    private readonly List<Listener> _listeners = [];
    private readonly List<StatsConnection> _connections = [];
    private readonly int _connectionsMax;
    private readonly long _timeoutMilliseconds;
    private readonly int _lineMax;
    private CliCommandTable? _commands;
    private IReadOnlyList<(int Fd, string Interface)> _exposed = [];

    private StatsServer(EpollLoop loop, int connectionsMax, long timeoutMilliseconds, int lineMax)
    {
        _loop = loop;
        _connectionsMax = connectionsMax;
        _timeoutMilliseconds = timeoutMilliseconds;
        _lineMax = lineMax;
    }

    /// <inheritdoc/>
    public MonotonicTime Deadline => _connections.Count == 0 ? MonotonicTime.Never
        : _connections.Min(one => one.IdleSince + TimeoutOf(one));

    /// <summary>Opens all of them.</summary>
    /// <param name="loop">Where they are waited for.</param>
    /// <param name="translation">What the file says.</param>
    /// <param name="problem">What cannot be opened; null: nothing.</param>
    internal static StatsServer Open(EpollLoop loop, ProxyTranslation translation, out string? problem)
    {
        var server = new StatsServer(loop, translation.Model.Global.StatsMaxConnections,
            translation.Model.Global.StatsTimeout, translation.Model.Global.BufferSize);
        problem = null;
        foreach (StatsSocketOptions socket in translation.Process.StatsSockets)
        {
            Errno errno = StreamListener.Open(socket.Bind, socket.Settings, out int fd);
            if (errno != Errno.Success)
            {
                problem = $"stats socket {socket.Bind} cannot be opened: {errno}";
                break;
            }
            server._listeners.Add(new Listener(server, fd, LevelOf(socket.Level), socket));
        }
        return server;
    }

    /// <summary>Begins to answer.</summary>
    /// <param name="commands">What may be asked.</param>
    /// <param name="listeners">The proxy's listeners, with their interfaces, for who may have them.</param>
    internal void Serve(CliCommandTable commands, IReadOnlyList<(int Fd, string Interface)> listeners)
    {
        _commands = commands;
        _exposed = listeners;
        foreach (Listener listener in _listeners)
        {
            _loop.Add(listener.Fd, EpollEvents.EPOLLIN, listener);
        }
    }

    /// <summary>Takes no more connections: the next process does. Those that are open are served on.</summary>
    internal void CloseListeners()
    {
        foreach (Listener listener in _listeners)
        {
            if (_commands is not null && !listener.IsPaused)
            {
                _loop.Remove(listener.Fd);
            }
            TcpSocket.Close(listener.Fd);
        }
        _listeners.Clear();
    }

    /// <inheritdoc/>
    public void OnTime(MonotonicTime now)
    {
        foreach (StatsConnection connection in _connections.ToArray())
        {
            if (connection.IdleSince + TimeoutOf(connection) <= now)
            {
                connection.Dispose();
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (StatsConnection connection in _connections.ToArray())
        {
            connection.Dispose();
        }
        CloseListeners();
    }

    private static CliLevel LevelOf(string name) => name switch
    {
        "admin" => CliLevel.Admin,
        "user" => CliLevel.User,
        _ => CliLevel.Operator,
    };

    private TimeSpan TimeoutOf(StatsConnection connection)
        => TimeSpan.FromMilliseconds(connection.Timeout ?? _timeoutMilliseconds);

    private void Accept(Listener listener)
    {
        while (_connections.Count < _connectionsMax
            && UnixSocket.TryAccept(listener.Fd, out FdHandle socket) == Errno.Success)
        {
            var session = new CliSession(_commands!, listener.Level, _lineMax);
            session.SetSeverity(listener.Severity);
            var connection = new StatsConnection(
                _loop, socket, session, OnClosed, listener.ExposesListeners ? _exposed : []);
            _connections.Add(connection);
        }
        SetPaused(_connections.Count >= _connectionsMax);
    }

    private void OnClosed(StatsConnection connection)
    {
        _connections.Remove(connection);
        SetPaused(_connections.Count >= _connectionsMax);
    }

    /// <summary>Listeners are not waited for while there is no room: they would be ready all the time.</summary>
    private void SetPaused(bool isPaused)
    {
        foreach (Listener listener in _listeners)
        {
            if (listener.IsPaused == isPaused)
            {
                continue;
            }
            listener.IsPaused = isPaused;
            if (isPaused)
            {
                _loop.Remove(listener.Fd);
            }
            else
            {
                _loop.Add(listener.Fd, EpollEvents.EPOLLIN, listener);
            }
        }
    }

    private sealed class Listener(
        StatsServer server, int fd, CliLevel level, StatsSocketOptions options) : IReadyHandler
    {
        internal int Fd => fd;

        internal CliLevel Level => level;

        internal string Severity => options.Severity;

        internal bool ExposesListeners => options.ExposesListeners;

        internal bool IsPaused { get; set; }

        public void OnReady(EpollEvents events) => server.Accept(this);
    }
}
