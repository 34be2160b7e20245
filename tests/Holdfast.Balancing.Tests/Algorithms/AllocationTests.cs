using Holdfast.Balancing.Algorithms;
using Holdfast.Balancing.Hashing;
using Holdfast.Balancing.Queues;
using Holdfast.Balancing.Servers;
using Holdfast.Balancing.Tests.Original;
using Holdfast.Primitives;

namespace Holdfast.Balancing.Tests.Algorithms;

public sealed class AllocationTests
{
    public static TheoryData<BalanceAlgorithm> Algorithms => [.. Enum.GetValues<BalanceAlgorithm>()];

    [Theory]
    [MemberData(nameof(Algorithms))]
    public void Request_FromSelectionToRelease_AllocatesNothing(BalanceAlgorithm algorithm)
    {
        ServerSettings[] servers
            = [.. BackendSpec.Weighted(1, 2, 3, 4).Select(static s => s with { MaxConnections = 2 })];
        var pool = new ServerPool(servers, new() { Algorithm = algorithm });
        var queue = new AdmissionQueue(pool, 16);
        var random = new RandomSource(1);
        Run(pool, queue, random, 1_000);

        long before = GC.GetAllocatedBytesForCurrentThread();
        Run(pool, queue, random, 20_000);

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
        Assert.Equal(0, pool.Served);
    }

    /// <summary>More threads than cores, each with more requests than there are slots: no slot is lost or doubled.
    /// </summary>
    [Theory]
    [MemberData(nameof(Algorithms))]
    public void Slots_ManyThreads_NeverAboveTheLimitAndAllComeBack(BalanceAlgorithm algorithm)
    {
        const int Threads = 8;
        ServerSettings[] servers
            = [.. BackendSpec.Weighted(1, 2, 3).Select(static s => s with { MaxConnections = 1 })];
        var pool = new ServerPool(servers, new() { Algorithm = algorithm });
        var queue = new AdmissionQueue(pool, capacity: 32_000);
        int[] inside = new int[servers.Length];
        long served = 0;
        long expected = 0;
        Parallel.For(0, Threads, new ParallelOptions { MaxDegreeOfParallelism = Threads }, thread =>
        {
            var random = new RandomSource((ulong)thread);
            for (int request = 0; request < 4_000; request++)
            {
                Interlocked.Increment(ref expected);
                BalancedServer? server = pool.Select(new Selection
                {
                    Key = HashKey.Of(random.Next()),
                    Random = random,
                }).Server;
                AdmissionResult result = server is null
                    ? queue.AdmitAnywhere(default, 1, MonotonicTime.Zero)
                    : queue.Admit(server, default, 1, MonotonicTime.Zero);
                for (BalancedServer? own = result.Server; own is not null;
                    own = queue.TryDequeue(own, MonotonicTime.Zero, out _) ? own : null)
                {
                    Assert.Equal(1, Interlocked.Increment(ref inside[own.Index]));
                    Interlocked.Increment(ref served);
                    Interlocked.Decrement(ref inside[own.Index]);
                    pool.Release(own);
                }
            }
        });

        Assert.Equal(0, queue.Waiting);
        Assert.All(pool.Servers, static s => Assert.Equal((0, 0), (s.Served, s.Queued)));
        Assert.Equal(expected, served);
    }

    private static void Run(ServerPool pool, AdmissionQueue queue, RandomSource random, int count)
    {
        Span<int> taken = stackalloc int[16];
        int running = 0;
        for (int request = 0; request < count; request++)
        {
            MonotonicTime now = new(request * 1_000_000L);
            BalancedServer? server = pool.Select(new Selection
            {
                Key = HashKey.Of(random.Next()),
                Random = random,
                Now = now,
            }).Server;
            AdmissionResult result
                = server is null ? queue.AdmitAnywhere(default, 1, now) : queue.Admit(server, default, 1, now);
            if (result.Outcome == AdmissionOutcome.Queued)
            {
                Assert.True(queue.Cancel(result.Ticket));
            }
            else
            {
                taken[running++] = result.Server!.Index;
            }
            while (running > 5)
            {
                pool.Release(pool.Servers[taken[--running]]);
            }
        }
        while (running > 0)
        {
            pool.Release(pool.Servers[taken[--running]]);
        }
    }
}
