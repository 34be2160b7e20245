using Holdfast.Layer4.Model;
using Holdfast.Layer4.Xdp.Layout;
using Holdfast.Layer4.Xdp.Sync;
using Holdfast.Primitives;

namespace Holdfast.Xdp.Tests;

/// <summary>What directors tell each other: bytes, and what is worth telling.</summary>
public sealed class SyncMessageTests
{
    private const ulong Second = 1_000_000_000;

    private static SyncRecord RandomRecord(Random random)
    {
        bool isV6 = random.Next(2) == 0;
        return new(random.Next(2) == 0 ? ServiceProtocol.Tcp : ServiceProtocol.Udp, (byte)random.Next(11),
            RandomAddress(random, isV6), (ushort)random.Next(65536), RandomAddress(random, isV6),
            (ushort)random.Next(65536),
            new(RandomAddress(random, random.Next(2) == 0), (ushort)random.Next(65536)),
            (uint)random.NextInt64(1L << 32), random.Next(2) == 0,
            random.Next(2) == 0 ? null : RandomHop(random, isV6));
    }

    private static SyncHop RandomHop(Random random, bool isV6)
    {
        byte[] mac = new byte[MacAddress.Size];
        random.NextBytes(mac);
        return new(MacAddress.FromBytes(mac), random.Next(2) == 0 ? null : (ushort)random.Next(65536),
            RandomAddress(random, isV6));
    }

    private static IpAddress RandomAddress(Random random, bool isV6)
    {
        byte[] bytes = new byte[isV6 ? 16 : 4];
        random.NextBytes(bytes);
        return IpAddress.FromBytes(bytes);
    }

    [Fact]
    public void Record_WrittenAndRead_IsTheSame()
    {
        var random = new Random(1);
        byte[] bytes = new byte[SyncMessage.RecordSizeMax];
        for (int i = 0; i < 2000; i++)
        {
            SyncRecord record = RandomRecord(random);
            int length = SyncMessage.WriteRecord(record, bytes);
            ReadOnlySpan<byte> from = bytes.AsSpan(0, length);

            Assert.True(SyncMessage.TryReadRecord(ref from, out SyncRecord read));
            Assert.Equal(record, read);
            Assert.True(from.IsEmpty);
            for (int cut = 0; cut < length; cut++)
            {
                from = bytes.AsSpan(0, cut);
                Assert.False(SyncMessage.TryReadRecord(ref from, out _));
            }
        }
    }

    [Fact]
    public void Header_WrittenAndRead_IsTheSame()
    {
        byte[] bytes = new byte[SyncMessage.HeaderSize];
        var header = new SyncHeader(SyncKind.Connections, 51, 34, 0x0123456789ABCDEF, 77, 0x1234, true);
        SyncMessage.WriteHeader(header, bytes);

        Assert.Equal(
            Convert.FromHexString("48465359" + "02013301" + "0123456789ABCDEF" + "0000004D" + "00221234"), bytes);
        Assert.True(SyncMessage.TryReadHeader(bytes, out SyncHeader read));
        Assert.Equal(header, read);
        Assert.False(SyncMessage.TryReadHeader(bytes.AsSpan(0, bytes.Length - 1), out _));
        bytes[4] = 1;
        Assert.False(SyncMessage.TryReadHeader(bytes, out _));
    }

    [Fact]
    public void Input_AnyBytes_NothingThrows()
    {
        var random = new Random(2);
        for (int i = 0; i < 20000; i++)
        {
            byte[] bytes = new byte[random.Next(100)];
            random.NextBytes(bytes);
            if (bytes.Length > 3)
            {
                bytes[0] &= 31;
                bytes[1] = (byte)(random.Next(2) == 0 ? 6 : 17);
                bytes[2] &= 15;
            }
            _ = SyncMessage.TryReadHeader(bytes, out _);
            ReadOnlySpan<byte> from = bytes;
            int length = from.Length;
            bool isRead = SyncMessage.TryReadRecord(ref from, out _);
            Assert.Equal(isRead, from.Length < length);
        }
    }

    [Fact]
    public void Ledger_OneConnection_TellsOfChangesAlone()
    {
        var ledger = new SyncLedger();
        var key = new ConnectionKey6 { ClientPort = 1, Protocol = 6 };
        ConnectionRecord connection = new() { Server = 3, Generation = 1, State = 3, Expires = 60 * Second };

        Assert.Equal(SyncNeed.None, Judge()); // half open
        connection = connection with { State = 1, Expires = 900 * Second };
        Assert.Equal(SyncNeed.Later, Judge(mayTell: false));
        Assert.Equal(SyncNeed.Now, Judge());
        Assert.Equal(SyncNeed.None, Judge());
        connection.Expires += 100 * Second;
        Assert.Equal(SyncNeed.None, Judge()); // the other side remembers it for long enough
        connection.Expires += 300 * Second;
        Assert.Equal(SyncNeed.Now, Judge());
        connection = connection with { State = 4, Expires = 120 * Second };
        Assert.Equal(SyncNeed.Now, Judge());
        Assert.Equal(SyncNeed.None, Judge());
        connection.Server = 4;
        Assert.Equal(SyncNeed.Now, Judge());
        ledger.Clear();
        Assert.Equal(SyncNeed.None, Judge()); // it ends, and nobody has heard of it
        connection.State = 1;
        Assert.Equal(SyncNeed.Now, Judge());
        Assert.Equal(1, ledger.Count);
        ledger.Begin();
        ledger.End();
        Assert.Equal(0, ledger.Count);

        SyncNeed Judge(bool mayTell = true)
        {
            ledger.Begin();
            SyncNeed need = ledger.Judge(new(key, IsV6: false, IsTemplate: false), connection, 0, mayTell);
            ledger.End();
            return need;
        }
    }
}
