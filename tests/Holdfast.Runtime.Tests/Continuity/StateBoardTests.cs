using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Text;
using Holdfast.Linux;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Files;
using Holdfast.Primitives;
using Holdfast.Runtime.Continuity;
using Holdfast.Runtime.Processes;
using Holdfast.Vrrp.Machine;
using Holdfast.Vrrp.Wire;

namespace Holdfast.Runtime.Tests.Continuity;

/// <summary>What one process writes, another reads, whenever the first one is killed.</summary>
public sealed class StateBoardTests
{
    private const uint Generation = 7;

    // What the layout revision stands for; see Layout_StoredFieldsChange_RevisionIsIncreased.
    private const uint RevisionOfFields = 1;
    private const uint HashOfFields = 929840224;

    private static readonly BoardShape s_shape = new(3, 2, 2, 1, 1);

    [Fact]
    public void Board_OpenedBySecondProcess_HasAllThatWasWritten()
    {
        using StateBoard first = Create();
        ref InstanceRecord draft = ref first.Draft(2);
        draft.State = new VrrpState { Role = Role.Active, EffectivePriority = new Priority(200) };
        draft.LastAdvert = new Advert { Source = IpAddress.Parse("fe80::1") };
        ((Span<ulong>)draft.Counters)[CounterBlock.Size - 1] = 42;
        first.Publish(2);
        first.SetGroup(1, InstanceState.Fault);
        first.SetTracker(TrackerKind.File, 0, -300);
        first.SetTracker(TrackerKind.Process, 0, 0);
        first.SetToldOfInstance(1, InstanceState.Backup);
        first.SetToldOfGroup(0, InstanceState.Active);
        first.MarkProgress(new MonotonicTime(5), MonotonicTime.Never);
        first.Commit();

        using StateBoard second = Open(first)!;
        InstanceRecord record = second.Read(2);
        Assert.Equal(Role.Active, record.State.Role);
        Assert.Equal(new Priority(200), record.State.EffectivePriority);
        Assert.Equal(IpAddress.Parse("fe80::1"), record.LastAdvert.Source);
        Assert.Equal(42ul, ((Span<ulong>)record.Counters)[CounterBlock.Size - 1]);
        Assert.Equal(Role.Initialize, second.Read(0).State.Role);
        Assert.Equal([InstanceState.Init, InstanceState.Fault], Enumerable.Range(0, 2).Select(second.Group));
        Assert.Null(second.Tracker(TrackerKind.Script, 1));
        Assert.Equal(-300, second.Tracker(TrackerKind.File, 0));
        Assert.Equal(0, second.Tracker(TrackerKind.Process, 0));
        Assert.Equal(InstanceState.Backup, second.ToldOfInstance(1));
        Assert.Equal(InstanceState.Active, second.ToldOfGroup(0));
        Assert.Equal(new MonotonicTime(5), second.ProgressAt);
        Assert.True(second.NextWakeAt.IsNever);
        Assert.True(second.IsCommitted);
        Assert.Equal(Generation, second.Generation);
    }

    [Fact]
    public void Draft_NotPublished_LeavesTheStateBefore()
    {
        using StateBoard board = Create();
        board.Draft(0).State = new VrrpState { Role = Role.Backup };
        board.Publish(0);
        board.Draft(0).State = new VrrpState { Role = Role.Active }; // killed here
        Assert.Equal(Role.Backup, Open(board)!.Read(0).State.Role);
        board.Draft(0).State = new VrrpState { Role = Role.Fault };
        board.Publish(0);
        Assert.Equal(Role.Fault, board.Read(0).State.Role);
    }

    [Fact]
    public void Board_OfAnotherShapeOrLayout_IsNotOpened()
    {
        using StateBoard board = Create();
        Assert.Null(StateBoard.TryOpen(Duplicate(board.Fd), s_shape with { Instances = 4 }));
        Assert.Null(StateBoard.TryOpen(Duplicate(board.Fd), s_shape with { Scripts = 1, Processes = 2 }));
        Assert.NotNull(Open(board));
        Assert.Equal(Errno.Success, SharedMemory.TryOpen(Duplicate(board.Fd), out SharedMemory? memory));
        MemoryMarshal.AsRef<BoardHeader>(memory!.Bytes).Layout++;
        Assert.Null(Open(board));
        memory.Dispose();
    }

    [Fact]
    public void Memory_WhoseSizeMayChange_IsNotOpened()
    {
        Assert.Equal(Errno.Success, SealedMemory.TryCreate("test", new byte[4096], out FdHandle handle));
        Assert.Equal(Errno.EPERM, SharedMemory.TryOpen(handle, out SharedMemory? memory));
        Assert.Null(memory);
    }

    [Fact]
    public void Write_InSteadyState_AllocatesNothing()
    {
        using StateBoard board = Create();
        long before = 0;
        for (int round = 0; round < 2000; round++)
        {
            before = round == 1000 ? GC.GetAllocatedBytesForCurrentThread() : before;
            board.Draft(1).State = new VrrpState { Role = Role.Active };
            board.Publish(1);
            board.MarkProgress(MonotonicClock.Now, MonotonicTime.Never);
        }
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Fact]
    public void Counters_OfAnInstance_Fit()
        => Assert.True(Enum.GetValues<ReceiveVerdict>().Length + 7 <= CounterBlock.Size);

    /// <summary>
    /// A process of another version must not take one field for another. After a change of what is stored, increase
    /// BoardShape.LayoutRevision, and set both constants above to what this says.
    /// </summary>
    [Fact]
    public void Layout_StoredFieldsChange_RevisionIsIncreased()
    {
        var text = new StringBuilder();
        Describe(typeof(BoardHeader), text);
        Describe(typeof(InstanceRecord), text);
        uint hash = 2166136261;
        foreach (char c in text.ToString())
        {
            hash = unchecked((hash ^ c) * 16777619);
        }
        Assert.Equal((RevisionOfFields, HashOfFields), (BoardShape.LayoutRevision, hash));
    }

    private static void Describe(Type type, StringBuilder text)
    {
        text.Append(CultureInfo.InvariantCulture, $"{type.Name}(");
        if (type.IsEnum)
        {
            text.AppendJoin(',', Enum.GetNames(type));
        }
        else if (!type.IsPrimitive)
        {
            foreach (FieldInfo field in type.GetFields(
                BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic))
            {
                text.Append(CultureInfo.InvariantCulture, $"{field.Name}:");
                Describe(field.FieldType, text);
            }
        }
        text.Append(')');
    }

    private static StateBoard Create()
    {
        Assert.Equal(Errno.Success, StateBoard.TryCreate(s_shape, Generation, out StateBoard? board));
        return board!;
    }

    private static StateBoard? Open(StateBoard board) => StateBoard.TryOpen(Duplicate(board.Fd), s_shape);

    private static FdHandle Duplicate(int fd)
    {
        Assert.Equal(Errno.Success, DescriptorIo.TryDuplicate(fd, out FdHandle copy));
        return copy;
    }
}
