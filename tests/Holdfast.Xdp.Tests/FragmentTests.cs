using Holdfast.Layer4.Xdp;
using Holdfast.Linux.Bpf;
using Holdfast.Primitives;

namespace Holdfast.Xdp.Tests;

/// <summary>Fragments follow the first, which has the ports.</summary>
public sealed class FragmentTests : IDisposable
{
    private const ushort More = 0x2000;

    private readonly DirectorFixture _director = new();

    public FragmentTests()
    {
        _director.Add(DirectorFixture.Names, 3, "rr");
        _director.Add(DirectorFixture.WebV6, 3);
    }

    private static Frame Datagram => new() { IsUdp = true, Port = 53, Payload = 64, Fragment = More };

    public void Dispose() => _director.Dispose();

    [Fact]
    public void Fragments_OfOneDatagram_ReachOneServerUntouchedButForAddressesAndTtl()
    {
        int first = _director.ServerFor(Datagram);
        foreach (ushort offset in (ushort[])[More | 9, 18])
        {
            byte[] bytes = (Datagram with { Fragment = offset }).ToBytes();
            (XdpAction action, byte[] result) = _director.Run(bytes);

            Assert.Equal(XdpAction.SendBack, action);
            Assert.Equal(DirectorFixture.Forwarded(bytes, DirectorFixture.MacOf(first), Frame.OurMac), result);
        }
        Assert.Single(_director.Connections());
    }

    [Fact]
    public void Fragment_BeforeTheFirst_IsDroppedForUsAndPassedForOthers()
    {
        Frame later = Datagram with { Fragment = 9, Identification = 99 };

        Assert.Equal((XdpAction.Drop, DirectorCause.FragmentUnknown), _director.Judge(later.ToBytes()));
        Assert.Equal((XdpAction.Pass, DirectorCause.NoService),
            _director.Judge((later with { Address = IpAddress.Parse("192.0.2.77") }).ToBytes()));
    }

    [Fact]
    public void Fragment_OfAnotherDatagram_IsNotMixedUp()
    {
        _ = _director.ServerFor(Datagram);

        Assert.Equal((XdpAction.Drop, DirectorCause.FragmentUnknown),
            _director.Judge((Datagram with { Fragment = 9, Identification = 0x1235 }).ToBytes()));
    }

    [Fact]
    public void DontFragment_IsNoFragment()
        => Assert.Equal((XdpAction.SendBack, DirectorCause.SentBack),
            _director.Judge((Datagram with { Fragment = 0x4000 }).ToBytes()));

    [Fact]
    public void FragmentsV6_FollowTheFirst()
    {
        Frame first = new()
        {
            Client = IpAddress.Parse("2001:db8:9::7"),
            Address = IpAddress.Parse("2001:db8::1"),
            FirstExtension = 44,
            Options = [6, 0, 0, 1, 0, 0, 0, 5],
        };
        Assert.Equal((XdpAction.SendBack, DirectorCause.SentBack), _director.Judge(first.ToBytes()));

        // A continuation: nothing behind the fragment header is looked at.
        Frame later = first with { Options = [6, 0, 0, 64, 0, 0, 0, 5], Payload = 40 };
        Assert.Equal(_director.ServerFor(first), _director.ServerFor(later));
        Assert.Equal((XdpAction.Drop, DirectorCause.FragmentUnknown),
            _director.Judge((later with { Options = [6, 0, 0, 64, 0, 0, 0, 6] }).ToBytes()));
    }
}
