using System.Collections.Immutable;
using Holdfast.Primitives;

namespace Holdfast.Config.Keepalived.Model;

/// <summary>The state that a <c>vrrp_instance</c> wishes to start in.</summary>
public enum InitialState : byte
{
    /// <summary>Wait for the Active-down time first.</summary>
    Backup,

    /// <summary>keepalived's <c>state MASTER</c>: still waits, unless the priority is 255.</summary>
    Master,
}

/// <summary>Kind of VRRPv2 authentication (RFC 2338; gone in RFC 3768, still in nearly every file).</summary>
public enum VrrpAuthType : byte
{
    /// <summary>None.</summary>
    None,

    /// <summary>A clear-text password of at most eight bytes.</summary>
    Pass,

    /// <summary>IPsec AH with HMAC-MD5-96.</summary>
    Ah,
}

/// <summary>How v3 IPv4 unicast checksums of keepalived up to 1.3.6 are treated.</summary>
public enum OldUnicastChecksum : byte
{
    /// <summary>Send the right one, recognise an old peer by itself.</summary>
    Auto,

    /// <summary>Send the old one.</summary>
    Always,

    /// <summary>Never use or accept the old one.</summary>
    Never,
}

/// <summary>One <c>unicast_peer</c> line.</summary>
/// <param name="Address">Address of the peer.</param>
/// <param name="MinTtl">Least TTL or hop limit accepted; null: not checked by the original.</param>
/// <param name="MaxTtl">Greatest TTL or hop limit accepted; null: not checked.</param>
public sealed record UnicastPeerModel(IpAddress Address, byte? MinTtl, byte? MaxTtl);

/// <summary>One <c>vrrp_instance</c> with global defaults already merged in.</summary>
public sealed record VrrpInstanceModel
{
    /// <summary>Name of the instance.</summary>
    public required string Name { get; init; }

    /// <summary>Where the block begins.</summary>
    public required SourceSpan Span { get; init; }

    /// <summary>Interface that adverts use; empty when omitted (unicast only).</summary>
    public string Interface { get; init; } = "";

    /// <summary>Virtual Router Identifier, 1 to 255; mandatory.</summary>
    public Vrid Vrid { get; init; }

    /// <summary>Family of the adverts, taken from the first virtual address or peer.</summary>
    public IpFamily Family { get; init; } = IpFamily.V4;

    /// <summary>VRRP version 2 or 3. Default: <c>vrrp_version</c>, which is 2; IPv6 is always 3.</summary>
    public int Version { get; init; } = 2;

    /// <summary><c>state</c>. Default BACKUP, unless the priority is 255.</summary>
    public InitialState InitialState { get; init; }

    /// <summary><c>priority</c>, 1 to 255. Default 100, but 255 with <c>state MASTER</c> and no priority.</summary>
    public Priority Priority { get; init; } = Priority.Default;

    /// <summary><c>advert_int</c>. Default 1 s; whole seconds in v2; 10 ms to 40.95 s in v3.</summary>
    public TimeSpan AdvertInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary><c>down_timer_adverts</c>, 1 to 100. Default 3.</summary>
    public int DownTimerAdverts { get; init; } = 3;

    /// <summary><c>nopreempt</c>: do not take over from a lower priority that is Active.</summary>
    public bool NoPreempt { get; init; }

    /// <summary><c>preempt_delay</c>, 0 to 1000 s. Default 0.</summary>
    public TimeSpan PreemptDelay { get; init; }

    /// <summary><c>accept</c>: answer packets for the virtual addresses though not their owner. Default true.</summary>
    public bool Accept { get; init; } = true;

    /// <summary><c>strict_mode</c> or <c>vrrp_strict</c>.</summary>
    public bool Strict { get; init; }

    /// <summary><c>owner_ignore_adverts</c>.</summary>
    public bool OwnerIgnoreAdverts { get; init; }

    /// <summary><c>timer_expired_backup</c>: step down when the own timer ran late by the Active-down time.</summary>
    public bool TimerExpiredBackup { get; init; }

    /// <summary>
    /// Highest priority of the other routers, from which <see cref="TimerExpiredBackup"/> works out how soon one of
    /// them takes over; null: 254, the soonest.
    /// </summary>
    public Priority? TimerExpiredPriority { get; init; }

    /// <summary><c>lower_prio_no_advert</c>. Default false.</summary>
    public bool LowerPriorityNoAdvert { get; init; }

    /// <summary><c>higher_prio_send_advert</c>. Default false.</summary>
    public bool HigherPrioritySendAdvert { get; init; }

    /// <summary><c>skip_check_adv_addr</c>. Default false.</summary>
    public bool SkipCheckAdvertAddresses { get; init; }

    /// <summary><c>v3_checksum_as_v2</c>: no pseudo-header in the v3 IPv4 checksum. Default false.</summary>
    public bool V3ChecksumAsV2 { get; init; }

    /// <summary><c>old_unicast_checksum</c>.</summary>
    public OldUnicastChecksum OldUnicastChecksum { get; init; }

    /// <summary><c>auth_type</c>; only in v2.</summary>
    public VrrpAuthType AuthType { get; init; }

    /// <summary><c>auth_pass</c>: at most eight bytes. Never printed.</summary>
    public string AuthPassword { get; init; } = "";

    /// <summary>
    /// Multicast group. Default 224.0.0.18 or ff02::12, <c>vrrp_mcast_group4/6</c>, <c>mcast_dst_ip</c>.
    /// </summary>
    public IpAddress MulticastGroup { get; init; }

    /// <summary><c>mcast_src_ip</c> or <c>unicast_src_ip</c>; none: the first address of the interface.</summary>
    public IpAddress SourceAddress { get; init; }

    /// <summary><c>track_src_ip</c>: FAULT when <see cref="SourceAddress"/> is not on the interface.</summary>
    public bool TrackSourceAddress { get; init; }

    /// <summary><c>unicast_peer</c>; empty: multicast.</summary>
    public ImmutableArray<UnicastPeerModel> UnicastPeers { get; init; } = [];

    /// <summary>Whether adverts go to peers rather than to the group.</summary>
    public bool IsUnicast => !UnicastPeers.IsEmpty;

    /// <summary>What makes it the same virtual router before and after a reload.</summary>
    public InstanceIdentity Identity => new(Name, Vrid, Family, Version, Interface, IsUnicast);

    /// <summary><c>unicast_ttl</c>, 0 to 255. Default 255.</summary>
    public byte UnicastTtl { get; init; } = 255;

    /// <summary><c>check_unicast_src</c>: drop adverts from addresses that are not peers. Default false.</summary>
    public bool CheckUnicastSource { get; init; }

    /// <summary><c>unicast_fault_no_peer</c>: FAULT while no peer is configured.</summary>
    public bool UnicastFaultNoPeer { get; init; }

    /// <summary><c>vrf</c>; null when absent.</summary>
    public string? Vrf { get; init; }

    /// <summary><c>dont_track_primary</c>: the state of <see cref="Interface"/> does not matter.</summary>
    public bool DontTrackPrimary { get; init; }

    /// <summary><c>promote_secondaries</c>: set the sysctl on the interface.</summary>
    public bool PromoteSecondaries { get; init; }

    /// <summary><c>use_vmac</c>; null when absent.</summary>
    public VmacModel? Vmac { get; init; }

    /// <summary><c>kernel_rx_buf_size</c> in bytes; 0: the kernel's default.</summary>
    public int KernelReceiveBufferBytes { get; init; }

    /// <summary><c>virtual_ipaddress</c>: announced in adverts.</summary>
    public ImmutableArray<VirtualAddressModel> Addresses { get; init; } = [];

    /// <summary><c>virtual_ipaddress_excluded</c>: moved with the instance, not in adverts; either family.</summary>
    public ImmutableArray<VirtualAddressModel> ExcludedAddresses { get; init; } = [];

    /// <summary><c>no_virtual_ipaddress</c>: having none is meant.</summary>
    public bool NoVirtualAddress { get; init; }

    /// <summary><c>virtual_routes</c>.</summary>
    public ImmutableArray<RouteModel> Routes { get; init; } = [];

    /// <summary><c>virtual_rules</c>.</summary>
    public ImmutableArray<RuleModel> Rules { get; init; } = [];

    /// <summary>Trackers of this instance.</summary>
    public TrackersModel Trackers { get; init; } = new();

    /// <summary>Notify scripts of this instance.</summary>
    public NotifyModel Notify { get; init; } = new();

    /// <summary>Announcement timers of this instance.</summary>
    public GarpModel Garp { get; init; } = new();

    /// <summary>The <c>#holdfast:</c> options of this block.</summary>
    public ImmutableArray<HoldfastOption> Options { get; init; } = [];
}

/// <summary><c>use_vmac</c> and what belongs to it.</summary>
/// <param name="InterfaceName">Name of the macvlan; null: <c>vrrp.VRID</c>.</param>
/// <param name="TransmitOnBase"><c>vmac_xmit_base</c>.</param>
public sealed record VmacModel(string? InterfaceName, bool TransmitOnBase);
