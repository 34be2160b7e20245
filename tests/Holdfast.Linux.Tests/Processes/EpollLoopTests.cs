using Holdfast.Linux.Abi;
using Holdfast.Linux.Epoll;
using Holdfast.Primitives;

namespace Holdfast.Linux.Tests.Processes;

public sealed class EpollLoopTests
{
    private static MonotonicTime Soon => MonotonicClock.Now + TimeSpan.FromSeconds(5);

    [Fact]
    public void RunOnce_NothingReady_ReturnsAtTheDeadlineNotBefore()
    {
        using var loop = new EpollLoop();
        MonotonicTime deadline = MonotonicClock.Now + TimeSpan.FromMicroseconds(1500);
        Assert.Equal(Errno.Success, loop.RunOnce(deadline));
        Assert.True(MonotonicClock.Now >= deadline);
        Assert.True(MonotonicClock.Now - deadline < TimeSpan.FromSeconds(1));
    }

    [Fact]
    public void RunOnce_DescriptorReady_CallsItsHandler()
    {
        using var loop = new EpollLoop();
        using var first = new EventFd();
        using var second = new EventFd();
        var handler = new Recorder();
        loop.Add(first.Fd, EpollEvents.EPOLLIN, new Recorder());
        loop.Add(second.Fd, EpollEvents.EPOLLIN, handler);
        second.Raise();
        second.Raise();
        loop.RunOnce(Soon);
        Assert.Equal([EpollEvents.EPOLLIN], handler.Seen);
        Assert.Equal(2ul, second.Drain());
        Assert.Equal(0ul, second.Drain());
    }

    [Fact]
    public void Remove_InTheSameBatch_DropsTheStaleEvent()
    {
        using var loop = new EpollLoop();
        using var first = new EventFd();
        using var second = new EventFd();
        var seen = new List<int>();
        // Whichever is called first removes the other and adds it again with another handler.
        var replacement = new Recorder();
        void OnReady(int self, int other)
        {
            seen.Add(self);
            loop.Remove(other);
            loop.Add(other, EpollEvents.EPOLLIN, replacement);
        }
        loop.Add(first.Fd, EpollEvents.EPOLLIN, new Callback(() => OnReady(first.Fd, second.Fd)));
        loop.Add(second.Fd, EpollEvents.EPOLLIN, new Callback(() => OnReady(second.Fd, first.Fd)));
        first.Raise();
        second.Raise();
        loop.RunOnce(Soon);
        Assert.Single(seen);
        Assert.Empty(replacement.Seen);
        Assert.Equal(2, loop.Count);
    }

    [Fact]
    public void Modify_ToNothing_SilencesTheDescriptor()
    {
        using var loop = new EpollLoop();
        using var counter = new EventFd();
        var handler = new Recorder();
        loop.Add(counter.Fd, EpollEvents.EPOLLIN, handler);
        loop.Modify(counter.Fd, EpollEvents.None);
        counter.Raise();
        loop.RunOnce(MonotonicTime.Zero);
        Assert.Empty(handler.Seen);
    }

    [Fact]
    public void RunOnce_SteadyState_AllocatesNothing()
    {
        using var loop = new EpollLoop();
        using var counter = new EventFd();
        int calls = 0;
        loop.Add(counter.Fd, EpollEvents.EPOLLIN, new Callback(() => calls++));
        counter.Raise();
        loop.RunOnce(Soon);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++)
        {
            loop.RunOnce(MonotonicClock.Now + TimeSpan.FromSeconds(1));
        }
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(1001, calls);
    }

    private sealed class Recorder : IReadyHandler
    {
        public List<EpollEvents> Seen { get; } = [];

        public void OnReady(EpollEvents events) => Seen.Add(events);
    }

    private sealed class Callback(Action action) : IReadyHandler
    {
        public void OnReady(EpollEvents events) => action();
    }
}
