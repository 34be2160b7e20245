using Holdfast.Linux;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Epoll;
using Holdfast.Linux.Files;
using Holdfast.Linux.Processes;
using Holdfast.Primitives;
using Holdfast.Runtime.Logging;
using Holdfast.Runtime.Processes;

namespace Holdfast.Runtime.Supervision;

/// <summary>The control socket of one supervisor. Only root and the supervisor's own user are served.</summary>
public sealed class ControlServer : IReadyHandler, ITimed, IDisposable
{
    /// <summary>Name of the socket in the run directory.</summary>
    public const string SocketName = "control.sock";

    private const int ClientsMax = 16;
    private const uint OwnerOnly = 0x180; // 0600

    private readonly EpollLoop _loop;
    private readonly FdHandle _listener;
    private readonly Log _log;
    private readonly string _path;
    private readonly Action<ControlConnection, ReadOnlyMemory<byte>> _request;
    private readonly List<ControlConnection> _clients = [];

    private ControlServer(
        EpollLoop loop,
        FdHandle listener,
        string path,
        Log log,
        Action<ControlConnection, ReadOnlyMemory<byte>> request)
    {
        _loop = loop;
        _listener = listener;
        _path = path;
        _log = log;
        _request = request;
        loop.Add(listener.Number, EpollEvents.EPOLLIN, this);
    }

    private static TimeSpan IdleMax => TimeSpan.FromSeconds(30);

    /// <inheritdoc/>
    public MonotonicTime Deadline
        => _clients.Count == 0 ? MonotonicTime.Never : _clients.Min(static c => c.IdleSince) + IdleMax;

    /// <summary>Listens in <paramref name="runDirectory"/>, which is created when missing.</summary>
    /// <param name="loop">Where it waits.</param>
    /// <param name="runDirectory">Directory of the socket.</param>
    /// <param name="log">Told of clients that are turned away.</param>
    /// <param name="request">Called for each line.</param>
    /// <param name="server">The server; null after an error.</param>
    /// <returns>EADDRINUSE when another supervisor has this run directory.</returns>
    public static Errno TryStart(
        EpollLoop loop,
        string runDirectory,
        Log log,
        Action<ControlConnection, ReadOnlyMemory<byte>> request,
        out ControlServer? server)
    {
        server = null;
        try
        {
            Directory.CreateDirectory(runDirectory);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return e is IOException ? Errno.ENOTDIR : Errno.EACCES;
        }
        string path = Path.Combine(runDirectory, SocketName);
        Errno errno = UnixSocket.TryListen(path, OwnerOnly, ClientsMax, out FdHandle listener);
        if (errno == Errno.Success)
        {
            server = new(loop, listener, path, log, request);
        }
        return errno;
    }

    /// <inheritdoc/>
    public void OnReady(EpollEvents events)
    {
        while (UnixSocket.TryAccept(_listener.Number, out FdHandle socket) == Errno.Success)
        {
            _clients.RemoveAll(static c => c.IsClosed);
            if (_clients.Count >= ClientsMax || !MayConnect(socket.Number))
            {
                socket.Dispose();
                continue;
            }
            _clients.Add(new ControlConnection(_loop, socket, _request));
        }
    }

    /// <inheritdoc/>
    public void OnTime(MonotonicTime now)
    {
        foreach (ControlConnection client in _clients)
        {
            if (client.IdleSince + IdleMax <= now)
            {
                client.Dispose();
            }
        }
        _clients.RemoveAll(static c => c.IsClosed);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _clients.ForEach(static c => c.Dispose());
        _loop.Remove(_listener.Number);
        _listener.Dispose();
        _ = FileNames.Remove(_path);
    }

    private bool MayConnect(int socket)
    {
        bool known = UnixSocket.TryGetPeer(socket, out PeerCredentials peer) == Errno.Success;
        if (known && (peer.Uid == 0 || peer.Uid == OwnProcess.EffectiveUid))
        {
            return true;
        }
        _log.WriteRepeatable(LogLevel.Warning, $"Control connection of user {peer.Uid} (pid {peer.Pid}) refused");
        return false;
    }
}
