using Holdfast.Linux.Abi;
using Holdfast.Linux.Netlink;
using Holdfast.Linux.Nftables;
using Holdfast.Primitives;

namespace Holdfast.Layer4.Nftables;

/// <summary>Whether the kernel's nftables has all that this plane is made of: its parts are modules of their own.
/// </summary>
internal static class NftProbe
{
    private const string Table = "holdfast-probe";

    /// <summary>Makes tables with every kind of rule and deletes them, in one transaction: nobody ever sees them.
    /// </summary>
    /// <returns>EOPNOTSUPP: something is missing; the text says which part of it.</returns>
    internal static NetlinkResult Run(NftSocket socket)
    {
        (string Part, Action<NftTransaction> Write)[] parts =
        [
            ("translation of addresses (nft_chain_nat, nft_nat, nft_masq, nft_ct)", WriteTranslation),
            ("schedulers (nft_numgen, nft_hash, nft_fib_inet, nft_objref)", WriteScheduling),
            ("direct routing (CONFIG_NF_TABLES_NETDEV, nft_fwd_netdev, nft_fib_netdev)", WriteForwarding),
        ];
        foreach ((string part, Action<NftTransaction> write) in parts)
        {
            NftTransaction t = socket.Begin();
            write(t);
            NetlinkResult result = socket.Commit(t);
            if (!result.IsSuccess)
            {
                return result.Errno == Errno.EPERM ? result
                    : new(Errno.EOPNOTSUPP, $"the kernel's nftables lacks what is needed for {part}: {result}");
            }
        }
        return default;
    }

    private static void WriteTranslation(NftTransaction t)
    {
        t.AddTable(NftFamily.Inet, Table);
        t.AddChain(NftFamily.Inet, Table, new NftBaseChain("out", NftHook.Postrouting, 100, IsNat: true));
        t.AddRule(NftFamily.Inet, Table, "out", new NftRule().OfFamily(IpFamily.V4).Translated(isReply: false)
            .Masquerade());
        t.AddChain(NftFamily.Inet, Table, new NftBaseChain("in", NftHook.Prerouting, -100, IsNat: true));
        t.AddRule(NftFamily.Inet, Table, "in", new NftRule().OfFamily(IpFamily.V4).Value(0, [127, 0, 0, 1])
            .Value(1, [0, 1]).TranslateDestination(IpFamily.V4, 0, 1));
        t.DeleteTable(NftFamily.Inet, Table);
    }

    private static void WriteScheduling(NftTransaction t)
    {
        t.AddTable(NftFamily.Inet, Table);
        t.AddChain(NftFamily.Inet, Table, "chain");
        t.AddCounter(NftFamily.Inet, Table, "counter");
        t.AddRule(NftFamily.Inet, Table, "chain", new NftRule().DestinationIsLocal(true).CountIn("counter")
            .NextNumber(2, 0).Hash(0, sizeof(uint), 2, 1, 1));
        t.DeleteTable(NftFamily.Inet, Table);
    }

    private static void WriteForwarding(NftTransaction t)
    {
        var set = new NftSet("set", [NftType.V4Address], NftMapKind.Number)
        {
            DynamicMax = 2,
            Timeout = TimeSpan.FromSeconds(1),
        };
        t.AddTable(NftFamily.Netdev, Table);
        t.AddChain(NftFamily.Netdev, Table, "chain");
        _ = t.AddSet(NftFamily.Netdev, Table, set);
        t.AddRule(NftFamily.Netdev, Table, "chain", new NftRule().DestinationIsLocal(true).Value(0, [127, 0, 0, 1])
            .Value(1, 1).Remember(set.Name, 0, 1).Value(1, 1).Forward(IpFamily.V4, 1, 0));
        t.DeleteTable(NftFamily.Netdev, Table);
    }
}
