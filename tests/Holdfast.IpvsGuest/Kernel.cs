using System.Collections.Immutable;
using Holdfast.Layer4.Ipvs;
using Holdfast.Layer4.Model;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Netlink;
using Holdfast.Primitives;

namespace Holdfast.IpvsGuest;

/// <summary>An empty IPVS for one case, and short words for what cases need.</summary>
internal sealed class Kernel : IDisposable
{
    internal Kernel()
    {
        Expect.Done(IpvsClient.TryOpen(out IpvsClient? client), "open IPVS");
        Client = client!;
        Clear();
    }

    internal IpvsClient Client { get; }

    internal static IpAddress Virtual { get; } = IpAddress.V4(192, 0, 2, 1);

    internal static VirtualServiceKey Http { get; } = VirtualServiceKey.At(ServiceProtocol.Tcp, Virtual, 80);

    internal static VirtualServiceSpec Service(VirtualServiceKey key, string scheduler = "rr")
        => new() { Key = key, Scheduler = scheduler };

    internal static RealServerSpec Server(byte last, ForwardingMethod method = ForwardingMethod.DirectRouting)
        => new() { Key = new(IpAddress.V4(198, 51, 100, last), 80), Forwarding = method };

    internal static PoolSpec Pool(VirtualServiceSpec service, params ReadOnlySpan<RealServerSpec> servers)
        => new(service, [.. servers]);

    /// <summary>The table without counters, services and servers in the order of their text.</summary>
    internal ImmutableArray<string> Table()
    {
        Expect.Done(Client.Observe(out ImmutableArray<ObservedPool> pools), "observe");
        return [.. pools.SelectMany(static p => p.Servers.Select(s => $"{p.Service.Spec} > {s.Spec}")
            .Append($"{p.Service.Spec}")).Order(StringComparer.Ordinal)];
    }

    internal static void Refused(Errno expected, NetlinkResult result, string what)
        => Expect.Equal(expected, result.Errno, what);

    public void Dispose()
    {
        Clear();
        Client.Dispose();
    }

    // A daemon that runs forbids tunnels to the other family: the kernel cannot tell its peers of them.
    private void Clear()
    {
        Expect.Done(Client.Flush(), "flush");
        _ = Client.StopDaemon(SyncRole.Master);
        _ = Client.StopDaemon(SyncRole.Backup);
    }
}
