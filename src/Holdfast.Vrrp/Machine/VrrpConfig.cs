using Holdfast.Primitives;

namespace Holdfast.Vrrp.Machine;

/// <summary>What the machine needs to know of a configured instance. Immutable.</summary>
public sealed record VrrpConfig
{
    /// <summary>2 or 3: decides the unit of the skew and whether the Active's interval is adopted.</summary>
    public int Version { get; init; } = 2;

    /// <summary>Configured priority, 1 to 255. Default 100.</summary>
    public Priority Priority { get; init; } = Priority.Default;

    /// <summary>Own advert interval. Default 1 s.</summary>
    public TimeSpan AdvertInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Adverts that may be missed before the Active counts as gone, 1 to 100. Default 3.</summary>
    public int DownTimerAdverts { get; init; } = 3;

    /// <summary>Whether a Backup of higher priority takes over from a living Active. Default true.</summary>
    public bool Preempt { get; init; } = true;

    /// <summary>How long a lower-priority Active is let be. Default zero.</summary>
    public TimeSpan PreemptDelay { get; init; }

    /// <summary>Time from start until the instance begins. Default zero.</summary>
    public TimeSpan StartupDelay { get; init; }

    /// <summary>
    /// Whether the file says <c>state MASTER</c>: a member of a sync group then waits only one interval.
    /// </summary>
    public bool WantsActiveAtStart { get; init; }

    /// <summary>Whether an Active answers a lower-priority advert with its own. Default true.</summary>
    public bool AnswerLowerPriority { get; init; } = true;

    /// <summary>Whether an Active sends one last advert to the higher-priority router that displaces it.</summary>
    public bool AdvertOnYield { get; init; }

    /// <summary>Whether an Active steps down when its own timer ran late (<c>timer_expired_backup</c>).</summary>
    public bool StepDownWhenLate { get; init; }

    /// <summary>
    /// The highest priority of the other routers, for <see cref="StepDownWhenLate"/>: the sooner one of them can take
    /// over, the sooner being late counts. Default 254.
    /// </summary>
    public Priority HighestOtherPriority { get; init; } = new(254);

    /// <summary>
    /// Whether exactly one other router is known (one unicast peer): a dark service in version 3 is then handed over
    /// within milliseconds. With two Backups both would become Active for a moment, so it is never used then.
    /// </summary>
    public bool HasSinglePeer { get; init; }

    /// <summary>Whether the instance is in a sync group, so that it becomes Active only with the others.</summary>
    public bool InSyncGroup { get; init; }

    /// <summary>Whether there are addresses to linger with. Without any, a leaving Active leaves at once.</summary>
    public bool HasAddresses { get; init; } = true;

    /// <summary>When and how often addresses are announced.</summary>
    public AnnounceConfig Announce { get; init; } = new();

    /// <summary>
    /// After the successor's first advert, how long the addresses stay when its announcements are not seen.
    /// keepalived sends the advert up to 10 ms before its first ARP, and adds addresses one by one. Default 100 ms.
    /// </summary>
    public TimeSpan LingerAfterAdvert { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Added to the longest possible skew while waiting for any successor. Default 100 ms.</summary>
    public TimeSpan LingerMargin { get; init; } = TimeSpan.FromMilliseconds(100);
}

/// <summary>Timers of gratuitous ARP and unsolicited NA; the defaults are keepalived's.</summary>
public sealed record AnnounceConfig
{
    /// <summary>Rounds of a burst on becoming Active.</summary>
    public int Rounds { get; init; } = 5;

    /// <summary>Second burst this long after the first; zero: none.</summary>
    public TimeSpan SecondBurstDelay { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Refresh for ever at this interval; zero: not.</summary>
    public TimeSpan RefreshInterval { get; init; }

    /// <summary>Rounds of a refresh.</summary>
    public int RefreshRounds { get; init; } = 1;

    /// <summary>Rounds after an advert of lower priority was heard.</summary>
    public int LowerPriorityRounds { get; init; } = 5;

    /// <summary>Second burst after an advert of lower priority; zero: none.</summary>
    public TimeSpan LowerPriorityDelay { get; init; } = TimeSpan.FromSeconds(5);
}
