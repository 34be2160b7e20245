using Holdfast.Layer4;
using Holdfast.Primitives;

namespace Holdfast.Runtime.Processes;

/// <summary>A message of a fixed size that holds no reference.</summary>
public interface IChildMessage
{
    /// <summary>Which message the type is.</summary>
    static abstract MessageKind Kind { get; }
}

/// <summary>The configuration to start with. The memfd holds the snapshot.</summary>
/// <param name="Generation">Counts the snapshots of this supervisor from 1.</param>
/// <param name="Restarts">How often the VRRP process has been started again since the supervisor began.</param>
public readonly record struct ConfigurationMessage(uint Generation, uint Restarts) : IChildMessage
{
    static MessageKind IChildMessage.Kind => MessageKind.Configuration;
}

/// <summary>The configuration that the checks process starts with. The memfd holds the snapshot.</summary>
/// <param name="Generation">Counts the snapshots of this supervisor from 1.</param>
/// <param name="Continues">
/// Whether it goes on for one that has ended without removing anything: what the plane says of the servers counts.
/// </param>
/// <param name="HasHeir">
/// Whether another supervisor, and another checks process, follow when this supervisor is killed: then it leaves
/// everything as it is; otherwise it stops in order.
/// </param>
public readonly record struct ChecksConfigurationMessage(uint Generation, bool Continues, bool HasHeir) : IChildMessage
{
    static MessageKind IChildMessage.Kind => MessageKind.ChecksConfiguration;
}

/// <summary>
/// The configuration that a proxy process runs. The memfd holds the snapshot; its listeners are descriptors already.
/// </summary>
/// <param name="Generation">Counts the snapshots of this supervisor from 1.</param>
public readonly record struct ProxyConfigurationMessage(uint Generation) : IChildMessage
{
    static MessageKind IChildMessage.Kind => MessageKind.ProxyConfiguration;
}

/// <summary>Accept no more, and end when all sessions have.</summary>
/// <param name="HasSuccessor">1: another proxy process serves; 0: none does, so that <c>grace</c> holds.</param>
public readonly record struct DrainMessage(uint HasSuccessor) : IChildMessage
{
    static MessageKind IChildMessage.Kind => MessageKind.Drain;
}

/// <summary>Asks the checks or the proxy process whether its loops turn; <see cref="PongMessage"/> answers.</summary>
/// <param name="Unused">Always 0.</param>
public readonly record struct PingMessage(uint Unused) : IChildMessage
{
    static MessageKind IChildMessage.Kind => MessageKind.Ping;
}

/// <summary>Answers a <see cref="PingMessage"/>.</summary>
/// <param name="Unused">Always 0.</param>
public readonly record struct PongMessage(uint Unused) : IChildMessage
{
    static MessageKind IChildMessage.Kind => MessageKind.Pong;
}

/// <summary>Says what the plane waits for, when that changes; from the first one that says nothing it is not looked at
/// any more.</summary>
/// <param name="Wait">What is missing.</param>
public readonly record struct PlaneMessage(PlaneWait Wait) : IChildMessage
{
    static MessageKind IChildMessage.Kind => MessageKind.Plane;
}

/// <summary>
/// The board on which the instances of the next <see cref="ConfigurationMessage"/> or <see cref="ReloadMessage"/> keep
/// their state. The memfd holds it.
/// </summary>
/// <param name="Generation">The snapshot that it belongs to.</param>
public readonly record struct BoardMessage(uint Generation) : IChildMessage
{
    static MessageKind IChildMessage.Kind => MessageKind.Board;
}

/// <summary>How the supervisor was started, for the case that it is killed. The memfd holds it.</summary>
/// <param name="Restarts">How often a VRRP process was started again.</param>
public readonly record struct LineageMessage(uint Restarts) : IChildMessage
{
    static MessageKind IChildMessage.Kind => MessageKind.Lineage;
}

/// <summary>A tracker that the supervisor runs has another result.</summary>
/// <param name="Tracker">Kind of tracker.</param>
/// <param name="IsUp">Whether it counts as up (scripts and processes).</param>
/// <param name="Index">0-based index in the list of that kind in the snapshot's model.</param>
/// <param name="Value">The number in the file (files only), before its weight is applied.</param>
/// <param name="Generation">The snapshot that the index is of: one of another is told again by its index.</param>
public readonly record struct TrackerChangedMessage(
    TrackerKind Tracker, bool IsUp, int Index, int Value, uint Generation = 0) : IChildMessage
{
    static MessageKind IChildMessage.Kind => MessageKind.TrackerChanged;
}

/// <summary>Hand over in order, then end.</summary>
/// <param name="TimeLimitMilliseconds">How long the supervisor will wait before it kills.</param>
public readonly record struct StopMessage(uint TimeLimitMilliseconds) : IChildMessage
{
    static MessageKind IChildMessage.Kind => MessageKind.Stop;
}

/// <summary>Resign, remove addresses and end at once.</summary>
/// <param name="Unused">Always 0.</param>
public readonly record struct StopNowMessage(uint Unused) : IChildMessage
{
    static MessageKind IChildMessage.Kind => MessageKind.StopNow;
}

/// <summary>End, for nothing is left to do: the daemon goes on without virtual servers.</summary>
/// <param name="Unused">Always 0.</param>
public readonly record struct RetireMessage(uint Unused) : IChildMessage
{
    static MessageKind IChildMessage.Kind => MessageKind.Retire;
}

/// <summary>A new configuration, already validated. The memfd holds the snapshot.</summary>
/// <param name="Generation">Its number.</param>
public readonly record struct ReloadMessage(uint Generation) : IChildMessage
{
    static MessageKind IChildMessage.Kind => MessageKind.Reload;
}

/// <summary>Asks for a <see cref="StatusReplyMessage"/>.</summary>
/// <param name="Id">Comes back in the reply.</param>
/// <param name="Status">How much is wanted.</param>
/// <param name="Instance">
/// 0-based index of the one instance, or virtual server, that is asked about; −1: all.
/// </param>
/// <param name="Server">0-based index of the one real server of that virtual server; −1: all.</param>
public readonly record struct StatusRequestMessage(uint Id, StatusKind Status, int Instance = -1, int Server = -1)
    : IChildMessage
{
    static MessageKind IChildMessage.Kind => MessageKind.StatusRequest;
}

/// <summary>Asks for a dump file.</summary>
/// <param name="Dump">Which.</param>
public readonly record struct DumpRequestMessage(DumpKind Dump) : IChildMessage
{
    static MessageKind IChildMessage.Kind => MessageKind.DumpRequest;
}

/// <summary>The VRRP process is up and waits for its <see cref="ConfigurationMessage"/>.</summary>
/// <param name="Unused">Always 0.</param>
public readonly record struct StartedMessage(uint Unused) : IChildMessage
{
    static MessageKind IChildMessage.Kind => MessageKind.Started;
}

/// <summary>The VRRP process has its sockets and takes part.</summary>
/// <param name="Generation">The snapshot that it runs.</param>
/// <param name="InstanceCount">How many instances it runs.</param>
public readonly record struct ReadyMessage(uint Generation, int InstanceCount) : IChildMessage
{
    static MessageKind IChildMessage.Kind => MessageKind.Ready;
}

/// <summary>An instance has another state.</summary>
/// <param name="Index">0-based index in the model's instances.</param>
/// <param name="From">The state before.</param>
/// <param name="To">The state now.</param>
/// <param name="Priority">Effective priority.</param>
/// <param name="Reason">Why, as the VRRP machine numbers its reasons.</param>
/// <param name="Peer">The router whose advert led to it; none otherwise.</param>
/// <param name="Evidence">What else was known at that moment.</param>
public readonly record struct InstanceStateChangedMessage(
    int Index, InstanceState From, InstanceState To, Priority Priority, ushort Reason, IpAddress Peer,
    TransitionEvidence Evidence = default) : IChildMessage
{
    static MessageKind IChildMessage.Kind => MessageKind.InstanceStateChanged;
}

/// <summary>A sync group has another state.</summary>
/// <param name="Index">0-based index in the model's sync groups.</param>
/// <param name="From">The state before.</param>
/// <param name="To">The state now.</param>
public readonly record struct GroupStateChangedMessage(int Index, InstanceState From, InstanceState To)
    : IChildMessage
{
    static MessageKind IChildMessage.Kind => MessageKind.GroupStateChanged;
}

/// <summary>The effective priority of an instance changed, its state did not.</summary>
/// <param name="Index">0-based index in the model's instances.</param>
/// <param name="From">The priority before.</param>
/// <param name="To">The priority now.</param>
/// <param name="State">The state, unchanged.</param>
/// <param name="Tracker">
/// 1-based place of the tracker that did it among the instance's trackers; 0: none is known.
/// </param>
public readonly record struct PriorityChangedMessage(
    int Index, Priority From, Priority To, InstanceState State, byte Tracker = 0) : IChildMessage
{
    static MessageKind IChildMessage.Kind => MessageKind.PriorityChanged;
}

/// <summary>An Active instance heard an advert of a lower priority (<c>notify_master_rx_lower_pri</c>).</summary>
/// <param name="Index">0-based index in the model's instances.</param>
/// <param name="Priority">Our effective priority.</param>
/// <param name="Received">The priority in the advert.</param>
/// <param name="Peer">Its sender.</param>
public readonly record struct ReceivedLowerPriorityMessage(
    int Index, Priority Priority, Priority Received, IpAddress Peer) : IChildMessage
{
    static MessageKind IChildMessage.Kind => MessageKind.ReceivedLowerPriority;
}

/// <summary>Answers a <see cref="StatusRequestMessage"/>. The memfd holds JSON in UTF-8.</summary>
/// <param name="Id">The id of the request.</param>
/// <param name="SizeBytes">Size of the JSON.</param>
public readonly record struct StatusReplyMessage(uint Id, int SizeBytes) : IChildMessage
{
    static MessageKind IChildMessage.Kind => MessageKind.StatusReply;
}

/// <summary>All instances have resigned and everything of theirs is removed; the process ends now.</summary>
/// <param name="InOrder">Whether every successor was seen before the addresses went.</param>
public readonly record struct StoppedMessage(bool InOrder) : IChildMessage
{
    static MessageKind IChildMessage.Kind => MessageKind.Stopped;
}

/// <summary>Answers a <see cref="ReloadMessage"/>.</summary>
/// <param name="Generation">The snapshot of the request.</param>
/// <param name="IsApplied">Whether it runs now; otherwise the one before still does.</param>
public readonly record struct ReloadDoneMessage(uint Generation, bool IsApplied) : IChildMessage
{
    static MessageKind IChildMessage.Kind => MessageKind.ReloadDone;
}
