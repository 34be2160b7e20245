namespace Holdfast.Config.Keepalived.Model;

/// <summary>Timers of gratuitous ARP and unsolicited NA of one instance.</summary>
public sealed record GarpModel
{
    /// <summary><c>garp_master_delay</c>: second burst this long after the first; zero: none. Default 5 s.</summary>
    public TimeSpan MasterDelay { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary><c>garp_master_repeat</c>: rounds of a burst. Default 5.</summary>
    public int MasterRepeat { get; init; } = 5;

    /// <summary><c>garp_master_refresh</c>: repeated for ever at this interval; zero: not. Default zero.</summary>
    public TimeSpan MasterRefresh { get; init; }

    /// <summary><c>garp_master_refresh_repeat</c>: rounds of a refresh. Default 1.</summary>
    public int MasterRefreshRepeat { get; init; } = 1;

    /// <summary><c>garp_lower_prio_delay</c>. Default: <see cref="MasterDelay"/>.</summary>
    public TimeSpan LowerPriorityDelay { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary><c>garp_lower_prio_repeat</c>. Default: <see cref="MasterRepeat"/>.</summary>
    public int LowerPriorityRepeat { get; init; } = 5;

    /// <summary><c>garp_extra_if</c>: announce on further interfaces this often; null when absent.</summary>
    public TimeSpan? ExtraInterfacesInterval { get; init; }

    /// <summary><c>garp_extra_if all</c>.</summary>
    public bool ExtraInterfacesAll { get; init; }
}
