using System.Buffers.Binary;
using System.Net.Sockets;
using Holdfast.Layer4;
using Holdfast.Layer4.Model;
using Holdfast.Layer4.Xdp;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Bpf;
using Holdfast.Primitives;

namespace Holdfast.Xdp.Tests;

/// <summary>A million clients that do not exist, beside a thousand that do.</summary>
public sealed class FloodTests : IDisposable
{
    private const int Transfers = 1000;
    private const int Burst = 10000;
    private const int Young = 65536;

    private static readonly IpAddress s_address = IpAddress.Parse("10.0.0.100");

    private readonly DirectorFixture _director = new();

    public void Dispose() => _director.Dispose();

    [Fact]
    public void SynFlood_OfAMillionAddresses_EvictsNoEstablishedConnection()
    {
        _director.Add(DirectorFixture.Web, 4, "wlc");
        int[] servers = new int[Transfers];
        byte[][] data = new byte[Transfers][];
        for (int i = 0; i < Transfers; i++)
        {
            Frame client = Client(i);
            servers[i] = _director.ServerFor(client);
            data[i] = (client with { Flags = Tcp.Ack, Payload = 1000 }).ToBytes();
            Assert.Equal(servers[i], Run(data[i]));
        }
        byte[] syn = new Frame { ClientPort = 999 }.ToBytes();
        uint address = 0x0A000000;
        for (int burst = 0; burst < 1_000_000 / Burst; burst++)
        {
            // A newcomer in the middle of it: its ACK comes when 10,000 others have begun.
            Frame newcomer = new() { Client = IpAddress.V4(0xC0A80000 + (uint)burst) };
            int chosen = _director.ServerFor(newcomer);
            for (int i = 0; i < Burst; i++)
            {
                BinaryPrimitives.WriteUInt32BigEndian(syn.AsSpan(26), address++);
                Assert.NotEqual(0, Run(syn));
            }
            Assert.Equal(chosen, _director.ServerFor(newcomer with { Flags = Tcp.Ack }));
            for (int i = burst % 10; i < Transfers; i += 10)
            {
                Assert.True(servers[i] == Run(data[i]), $"transfer {i} was lost in burst {burst}");
            }
        }

        Assert.All(Enumerable.Range(0, Transfers), i => Assert.Equal(servers[i], Run(data[i])));
        ObservedPool pool = _director.Pool(DirectorFixture.Web);
        Assert.Equal(Transfers + 100u, Sum(pool.Servers.Select(static s => s.ActiveConnections)));
        Assert.InRange(Sum(pool.Servers.Select(static s => s.InactiveConnections)), Young - 1000u, (uint)Young);
        // What was pushed out has been counted off, and by what is left the servers are loaded alike.
        uint[] loads = [.. pool.Servers.Select(static s => (s.ActiveConnections * 256) + s.InactiveConnections)];
        Assert.InRange(loads.Max() - loads.Min(), 0u, 512u);
        Assert.All(Enumerable.Range(0, 4), index => Assert.Equal(
            pool.Servers[3 - index].InactiveConnections,
            (uint)_director.Director.Maps.Get<Layer4.Xdp.Layout.LoadRecord>("loads", index).Inactive));
    }

    [Fact]
    public void SynFlood_BesideAThousandRealTransfers_AllArriveWhole()
    {
        using var lab = new DirectorLab();
        lab.StartServers();
        using ILayer4Plane plane = lab.Director.Run(static () =>
        {
            XdpPlane.TryOpen(new XdpOptions { ConnectionsMax = 8192 }, out ILayer4Plane? opened).ThrowIfFailed("open");
            return opened!;
        });
        XdpDirector director = ((XdpPlane)plane).Director;
        var pool = new PoolSpec(new() { Key = VirtualServiceKey.At(ServiceProtocol.Tcp, s_address, DirectorLab.Port) },
            [.. Enumerable.Range(1, 3).Select(number => new RealServerSpec
            {
                Key = new(IpAddress.Parse($"10.0.0.{lab.HostOf(number)}"), DirectorLab.Port),
            })]);
        lab.Director.Run(() => plane.Reconcile([pool], out _)).ThrowIfFailed("reconcile");
        Assert.True(SpinWait.SpinUntil(() => director.Client.CountReady() == 3, DirectorLab.Patience), "not resolved");
        (Socket Socket, int Server)[] transfers = [.. lab.Connect("10.0.0.100", Transfers)];
        Assert.All([1, 2, 3], number => Assert.InRange(transfers.Count(t => t.Server == number), 300, 370));
        string text = new('x', 2000);
        using var isOver = new ManualResetEventSlim();
        int sent = 0;
        var flood = new Thread(() =>
        {
            byte[] syn = new Frame { Address = s_address, ClientPort = 999 }.ToBytes();
            for (uint i = 0; i < 1_000_000 || !isOver.IsSet; i++)
            {
                BinaryPrimitives.WriteUInt32BigEndian(syn.AsSpan(26), 0x14000000 + (i % 10_000_000));
                sent += XdpTestRun.TryRun(director.Program, syn, 1, out _, out byte[] _) == Errno.Success ? 1 : 0;
            }
        });
        flood.Start();

        try
        {
            for (int round = 0; round < 5; round++)
            {
                Assert.All(transfers, t => Assert.True(DirectorLab.Echoes(t.Socket, text), "a connection was lost"));
            }
        }
        finally
        {
            isOver.Set();
            flood.Join();
        }

        Assert.InRange(sent, 1_000_000, int.MaxValue);
        Assert.All(transfers, t => Assert.True(DirectorLab.Echoes(t.Socket, text), "a connection was lost"));
    }

    private static uint Sum(IEnumerable<uint> values) => values.Aggregate(0u, static (a, b) => a + b);

    private static Frame Client(int number) => new()
    {
        Client = IpAddress.V4(0xC6336400u + (uint)(number / 50)),
        ClientPort = (ushort)(2000 + (number % 50)),
    };

    private int Run(byte[] frame)
    {
        Errno errno = XdpTestRun.TryRun(_director.Director.Program, frame, 1, out XdpAction action, out byte[] result);
        Assert.Equal(Errno.Success, errno);
        return action is XdpAction.SendBack or XdpAction.Redirect ? result[5] : 0;
    }
}
