using Holdfast.Layer4.Xdp;
using Holdfast.Primitives;

namespace Holdfast.Xdp.Tests;

/// <summary>What becomes of connections when the tables are full.</summary>
public sealed class CapacityTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public void Connections_MoreThanTheTableHolds_GoOnAsYoungOnes()
    {
        using var director = new DirectorFixture(new() { ConnectionsMax = 100, ConnectionsV6Max = 16 });
        director.Add(DirectorFixture.Web, 3, "wlc");
        int[] servers = [.. Enumerable.Range(0, 200).Select(i => director.ServerFor(Client(i)))];
        for (int i = 0; i < 200; i++)
        {
            Assert.Equal(servers[i], director.ServerFor(Client(i) with { Flags = Tcp.Ack }));
        }

        Assert.Equal(100u, director.Client.ReadCauses()[DirectorCause.NotStored]);
        Assert.All(Enumerable.Range(0, 200), i => Assert.Equal(servers[i],
            director.ServerFor(Client(i) with { Flags = Tcp.Ack })));
        Assert.Equal([(67u, 0u), (67u, 0u), (66u, 0u)], director.Pool(DirectorFixture.Web).Servers
            .Select(static s => (s.ActiveConnections, s.InactiveConnections)).OrderDescending());
        Assert.Equal(200, director.Connections().Length);

        // One that ends makes room for one.
        Assert.Equal(servers[0], director.ServerFor(Client(0) with { Flags = Tcp.Rst }));
        Assert.NotEqual(0, director.ServerFor(Client(0)));
        Assert.Equal(servers[199], director.ServerFor(Client(199) with { Flags = Tcp.Ack }));
        Assert.Equal(200, director.Connections().Length);
    }

    [Fact]
    public void Connections_ExpiredAndNobodySweeps_MakeRoom()
    {
        const int Size = 262144;
        using var director = new DirectorFixture(new() { ConnectionsV6Max = 16 });
        director.Add(DirectorFixture.Web, 2, "wlc");
        director.Client.SetTimeouts(new(1, 1, 1)).ThrowIfFailed("set");
        for (int i = 0; i < Size; i++)
        {
            Establish(director, i);
        }
        Assert.True(SpinWait.SpinUntil(() => director.Connections().IsEmpty, Patience), "they do not expire");

        for (int i = 0; i < 1000; i++)
        {
            Establish(director, Size + i);
        }

        Assert.Equal(0u, director.Client.ReadCauses()[DirectorCause.NotStored]);
    }

    private static void Establish(DirectorFixture director, int number)
    {
        _ = director.Run(Client(number).ToBytes());
        _ = director.Run((Client(number) with { Flags = Tcp.Ack }).ToBytes());
    }

    private static Frame Client(int number) => new()
    {
        Client = IpAddress.V4(0x0A000001u + (uint)(number / 1000)),
        ClientPort = (ushort)(1000 + (number % 1000)),
    };
}
