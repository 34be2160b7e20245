using System.Buffers.Binary;
using System.Collections.Immutable;
using Holdfast.Layer4.Model;
using Holdfast.Layer4.Xdp;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Bpf;
using Holdfast.Primitives;

namespace Holdfast.Xdp.Tests;

/// <summary>A director of its own, with frames run through its program; no interface is involved.</summary>
internal sealed class DirectorFixture : IDisposable
{
    internal static readonly VirtualServiceKey Web = VirtualServiceKey.At(
        ServiceProtocol.Tcp, IpAddress.Parse("192.0.2.1"), 80);

    internal static readonly VirtualServiceKey WebV6 = VirtualServiceKey.At(
        ServiceProtocol.Tcp, IpAddress.Parse("2001:db8::1"), 80);

    internal static readonly VirtualServiceKey Names = VirtualServiceKey.At(
        ServiceProtocol.Udp, IpAddress.Parse("192.0.2.1"), 53);

    internal static readonly IpAddress OurAddress = IpAddress.Parse("192.0.2.250");
    internal static readonly IpAddress OurAddressV6 = IpAddress.Parse("2001:db8::250");

    private readonly Dictionary<IpAddress, ServerPath> _paths = [];
    private readonly bool _isShared;

    /// <param name="options">Null: as usual, with a program that another test may have had before.</param>
    /// <param name="maglevSize">Slots of the tables of scheduler mh.</param>
    internal DirectorFixture(XdpOptions? options = null, int maglevSize = MaglevTable.DefaultSize)
    {
        _isShared = options is null;
        Director = options is null ? LoadedDirectors.Take() : LoadedDirectors.Load(options);
        Client = new(Director.Maps, null, maglevSize, ownsMaps: false);
    }

    internal XdpDirector Director { get; }

    internal XdpClient Client { get; }

    internal static MacAddress MacOf(int number) => MacAddress.FromBytes([2, 0, 0, 0, 1, (byte)number]);

    internal static IpAddress ServerOf(int number, bool isV6 = false)
        => IpAddress.Parse(isV6 ? $"2001:db8::1:{number}" : $"192.0.2.{100 + number}");

    /// <summary>Adds a service with servers 1 to N, which are resolved on the loopback's index.</summary>
    internal void Add(VirtualServiceKey key, int servers, string scheduler = "mh", ServiceFlags flags = 0)
    {
        Client.AddService(new() { Key = key, Scheduler = scheduler, Flags = flags }).ThrowIfFailed("add the service");
        for (int number = 1; number <= servers; number++)
        {
            AddServer(key, number);
        }
    }

    internal void AddServer(VirtualServiceKey key, int number, uint weight = 1)
    {
        IpAddress address = ServerOf(number, key.Family == IpFamily.V6);
        Client.AddServer(key, new() { Key = new(address, key.Port), Weight = weight }).ThrowIfFailed("add a server");
        SetPath(address, new(1, MacOf(number), Frame.OurMac));
    }

    /// <summary>Adds a server behind NAT, at port 8000 and its number, with an address of ours to masquerade with.
    /// </summary>
    internal RealServerKey AddNatServer(
        VirtualServiceKey key, int number, bool isMasqueraded = false, ushort? port = null)
    {
        bool isV6 = key.Family == IpFamily.V6;
        RealServerKey server = new(ServerOf(number, isV6), port ?? (ushort)(8000 + number));
        Client.SetInterface(1, Frame.OurMac, 1500);
        Client.AddServer(key, new()
        {
            Key = server,
            Forwarding = ForwardingMethod.Nat,
            IsMasqueraded = isMasqueraded,
        }).ThrowIfFailed("add a server");
        SetPath(server.Address, new(1, MacOf(number), Frame.OurMac) { Source = isV6 ? OurAddressV6 : OurAddress });
        return server;
    }

    internal void SetWeight(VirtualServiceKey key, int number, uint weight)
        => Client.SetServer(key, new()
        {
            Key = new(ServerOf(number, key.Family == IpFamily.V6), key.Port),
            Weight = weight,
        }).ThrowIfFailed("set a weight");

    internal void Remove(VirtualServiceKey key, int number)
        => Client.DeleteServer(key, new(ServerOf(number, key.Family == IpFamily.V6), key.Port))
            .ThrowIfFailed("remove a server");

    internal void SetPath(IpAddress server, ServerPath path)
    {
        _paths[server] = path;
        Client.SetPaths(address => _paths.TryGetValue(address, out ServerPath known) ? known : null);
    }

    /// <summary>Runs a frame.</summary>
    /// <param name="frame">From the Ethernet header on.</param>
    /// <param name="interfaceIndex">By which interface it comes in: of the thread's network namespace.</param>
    internal (XdpAction Action, byte[] Bytes) Run(byte[] frame, int interfaceIndex = 1)
    {
        Errno errno = XdpTestRun.TryRun(
            Director.Program, frame, interfaceIndex, out XdpAction action, out byte[] result);
        Assert.Equal(Errno.Success, errno);
        return (action, result);
    }

    /// <summary>Runs a frame, and says which counter moved: one, and by one.</summary>
    internal (XdpAction Action, DirectorCause Cause) Judge(byte[] frame)
    {
        IReadOnlyDictionary<DirectorCause, ulong> before = Client.ReadCauses();
        (XdpAction action, _) = Run(frame);
        IReadOnlyDictionary<DirectorCause, ulong> after = Client.ReadCauses();
        DirectorCause moved = Assert.Single(after.Keys, cause => after[cause] != before[cause]);
        Assert.Equal(before[moved] + 1, after[moved]);
        return (action, moved);
    }

    /// <summary>The server that a frame is sent to; 0 when it is not forwarded.</summary>
    internal int ServerFor(Frame frame)
    {
        (XdpAction action, byte[] bytes) = Run(frame.ToBytes());
        return action is XdpAction.SendBack or XdpAction.Redirect ? bytes[5] : 0;
    }

    internal ImmutableArray<ObservedConnection> Connections()
    {
        Client.GetConnections(out ImmutableArray<ObservedConnection> connections).ThrowIfFailed("list");
        return connections;
    }

    internal ObservedPool Pool(VirtualServiceKey key)
    {
        Client.Observe(out ImmutableArray<ObservedPool> pools).ThrowIfFailed("list");
        return pools.Single(pool => pool.Service.Spec.Key == key);
    }

    public void Dispose()
    {
        Client.Dispose();
        if (_isShared)
        {
            LoadedDirectors.Return(Director);
        }
        else
        {
            Director.Dispose();
        }
    }

    /// <summary>What a frame must look like when it leaves for a server: written down without the program's help.
    /// </summary>
    internal static byte[] Forwarded(byte[] frame, MacAddress server, MacAddress source)
    {
        byte[] expected = [.. frame];
        server.CopyTo(expected);
        source.CopyTo(expected.AsSpan(6));
        if (frame[12] == 0x86)
        {
            expected[21]--;
            return expected;
        }
        int size = (frame[14] & 15) * 4;
        expected[22]--;
        expected.AsSpan(24, 2).Clear();
        BinaryPrimitives.WriteUInt16BigEndian(expected.AsSpan(24), Frame.Checksum(expected.AsSpan(14, size)));
        return expected;
    }
}
