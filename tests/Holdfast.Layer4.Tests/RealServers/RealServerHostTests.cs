using System.Collections.Immutable;
using System.Runtime.ExceptionServices;
using Holdfast.Layer4.RealServers;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Netlink;
using Holdfast.Linux.Sockets;
using Holdfast.Primitives;

namespace Holdfast.Layer4.Tests.RealServers;

/// <summary>Steps done and taken back in the kernel, each test in a network namespace of its own thread.</summary>
public sealed class RealServerHostTests : IDisposable
{
    private static readonly ImmutableArray<IpAddress> s_vips
        = [IpAddress.Parse("192.0.2.10"), IpAddress.Parse("2001:db8::10")];

    private readonly string _directory = Directory.CreateTempSubdirectory("holdfast-realserver-").FullName;

    private string StateFile => Path.Combine(_directory, "run", "realserver.json");

    [Fact]
    public void Apply_FreshHost_IsWhatTheKernelThenHas() => InNamespace(netlink =>
    {
        Apply(netlink, s_vips);

        RealServerFacts facts = Facts(netlink);
        Assert.Equal(1, facts.Setting("ipv4/conf/all/arp_ignore"));
        Assert.Equal(2, facts.Setting("ipv4/conf/all/arp_announce"));
        Assert.True(facts.Links["lo"]);
        Assert.Equal(s_vips.Select(static a => IpPrefix.Host(a)),
            facts.Addresses.Where(static a => a is { Interface: "lo", Mark: 18 }).Select(static a => a.Prefix)
                .OrderBy(static p => p.Length));
        List<AddressSpec> six = [];
        netlink.DumpAddresses(six, IpFamily.V6).ThrowIfFailed("dump");
        AddressSpec own = six.Single(static a => a.Prefix.Address == s_vips[1]);
        Assert.Equal(AddressFlags.None, own.Flags & AddressFlags.Tentative);
        Assert.Equal(AddressFlags.Deprecated, own.Flags & AddressFlags.Deprecated);
        Assert.Empty(RealServerPlan.For(new() { Addresses = s_vips }, facts).Missing);
    });

    [Fact]
    public void Apply_ASecondTime_ChangesNothing() => InNamespace(netlink =>
    {
        Apply(netlink, s_vips);
        byte[] before = File.ReadAllBytes(StateFile);

        Apply(netlink, s_vips);

        Assert.Equal(before, File.ReadAllBytes(StateFile));
    });

    [Fact]
    public void Undo_AfterApply_RestoresWhatWasThere() => InNamespace(netlink =>
    {
        Assert.Equal(Errno.Success, InterfaceInfo.TryWriteSysctl("ipv4/conf/all/arp_announce", 1));
        RealServerFacts before = Facts(netlink);
        Apply(netlink, s_vips[..1]);
        Apply(netlink, s_vips);

        Undo(netlink, []);

        RealServerFacts after = Facts(netlink);
        Assert.Equal(before.Settings, after.Settings);
        // The kernel gives lo its own address when it comes up for the first time, and never takes it back.
        Assert.All(after.Addresses.Except(before.Addresses), static a => Assert.True(a.Prefix.Address.IsLoopback));
        Assert.Equal(before.Links, after.Links);
        Assert.False(File.Exists(StateFile));
    });

    [Fact]
    public void Undo_OneAddress_LeavesTheOtherWithItsSettings() => InNamespace(netlink =>
    {
        ImmutableArray<IpAddress> two = [s_vips[0], IpAddress.Parse("192.0.2.11")];
        Apply(netlink, two);

        Undo(netlink, two[..1]);

        RealServerFacts facts = Facts(netlink);
        Assert.Equal(1, facts.Setting("ipv4/conf/all/arp_ignore"));
        Assert.Equal(two[1], Assert.Single(facts.Addresses, static a => a.Mark == 18).Prefix.Address);
        Undo(netlink, []);
        Assert.Equal(0, Facts(netlink).Setting("ipv4/conf/all/arp_ignore"));
    });

    [Fact]
    public void Undo_AddressThatWasThereBefore_StaysThere() => InNamespace(netlink =>
    {
        netlink.AddAddress(new() { Prefix = IpPrefix.Host(s_vips[0]), InterfaceIndex = 1 }).ThrowIfFailed("add");
        Apply(netlink, s_vips);

        Undo(netlink, []);

        Assert.Contains(Facts(netlink).Addresses, static a => a.Prefix.Address == s_vips[0]);
    });

    [Fact]
    public void Undo_SettingThatSomebodyChanged_StaysAsItIs() => InNamespace(netlink =>
    {
        Apply(netlink, s_vips);
        Assert.Equal(Errno.Success, InterfaceInfo.TryWriteSysctl("ipv4/conf/all/arp_ignore", 2));

        Undo(netlink, []);

        Assert.Equal(2, Facts(netlink).Setting("ipv4/conf/all/arp_ignore"));
        Assert.Equal(0, Facts(netlink).Setting("ipv4/conf/all/arp_announce"));
    });

    [Fact]
    public void Apply_KernelRefusesAStep_StopsBeforeTheAddress() => InNamespace(netlink =>
    {
        RealServerPlan plan = RealServerPlan.For(new() { Addresses = s_vips }, Facts(netlink));
        RealServerPlan impossible = plan with
        {
            Steps = plan.Steps.Insert(1, new(RealServerVerb.Write, "ipv4/conf/none/arp_ignore", "") { To = 1 }),
        };
        var host = new RealServerHost(netlink, StateFile);

        NetlinkResult result = host.Apply(impossible, host.Load(out _), out RealServerStep? failed);

        Assert.Equal(Errno.ENOENT, result.Errno);
        Assert.Same(impossible.Steps[1], failed);
        Assert.DoesNotContain(Facts(netlink).Addresses, static a => s_vips.Contains(a.Prefix.Address));
        Undo(netlink, []);
        Assert.Equal(0, Facts(netlink).Setting("ipv4/conf/all/arp_ignore"));
    });

    [Fact]
    public void State_OfAnotherNamespaceOrBoot_IsNotTaken() => InNamespace(netlink =>
    {
        Apply(netlink, s_vips);
        Assert.True(RealServerState.TryRead(File.ReadAllBytes(StateFile), out RealServerState state));
        string boot = state.Kernel.Split(' ')[0];
        var host = new RealServerHost(netlink, StateFile);

        File.WriteAllBytes(StateFile, (state with { Kernel = $"{boot} net:[1]" }).Write());
        Assert.True(host.Load(out string? problem).IsEmpty);
        Assert.Contains("another network namespace", problem, StringComparison.Ordinal);

        // A dead namespace had the number of this one; all that was done there is gone.
        string number = state.Kernel.Split(' ')[1];
        File.WriteAllBytes(StateFile, (state with { Kernel = $"{boot} {number} 1234567" }).Write());
        Assert.True(host.Load(out problem).IsEmpty);
        Assert.Null(problem);

        File.WriteAllBytes(StateFile, (state with { Kernel = "earlier net:[1]" }).Write());
        Assert.True(host.Load(out problem).IsEmpty);
        Assert.Null(problem);

        File.WriteAllText(StateFile, "not JSON");
        _ = host.Load(out problem);
        Assert.Contains("damaged", problem, StringComparison.Ordinal);
    });

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    private static RealServerFacts Facts(RouteNetlink netlink)
    {
        RealServerFacts.Read(netlink, out RealServerFacts facts).ThrowIfFailed("read");
        return facts;
    }

    private void Apply(RouteNetlink netlink, ImmutableArray<IpAddress> addresses)
    {
        RealServerPlan plan = RealServerPlan.For(new() { Addresses = addresses }, Facts(netlink));
        Assert.Empty(plan.Problems);
        var host = new RealServerHost(netlink, StateFile);
        RealServerState state = host.Load(out string? problem);
        Assert.Null(problem);
        host.Apply(plan, state, out _).ThrowIfFailed("apply");
    }

    private void Undo(RouteNetlink netlink, ImmutableArray<IpAddress> addresses)
    {
        var host = new RealServerHost(netlink, StateFile);
        var undo = RealServerUndo.For(host.Load(out string? problem), addresses, Facts(netlink));
        Assert.Null(problem);
        host.Undo(undo, out _).ThrowIfFailed("undo");
    }

    private static void InNamespace(Action<RouteNetlink> test)
    {
        ExceptionDispatchInfo? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                NetworkNamespace.UnshareCurrentThread();
                // What the machine's first namespace has may be inherited; the tests begin with the kernel's defaults.
                foreach (string setting in new[] { "arp_ignore", "arp_announce", "rp_filter" })
                {
                    foreach (string name in new[] { "all", "lo" })
                    {
                        _ = InterfaceInfo.TryWriteSysctl($"ipv4/conf/{name}/{setting}", 0);
                    }
                }
                _ = InterfaceInfo.TryWriteSysctl("ipv6/conf/lo/disable_ipv6", 0);
                using RouteNetlink netlink = RouteNetlink.Open();
                test(netlink);
            }
            catch (Exception exception)
            {
                failure = ExceptionDispatchInfo.Capture(exception);
            }
        });
        thread.Start();
        thread.Join();
        failure?.Throw();
    }
}
