using Holdfast.Layer4.Model;
using Holdfast.Layer4.Xdp;
using Holdfast.Primitives;

namespace Holdfast.Xdp.Tests;

/// <summary>The program chooses by address what <see cref="AddressTable"/> says; that a kernel does so too is tested
/// in user-mode Linux.</summary>
public sealed class AddressHashTests
{
    [Theory]
    [InlineData(false, false, 1, 1, 1, 1)]
    [InlineData(false, true, 3, 1, 2, 5)]
    [InlineData(true, false, 3, 1, 2, 5)]
    [InlineData(true, true, 100, 1, 50, 7)]
    public void Sh_RandomClients_GoWhereTheTableSays(bool isV6, bool hashesPort, params int[] weights)
    {
        using var director = new DirectorFixture();
        VirtualServiceKey key = isV6 ? DirectorFixture.WebV6 : DirectorFixture.Web;
        director.Add(key, weights.Length, "sh", hashesPort ? ServiceFlags.Scheduler2 : 0);
        for (int number = 1; number <= weights.Length; number++)
        {
            director.SetWeight(key, number, (uint)weights[number - 1]);
        }
        Check(drained: 0);
        director.SetWeight(key, 2, 0);
        weights[1] = 0;
        Check(drained: 2);

        void Check(int drained)
        {
            // The last address is the first of the list.
            ushort[] table = new ushort[AddressTable.Size];
            AddressTable.Fill([.. weights.Reverse().Select(static w => (uint)w)], table);
            var random = new Random(drained + 3);
            for (int i = 0; i < 2000; i++)
            {
                byte[] address = new byte[isV6 ? 16 : 4];
                random.NextBytes(address);
                address[0] = 0x20;
                Frame client = new()
                {
                    Client = IpAddress.FromBytes(address),
                    Address = key.Address,
                    ClientPort = (ushort)random.Next(1, 65536),
                };
                ushort place = AddressTable.Choose(table, client.Client, hashesPort ? client.ClientPort : (ushort)0,
                    p => weights.Length - p != drained);

                Assert.Equal(weights.Length - place, director.ServerFor(client));
            }
        }
    }

    [Fact]
    public void Fill_NoServers_LeavesTheTableEmpty()
    {
        ushort[] table = new ushort[AddressTable.Size];

        AddressTable.Fill([], table);

        Assert.All(table, static slot => Assert.Equal(MaglevTable.NoServer, slot));
    }
}
