using Holdfast.Linux;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Netlink;
using Holdfast.Primitives;

namespace Holdfast.Layer4.Xdp;

/// <summary>Does what the director's tables need from outside: attachments, gates, Ethernet addresses, rates.</summary>
/// <remarks>One thread at a time, in the network namespace of the director.</remarks>
internal sealed class DirectorKeeper : IDisposable
{
    /// <summary>How many measurements pass between two looks at the translations: half a minute.</summary>
    private const int SweepEvery = 15;

    private readonly XdpDirector? _director;
    private readonly XdpClient _client;
    private readonly RouteNetlink _route = RouteNetlink.Open();
    private readonly Dictionary<string, Errno> _failures = [];
    private int _sweepIn = SweepEvery;

    /// <summary>Keeps a director, attachments included.</summary>
    internal DirectorKeeper(XdpDirector director)
        : this(director.Client) => _director = director;

    /// <summary>Keeps the tables only.</summary>
    internal DirectorKeeper(XdpClient client) => _client = client;

    /// <summary>Addresses of all servers, and of routers on the way to them, as of the last refresh.</summary>
    internal HashSet<IpAddress> Servers { get; private set; } = [];

    /// <summary>Interfaces that the program could not be attached to, with the reason.</summary>
    internal IReadOnlyDictionary<string, Errno> Failures => _failures;

    /// <summary>Number of services, as of the last refresh.</summary>
    internal int ServiceCount { get; private set; }

    /// <summary>Whether some server's Ethernet address is not known.</summary>
    internal bool IsIncomplete { get; private set; }

    /// <summary>Compares everything with the network as it is, and changes what differs.</summary>
    /// <exception cref="LinuxException">The kernel refused.</exception>
    internal void Refresh()
    {
        DirectorState state = _client.Load();
        Servers = [.. state.Keys.Values.SelectMany(state.Members).Select(i => state.Servers[i].IpAddress)];
        LocalNetwork network = LocalNetwork.Read(_route, Servers);
        ServiceCount = state.Keys.Count;
        Attach(network);
        _client.SetPaths(network.PathTo);
        _client.SetGates(network.GateOf);
        _client.SetOwnAddresses(network.Addresses);
        IsIncomplete = false;
        foreach (IpAddress server in Servers.ToArray())
        {
            if (network.PathTo(server) is { IsLocal: false } path)
            {
                IsIncomplete |= path.Mac.IsZero;
                IpAddress neighbor = path.Router.IsNone ? server : path.Router;
                _ = Servers.Add(neighbor);
                if (network.NeedsQuestion(neighbor, path.InterfaceIndex))
                {
                    _ = _route.AskNeighbor(neighbor, path.InterfaceIndex); // refused only when the interface has gone
                }
            }
            else
            {
                IsIncomplete |= network.PathTo(server) is null;
            }
        }
    }

    /// <summary>Measures the rates, and sweeps the connections. To be called every
    /// <see cref="RateEstimator.Interval"/>, by one keeper alone.</summary>
    internal void Measure()
    {
        _client.StepRates();
        _client.Sweep();
        if (_sweepIn-- <= 0)
        {
            _sweepIn = SweepEvery;
            _client.SweepTranslations();
        }
    }

    /// <summary>Closes the socket.</summary>
    public void Dispose() => _route.Dispose();

    private void Attach(LocalNetwork network)
    {
        if (_director is null)
        {
            return;
        }
        LinkInfo[] entrances = ServiceCount == 0 ? [] : [.. network.Entrances()];
        foreach (int index in _director.Attached.Keys.Except(entrances.Select(static link => link.Index)).ToArray())
        {
            _director.Detach(index);
        }
        _failures.Clear();
        foreach (LinkInfo link in entrances)
        {
            _client.SetInterface(link.Index, link.Mac, link.Mtu);
            _client.SetTagged(link.Index, !network.HasVlans);
            bool preferNative = link.Kind != "veth" || _director.IsNativeOnVeth;
            Errno errno = _director.Attach(link.Index, preferNative);
            if (errno != Errno.Success)
            {
                _failures[link.Name] = errno;
            }
        }
    }
}
