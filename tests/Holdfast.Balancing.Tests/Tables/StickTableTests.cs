using System.Buffers.Binary;
using Holdfast.Balancing.Tables;
using Holdfast.Primitives;

namespace Holdfast.Balancing.Tests.Tables;

public sealed class StickTableTests
{
    private static readonly MonotonicTime Start = new(1_000_000_000_000);

    [Fact]
    public void Entry_NotUsedForExpire_IsGone()
    {
        StickTable table = Table(10);
        Count(table, 1, Start);

        Assert.True(table.TryLookup(Key(1), Start + TimeSpan.FromSeconds(9.9), out StickHandle handle));
        table.Release(handle, Start);
        Assert.False(table.TryLookup(Key(1), Start + TimeSpan.FromSeconds(10), out _));
        Assert.Equal(0, table.Count);
    }

    [Fact]
    public void Lookup_DoesNotProlong_TrackingDoes()
    {
        StickTable table = Table(10);
        Count(table, 1, Start);
        Count(table, 2, Start);
        MonotonicTime later = Start + TimeSpan.FromSeconds(6);
        Assert.True(table.TryLookup(Key(1), later, out StickHandle handle));
        table.Release(handle, later);
        Count(table, 2, later);

        Assert.Equal(1, table.Purge(Start + TimeSpan.FromSeconds(12), 100));
        Assert.False(table.TryLookup(Key(1), Start + TimeSpan.FromSeconds(12), out _));
        Assert.True(table.TryLookup(Key(2), Start + TimeSpan.FromSeconds(12), out _));
    }

    [Fact]
    public void Held_NeverExpiresAndNeverGivesWay()
    {
        StickTable table = Table(3);
        Assert.True(table.TryTrack(Key(0), Start, out StickHandle held));
        MonotonicTime later = Start + TimeSpan.FromHours(1);
        for (int key = 1; key < 20; key++)
        {
            Count(table, key, later);
        }

        Assert.Equal(3, table.Count);
        Assert.Equal(1, table.Add(held, StickData.ConnCur, 0, 1));
        table.Release(held, later);
        Assert.True(table.Purge(later, 100) > 0);
        Assert.Null(table.Get(held, StickData.ConnCur, 0, later));
    }

    [Fact]
    public void Full_AllHeld_TakesNoNewKey()
    {
        StickTable table = Table(2);
        Assert.True(table.TryTrack(Key(1), Start, out _));
        Assert.True(table.TryTrack(Key(2), Start, out _));

        Assert.False(table.TryTrack(Key(3), Start, out StickHandle none));
        Assert.False(none.IsSome);
        table.Record(none, StickEvent.Connection, Start);
        Assert.Null(table.Get(none, StickData.ConnCnt, 0, Start));
    }

    [Fact]
    public void Removed_CountsOfOldHandle_DoNotReachTheNextKey()
    {
        StickTable table = Table(1);
        Assert.True(table.TryTrack(Key(1), Start, out StickHandle old));
        Assert.True(table.Remove(Key(1)));
        Assert.True(table.TryTrack(Key(2), Start, out StickHandle next));
        table.Record(old, StickEvent.Connection, Start, 5);
        table.Release(old, Start);

        Assert.Equal(0, table.Get(next, StickData.ConnCnt, 0, Start));
        Assert.False(table.TryTrack(Key(3), Start, out _));
    }

    [Fact]
    public void Gpc_WithoutOldNames_IsFoundByThem()
    {
        var table = new StickTable(Settings(5) with
        {
            Stored = [new(StickData.Gpc, 3), new(StickData.GpcRate, 3, 1000), new(StickData.Gpt, 2)],
        }, 1, 2);
        Assert.True(table.TryTrack(Key(1), Start, out StickHandle entry));
        table.Record(entry, StickEvent.Gpc0, Start);
        table.Record(entry, StickEvent.Gpc, Start, 4, index: 1);
        table.Set(entry, StickData.Gpt0, 0, 77, Start);

        Assert.Equal(1, table.Get(entry, StickData.Gpc, 0, Start));
        Assert.Equal(4, table.Get(entry, StickData.Gpc1, 0, Start));
        Assert.Equal(4, table.Get(entry, StickData.GpcRate, 1, Start));
        Assert.Equal(77, table.Get(entry, StickData.Gpt, 0, Start));
        Assert.Null(table.Get(entry, StickData.Gpc, 3, Start));
        Assert.Null(table.Get(entry, StickData.HttpReqCnt, 0, Start));
    }

    [Fact]
    public void Servers_StoredAndMatched_ProlongTheEntry()
    {
        var table = new StickTable(
            Settings(5) with { Stored = [new(StickData.ServerId), new(StickData.ServerKey)] }, 1, 2);
        Assert.True(table.TryStoreServer(Key(1), 3, 9, Start));
        Assert.True(table.TryMatchServer(Key(1), Start + TimeSpan.FromSeconds(8), out long id, out long name));
        Assert.Equal((3, 9), (id, name));
        Assert.True(table.TryMatchServer(Key(1), Start + TimeSpan.FromSeconds(16), out _, out _));
        Assert.False(table.TryMatchServer(Key(1), Start + TimeSpan.FromSeconds(26), out _, out _));
    }

    /// <summary>Random operations against a dictionary that knows everything.</summary>
    [Theory]
    [InlineData(7)]
    [InlineData(300)]
    [InlineData(5_000)]
    public void Operations_Random_AgreeWithADictionary(int size)
    {
        StickTable table = Table(size, expire: null);
        var model = new Dictionary<int, long>();
        var random = new Random(size);
        for (int step = 0; step < 30_000; step++)
        {
            int key = random.Next(size * 2);
            if (random.Next(5) == 0)
            {
                Assert.Equal(model.Remove(key), table.Remove(Key(key)));
                continue;
            }
            if (!model.ContainsKey(key) && model.Count == size)
            {
                continue;
            }
            Count(table, key, Start);
            model[key] = model.GetValueOrDefault(key) + 1;
        }
        Assert.Equal(model.Count, table.Count);
        foreach ((int key, long count) in model)
        {
            Assert.True(table.TryLookup(Key(key), Start, out StickHandle handle));
            Assert.Equal(count, table.Get(handle, StickData.ConnCnt, 0, Start));
            table.Release(handle, Start);
        }
    }

    [Theory]
    [InlineData(10)]
    [InlineData(600)]
    public void Full_NewKey_TakesThePlaceOfThoseLongestUnused(int size)
    {
        StickTable table = Table(size, expire: null);
        var lru = new List<int>();
        var random = new Random(size);
        for (int step = 0; step < 5_000; step++)
        {
            int key = random.Next(size * 3 / 2);
            if (!lru.Remove(key) && lru.Count == size)
            {
                lru.RemoveRange(0, (size >> 8) + 1);
            }
            lru.Add(key);
            Count(table, key, Start);
        }
        Assert.Equal(lru.Count, table.Count);
        Assert.All(lru, key => Assert.True(table.TryLookup(Key(key), Start, out _)));
    }

    [Fact]
    public void Threads_Many_LoseNoCountAndKeepTheBound()
    {
        StickTable table = Table(8_192, expire: null);
        Parallel.For(0, 8, thread =>
        {
            var random = new Random(thread);
            for (int step = 0; step < 20_000; step++)
            {
                Count(table, random.Next(4_000), Start);
                Assert.True(table.Count <= 8_192);
            }
        });
        long total = 0;
        long cursor = 0;
        byte[] key = new byte[table.KeyLength];
        long[] values = new long[table.WordCount];
        int entries = 0;
        for (; table.TryRead(ref cursor, key, values, Start, out int use, out _); entries++)
        {
            Assert.Equal(0, use);
            total += values[0];
        }
        Assert.Equal(160_000, total);
        Assert.Equal(entries, table.Count);
    }

    [Fact]
    public void FullTable_NewKeys_AllocateNothing()
    {
        StickTable table = Table(1_000);
        for (int key = 0; key < 3_000; key++)
        {
            Count(table, key, Start);
        }
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int key = 0; key < 20_000; key++)
        {
            Count(table, key, Start);
        }
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Theory]
    [InlineData(StickKeyType.String, "abc\0def", "abc")]
    [InlineData(StickKeyType.String, "longer than eight", "longer t")]
    [InlineData(StickKeyType.Binary, "a\0b", "a\0b")]
    public void Key_CutAndFilled_AsTheTypeSays(StickKeyType type, string value, string stored)
    {
        StickTableSettings settings = Settings(1) with { Type = type, KeyLength = 8 };
        Span<byte> key = stackalloc byte[8];
        key.Fill(0xEE);
        StickKey.Write(settings, System.Text.Encoding.ASCII.GetBytes(value), key);

        Assert.Equal(stored.PadRight(8, '\0'), System.Text.Encoding.ASCII.GetString(key));
    }

    [Theory]
    [InlineData(StickKeyType.IPv4, "10.1.2.3", "0A010203")]
    [InlineData(StickKeyType.IPv4, "::ffff:10.1.2.3", "0A010203")]
    [InlineData(StickKeyType.IPv4, "2001:db8::1", null)]
    [InlineData(StickKeyType.IPv6, "10.1.2.3", "00000000000000000000FFFF0A010203")]
    [InlineData(StickKeyType.IPv6, "2001:db8::1", "20010DB8000000000000000000000001")]
    public void Key_Address_IsThatOfTheTable(StickKeyType type, string address, string? stored)
    {
        StickTableSettings settings = Settings(1) with { Type = type };
        byte[] key = new byte[StickKey.StoredLength(settings)];

        Assert.Equal(stored is not null, StickKey.TryWrite(settings, IpAddress.Parse(address), key));
        Assert.True(stored is null || stored == Convert.ToHexString(key));
    }

    private static StickTableSettings Settings(int size) => new()
    {
        Type = StickKeyType.Integer,
        Size = size,
        Expire = TimeSpan.FromSeconds(10),
        Stored = [new(StickData.ConnCnt), new(StickData.ConnCur), new(StickData.ConnRate, 1, 10_000)],
    };

    private static StickTable Table(int size) => new(Settings(size), 1, 2);

    private static StickTable Table(int size, TimeSpan? expire) => new(Settings(size) with { Expire = expire }, 1, 2);

    private static byte[] Key(int number)
    {
        byte[] key = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(key, number);
        return key;
    }

    private static void Count(StickTable table, int number, MonotonicTime now)
    {
        Span<byte> key = stackalloc byte[4];
        StickKey.Write(number, key);
        Assert.True(table.TryTrack(key, now, out StickHandle handle));
        table.Record(handle, StickEvent.Connection, now);
        table.Release(handle, now);
    }
}
