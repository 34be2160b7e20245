using Holdfast.Linux.Memory;
using Holdfast.Proxy.Engine;
using Holdfast.Proxy.Http;

namespace Holdfast.Proxy.Tests.Engine;

/// <summary>Buffers, and queues of them.</summary>
public sealed class BufferTests
{
    [Fact]
    public void Pool_AllRented_KeepsAReserveFromReceives()
    {
        using BufferPool pool = new(8, 4096);
        int received = 0;
        while (pool.TryRentToReceive(out _))
        {
            received++;
        }
        int others = 0;
        while (pool.TryRent(out _))
        {
            others++;
        }

        Assert.Equal(6, received);
        Assert.Equal(2, others);
        Assert.Equal(8, pool.InUse);
    }

    [Fact]
    public void Pool_LastReturned_IsFirstRented()
    {
        using BufferPool pool = new(8, 4096);
        Assert.True(pool.TryRent(out int one));
        Assert.True(pool.TryRent(out int other));
        pool.Return(one);
        pool.Return(other);

        Assert.True(pool.TryRent(out int again));
        Assert.Equal(other, again);
        Assert.Equal(2, pool.Touched);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Queue_PartsSkippedAnyhow_LeaveInOrder(int seed)
    {
        Random random = new(seed);
        using BufferPool pool = new(64, 4096);
        BufferQueue queue = default;
        Queue<byte> model = new();
        byte next = 0;
        Span<BufferPart> parts = stackalloc BufferPart[4];
        for (int round = 0; round < 2000; round++)
        {
            if (random.Next(2) == 0 && pool.TryRent(out int buffer))
            {
                BufferPart part = new(buffer, random.Next(10), random.Next(1, 50));
                foreach (ref byte value in pool.Bytes(part))
                {
                    value = next;
                    model.Enqueue(next++);
                }
                queue.Add(pool, part);
            }
            int count = queue.Peek(pool, parts);
            int bytes = 0;
            for (int i = 0; i < count; i++)
            {
                bytes += parts[i].Length;
            }
            int skipped = random.Next(bytes + 1);
            int left = skipped;
            for (int i = 0; i < count && left > 0; i++)
            {
                foreach (byte value in pool.Bytes(parts[i])[..Math.Min(left, parts[i].Length)])
                {
                    Assert.Equal(model.Dequeue(), value);
                    left--;
                }
            }
            queue.Skip(pool, skipped);
        }
        queue.Clear(pool);
        Assert.Equal(0, pool.InUse);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Input_PiecesOfAnySize_StayInOrder(int seed)
    {
        Random random = new(seed);
        using BufferPool pool = new(8, 2048);
        HttpInput input = default;
        Queue<byte> model = new();
        byte next = 0;
        for (int round = 0; round < 5000; round++)
        {
            if (!input.IsFull && random.Next(2) == 0)
            {
                Assert.True(pool.TryRent(out int buffer));
                BufferPart part = pool.Room(buffer) with { Length = random.Next(1, 1025) };
                foreach (ref byte value in pool.Bytes(part))
                {
                    value = next;
                    model.Enqueue(next++);
                }
                input.Add(pool, part);
            }
            else if (input.HasBytes)
            {
                int count = random.Next(1, input.First.Length + 1);
                foreach (byte value in input.Bytes(pool)[..count])
                {
                    Assert.Equal(model.Dequeue(), value);
                }
                input.Consume(pool, count);
            }
            Assert.Equal(model.Count > 0, input.HasBytes);
        }
        input.Clear(pool);
        Assert.Equal(0, pool.InUse);
    }
}
