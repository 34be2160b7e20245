using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Holdfast.Linux;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Files;
using Holdfast.Primitives;
using Holdfast.Runtime.Processes;

namespace Holdfast.Runtime.Continuity;

/// <summary>State of every instance in memory that outlives the VRRP process: its successor goes on here.</summary>
/// <remarks>
/// <code>
///  +--------+------------------------+----------------+----------------+-----------------------------+
///  | header | for each instance:     | for each group | for each       | told: one word for each     |
///  |        | sequence, copy, copy   | its state      | tracker: value | instance, then each group   |
///  +--------+------------------------+----------------+----------------+-----------------------------+
///            written by the VRRP process                                written by the supervisor
/// </code>
/// A board belongs to one configuration; a reload makes another. Each instance has two copies: the writer changes the
/// one that does not count and then increases the sequence, whose lowest bit names the one that does. So a process that
/// is killed in the middle of a write leaves the state before. Every other value is one aligned word. Writing takes no
/// lock and allocates nothing. One writer for each part.
/// </remarks>
internal sealed class StateBoard : IDisposable
{
    private const int WordSize = sizeof(long);
    private const int ReadsMax = 1000;
    private const long KnownFlag = 1L << 32;

    private static readonly int s_copySize = (Unsafe.SizeOf<InstanceRecord>() + WordSize - 1) / WordSize * WordSize;
    private static readonly int s_slotSize = WordSize + (2 * s_copySize);
    private static readonly int s_headerSize = (Unsafe.SizeOf<BoardHeader>() + WordSize - 1) / WordSize * WordSize;

    private readonly SharedMemory _memory;
    private readonly BoardShape _shape;

    private StateBoard(SharedMemory memory, BoardShape shape)
    {
        _memory = memory;
        _shape = shape;
    }

    /// <summary>The descriptor, for another process.</summary>
    internal int Fd => _memory.Fd;

    /// <summary>How many entries it has.</summary>
    internal BoardShape Shape => _shape;

    /// <summary>The snapshot whose states these are.</summary>
    internal uint Generation => Header.Generation;

    /// <summary>Whether it holds a whole state, from which a process can go on.</summary>
    internal bool IsCommitted => Volatile.Read(ref Header.IsCommitted) != 0;

    /// <summary>When the VRRP process last got on.</summary>
    internal MonotonicTime ProgressAt => new(Volatile.Read(ref Header.ProgressAt));

    /// <summary>
    /// When it will get on at the latest; <see cref="MonotonicTime.Zero"/>: it has not said so yet.
    /// </summary>
    internal MonotonicTime NextWakeAt => new(Volatile.Read(ref Header.NextWakeAt));

    private ref BoardHeader Header => ref MemoryMarshal.AsRef<BoardHeader>(_memory.Bytes);

    private int GroupOffset => s_headerSize + (_shape.Instances * s_slotSize);

    private int TrackerOffset => GroupOffset + (_shape.Groups * WordSize);

    private int ToldOffset => TrackerOffset + (_shape.TrackerCount * WordSize);

    /// <summary>Creates an empty board.</summary>
    internal static Errno TryCreate(BoardShape shape, uint generation, out StateBoard? board)
    {
        board = null;
        Errno errno = SharedMemory.TryCreate("holdfast-state", SizeOf(shape), out SharedMemory? memory);
        if (memory is null)
        {
            return errno;
        }
        board = new StateBoard(memory, shape);
        ref BoardHeader header = ref board.Header;
        header.Magic = BoardHeader.ExpectedMagic;
        header.Layout = BoardShape.Layout;
        header.Generation = generation;
        header.Shape = shape;
        return Errno.Success;
    }

    /// <summary>Opens the board that another process has created.</summary>
    /// <param name="handle">Its descriptor, which is taken over.</param>
    /// <param name="shape">What it must fit.</param>
    /// <returns>Null when it does not fit, or was written by a program with another layout.</returns>
    internal static StateBoard? TryOpen(FdHandle handle, BoardShape shape)
    {
        if (SharedMemory.TryOpen(handle, out SharedMemory? memory) != Errno.Success)
        {
            return null;
        }
        var board = new StateBoard(memory!, shape);
        if (memory!.Bytes.Length == SizeOf(shape))
        {
            ref BoardHeader header = ref board.Header;
            if (header.Magic == BoardHeader.ExpectedMagic && header.Layout == BoardShape.Layout
                && header.Shape == shape)
            {
                return board;
            }
        }
        board.Dispose();
        return null;
    }

    /// <summary>From now on a successor may go on from here.</summary>
    internal void Commit() => Volatile.Write(ref Header.IsCommitted, 1);

    /// <summary>The VRRP process gets on: it is about to wait until <paramref name="nextWakeAt"/> at most.</summary>
    internal void MarkProgress(MonotonicTime now, MonotonicTime nextWakeAt)
    {
        ref BoardHeader header = ref Header;
        Volatile.Write(ref header.NextWakeAt, nextWakeAt.Nanoseconds);
        Volatile.Write(ref header.ProgressAt, now.Nanoseconds);
    }

    /// <summary>The VRRP process gets on in the middle of something long.</summary>
    internal void MarkProgress(MonotonicTime now) => Volatile.Write(ref Header.ProgressAt, now.Nanoseconds);

    /// <summary>Nothing is known of the progress of a process that is yet to begin.</summary>
    internal void ForgetProgress() => MarkProgress(MonotonicTime.Zero, MonotonicTime.Zero);

    /// <summary>The copy of an instance that does not count: to be filled before <see cref="Publish"/>.</summary>
    internal ref InstanceRecord Draft(int instance)
    {
        int copy = (int)((Sequence(instance) + 1) & 1);
        return ref Copy(instance, copy);
    }

    /// <summary>Lets the draft of an instance count.</summary>
    internal void Publish(int instance)
    {
        ref long sequence = ref Sequence(instance);
        Volatile.Write(ref sequence, sequence + 1);
    }

    /// <summary>The copy of an instance that counts.</summary>
    internal InstanceRecord Read(int instance)
    {
        InstanceRecord record = default;
        for (int left = ReadsMax; left > 0; left--)
        {
            long before = Volatile.Read(ref Sequence(instance));
            record = Copy(instance, (int)(before & 1));
            // The writer touches this copy again only after its next publication.
            if (Volatile.Read(ref Sequence(instance)) == before)
            {
                break;
            }
        }
        return record;
    }

    /// <summary>State of a sync group as it was last told.</summary>
    internal InstanceState Group(int group) => (InstanceState)Word(GroupOffset, group);

    /// <summary>Keeps it.</summary>
    internal void SetGroup(int group, InstanceState state) => Word(GroupOffset, group) = (long)state;

    /// <summary>What a tracker said last: 0 or 1, or the number of a file; null when it has said nothing yet.</summary>
    internal int? Tracker(TrackerKind kind, int index)
    {
        long word = Word(TrackerOffset, TrackerPosition(kind, index));
        return (word & KnownFlag) == 0 ? null : unchecked((int)word);
    }

    /// <summary>Keeps it.</summary>
    internal void SetTracker(TrackerKind kind, int index, int value)
        => Word(TrackerOffset, TrackerPosition(kind, index)) = KnownFlag | (uint)value;

    /// <summary>The last state of an instance that logs and notify scripts were told.</summary>
    internal InstanceState ToldOfInstance(int instance) => (InstanceState)Word(ToldOffset, instance);

    /// <summary>Keeps it. For the supervisor alone.</summary>
    internal void SetToldOfInstance(int instance, InstanceState state) => Word(ToldOffset, instance) = (long)state;

    /// <summary>The last state of a sync group that logs and notify scripts were told.</summary>
    internal InstanceState ToldOfGroup(int group) => (InstanceState)Word(ToldOffset, _shape.Instances + group);

    /// <summary>Keeps it. For the supervisor alone.</summary>
    internal void SetToldOfGroup(int group, InstanceState state)
        => Word(ToldOffset, _shape.Instances + group) = (long)state;

    /// <inheritdoc/>
    public void Dispose() => _memory.Dispose();

    private static int SizeOf(BoardShape shape)
        => s_headerSize + (shape.Instances * s_slotSize)
            + (((shape.Groups * 2) + shape.TrackerCount + shape.Instances) * WordSize);

    private int TrackerPosition(TrackerKind kind, int index) => kind switch
    {
        TrackerKind.Script => index,
        TrackerKind.File => _shape.Scripts + index,
        _ => _shape.Scripts + _shape.Files + index,
    };

    private ref long Sequence(int instance) => ref Word(s_headerSize + (instance * s_slotSize), 0);

    private ref InstanceRecord Copy(int instance, int copy)
        => ref MemoryMarshal.AsRef<InstanceRecord>(
            _memory.Bytes[(s_headerSize + (instance * s_slotSize) + WordSize + (copy * s_copySize))..]);

    private ref long Word(int offset, int index)
        => ref MemoryMarshal.AsRef<long>(_memory.Bytes[(offset + (index * WordSize))..]);
}
