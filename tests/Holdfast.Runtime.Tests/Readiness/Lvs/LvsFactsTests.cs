using System.Collections.Immutable;
using System.Runtime.ExceptionServices;
using Holdfast.Config.Keepalived.Model;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Netlink;
using Holdfast.Linux.Sockets;
using Holdfast.Primitives;
using Holdfast.Runtime.Doctor;
using Holdfast.Runtime.Readiness.Lvs;

namespace Holdfast.Runtime.Tests.Readiness.Lvs;

/// <summary>What is read from a kernel, in a network namespace of the test's thread; and who answers ARP.</summary>
public sealed class LvsFactsTests
{
    [Fact]
    public void Facts_OfAHost_AreWhatItsTablesSay() => InNamespace(static netlink =>
    {
        LvsFacts facts = Read(netlink, "192.0.2.10", "192.0.2.77", "10.1.2.3", "203.0.113.9", "2001:db8::5");

        Assert.True(facts.Routes[Ip("192.0.2.10")]?.IsLocal);
        Assert.Equal(new LvsRoute("veth0", default, false), facts.Routes[Ip("192.0.2.77")]);
        Assert.Equal(new LvsRoute("veth0", Ip("192.0.2.1"), false), facts.Routes[Ip("10.1.2.3")]);
        Assert.Null(facts.Routes[Ip("203.0.113.9")]);
        Assert.Equal(new LvsRoute("veth0", default, false), facts.Routes[Ip("2001:db8::5")]);
        Assert.Contains("veth0", facts.Links);
        Assert.Contains((new IpPrefix(Ip("192.0.2.10"), 24), "veth0"), facts.Addresses);
        Assert.Equal(1, facts.Setting("ipv4/conf/veth0/forwarding"));
        Assert.Equal(0, facts.Setting("ipv6/conf/veth0/forwarding"));
    });

    [Fact]
    public void Answers_ARealServerHasTheAddress_IsBadUnlessItMayBeTheActive()
    {
        var answers = new ArpAnswers();
        Assert.True(MacAddress.TryParse("02:00:00:00:00:01", out MacAddress server));
        Assert.True(MacAddress.TryParse("02:00:00:00:00:02", out MacAddress other));
        ImmutableArray<IpAddress> servers = [Ip("192.0.2.101"), Ip("192.0.2.102")];
        answers.Add(servers[0], server);
        Assert.Empty(answers.Judge(Ip("192.0.2.10"), servers, isHere: true));

        answers.Add(Ip("192.0.2.10"), server);
        DoctorFinding finding = Assert.Single(answers.Judge(Ip("192.0.2.10"), servers, isHere: true));
        Assert.Equal(DoctorVerdict.Bad, finding.Verdict);
        Assert.Contains("192.0.2.101", finding.Text, StringComparison.Ordinal);
        Assert.Equal("on 192.0.2.101: holdfast realserver 192.0.2.10 --apply", finding.Remedy);
        Assert.Equal(DoctorVerdict.Note,
            Assert.Single(answers.Judge(Ip("192.0.2.10"), servers, isHere: false)).Verdict);

        answers.Add(Ip("192.0.2.10"), other);
        Assert.Equal(DoctorVerdict.Bad,
            Assert.Single(answers.Judge(Ip("192.0.2.10"), servers, isHere: false)).Verdict);
        Assert.Equal(2, answers.Judge(Ip("192.0.2.10"), servers, isHere: true).Count());
    }

    private static LvsFacts Read(RouteNetlink netlink, string address, params string[] servers)
    {
        var span = new SourceSpan("test", 1, 1, 1);
        var service = new LvsService("test", [Ip(address)],
            [.. servers.Select(s => new LvsServer(Ip(s), ForwardingMethod.Direct, false, span))], span);
        Assert.True(LvsFacts.TryRead(netlink, [service], out LvsFacts? facts));
        return facts!;
    }

    private static IpAddress Ip(string text) => IpAddress.Parse(text);

    private static void InNamespace(Action<RouteNetlink> test)
    {
        ExceptionDispatchInfo? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                NetworkNamespace.UnshareCurrentThread();
                using RouteNetlink netlink = RouteNetlink.Open();
                netlink.CreateVeth("veth0", "veth1").ThrowIfFailed("veth");
                int index = InterfaceInfo.IndexOf("veth0");
                Assert.Equal(Errno.Success, InterfaceInfo.TryWriteSetting(IpFamily.V6, "veth0", "disable_ipv6", 0));
                Assert.Equal(Errno.Success, InterfaceInfo.TryWriteSetting(IpFamily.V4, "veth0", "forwarding", 1));
                Assert.Equal(Errno.Success, InterfaceInfo.TryWriteSetting(IpFamily.V6, "veth0", "forwarding", 0));
                netlink.SetLinkUp(1, up: true).ThrowIfFailed("lo up");
                netlink.SetLinkUp(index, up: true).ThrowIfFailed("up");
                netlink.SetLinkUp(InterfaceInfo.IndexOf("veth1"), up: true).ThrowIfFailed("up");
                foreach ((string address, byte length) in new[] { ("192.0.2.10", (byte)24), ("2001:db8::1", (byte)64) })
                {
                    netlink.AddAddress(new()
                    {
                        Prefix = new(Ip(address), length), InterfaceIndex = index, Flags = AddressFlags.NoDad,
                    }).ThrowIfFailed("address");
                }
                netlink.AddRoute(new()
                {
                    Destination = new(Ip("10.0.0.0"), 8), Gateway = Ip("192.0.2.1"), InterfaceIndex = index,
                }).ThrowIfFailed("route");
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
