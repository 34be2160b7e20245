namespace Holdfast.Lab.UserMode;

/// <summary>What is to be done inside a user-mode Linux.</summary>
public sealed record UserModeJob
{
    /// <summary>Where <see cref="Directory"/> stands in the guest, readable and writable.</summary>
    public const string GuestDirectory = "/mnt";

    /// <summary>Modules of the IPVS core and all of its 13 schedulers, in the order in which they can be inserted.
    /// </summary>
    public static IReadOnlyList<string> IpvsModules { get; } =
    [
        "lib/crc-ccitt", "net/ipv6/ipv6", "net/ipv4/netfilter/nf_defrag_ipv4", "net/ipv6/netfilter/nf_defrag_ipv6",
        "net/netfilter/nf_conntrack", "net/netfilter/ipvs/ip_vs", "net/netfilter/nf_conntrack_sip",
        "net/netfilter/ipvs/ip_vs_pe_sip", "net/netfilter/ipvs/ip_vs_rr", "net/netfilter/ipvs/ip_vs_wrr",
        "net/netfilter/ipvs/ip_vs_lc", "net/netfilter/ipvs/ip_vs_wlc", "net/netfilter/ipvs/ip_vs_fo",
        "net/netfilter/ipvs/ip_vs_ovf", "net/netfilter/ipvs/ip_vs_lblc", "net/netfilter/ipvs/ip_vs_lblcr",
        "net/netfilter/ipvs/ip_vs_dh", "net/netfilter/ipvs/ip_vs_sh", "net/netfilter/ipvs/ip_vs_mh",
        "net/netfilter/ipvs/ip_vs_sed", "net/netfilter/ipvs/ip_vs_nq",
    ];

    /// <summary>Modules of what a <see cref="Lab"/> in the guest is made of, and of tunnels to real servers.</summary>
    public static IReadOnlyList<string> TrafficModules { get; } =
    [
        "drivers/net/veth", "net/llc/llc", "net/802/stp", "net/bridge/bridge", "net/ipv4/ip_tunnel",
        "net/ipv4/tunnel4", "net/ipv4/ipip",
    ];

    /// <summary>
    /// Shell commands (bash). The file system is the host's, read-only, but for /run (empty) and
    /// <see cref="GuestDirectory"/>; so programs stand where they stand on the host.
    /// </summary>
    public required string Script { get; init; }

    /// <summary>A directory of the host for files that go in and out.</summary>
    public required string Directory { get; init; }

    /// <summary>Kernel modules, without ".ko", below the kernel's directory. Defaults to none.</summary>
    public IReadOnlyList<string> Modules { get; init; } = [];

    /// <summary>When the guest is ended by force. Defaults to two minutes.</summary>
    public TimeSpan Limit { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Memory of the guest in MiB. Defaults to 512.</summary>
    public int MemoryMebibytes { get; init; } = 512;

    /// <summary>Ends the guest by force. Defaults to never.</summary>
    public CancellationToken Cancelled { get; init; }

    /// <summary>Gets every line of the guest's console as it comes, on any thread; null for nobody.</summary>
    public Action<string>? Console { get; init; }
}

/// <summary>What became of a job.</summary>
/// <param name="HasBooted">Whether the kernel came up and all modules went in.</param>
/// <param name="HasEnded">Whether the script came to its end in time.</param>
/// <param name="Console">Everything that the guest wrote.</param>
public sealed record UserModeResult(bool HasBooted, bool HasEnded, string Console);
