using Holdfast.Linux;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Netlink;
using Holdfast.Primitives;

namespace Holdfast.Kernel.Tests;

public sealed class AddressTests
{
    [Fact]
    public void Address_AddedWithEveryField_ComesBackInTheDump() => PrivateNetwork.Run(static network =>
    {
        AddressSpec spec = new()
        {
            Prefix = new(IpAddress.Parse("192.0.2.10"), 24),
            InterfaceIndex = network.LeftIndex,
            Broadcast = IpAddress.Parse("192.0.2.255"),
            Label = "left0:vip",
            Scope = 253,
            Flags = AddressFlags.NoPrefixRoute,
            Protocol = 18,
            ValidLifetimeSeconds = 1000,
            PreferredLifetimeSeconds = 500,
        };
        Assert.Equal(default, network.LeftRoute.AddAddress(spec));
        Assert.Equal(spec, Assert.Single(Dump(network, IpFamily.V4)));
    });

    [Fact]
    public void Address_AddedTwice_SaysExistsAndReplaceSucceeds() => PrivateNetwork.Run(static network =>
    {
        AddressSpec spec = Virtual(network, 1);
        Assert.Equal(Errno.Success, network.LeftRoute.AddAddress(spec).Errno);
        Assert.Equal(Errno.EEXIST, network.LeftRoute.AddAddress(spec).Errno);
        Assert.Equal(Errno.Success, network.LeftRoute.AddAddress(spec, AddMode.Replace).Errno);
        Assert.Equal(Errno.Success, network.LeftRoute.DeleteAddress(spec).Errno);
        Assert.Equal(Errno.EADDRNOTAVAIL, network.LeftRoute.DeleteAddress(spec).Errno);
        Assert.Empty(Dump(network, IpFamily.V4));
    });

    [Fact]
    public void Address_WithPeer_KeepsBothEnds() => PrivateNetwork.Run(static network =>
    {
        foreach ((string own, string peer, byte length) in
            new[] { ("198.51.100.1", "198.51.100.2", (byte)32), ("2001:db8::1", "2001:db8::2", (byte)128) })
        {
            AddressSpec spec = new()
            {
                Prefix = new(IpAddress.Parse(own), length),
                Peer = IpAddress.Parse(peer),
                InterfaceIndex = network.LeftIndex,
            };
            Assert.Equal(default, network.LeftRoute.AddAddress(spec));
            AddressSpec seen = Assert.Single(Dump(network, spec.Prefix.Address.Family), a => !a.Peer.IsNone);
            Assert.Equal((spec.Prefix, spec.Peer), (seen.Prefix, seen.Peer));
            Assert.Equal(default, network.LeftRoute.DeleteAddress(spec));
        }
    });

    [Fact]
    public void Address_V6Flags_ComeBackInTheDump() => PrivateNetwork.Run(static network =>
    {
        AddressSpec spec = new()
        {
            Prefix = new(IpAddress.Parse("2001:db8::10"), 64),
            InterfaceIndex = network.LeftIndex,
            Flags = AddressFlags.NoDad | AddressFlags.HomeAddress | AddressFlags.ManageTemporary
                | AddressFlags.NoPrefixRoute,
            Protocol = 18,
            PreferredLifetimeSeconds = 0,
        };
        Assert.Equal(default, network.LeftRoute.AddAddress(spec));
        AddressSpec seen = Assert.Single(Dump(network, IpFamily.V6), a => a.Prefix == spec.Prefix);
        Assert.Equal(spec.Flags, seen.Flags & spec.Flags);
        Assert.True(seen.Flags.HasFlag(AddressFlags.Deprecated));
        Assert.Equal(((byte)18, 0u), (seen.Protocol, seen.PreferredLifetimeSeconds));
    });

    [Fact]
    public void Address_LabelTooLong_IsRefusedWithWordsAndAttribute() => PrivateNetwork.Run(static network =>
    {
        AddressSpec spec = Virtual(network, 1) with { Label = "a-label-of-more-than-fifteen-bytes" };
        NetlinkResult result = network.LeftRoute.AddAddress(spec);
        Assert.False(result.IsSuccess);
        Assert.NotNull(result.Text);
        Assert.Equal(3, result.Attribute);
    });

    [Fact]
    public void Address_OnNoInterface_SaysNoDevice() => PrivateNetwork.Run(static network =>
        Assert.Equal(Errno.ENODEV,
            network.LeftRoute.AddAddress(Virtual(network, 1) with { InterfaceIndex = 9999 }).Errno));

    // The time is the kernel's and quadratic: for each IPv4 address it walks over the interface's list, and for each
    // IPv6 address it joins a further solicited-node group (2,000 with the same last 24 bits take 49 ms, else 1.4 s).
    [Theory]
    [InlineData(IpFamily.V4, 5100)]
    [InlineData(IpFamily.V6, 1000)]
    public void Batch_OfThousands_IsFastAndReversible(IpFamily family, int count) => PrivateNetwork.Run(network =>
    {
        AddressSpec[] specs = [.. Enumerable.Range(0, count).Select(i => Virtual(network, i, family))];
        var results = new Errno[count];
        MonotonicTime start = MonotonicClock.Now;
        Assert.Equal(0, network.LeftRoute.AddAddresses(specs, results));
        TimeSpan adding = MonotonicClock.Now - start;
        Assert.Equal(count, Dump(network, family).Count(IsOurs));

        start = MonotonicClock.Now;
        Assert.Equal(0, network.LeftRoute.DeleteAddresses(specs, results));
        TimeSpan removing = MonotonicClock.Now - start;
        Assert.DoesNotContain(Dump(network, family), address => IsOurs(address));
        TestContext.Current.TestOutputHelper?.WriteLine($"{family}: added in {adding}, removed in {removing}");
        Assert.True(adding < TimeSpan.FromSeconds(2), $"adding took {adding}");
    });

    [Fact]
    public void Batch_WithFailures_TellsWhichAndWhy() => PrivateNetwork.Run(static network =>
    {
        AddressSpec[] specs = [.. Enumerable.Range(0, 3000).Select(i => Virtual(network, i / 2))];
        var results = new Errno[specs.Length];
        Assert.Equal(1500, network.LeftRoute.AddAddresses(specs, results));
        Assert.All(results.Index(), static r
            => Assert.Equal(r.Index % 2 == 0 ? Errno.Success : Errno.EEXIST, r.Item));
        Assert.Equal(Errno.EEXIST, network.LeftRoute.FirstBatchFailure.Errno);
    });

    [Fact]
    public void Batch_SecondTime_AllocatesNothing() => PrivateNetwork.Run(static network =>
    {
        AddressSpec[] specs = [.. Enumerable.Range(0, 500).Select(i => Virtual(network, i))];
        var results = new Errno[specs.Length];
        for (int round = 0; round < 40; round++)
        {
            Cycle();
        }
        long before = GC.GetAllocatedBytesForCurrentThread();
        Cycle();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        void Cycle()
        {
            Invariant.Check(network.LeftRoute.AddAddresses(specs, results) == 0);
            Invariant.Check(network.LeftRoute.DeleteAddresses(specs, results) == 0);
        }
    });

    internal static AddressSpec Virtual(PrivateNetwork network, int number, IpFamily family = IpFamily.V4) => new()
    {
        Prefix = IpPrefix.Host(family == IpFamily.V4
            ? IpAddress.V4(0x0A00_0001u + (uint)number) : new(family, 0x2001_0DB8_0000_0000, (ulong)number + 1)),
        Flags = family == IpFamily.V6 ? AddressFlags.NoDad : AddressFlags.None,
        InterfaceIndex = network.LeftIndex,
        Protocol = 18,
    };

    private static bool IsOurs(AddressSpec address) => address.Protocol == 18;

    private static List<AddressSpec> Dump(PrivateNetwork network, IpFamily family)
    {
        List<AddressSpec> addresses = [];
        network.LeftRoute.DumpAddresses(addresses, family, network.LeftIndex).ThrowIfFailed("dump");
        return addresses;
    }
}
