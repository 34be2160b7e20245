namespace Holdfast.Runtime.Processes;

/// <summary>What a message between the supervisor and a child is about.</summary>
public enum MessageKind : ushort
{
    /// <summary>No message.</summary>
    None,

    /// <summary><see cref="ConfigurationMessage"/>; the first one; a sealed memfd comes with it.</summary>
    Configuration,

    /// <summary><see cref="TrackerChangedMessage"/>.</summary>
    TrackerChanged,

    /// <summary><see cref="StopMessage"/>: hand over in order, then end.</summary>
    Stop,

    /// <summary><see cref="StopNowMessage"/>: resign and end at once.</summary>
    StopNow,

    /// <summary><see cref="ReloadMessage"/>; a sealed memfd comes with it.</summary>
    Reload,

    /// <summary><see cref="StatusRequestMessage"/>.</summary>
    StatusRequest,

    /// <summary><see cref="DumpRequestMessage"/>.</summary>
    DumpRequest,

    /// <summary><see cref="BoardMessage"/>, before the configuration that it belongs to; shared memory comes with it.
    /// </summary>
    Board,

    /// <summary><see cref="LineageMessage"/>; a sealed memfd comes with it.</summary>
    Lineage,

    /// <summary><see cref="FactsRequestMessage"/>.</summary>
    FactsRequest = 50,

    /// <summary><see cref="ChecksConfigurationMessage"/>, for the checks process; a sealed memfd comes with it.
    /// </summary>
    ChecksConfiguration = 60,

    /// <summary><see cref="PingMessage"/>, for the checks process or a proxy process.</summary>
    Ping = 61,

    /// <summary><see cref="RetireMessage"/>, for the checks process.</summary>
    Retire = 62,

    /// <summary><see cref="ProxyConfigurationMessage"/>, for a proxy process; a sealed memfd comes with it.</summary>
    ProxyConfiguration = 70,

    /// <summary><see cref="DrainMessage"/>, for a proxy process.</summary>
    Drain = 71,

    /// <summary><see cref="ReadyMessage"/>, from here on by the child.</summary>
    Ready = 100,

    /// <summary><see cref="InstanceStateChangedMessage"/>.</summary>
    InstanceStateChanged,

    /// <summary><see cref="GroupStateChangedMessage"/>.</summary>
    GroupStateChanged,

    /// <summary><see cref="PriorityChangedMessage"/>.</summary>
    PriorityChanged,

    /// <summary><see cref="ReceivedLowerPriorityMessage"/>.</summary>
    ReceivedLowerPriority,

    /// <summary><see cref="StatusReplyMessage"/>; a sealed memfd with JSON comes with it.</summary>
    StatusReply,

    /// <summary><see cref="StoppedMessage"/>.</summary>
    Stopped,

    /// <summary><see cref="ReloadDoneMessage"/>.</summary>
    ReloadDone,

    /// <summary><see cref="StartedMessage"/>.</summary>
    Started,

    /// <summary><see cref="InstanceFactsMessage"/>.</summary>
    InstanceFacts = 150,

    /// <summary><see cref="PongMessage"/>.</summary>
    Pong = 160,

    /// <summary><see cref="PlaneMessage"/>, by the checks process.</summary>
    Plane = 161,
}

/// <summary>What kind of tracker changed.</summary>
public enum TrackerKind : byte
{
    /// <summary>A <c>vrrp_script</c>.</summary>
    Script,

    /// <summary>A <c>track_file</c>.</summary>
    File,

    /// <summary>A <c>vrrp_track_process</c>.</summary>
    Process,
}

/// <summary>State of an instance or a group as notify scripts and <c>status</c> name it.</summary>
public enum InstanceState : byte
{
    /// <summary>Not started.</summary>
    Init,

    /// <summary>BACKUP.</summary>
    Backup,

    /// <summary>MASTER in keepalived's words.</summary>
    Active,

    /// <summary>FAULT.</summary>
    Fault,

    /// <summary>STOP: the daemon ends.</summary>
    Stopped,

    /// <summary>DELETED: a reload removed it.</summary>
    Deleted,
}

/// <summary>What a <see cref="DumpRequestMessage"/> asks for.</summary>
public enum DumpKind : byte
{
    /// <summary>USR1: all data as text.</summary>
    Data,

    /// <summary>USR2: statistics as text.</summary>
    Statistics,

    /// <summary>RTMAX − 1: statistics as text, then set to zero.</summary>
    StatisticsThenClear,

    /// <summary>RTMIN + 2: JSON.</summary>
    Json,
}

/// <summary>What a <see cref="StatusRequestMessage"/> asks for.</summary>
public enum StatusKind : byte
{
    /// <summary>The state of every instance.</summary>
    Summary,

    /// <summary>The same with counters.</summary>
    Full,

    /// <summary>The same with timers, and with what would change the state.</summary>
    Explain,

    /// <summary>What the next proxy process has to know of servers; not JSON, but the lines of a state file.</summary>
    ProxyState,
}
