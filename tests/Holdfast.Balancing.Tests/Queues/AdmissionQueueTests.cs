using Holdfast.Balancing.Queues;
using Holdfast.Balancing.Servers;
using Holdfast.Balancing.Tests.Original;
using Holdfast.Primitives;

namespace Holdfast.Balancing.Tests.Queues;

public sealed class AdmissionQueueTests
{
    [Fact]
    public void Priority_ClassThenTimeAndOffset_DecideTheOrder()
    {
        (ServerPool pool, AdmissionQueue queue) = Full(servers: 1);
        BalancedServer server = pool.Servers[0];
        Wait(queue, server, 1, new(5, 0), at: 10);
        Wait(queue, server, 2, new(0, 500), at: 11);
        Wait(queue, server, 3, new(0, 0), at: 12);
        Wait(queue, server, 4, new(-2, 0), at: 13);
        Wait(queue, server, 5, new(0, -3), at: 14);

        Assert.Equal([4, 5, 3, 2, 1], Drain(pool, queue, server));
    }

    [Fact]
    public void FreeSlot_OfTwoHeads_GoesToTheOlder()
    {
        (ServerPool pool, AdmissionQueue queue) = Full(servers: 2);
        WaitAnywhere(queue, 1, at: 10);
        Wait(queue, pool.Servers[0], 2, default, at: 11);
        WaitAnywhere(queue, 3, at: 12);
        Wait(queue, pool.Servers[0], 4, default, at: 13);
        Wait(queue, pool.Servers[1], 5, default, at: 14);

        Assert.Equal([1, 2, 3, 4], Drain(pool, queue, pool.Servers[0]));
        Assert.Equal([5], Drain(pool, queue, pool.Servers[1]));
    }

    [Fact]
    public void Backup_NotInCharge_TakesNothingFromTheBackendsQueue()
    {
        (ServerPool pool, AdmissionQueue queue) = Full(servers: 2, lastIsBackup: true);
        WaitAnywhere(queue, 1, at: 10);
        Assert.Empty(Drain(pool, queue, pool.Servers[1]));

        pool.SetState(pool.Servers[0], ServerState.Stopped, MonotonicTime.Zero);

        Assert.Equal([1], Drain(pool, queue, pool.Servers[1]));
    }

    [Fact]
    public void MaxQueue_Reached_IsSaid()
    {
        (ServerPool pool, AdmissionQueue queue) = Full(servers: 1, maxQueue: 2);
        BalancedServer server = pool.Servers[0];
        Wait(queue, server, 1, default, at: 1);
        Wait(queue, server, 2, default, at: 2);

        Assert.Equal(AdmissionOutcome.ServerQueueFull, queue.Admit(server, default, 3, At(3)).Outcome);
    }

    [Fact]
    public void Table_Full_IsSaid_AndPlacesComeBack()
    {
        (ServerPool pool, AdmissionQueue queue) = Full(servers: 1, capacity: 2);
        WaitingTicket first = Wait(queue, pool.Servers[0], 1, default, at: 1);
        WaitAnywhere(queue, 2, at: 2);
        Assert.Equal(AdmissionOutcome.TableFull, queue.AdmitAnywhere(default, 3, At(3)).Outcome);

        Assert.True(queue.Cancel(first));
        Assert.False(queue.Cancel(first));
        WaitingTicket again = Wait(queue, pool.Servers[0], 4, default, at: 4);
        Assert.False(queue.Cancel(first));
        Assert.Equal([2, 4], Drain(pool, queue, pool.Servers[0]));
        Assert.False(queue.Cancel(again));
    }

    [Fact]
    public void ServerDown_TakesBack_EverybodyInOrder()
    {
        (ServerPool pool, AdmissionQueue queue) = Full(servers: 2);
        Wait(queue, pool.Servers[0], 1, default, at: 1);
        Wait(queue, pool.Servers[1], 2, default, at: 2);
        Wait(queue, pool.Servers[0], 3, default, at: 3);

        Assert.True(queue.TryTakeBack(pool.Servers[0], out long first));
        Assert.True(queue.TryTakeBack(pool.Servers[0], out long second));
        Assert.Equal((1, 3), (first, second));
        Assert.False(queue.TryTakeBack(pool.Servers[0], out _));
        Assert.Equal((0, 1), (pool.Servers[0].Queued, pool.Servers[1].Queued));
    }

    /// <summary>Random waiting, leaving and serving against a sorted list.</summary>
    [Fact]
    public void Operations_Random_AgreeWithASortedList()
    {
        var table = new WaitingTable(capacity: 200, queues: 3);
        var model = new List<(int Queue, short Class, long Time, long Owner, WaitingTicket Ticket)>();
        var random = new Random(4);
        for (long step = 0; step < 20_000; step++)
        {
            int queue = random.Next(3);
            int kind = random.Next(5);
            if (kind < 3)
            {
                var priority = new WaitingPriority((short)random.Next(-2, 3), random.Next(-20, 20));
                bool added = table.TryAdd(queue, priority, step, step, out WaitingTicket ticket);
                Assert.Equal(model.Count < 200, added);
                if (added)
                {
                    model.Add((queue, priority.Class, step + priority.OffsetMilliseconds, step, ticket));
                }
            }
            else if (kind == 3 && model.Count > 0)
            {
                var gone = model[random.Next(model.Count)];
                Assert.True(table.TryRemove(gone.Ticket, out int from));
                Assert.Equal(gone.Queue, from);
                model.Remove(gone);
            }
            else if (!table.IsEmpty(queue))
            {
                var head = model.Where(m => m.Queue == queue).OrderBy(static m => (m.Class, m.Time, m.Owner)).First();
                Assert.Equal(head.Owner, table.Take(queue));
                model.Remove(head);
            }
        }
    }

    private static MonotonicTime At(int milliseconds) => new(milliseconds * 1_000_000L);

    private static (ServerPool Pool, AdmissionQueue Queue) Full(
        int servers, bool lastIsBackup = false, int maxQueue = 0, int capacity = 100)
    {
        ServerSettings[] settings = [.. BackendSpec.Weighted([.. Enumerable.Repeat(1, servers)])
            .Select((s, i) => s with
            {
                MaxConnections = 1,
                MaxQueue = maxQueue,
                IsBackup = lastIsBackup && i == servers - 1,
            })];
        var pool = new ServerPool(settings, new());
        foreach (BalancedServer server in pool.Servers)
        {
            Assert.True(pool.TryTake(server, MonotonicTime.Zero));
        }
        return (pool, new(pool, capacity));
    }

    private static WaitingTicket Wait(
        AdmissionQueue queue, BalancedServer server, long owner, WaitingPriority priority, int at)
    {
        AdmissionResult result = queue.Admit(server, priority, owner, At(at));
        Assert.Equal(AdmissionOutcome.Queued, result.Outcome);
        return result.Ticket;
    }

    private static void WaitAnywhere(AdmissionQueue queue, long owner, int at)
        => Assert.Equal(AdmissionOutcome.Queued, queue.AdmitAnywhere(default, owner, At(at)).Outcome);

    /// <summary>Frees the server's slot again and again; who got it, in order.</summary>
    private static List<long> Drain(ServerPool pool, AdmissionQueue queue, BalancedServer server)
    {
        var order = new List<long>();
        pool.Release(server);
        while (queue.TryDequeue(server, At(1000), out long owner))
        {
            order.Add(owner);
            Assert.False(queue.TryDequeue(server, At(1000), out _));
            pool.Release(server);
        }
        return order;
    }
}
