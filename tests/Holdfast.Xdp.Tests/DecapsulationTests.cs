using System.Buffers.Binary;
using System.Collections.Immutable;
using Holdfast.Layer4.Model;
using Holdfast.Layer4.RealServers.Decapsulation;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Bpf;
using Holdfast.Primitives;

namespace Holdfast.Xdp.Tests;

/// <summary>Packets taken out of tunnels, to the byte; what is not for us stays as it came.</summary>
public sealed class DecapsulationTests : IDisposable
{
    private const int EthernetSize = 14;
    private const ushort GuePort = 6080;
    private static readonly IpAddress s_director = IpAddress.Parse("203.0.113.5");
    private static readonly IpAddress s_directorV6 = IpAddress.Parse("2001:db8:5::5");

    private readonly Decapsulator _program;

    public DecapsulationTests()
    {
        Errno errno = Decapsulator.TryLoad(null, out Decapsulator? program, out string? problem);
        Assert.True(errno == Errno.Success, $"{errno}: {problem}");
        _program = program!;
        Assert.Equal(Errno.Success, _program.Configure(GuePort, []));
        Assert.Equal(Errno.Success, _program.Accept(new Frame().Address));
        Assert.Equal(Errno.Success, _program.Accept(V6.Address));
    }

    private static Frame V6 => new()
    {
        Client = IpAddress.Parse("2001:db8:9::7"),
        Address = IpAddress.Parse("2001:db8::1"),
    };

    private static Frame Of(string kind) => kind switch
    {
        "tcp" => new() { Payload = 33 },
        "options" => new() { Options = [7, 11, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0] },
        "inner fragment" => new() { IsUdp = true, Fragment = 0x2004, Payload = 64 },
        "largest" => new() { Payload = 1400 },
        "tcp6" => V6,
        _ => V6 with { Options = [60, 0, 1, 4, 0, 0, 0, 0, 6, 0, 1, 4, 0, 0, 0, 0] },
    };

    public void Dispose() => _program.Dispose();

    public static TheoryData<string, TunnelKind, TunnelChecksum, bool> Cases
    {
        get
        {
            var cases = new TheoryData<string, TunnelKind, TunnelChecksum, bool>();
            foreach (string kind in (string[])["tcp", "options", "inner fragment", "largest", "tcp6", "extensions"])
            {
                foreach (TunnelKind tunnel in Enum.GetValues<TunnelKind>())
                {
                    cases.Add(kind, tunnel, TunnelChecksum.None, false);
                    cases.Add(kind, tunnel, TunnelChecksum.Full, true);
                }
            }
            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Packet_OutOfEveryKindOfTunnel_IsWhatWentIn(
        string kind, TunnelKind tunnel, TunnelChecksum checksum, bool isOuterV6)
    {
        byte[] inner = Of(kind).ToBytes();
        byte[] frame = Wrap(inner, tunnel, checksum, isOuterV6);

        (XdpAction action, byte[] result) = Run(frame);

        Assert.Equal(XdpAction.Pass, action);
        Assert.Equal(Unwrapped(inner), result);
        FateCounter counter = _program.Read().Counters[FateOf(tunnel)];
        Assert.Equal(new FateCounter(1, (ulong)(inner.Length - EthernetSize)), counter);
    }

    [Theory]
    [InlineData(TunnelKind.Ipip)]
    [InlineData(TunnelKind.Gue)]
    [InlineData(TunnelKind.Gre)]
    public void Frame_CutOffAtEachLength_IsTakenOutOnlyWithAllHeaders(TunnelKind tunnel)
    {
        foreach ((string kind, int header) in (ReadOnlySpan<(string, int)>)[("tcp", 20), ("tcp6", 40)])
        {
            byte[] inner = Of(kind).ToBytes();
            byte[] whole = Wrap(inner, tunnel, TunnelChecksum.Full, false);
            int overhead = whole.Length - inner.Length;
            for (int length = EthernetSize; length <= whole.Length; length++)
            {
                byte[] part = whole[..length];
                (XdpAction action, byte[] result) = Run(part);
                Assert.Equal(XdpAction.Pass, action);
                Assert.Equal(length < EthernetSize + overhead + header ? part
                    : Unwrapped(inner)[..(length - overhead)], result);
            }
        }
    }

    public static TheoryData<string, TunnelFate?> Oddities => new()
    {
        { "other address", TunnelFate.Other },
        { "other content", null },
        { "inner version", TunnelFate.Malformed },
        { "inner header of 16 bytes", TunnelFate.Malformed },
        { "inner longer than outer", TunnelFate.Malformed },
        { "short GUE", TunnelFate.Malformed },
        { "GUE control", TunnelFate.Option },
        { "GUE flags", TunnelFate.Option },
        { "GUE field", TunnelFate.Option },
        { "GUE variant 2", TunnelFate.Option },
        { "GRE key", TunnelFate.Option },
        { "outer fragment", TunnelFate.Fragment },
        { "fragment of UDP", null },
        { "other port", null },
        { "no tunnel", null },
        { "ARP", null },
        { "outer header of 16 bytes", null },
    };

    [Theory]
    [MemberData(nameof(Oddities))]
    public void Oddity_GoesToTheStackAsItCame(string what, TunnelFate? fate)
    {
        byte[] inner = what == "other address"
            ? (Of("tcp") with { Address = IpAddress.Parse("192.0.2.99") }).ToBytes() : Of("tcp").ToBytes();
        TunnelKind kind = what.Contains("GUE", StringComparison.Ordinal) || what is "fragment of UDP" or "other port"
            ? TunnelKind.Gue : what == "GRE key" ? TunnelKind.Gre : TunnelKind.Ipip;
        byte[] frame = what == "no tunnel" ? inner : Wrap(inner, kind, TunnelChecksum.None, false);
        (int at, int value) = what switch
        {
            "other content" => (23, 132),
            "inner version" => (34, 0x55),
            "inner header of 16 bytes" => (34, 0x44),
            "inner longer than outer" => (36, 0x10),
            "short GUE" => (39, 11),
            "GUE control" => (42, 0x20),
            "GUE flags" => (44, 0x80),
            "GUE field" => (42, 1),
            "GUE variant 2" => (42, 0x80),
            "GRE key" => (34, 0x20),
            "outer fragment" or "fragment of UDP" => (20, 0x20),
            "other port" => (37, 0xC1),
            "ARP" => (13, 6),
            "outer header of 16 bytes" => (14, 0x44),
            _ => (0, frame[0]),
        };
        frame[at] = (byte)value;

        (XdpAction action, byte[] result) = Run(frame);

        Assert.Equal(XdpAction.Pass, action);
        Assert.Equal(frame, result);
        // What is no tunnel at all is not counted.
        Assert.Equal(fate is null ? [] : [fate.Value],
            _program.Read().Counters.Where(static c => c.Value.Packets > 0).Select(static c => c.Key));
    }

    [Fact]
    public void Gue_VariantOne_HasNoHeader()
    {
        byte[] inner = Of("tcp").ToBytes();
        byte[] frame = Wrap(inner, TunnelKind.Gue, TunnelChecksum.None, false);
        byte[] direct = [.. frame[..42], .. frame[46..]];
        BinaryPrimitives.WriteUInt16BigEndian(direct.AsSpan(16), (ushort)(direct.Length - EthernetSize));
        BinaryPrimitives.WriteUInt16BigEndian(direct.AsSpan(38), (ushort)(direct.Length - 34));

        Assert.Equal(Unwrapped(inner), Run(direct).Bytes);
    }

    [Fact]
    public void Outer_WithOptions_IsTakenOffWhole()
    {
        byte[] inner = Of("tcp").ToBytes();
        byte[] frame = Wrap(inner, TunnelKind.Ipip, TunnelChecksum.None, false);
        byte[] optioned = [.. frame[..34], 1, 1, 1, 1, .. frame[34..]];
        optioned[14] = 0x46;
        BinaryPrimitives.WriteUInt16BigEndian(optioned.AsSpan(16), (ushort)(optioned.Length - EthernetSize));

        Assert.Equal(Unwrapped(inner), Run(optioned).Bytes);
    }

    [Fact]
    public void Padding_OfEthernet_StaysBehindThePacket()
    {
        byte[] inner = (new Frame { IsUdp = true, Payload = 0 }).ToBytes();
        byte[] frame = [.. Wrap(inner, TunnelKind.Ipip, TunnelChecksum.None, false), 0, 0, 0, 0];

        Assert.Equal([.. Unwrapped(inner), 0, 0, 0, 0], Run(frame).Bytes);
    }

    [Fact]
    public void Source_NotADirector_IsDroppedAndCounted()
    {
        byte[] four = Wrap(Of("tcp").ToBytes(), TunnelKind.Gue, TunnelChecksum.None, false);
        byte[] six = Wrap(Of("tcp6").ToBytes(), TunnelKind.Ipip, TunnelChecksum.None, true);
        ImmutableArray<IpPrefix> others = [Prefix("203.0.113.4/32"), Prefix("2001:db8:6::/48"), Prefix("10.0.0.0/8")];
        Assert.Equal(Errno.Success, _program.Configure(GuePort, others));
        Assert.Equal(others.ToHashSet(), _program.Read().Sources.ToHashSet());

        Assert.Equal((XdpAction.Drop, XdpAction.Drop), (Run(four).Action, Run(six).Action));
        Assert.Equal(2UL, _program.Read().Counters[TunnelFate.Source].Packets);

        Assert.Equal(Errno.Success,
            _program.Configure(GuePort, [Prefix("203.0.113.0/29"), Prefix("2001:db8:5::/48")]));
        Assert.Equal((XdpAction.Pass, XdpAction.Pass), (Run(four).Action, Run(six).Action));
        Assert.Equal(2UL, _program.Read().Counters[TunnelFate.Source].Packets);
    }

    [Fact]
    public void Address_NoLongerAccepted_IsLeftAlone()
    {
        byte[] frame = Wrap(Of("tcp").ToBytes(), TunnelKind.Ipip, TunnelChecksum.None, false);
        Assert.Equal(Errno.Success, _program.Refuse(new Frame().Address));
        Assert.Equal([V6.Address], _program.Read().Addresses);

        Assert.Equal(frame, Run(frame).Bytes);
    }

    [Theory]
    [InlineData("tcp", false)]
    [InlineData("tcp", true)]
    [InlineData("tcp6", false)]
    [InlineData("tcp6", true)]
    public void Congestion_OnTheWay_IsToldToWhoUnderstandsIt(string kind, bool isOuterV6)
    {
        for (int inside = 0; inside < 4; inside++)
        {
            byte[] inner = WithEcn(Of(kind).ToBytes(), inside);
            byte[] frame = WithEcn(Wrap(inner, TunnelKind.Ipip, TunnelChecksum.None, isOuterV6), 3);

            (XdpAction action, byte[] result) = Run(frame);

            Assert.Equal(inside == 0 ? XdpAction.Drop : XdpAction.Pass, action);
            if (inside != 0)
            {
                Assert.Equal(Unwrapped(WithEcn(inner, 3)), result);
            }
        }
        Assert.Equal(1UL, _program.Read().Counters[TunnelFate.Congested].Packets);
    }

    private static IpPrefix Prefix(string text)
        => IpPrefix.TryParse(text, out IpPrefix prefix) ? prefix : throw new FormatException(text);

    private static TunnelFate FateOf(TunnelKind kind) => kind switch
    {
        TunnelKind.Gue => TunnelFate.Gue,
        TunnelKind.Gre => TunnelFate.Gre,
        _ => TunnelFate.Ipip,
    };

    private static byte[] Wrap(byte[] inner, TunnelKind kind, TunnelChecksum checksum, bool isOuterV6) => Packets.Outer(
        inner[EthernetSize..], new()
        {
            Key = new(DirectorFixture.ServerOf(1, isOuterV6), 80),
            Forwarding = ForwardingMethod.Tunnel,
            TunnelKind = kind,
            TunnelChecksum = checksum,
            TunnelPort = GuePort,
        }, isOuterV6 ? s_directorV6 : s_director, DirectorFixture.MacOf(1), 77, 50000);

    // The Ethernet addresses of the outer frame stay.
    private static byte[] Unwrapped(byte[] inner)
        => [.. Packets.Ethernet(DirectorFixture.MacOf(1), Frame.OurMac, inner[12] == 0x86), .. inner[EthernetSize..]];

    private static byte[] WithEcn(byte[] frame, int ecn)
    {
        byte[] result = [.. frame];
        if (frame[12] == 0x86)
        {
            result[15] = (byte)((frame[15] & 0xCF) | (ecn << 4));
            return result;
        }
        result[15] = (byte)((frame[15] & 0xFC) | ecn);
        result.AsSpan(24, 2).Clear();
        BinaryPrimitives.WriteUInt16BigEndian(
            result.AsSpan(24), Frame.Checksum(result.AsSpan(14, (result[14] & 15) * 4)));
        return result;
    }

    private (XdpAction Action, byte[] Bytes) Run(byte[] frame)
    {
        Assert.Equal(Errno.Success,
            XdpTestRun.TryRun(_program.Program, frame, 1, out XdpAction action, out byte[] result));
        return (action, result);
    }
}
