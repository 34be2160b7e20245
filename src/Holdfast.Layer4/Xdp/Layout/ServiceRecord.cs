using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using Holdfast.Layer4.Model;

namespace Holdfast.Layer4.Xdp.Layout;

/// <summary>Flags of a service in the director (SERVICE_*).</summary>
[Flags]
internal enum DirectorServiceFlags : uint
{
    None = 0,
    Active = 1,
    Sloppy = 2,
    OnePacket = 4,
    HashPort = 8,
    Fallback = 16,
    Ajar = 32,
    Persistent = 64,
}

/// <summary>How a service chooses (CHOOSE_*).</summary>
internal enum ChoiceKind : uint
{
    None = 0,
    Hash = 1,
    Sequence = 2,
    Source = 3,
    Target = 4,
    LeastConnections = 5,
    WeightedLeastConnections = 6,
    ShortestDelay = 7,
    NeverQueue = 8,
    Failover = 9,
    Overflow = 10,
    TwoByLot = 11,
    Locality = 12,
    LocalitySet = 13,
}

/// <summary>A name of at most 15 bytes and a zero.</summary>
[InlineArray(16)]
internal struct NameBytes
{
    private byte _first;

    internal static NameBytes From(string name)
    {
        NameBytes bytes = default;
        _ = Encoding.ASCII.GetBytes(name, ((Span<byte>)bytes)[..15]);
        return bytes;
    }

    public override readonly string ToString() => Encoding.ASCII.GetString(((ReadOnlySpan<byte>)this).TrimEnd((byte)0));
}

/// <summary>struct service of bpf/director.h.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct ServiceRecord
{
    internal const uint NoServer = 0xFFFF;

    internal uint Generation;
    internal DirectorServiceFlags Flags;
    internal ChoiceKind Choice;
    internal uint LastResort;
    internal ServiceKeyRecord Key;
    internal ServiceFlags ModelFlags;
    internal uint PersistenceSeconds;
    internal uint Netmask;
    internal uint TableSize;
    internal NameBytes Scheduler;
    internal NameBytes Engine;
    internal CountersRecord Past;
    internal CountersRecord Zero;

    /// <summary>The flags that say how far the gate is open.</summary>
    internal const DirectorServiceFlags Gates = DirectorServiceFlags.Active | DirectorServiceFlags.Ajar;

    internal static DirectorServiceFlags FlagsOf(ServiceGate gate) => gate switch
    {
        ServiceGate.Open => DirectorServiceFlags.Active,
        ServiceGate.Ajar => DirectorServiceFlags.Ajar,
        _ => DirectorServiceFlags.None,
    };

    internal readonly VirtualServiceSpec ToSpec() => new()
    {
        Key = Key.ToKey(),
        Scheduler = Scheduler.ToString(),
        Flags = ModelFlags,
        PersistenceSeconds = PersistenceSeconds,
        Netmask = Netmask == 0 ? null : Netmask,
        PersistenceEngine = Engine.ToString(),
    };

    internal void Take(VirtualServiceSpec spec, DirectorServiceFlags gate)
    {
        bool hashes = spec.Scheduler is Schedulers.Maglev or Schedulers.SourceHash;
        bool places = hashes || spec.Scheduler == Schedulers.TargetHash;
        Key = ServiceKeyRecord.From(spec.Key);
        Scheduler = NameBytes.From(spec.Scheduler);
        Engine = NameBytes.From(spec.PersistenceEngine);
        ModelFlags = spec.Flags & ~ServiceFlags.Hashed;
        PersistenceSeconds = spec.PersistenceSeconds;
        Netmask = spec.Netmask ?? 0;
        Choice = Schedulers.ChoiceOf(spec.Scheduler);
        // What is chosen by a hash of the client can be taken up in the middle: another director, or this one before
        // its table was lost, chose the same server. A draining server's newcomers always go to another one.
        Flags = gate
            | (hashes ? DirectorServiceFlags.Sloppy : 0)
            | (places ? DirectorServiceFlags.Fallback : 0)
            | (spec.IsPersistent ? DirectorServiceFlags.Persistent : 0)
            | (hashes && (spec.Flags & ServiceFlags.Scheduler2) != 0 ? DirectorServiceFlags.HashPort : 0)
            | ((spec.Flags & ServiceFlags.OnePacket) != 0 ? DirectorServiceFlags.OnePacket : 0);
    }
}
