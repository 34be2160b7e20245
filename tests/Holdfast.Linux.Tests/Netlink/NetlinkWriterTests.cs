using Holdfast.Linux.Netlink;
using Holdfast.Primitives;

namespace Holdfast.Linux.Tests.Netlink;

public sealed class NetlinkWriterTests
{
    private enum Attr : ushort
    {
        Family = 1,
        Port = 4,
    }

    [Fact]
    public void Writer_NestedAttributes_AreAlignedAndZeroPadded()
    {
        Span<byte> buffer = stackalloc byte[64];
        buffer.Fill(0xEE);
        NetlinkWriter writer = new(buffer);
        int service = writer.BeginNested(Attr.Family);
        writer.Put(Attr.Family, (ushort)2);
        writer.PutBigEndian(Attr.Port, 443);
        writer.EndNested(service);
        Assert.Equal("14000180" + "0600010002000000" + "0600040001BB0000", Convert.ToHexString(writer.Written));
    }

    [Fact]
    public void Writer_Strings_EndWithZero()
    {
        Span<byte> buffer = stackalloc byte[16];
        buffer.Fill(0xEE);
        NetlinkWriter writer = new(buffer);
        writer.PutString(Attr.Family, "lo");
        Assert.Equal("07000100" + "6C6F0000", Convert.ToHexString(writer.Written));
    }

    [Fact]
    public void Writer_BufferTooSmall_Throws() => Assert.Throws<ArgumentOutOfRangeException>(static () =>
    {
        NetlinkWriter writer = new(stackalloc byte[7]);
        writer.Put(Attr.Family, 1u);
    });

    [Fact]
    public void Reader_WhatTheWriterWrote_ComesBack()
    {
        NetlinkWriter writer = new(stackalloc byte[128]);
        int nested = writer.BeginNested(Attr.Family);
        writer.PutAddress(Attr.Port, IpAddress.Parse("2001:db8::1"));
        writer.EndNested(nested);
        writer.PutMac(Attr.Port, MacAddress.Broadcast);
        NetlinkReader reader = new(writer.Written);
        Assert.True(reader.MoveNext());
        Assert.Equal((ushort)Attr.Family, reader.Type);
        NetlinkReader inner = reader.Nested();
        Assert.True(inner.MoveNext());
        Assert.Equal(IpAddress.Parse("2001:db8::1"), inner.ReadAddress());
        Assert.False(inner.MoveNext());
        Assert.True(reader.MoveNext());
        Assert.Equal(MacAddress.Broadcast, reader.ReadMac());
        Assert.False(reader.MoveNext());
    }

    [Theory]
    [InlineData("")]
    [InlineData("080001")]
    [InlineData("00000100")]
    [InlineData("03000100AAAAAAAA")]
    [InlineData("0900010001020304")]
    public void Reader_LengthsThatLie_EndTheWalk(string hex)
    {
        NetlinkReader reader = new(Convert.FromHexString(hex));
        Assert.False(reader.MoveNext());
        Assert.False(reader.MoveNext());
    }

    [Fact]
    public void Reader_ShortValues_ReadAsNothing()
    {
        NetlinkReader reader = new(Convert.FromHexString("0500010041"));
        Assert.True(reader.MoveNext());
        Assert.Equal((0u, 0ul, true, true),
            (reader.Read<uint>(), reader.ReadUInt64BigEndian(), reader.ReadAddress().IsNone, reader.ReadMac().IsZero));
        Assert.Equal("A", reader.ReadString());
    }

    [Fact]
    public void Reader_AnyBytes_NeverLeavesTheBuffer()
    {
        Random random = new(7);
        byte[] bytes = new byte[64];
        for (int round = 0; round < 20_000; round++)
        {
            random.NextBytes(bytes);
            bytes[1] = 0;
            int total = 0;
            NetlinkReader reader = new(bytes.AsSpan(0, random.Next(bytes.Length)));
            while (reader.MoveNext())
            {
                total += 4 + reader.Value.Length;
            }
            Assert.True(total <= bytes.Length);
        }
    }
}
