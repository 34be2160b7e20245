using System.Collections.Immutable;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Sockets;
using Holdfast.Primitives;
using Holdfast.Proxy.Options;

namespace Holdfast.Runtime.Supervision;

/// <summary>The listeners of a proxy, which the supervisor opens, and keeps while processes come and go.</summary>
internal sealed class ProxyListeners : IDisposable
{
    private readonly List<(string Place, int Fd)> _given = [];
    private Dictionary<ListenerKey, int> _open = [];

    /// <summary>Takes sockets of another process: whatever the first configuration wants at their places.</summary>
    /// <param name="sockets">The sockets, which are this object's from now on.</param>
    internal void Adopt(IEnumerable<int> sockets)
    {
        foreach (int fd in sockets)
        {
            if (TcpSocket.GetLocal(fd, out IpAddress address, out int port) == Errno.Success && !address.IsNone)
            {
                _given.Add((new SocketEndpoint(address, port).ToString(), fd));
            }
            else
            {
                TcpSocket.Close(fd); // a Unix socket: another one takes its place under its name
            }
        }
    }

    /// <summary>Opens what a configuration needs; what is open already is kept, and all others are closed.</summary>
    /// <param name="frontends">In the order of the options.</param>
    /// <param name="descriptors">A listener for each of them.</param>
    /// <returns>What cannot be opened; null when all is. Then nothing has changed.</returns>
    internal string? TryOpen(ImmutableArray<FrontendOptions> frontends, out ImmutableArray<int> descriptors)
    {
        var wanted = new Dictionary<ListenerKey, int>();
        var made = new List<int>();
        var all = ImmutableArray.CreateBuilder<int>(frontends.Length);
        foreach (FrontendOptions frontend in frontends)
        {
            ListenerKey key = new(frontend.Bind.ToString(), frontend.Socket, 0);
            while (wanted.ContainsKey(key))
            {
                key = key with { Occurrence = key.Occurrence + 1 };
            }
            if (_open.TryGetValue(key, out int fd))
            {
                _ = StreamListener.Listen(fd, frontend.Backlog); // which may be another one now
            }
            else
            {
                // Shared, as haproxy's are: another process of ours may still have the port.
                ListenSettings settings = frontend.Socket with { Backlog = frontend.Backlog, IsPortShared = true };
                Errno errno = StreamListener.Open(GivenFor(frontend.Bind) ?? frontend.Bind, settings, out fd);
                if (errno != Errno.Success)
                {
                    made.ForEach(TcpSocket.Close);
                    descriptors = [];
                    return $"frontend {frontend.Name} cannot listen on {frontend.Bind}: {errno}";
                }
                made.Add(fd);
            }
            wanted[key] = fd;
            all.Add(fd);
        }
        foreach ((_, int fd) in _open.Where(one => !wanted.ContainsKey(one.Key)))
        {
            TcpSocket.Close(fd);
        }
        _open = wanted;
        ForgetGiven();
        descriptors = all.ToImmutable();
        return null;
    }

    /// <summary>Closes all of them: clients are refused, unless a process still has them.</summary>
    internal void Close()
    {
        foreach (int fd in _open.Values)
        {
            TcpSocket.Close(fd);
        }
        _open = [];
        ForgetGiven();
    }

    private SocketEndpoint? GivenFor(SocketEndpoint place)
    {
        int at = _given.FindIndex(one => one.Place == place.ToString());
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
    private readonly record struct ListenerKey(string Place, ListenSettings Settings, int Occurrence);
}
