using Holdfast.Layer4.Model;
using Holdfast.Layer4.Xdp;
using Holdfast.Primitives;

namespace Holdfast.Xdp.Tests;

/// <summary>The table, and that the program reads it as it was meant.</summary>
public sealed class MaglevTests
{
    private static MaglevServer[] Servers(int count, params uint[] weights) => [.. Enumerable.Range(0, count)
        .Select(i => new MaglevServer(
            IpAddress.V4((uint)(0x0A000100 + i)), 80, weights.Length == 0 ? 1 : weights[i % weights.Length]))];

    private static ushort[] Table(MaglevServer[] servers, int size)
    {
        ushort[] slots = new ushort[size];
        MaglevTable.Fill(servers, slots);
        return slots;
    }

    [Theory]
    [InlineData(251, 3)]
    [InlineData(4093, 10)]
    [InlineData(65537, 100)]
    public void Table_EqualWeights_SharesSlotsEvenly(int size, int count)
    {
        int[] shares = [.. Table(Servers(count), size).CountBy(static s => s).Select(static p => p.Value)];

        Assert.Equal(count, shares.Length);
        Assert.InRange(shares.Max() - shares.Min(), 0, 1);
    }

    [Fact]
    public void Table_Weights_ShareSlotsInProportion()
    {
        Dictionary<ushort, int> shares = Table(Servers(3, 1, 2, 5), 4093).CountBy(static s => s).ToDictionary();

        Assert.All((int[])[1, 2, 5], (weight, i) => Assert.InRange(shares[(ushort)i], (511 * weight) - 8,
            (512 * weight) + 8));
    }

    [Fact]
    public void Table_HugeWeight_LeavesTheOthersAPlace()
    {
        Dictionary<ushort, int> shares = Table(Servers(2, 1_000_000, 1), 4093).CountBy(static s => s).ToDictionary();

        // A weight keeps six bits in a table of twelve: 61 turns to one.
        Assert.InRange(shares[1], 60, 70);
    }

    [Fact]
    public void Table_NoWeight_HasNoServer()
        => Assert.All(Table(Servers(2, 0), 251), static slot => Assert.Equal(MaglevTable.NoServer, slot));

    [Theory]
    [InlineData(4093, 1.5)]
    [InlineData(65537, 0.5)]
    public void Table_OneOfTenRemoved_MovesFewOthers(int size, double percentMax)
    {
        MaglevServer[] servers = Servers(10);
        ushort[] before = Table(servers, size);
        for (int removed = 0; removed < servers.Length; removed++)
        {
            MaglevServer[] left = [.. servers.Where((_, i) => i != removed)];
            ushort[] after = Table(left, size);
            int moved = Enumerable.Range(0, size).Count(slot => before[slot] != removed
                && servers[before[slot]] != left[after[slot]]);

            Assert.InRange(moved * 100.0 / size, 0, percentMax);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Program_TenThousandClients_ChoosesWhatTheTableSays(bool hashesPort)
    {
        using var director = new DirectorFixture();
        director.Add(DirectorFixture.Web, 5, "mh", hashesPort ? ServiceFlags.Scheduler2 : ServiceFlags.None);
        director.SetWeight(DirectorFixture.Web, 3, 7);
        // The last address first, as IPVS has it when servers are added in ascending order.
        MaglevServer[] servers = [.. Enumerable.Range(1, 5).Reverse().Select(static number => new MaglevServer(
            DirectorFixture.ServerOf(number), 80, number == 3 ? 7u : 1))];
        ushort[] table = Table(servers, 4093);
        var random = new Random(5);
        for (int i = 0; i < 10000; i++)
        {
            Frame client = new()
            {
                Client = IpAddress.V4((uint)random.NextInt64(1, 0xDF000000)),
                ClientPort = (ushort)random.Next(1024, 65536),
            };
            uint hash = MaglevTable.ClientHash(client.Client, hashesPort ? client.ClientPort : (ushort)0);

            Assert.Equal(5 - table[hash % 4093], director.ServerFor(client));
        }
    }

    [Fact]
    public void Program_ClientsV6_ChoosesWhatTheTableSays()
    {
        using var director = new DirectorFixture(maglevSize: 65537);
        director.Add(DirectorFixture.WebV6, 4);
        MaglevServer[] servers = [.. Enumerable.Range(1, 4).Reverse().Select(static number => new MaglevServer(
            DirectorFixture.ServerOf(number, isV6: true), 80, 1))];
        ushort[] table = Table(servers, 65537);
        var random = new Random(6);
        for (int i = 0; i < 1000; i++)
        {
            byte[] address = new byte[16];
            random.NextBytes(address);
            address[0] = 0x20;
            Frame client = new() { Client = IpAddress.FromBytes(address), Address = DirectorFixture.WebV6.Address };

            Assert.Equal(4 - table[MaglevTable.ClientHash(client.Client, 0) % 65537], director.ServerFor(client));
        }
    }
}
