using Holdfast.Layer4.Model;
using Holdfast.Layer4.Xdp;
using Holdfast.Linux;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Bpf;
using Holdfast.Linux.Netlink;
using Holdfast.Primitives;

namespace Holdfast.Layer4Bench;

/// <summary>A director with one service, whose servers are all resolved: no network has to be there.</summary>
internal sealed class BenchDirector : IDisposable
{
    /// <summary>The loopback: a frame that came in by it is sent back by it, which costs a program the least.</summary>
    private const int Interface = 1;

    private readonly XdpDirector _director;

    private BenchDirector(XdpDirector director, VirtualServiceKey service, string method)
    {
        _director = director;
        Service = service;
        Method = method;
    }

    /// <summary>The methods that can be asked for.</summary>
    internal static IReadOnlyList<string> Methods { get; } = ["dr", "tunnel", "gue", "nat"];

    internal VirtualServiceKey Service { get; }

    internal string Method { get; }

    internal XdpClient Client => _director.Client;

    internal FdHandle Program => _director.Program;

    /// <summary>Makes one.</summary>
    /// <param name="service">Address and port of TCP.</param>
    /// <param name="method">One of <see cref="Methods"/>.</param>
    /// <param name="servers">How many, with weight 1.</param>
    /// <param name="scheduler">IPVS's name.</param>
    /// <param name="made">Null unless it worked.</param>
    /// <returns>Why not, when this director cannot do it.</returns>
    internal static NetlinkResult TryMake(
        VirtualServiceKey service, string method, int servers, string scheduler, out BenchDirector? made)
    {
        made = null;
        Errno errno = XdpDirector.TryLoad(new XdpOptions(), out XdpDirector? director, out string? problem);
        if (director is null)
        {
            return new(errno, problem);
        }
        var bench = new BenchDirector(director, service, method);
        NetlinkResult result = director.Client.AddService(
            new() { Key = service, Scheduler = scheduler, Flags = ServiceFlags.Scheduler2 });
        for (int number = 1; number <= servers && result.IsSuccess; number++)
        {
            result = bench.AddServer(number);
        }
        made = result.IsSuccess ? bench : null;
        if (made is null)
        {
            director.Dispose();
        }
        return result;
    }

    /// <summary>Address of a server.</summary>
    internal static IpAddress ServerOf(int number) => IpAddress.V4(0x0A000100u + (uint)number);

    internal NetlinkResult AddServer(int number, uint weight = 1)
    {
        NetlinkResult result = Client.AddServer(Service, SpecOf(number, weight));
        Client.SetPaths(static address => new ServerPath(
            Interface, MacAddress.FromBytes([2, 0, 0, 0, 1, NumberOf(address)]),
            MacAddress.FromBytes([2, 0, 0, 0, 0, 1])) { Source = IpAddress.V4(0x0A000001) });
        return result;
    }

    internal void SetWeight(int number, uint weight)
        => Client.SetServer(Service, SpecOf(number, weight)).ThrowIfFailed("set a weight");

    internal void Remove(int number)
        => Client.DeleteServer(Service, SpecOf(number, 1).Key).ThrowIfFailed("remove a server");

    /// <summary>Sends a frame in.</summary>
    /// <returns>The number of the server that it is for by its Ethernet address; 0: none.</returns>
    internal int Run(ReadOnlySpan<byte> frame)
    {
        Errno errno = XdpTestRun.TryRun(Program, frame, Interface, out XdpAction action, out byte[] result);
        LinuxException.ThrowIf(errno, "run the director");
        return action is XdpAction.SendBack or XdpAction.Redirect ? result[5] : 0;
    }

    public void Dispose() => _director.Dispose();

    private static byte NumberOf(IpAddress server)
    {
        Span<byte> bytes = stackalloc byte[16];
        return bytes[server.CopyTo(bytes) - 1];
    }

    private RealServerSpec SpecOf(int number, uint weight) => new()
    {
        Key = new(ServerOf(number), Service.Port),
        Weight = weight,
        Forwarding = Method switch
        {
            "nat" => ForwardingMethod.Nat,
            "tunnel" or "gue" => ForwardingMethod.Tunnel,
            _ => ForwardingMethod.DirectRouting,
        },
        TunnelKind = Method == "gue" ? TunnelKind.Gue : TunnelKind.Ipip,
        TunnelPort = (ushort)(Method == "gue" ? 6080 : 0),
    };
}
