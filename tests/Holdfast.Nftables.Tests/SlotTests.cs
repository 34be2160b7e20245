using Holdfast.Layer4.Model;
using Holdfast.Layer4.Nftables;
using Holdfast.Primitives;

namespace Holdfast.Nftables.Tests;

/// <summary>Tables of schedulers, and what stands in comments.</summary>
public sealed class SlotTests
{
    [Theory]
    [InlineData("rr", "0,1,2", 5, 1, 9)]
    [InlineData("rr", "0,2", 5, 0, 9)]
    [InlineData("wrr", "0,1,0,2,0", 3, 1, 1)]
    [InlineData("wrr", "0,1", 1000, 1000, 0)]
    [InlineData("fo", "2", 5, 1, 9)]
    [InlineData("mh", "", 0, 0, 0)]
    public void Build_Weights_IsTheCycle(string scheduler, string expected, params int[] weights)
        => Assert.Equal(expected, string.Join(',', NftSlots.Build(Service(scheduler, weights))));

    [Fact]
    public void Build_HugeWeights_KeepTheirRatio()
    {
        int[] slots = NftSlots.Build(Service("wrr", int.MaxValue, int.MaxValue / 2, 1));

        Assert.InRange(slots.Length, 900, NftSlots.CycleMax);
        Assert.InRange((double)slots.Count(0.Equals) / slots.Length, 0.66, 0.67);
        Assert.Equal(1, slots.Count(2.Equals));
    }

    [Fact]
    public void Build_MaglevOneOfTenRemoved_HardlyAnybodyElseMoves()
    {
        NftService ten = Service("mh", [.. Enumerable.Repeat(1, 10)]);
        int[] before = NftSlots.Build(ten);
        int[] after = NftSlots.Build(ten with { Servers = ten.Servers.RemoveAt(9) });

        int moved = before.Zip(after).Count(static slot => slot.First != 9 && slot.First != slot.Second);

        Assert.InRange((double)moved / before.Length, 0, 0.015);
    }

    [Fact]
    public void Build_ServersInAnotherOrder_HashesAlike()
    {
        NftService service = Service("sh", 1, 2, 3);
        NftService turned = service with { Servers = [.. service.Servers.Reverse()] };

        Assert.Equal(NftSlots.Build(service), NftSlots.Build(turned).Select(static i => 2 - i));
    }

    [Fact]
    public void Comments_RandomServices_AreReadBack()
    {
        var random = new Random(7);
        for (int i = 0; i < 1000; i++)
        {
            NftService service = Random(random);
            NftServer server = new(new()
            {
                Key = new(Address(random), (ushort)random.Next(1, 65536)),
                Forwarding = random.Next(2) == 0 ? ForwardingMethod.Nat : ForwardingMethod.DirectRouting,
                Weight = (uint)random.Next(),
            }, (uint)random.Next(1, int.MaxValue), (uint)random.Next(), new(0, IsLocal: true));
            server = random.Next(2) == 0 ? server : server with { Path = new(random.Next()) };
            bool isMasqueraded = server.Spec.Forwarding == ForwardingMethod.Nat && random.Next(2) == 0;
            server = server with { Spec = server.Spec with { IsMasqueraded = isMasqueraded } };

            Assert.Equal(service, NftComments.ReadService(NftComments.Of(service)));
            Assert.Equal(server, NftComments.ReadServer(NftComments.Of(server)));
            Assert.InRange(NftComments.Of(service).Length, 1, 250);
            Assert.InRange(NftComments.Of(server).Length, 1, 250);
            Assert.Null(NftComments.ReadServer(NftComments.Of(service)));
        }
        var settings = new NftSettings(new(1, 2, 3));
        Assert.Equal(settings, NftComments.ReadSettings(NftComments.Of(settings)));
    }

    private static NftService Random(Random random) => new(
        new()
        {
            Key = VirtualServiceKey.At(random.Next(2) == 0 ? ServiceProtocol.Tcp : ServiceProtocol.Udp, Address(random),
                (ushort)random.Next(1, 65536)),
            Scheduler = "wrr",
            Flags = (ServiceFlags)(random.Next(64) & ~(int)ServiceFlags.Hashed),
            PersistenceSeconds = (uint)random.Next(),
            Netmask = random.Next(2) == 0 ? null : (uint)random.Next(),
        },
        (uint)random.Next(), random.Next(2) == 0,
        new((ulong)random.NextInt64(), ulong.MaxValue, (ulong)random.NextInt64(), 0, ulong.MaxValue), []);

    private static IpAddress Address(Random random)
    {
        byte[] bytes = new byte[random.Next(2) == 0 ? 4 : 16];
        random.NextBytes(bytes);
        bytes[0] = 32;
        return IpAddress.FromBytes(bytes);
    }

    private static NftService Service(string scheduler, params int[] weights) => new(
        new()
        {
            Key = VirtualServiceKey.At(ServiceProtocol.Tcp, IpAddress.Parse("192.0.2.1"), 80),
            Scheduler = scheduler,
        },
        1, false, default,
        [
            .. weights.Select(static (weight, i) => new NftServer(new()
            {
                Key = new(IpAddress.Parse($"10.0.0.{i + 1}"), 80),
                Weight = (uint)weight,
            }, (uint)i + 1, (uint)i + 1, default)),
        ]);
}
