using Holdfast.Linux.Abi;
using Holdfast.Linux.Files;
using Holdfast.Linux.Memory;
using Holdfast.Linux.Sockets;
using Holdfast.Linux.Uring;
using Holdfast.Primitives;

namespace Holdfast.Linux.Tests.Uring;

/// <summary>The ring itself, on a pair of sockets. Where io_uring is forbidden these fail.</summary>
public sealed class IoUringTests : IDisposable
{
    private readonly IoUring _ring;
    private readonly BufferSlab _slab = new(8, 4096);
    private readonly FdHandle _one;
    private readonly FdHandle _other;

    public IoUringTests()
    {
        LinuxException.ThrowIf(IoUring.TryCreate(8, 64, out IoUring? ring), "create a ring");
        _ring = ring!;
        LinuxException.ThrowIf(_ring.RegisterBufferRing(8), "provide buffers");
        LinuxException.ThrowIf(UnixSocket.TryCreatePair(out _one, out _other), "make sockets");
        TcpSocket.SetNonblocking(_one.Number, false);
        TcpSocket.SetNonblocking(_other.Number, false);
    }

    [Fact]
    public void ReceiveMany_ThreeMessages_FillThreeBuffers()
    {
        Provide(3);
        _ring.ReceiveMany(_one.Number, isWaitingFirst: true, token: 7);
        Assert.Equal(Errno.Success, _ring.Enter(isWaiting: false, MonotonicTime.Zero));
        for (byte i = 0; i < 3; i++)
        {
            Assert.Equal(Errno.Success, DescriptorIo.Write(_other.Number, [i, i], out _));
            UringCompletion completion = Next();
            Assert.Equal((7UL, 2, i), (completion.Token, completion.Result, completion.Buffer));
            Assert.Equal([i, i], _slab[completion.Buffer].Slice(100, 2).ToArray());
            Assert.True(completion.HasMore);
        }
        Assert.Equal(Errno.Success, DescriptorIo.Write(_other.Number, [1], out _));
        UringCompletion last = Next();
        Assert.Equal(Errno.ENOBUFS, last.Errno);
        Assert.False(last.HasMore);
    }

    [Fact]
    public void Send_SeveralParts_ArriveInOrder()
    {
        _slab[0].Fill(1);
        _slab[1].Fill(2);
        _ring.Send(_one.Number, _slab, [new(0, 10, 3), new(1, 0, 2)], token: 9);
        Assert.Equal(5, Next().Result);
        byte[] received = new byte[16];
        Assert.Equal(Errno.Success, DescriptorIo.Read(_other.Number, received, out int count));

        Assert.Equal([1, 1, 1, 2, 2], received[..count]);
    }

    [Fact]
    public void Cancel_Receive_EndsItWithOneResult()
    {
        Provide(1);
        _ring.ReceiveMany(_one.Number, isWaitingFirst: true, token: 7);
        _ring.Cancel(target: 7, token: 1);
        UringCompletion completion = Next();

        Assert.Equal((7UL, Errno.ECANCELED), (completion.Token, completion.Errno));
        Assert.Equal(Errno.Success, _ring.Enter(isWaiting: false, MonotonicTime.Zero));
        Assert.False(_ring.HasCompletion);
    }

    [Fact]
    public void Operations_MoreThanEntries_AreAllCarriedOut()
    {
        for (ulong token = 0; token < 40; token++)
        {
            _ring.Send(_one.Number, _slab, new BufferPart(0, 0, 1), token);
        }
        for (ulong token = 0; token < 40; token++)
        {
            Assert.Equal((token, 1), (Next() is var done ? done.Token : 0, done.Result));
        }
    }

    [Fact]
    public void Enter_NothingHappens_ReturnsAtTheDeadline()
    {
        MonotonicTime deadline = MonotonicClock.Now + TimeSpan.FromMilliseconds(20);

        Assert.Equal(Errno.Success, _ring.Enter(isWaiting: true, deadline));
        Assert.True(MonotonicClock.Now >= deadline);
        Assert.False(_ring.HasCompletion);
    }

    public void Dispose()
    {
        _ring.Dispose();
        _one.Dispose();
        _other.Dispose();
        _slab.Dispose();
    }

    private void Provide(int count)
    {
        for (int i = 0; i < count; i++)
        {
            _ring.ProvideBuffer(_slab, i, offset: 100);
        }
        _ring.PublishBuffers();
    }

    private UringCompletion Next()
    {
        MonotonicTime deadline = MonotonicClock.Now + TimeSpan.FromSeconds(20);
        UringCompletion completion;
        while (!_ring.TryTake(out completion))
        {
            Assert.True(MonotonicClock.Now < deadline, "the ring does not answer");
            Assert.Equal(Errno.Success, _ring.Enter(isWaiting: true, deadline));
        }
        return completion;
    }
}
