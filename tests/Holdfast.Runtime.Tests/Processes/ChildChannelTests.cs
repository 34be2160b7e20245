using Holdfast.Linux;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Files;
using Holdfast.Primitives;
using Holdfast.Runtime.Processes;

namespace Holdfast.Runtime.Tests.Processes;

public sealed class ChildChannelTests : IDisposable
{
    private readonly ChildChannel _supervisor;
    private readonly ChildChannel _child;

    public ChildChannelTests()
    {
        _supervisor = ChildChannel.Create(out FdHandle childEnd);
        _child = new ChildChannel(childEnd);
    }

    [Fact]
    public void EveryMessage_SentAndReceived_IsTheSame()
    {
        var peer = IpAddress.Parse("2001:db8::1");
        Passes(new ConfigurationMessage(1, 2));
        Passes(new TrackerChangedMessage(TrackerKind.File, true, 3, -250));
        Passes(new StopMessage(5000));
        Passes(new StopNowMessage(0));
        Passes(new ReloadMessage(7));
        Passes(new StatusRequestMessage(9, StatusKind.Full));
        Passes(new DumpRequestMessage(DumpKind.Json));
        Passes(new ReadyMessage(1, 255));
        Passes(new InstanceStateChangedMessage(
            4, InstanceState.Backup, InstanceState.Active, new Priority(200), 17, peer));
        Passes(new GroupStateChangedMessage(1, InstanceState.Active, InstanceState.Fault));
        Passes(new PriorityChangedMessage(2, new Priority(100), new Priority(90), InstanceState.Backup));
        Passes(new ReceivedLowerPriorityMessage(3, new Priority(100), new Priority(50), peer));
        Passes(new StatusReplyMessage(9, 4096));
        Passes(new StoppedMessage(true));
        Passes(new ReloadDoneMessage(7, false));
    }

    [Fact]
    public void TrySend_WithDescriptor_GivesItToTheOtherEnd()
    {
        Assert.Equal(Errno.Success, SealedMemory.TryCreate("snapshot", "text"u8, out FdHandle memory));
        using (memory)
        {
            Assert.Equal(Errno.Success, _supervisor.TrySend(new ConfigurationMessage(1, 0), memory.Number));
        }
        Assert.Equal(Errno.Success, _child.TryReceive(out MessageKind kind));
        Assert.Equal(MessageKind.Configuration, kind);
        using FdHandle received = _child.TakeDescriptor();
        Assert.Equal(Errno.Success, SealedMemory.TryRead(received.Number, 100, out byte[] content));
        Assert.Equal("text"u8.ToArray(), content);
        Assert.True(_child.TakeDescriptor().IsInvalid);
    }

    [Fact]
    public void TryRead_OfAnotherKind_IsRefused()
    {
        _supervisor.TrySend(new StopMessage(1));
        _child.TryReceive(out _);
        Assert.False(_child.TryRead(out ReloadMessage _));
        Assert.True(_child.TryRead(out StopMessage _));
    }

    [Theory]
    [InlineData(new byte[] { 1 })]
    [InlineData(new byte[] { 1, 0, 255, 0, 0, 0, 0, 0 })] // another version
    [InlineData(new byte[] { 0, 0, 2, 0, 0, 0, 0, 0 })] // no kind
    public void TryReceive_OfGarbage_IsAProtocolError(byte[] bytes)
    {
        UnixMessage.Send(_supervisor.Fd, bytes);
        Assert.Equal(Errno.EPROTO, _child.TryReceive(out _));
    }

    [Fact]
    public void TryReceive_OtherEndClosed_IsABrokenPipe()
    {
        Assert.Equal(Errno.EAGAIN, _child.TryReceive(out _));
        _supervisor.Dispose();
        Assert.Equal(Errno.EPIPE, _child.TryReceive(out _));
        Assert.Equal(Errno.EPIPE, _child.TrySend(new StoppedMessage(true)));
    }

    [Fact]
    public void TrySend_TwoThousandMessagesUnread_AllArriveInOrder()
    {
        for (int i = 0; i < 2000; i++)
        {
            Assert.Equal(Errno.Success, _child.TrySend(new ReadyMessage(1, i)));
        }
        for (int i = 0; i < 2000; i++)
        {
            Assert.Equal(Errno.Success, _supervisor.TryReceive(out _));
            Assert.True(_supervisor.TryRead(out ReadyMessage message));
            Assert.Equal(i, message.InstanceCount);
        }
    }

    [Fact]
    public void Channel_SteadyState_AllocatesNothing()
    {
        SendAndReceive(10);
        long before = GC.GetAllocatedBytesForCurrentThread();
        SendAndReceive(1000);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    public void Dispose()
    {
        _supervisor.Dispose();
        _child.Dispose();
    }

    private void SendAndReceive(int count)
    {
        for (int i = 0; i < count; i++)
        {
            _child.TrySend(new PriorityChangedMessage(i, default, default, InstanceState.Backup));
            _supervisor.TryReceive(out _);
            _supervisor.TryRead(out PriorityChangedMessage _);
        }
    }

    private void Passes<T>(T message)
        where T : unmanaged, IChildMessage, IEquatable<T>
    {
        Assert.Equal(Errno.Success, _supervisor.TrySend(message));
        Assert.Equal(Errno.Success, _child.TryReceive(out MessageKind kind));
        Assert.Equal(T.Kind, kind);
        Assert.True(_child.TryRead(out T received));
        Assert.Equal(message, received);
    }
}
