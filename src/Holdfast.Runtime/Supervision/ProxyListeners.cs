using System.Collections.Immutable;
using Holdfast.Linux;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Files;
using Holdfast.Linux.Sockets;
using Holdfast.Primitives;
using Holdfast.Runtime.Proxy;

namespace Holdfast.Runtime.Supervision;

/// <summary>A listener that could not be opened.</summary>
/// <param name="Listener">Which one.</param>
/// <param name="Errno">Why.</param>
internal readonly record struct ListenFailure(ServedListener Listener, Errno Errno)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Listener.Owner} cannot listen on {Listener.Name}: {Errno}";
}

/// <summary>Listeners of a serving process, which the supervisor opens, and keeps while processes come and go.
/// </summary>
internal sealed class ProxyListeners : IDisposable
{
    private readonly List<(string Place, int Fd)> _given = [];
    private Dictionary<ListenerKey, int> _open = [];

    /// <summary>What is open, by the place it listens at.</summary>
    internal IEnumerable<(string Place, int Fd)> Open => _open.Select(static one => (one.Key.Place, one.Value));

    /// <summary>Takes sockets of another process: whatever the first configuration wants at their places.</summary>
    /// <param name="sockets">The sockets, which are this object's from now on.</param>
    /// <param name="hasPaths">Whether those that have a path are taken, too.</param>
    internal void Adopt(IEnumerable<int> sockets, bool hasPaths)
    {
        foreach (int fd in sockets)
        {
            if (TcpSocket.GetLocal(fd, out IpAddress address, out int port) == Errno.Success && !address.IsNone)
            {
                _given.Add((PlaceOf(new SocketEndpoint(address, port), StreamListener.IsDatagram(fd)), fd));
            }
            else if (hasPaths && StreamListener.PathOf(fd) is { } path)
            {
                _given.Add((path, fd));
            }
            else
            {
                TcpSocket.Close(fd); // a Unix socket: another one takes its place under its name
            }
        }
    }

    /// <summary>Opens what a configuration needs; what is open already is kept, and all others are closed.</summary>
    /// <param name="listeners">In the order of the configuration.</param>
    /// <param name="descriptors">A descriptor for each of them.</param>
    /// <returns>What cannot be opened; empty when all is. Otherwise nothing has changed.</returns>
    internal ImmutableArray<ListenFailure> TryOpen(
        ImmutableArray<ServedListener> listeners, out ImmutableArray<int> descriptors)
    {
        var wanted = new Dictionary<ListenerKey, int>();
        var made = new List<(ListenerKey Key, int Fd)>();
        var failures = ImmutableArray.CreateBuilder<ListenFailure>();
        var all = ImmutableArray.CreateBuilder<int>(listeners.Length);
        foreach (ServedListener listener in listeners)
        {
            ListenerKey key = new(PlaceOf(listener), listener.IsShared ? listener.Settings : null, 0);
            while (wanted.ContainsKey(key))
            {
                key = key with { Occurrence = key.Occurrence + 1 };
            }
            if (_open.TryGetValue(key, out int fd))
            {
                _ = StreamListener.Listen(fd, listener.Settings.Backlog); // another one now, perhaps; not of datagrams
            }
            else
            {
                Errno errno = OpenNew(listener, out fd);
                if (errno != Errno.Success)
                {
                    failures.Add(new ListenFailure(listener, errno));
                    continue;
                }
                made.Add((key, fd));
            }
            wanted[key] = fd;
            all.Add(fd);
        }
        if (failures.Count > 0)
        {
            foreach ((ListenerKey key, int fd) in made)
            {
                Close(key, fd);
            }
            descriptors = [];
            return failures.ToImmutable();
        }
        foreach ((ListenerKey key, int fd) in _open.Where(one => !wanted.ContainsKey(one.Key)))
        {
            Close(key, fd);
        }
        _open = wanted;
        ForgetGiven();
        descriptors = all.ToImmutable();
        return [];
    }

    /// <summary>Closes all of them: clients are refused, unless a process still has them.</summary>
    /// <param name="keepsFiles">Whether another program goes on with sockets in the file system.</param>
    internal void Close(bool keepsFiles = false)
    {
        foreach ((ListenerKey key, int fd) in _open)
        {
            Close(keepsFiles ? key with { Settings = new ListenSettings() } : key, fd);
        }
        _open = [];
        ForgetGiven();
    }

    private Errno OpenNew(ServedListener listener, out int fd)
    {
        SocketEndpoint? given = GivenFor(PlaceOf(listener));
        if (given is not null && listener.Settings.IsDatagram)
        {
            Errno errno = DescriptorIo.TryDuplicate(given.GivenFd, out FdHandle copy);
            fd = errno == Errno.Success ? copy.Release() : -1;
            return errno;
        }
        if (given is null && !listener.IsShared && listener.Bind.Path is { } path && IsServed(path))
        {
            fd = -1;
            return Errno.EADDRINUSE; // one that nobody has any more is replaced
        }
        // Shared, as haproxy's are: another process of ours may still have the port.
        return StreamListener.Open(given ?? listener.Bind,
            listener.IsShared ? listener.Settings with { IsPortShared = true } : listener.Settings, out fd);
    }

    private static bool IsServed(string path)
    {
        Errno errno = UnixSocket.TryConnect(path, out FdHandle connection);
        connection.Dispose();
        return errno is Errno.Success or Errno.EAGAIN;
    }

    /// <summary>Closes one; nobody else listens at a path that is not shared, so its name goes, too.</summary>
    private static void Close(ListenerKey key, int fd)
    {
        if (key.Settings is null && key.Place.StartsWith('/'))
        {
            _ = FileNames.Remove(key.Place);
        }
        TcpSocket.Close(fd);
    }

    /// <summary>A port of TCP and the same one of UDP are two places.</summary>
    private static string PlaceOf(SocketEndpoint bind, bool isDatagram) => isDatagram ? $"udp {bind}" : bind.ToString();

    private static string PlaceOf(ServedListener listener) => PlaceOf(listener.Bind, listener.Settings.IsDatagram);

    private SocketEndpoint? GivenFor(string place)
    {
        int at = _given.FindIndex(one => one.Place == place);
        return at < 0 ? null : SocketEndpoint.Given(_given[at].Fd); // a copy of it is used
    }

    private void ForgetGiven()
    {
        _given.ForEach(static one => TcpSocket.Close(one.Fd));
        _given.Clear();
    }

    /// <inheritdoc/>
    public void Dispose() => Close();

    /// <summary>Listeners that are the same: those of equal place and settings, in their order.</summary>
    /// <param name="Place">Where.</param>
    /// <param name="Settings">How; null: the place alone counts.</param>
    /// <param name="Occurrence">Counts those that are equal.</param>
    private readonly record struct ListenerKey(string Place, ListenSettings? Settings, int Occurrence);
}
