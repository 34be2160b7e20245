using System.Globalization;
using Holdfast.Config.Keepalived.Model;

namespace Holdfast.Config.Keepalived.Schema;

/// <summary>An option of our own, written <c>#holdfast: KEY VALUE</c>, which the original reads as a comment.</summary>
/// <param name="Key">Its first word.</param>
/// <param name="Block">
/// The block that it stands in; one of <see cref="BlockKind.Global"/> may stand outside all blocks, too.
/// </param>
/// <param name="Syntax">What may follow.</param>
/// <param name="Default">What holds without it.</param>
/// <param name="Summary">What it does, one sentence.</param>
/// <param name="IsValue">Whether a text may follow.</param>
internal sealed record OptionSpec(
    string Key, BlockKind Block, string Syntax, string Default, string Summary, Func<string, bool> IsValue)
{
    /// <summary>All that there are.</summary>
    internal static readonly OptionSpec[] All =
    [
        new("address_lifetime", BlockKind.Global, "on, off or COUNT", "64",
            "Virtual addresses carry a kernel lifetime, so that they go when every process of ours has died; "
            + "with a count, only while a node has at most so many virtual addresses.",
            static value => value is "on" or "off"
                || int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out _)),
        new("masquerade", BlockKind.VirtualServer, "on or off", "off",
            "Real servers with `lvs_method NAT` see an address of this host instead of the client's, so that their "
            + "answers come back here whatever their routes are; the xdp and the nftables plane do it.",
            static value => value is "on" or "off"),
        new("plane", BlockKind.Global, "ipvs, xdp or nftables",
            "ipvs where the kernel has it, otherwise xdp, otherwise nftables",
            "What carries out virtual servers: the kernel's IPVS, a BPF program of ours at the interfaces, or tables "
            + "of ours in nftables; counts at a start alone.",
            static value => value is "ipvs" or "xdp" or "nftables"),
        new(LocalService.Key, BlockKind.Instance, "tcp/PORT or udp/PORT, one or more", "none",
            "A service that must listen on the virtual addresses for a failover to be of use; `holdfast status` tells "
            + "when it does not.",
            LocalService.AreServices),
    ];

    /// <summary>The option of a block with a key; null when there is none.</summary>
    internal static OptionSpec? Find(BlockKind block, string key)
        => Array.Find(All, option => option.Block == block && option.Key == key);

    /// <summary>The keys that a block may have.</summary>
    internal static IEnumerable<string> KeysOf(BlockKind block)
        => All.Where(option => option.Block == block).Select(static option => option.Key);
}
