using Holdfast.Linux.Epoll;
using Holdfast.Primitives;
using Holdfast.Runtime.Vrrp;
using Holdfast.Vrrp.Machine;
using Holdfast.Vrrp.Wire;

namespace Holdfast.Runtime.Tests;

/// <summary>Packets that must not be believed cost no memory, however many come.</summary>
public sealed class BadPacketTests
{
    private const int Packets = 100_000;
    private const int TtlKind = 1;
    private const int KindCount = 7;

    [Fact]
    public void BadPackets_HundredThousandOfChangingKinds_AllocateNothingAndWarnOnce() => NodeBench.OnThread(() =>
    {
        using var loop = new EpollLoop();
        using NodePair pair = NodePair.Start(loop);
        pair.RunUntil(adverts: 20, TimeSpan.FromSeconds(60));
        NodeBench node = pair.Active;
        Assert.Equal(Role.Active, node.Vrrp.Router.State(0).Role);
        int warningsBefore = node.Warnings;
        VrrpInstance instance = node.Vrrp.Instances[0];
        byte[] advert = new byte[AdvertFormat.Size(3, IpFamily.V4, 2)];
        Feed(node, instance, advert, KindCount); // each kind is warned of once, which allocates
        int warnings = node.Warnings;
        long before = GC.GetAllocatedBytesForCurrentThread();

        Feed(node, instance, advert, Packets);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(warnings, node.Warnings);
        Assert.Equal(KindCount - 1, warnings - warningsBefore); // an unknown VRID is no cause for one
        Assert.Equal(Role.Active, node.Vrrp.Router.State(0).Role);
        Assert.Equal((ulong)(1 + (Packets / KindCount) + 1), instance.Counters[ReceiveVerdict.IpTtlError]);
    });

    private static void Feed(NodeBench node, VrrpInstance instance, byte[] advert, int count)
    {
        IpAddress source = IpAddress.V4(192, 168, 1, 66);
        for (int number = 0; number < count; number++)
        {
            int kind = number % KindCount;
            IpAddress destination = kind == 3 ? IpAddress.V4(192, 168, 1, 1) : AdvertFormat.MulticastGroupV4;
            _ = AdvertWriter.Write(instance.Plan.Template, new Priority(250), TimeSpan.FromMilliseconds(10),
                instance.Plan.AdvertAddresses, source, destination, advert);
            if (kind == 0)
            {
                node.Vrrp.OnUnknownVrid((byte)number, source);
                continue;
            }
            Damage(advert, kind);
            node.Vrrp.OnPacket(instance, new Holdfast.Vrrp.Wire.ReceivedPacket
            {
                Message = kind == 2 ? advert.AsSpan(0, number % 16) : advert,
                Source = source,
                Destination = destination,
                Ttl = (byte)(kind == TtlKind ? number % 255 : 255),
            });
        }
    }

    private static void Damage(byte[] advert, int kind)
    {
        switch (kind)
        {
            case 4: advert[0] = 0x71; break;
            case 5: advert[0] = 0x3F; break;
            case 6: advert[6] ^= 0x55; break;
            default: break;
        }
    }
}
