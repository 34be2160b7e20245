using Holdfast.Primitives;

namespace Holdfast.Linux.Tests.Sockets;

public sealed class InternetChecksumTests
{
    [Fact]
    public void Checksum_ExampleOfRfc1071_Fits()
        => Assert.Equal(0x220D, InternetChecksum.Finish(InternetChecksum.Add(
            [0x00, 0x01, 0xF2, 0x03, 0xF4, 0xF5, 0xF6, 0xF7])));

    [Fact]
    public void Checksum_RandomData_EqualsTheWordByWordSum()
    {
        Random random = new(1071);
        for (int length = 0; length < 300; length++)
        {
            byte[] data = new byte[length];
            random.NextBytes(data);
            uint expected = 0;
            for (int i = 0; i < length; i++)
            {
                expected += i % 2 == 0 ? (uint)data[i] << 8 : data[i];
            }
            Assert.Equal(InternetChecksum.Finish(expected), InternetChecksum.Finish(InternetChecksum.Add(data)));
            int split = random.Next(length + 1) & ~1;
            Assert.Equal(InternetChecksum.Finish(expected), InternetChecksum.Finish(
                InternetChecksum.Add(data.AsSpan(split), InternetChecksum.Add(data.AsSpan(0, split)))));
        }
    }

    [Fact]
    public void Checksum_OfAllOnes_DoesNotOverflow()
    {
        byte[] data = new byte[65534];
        Array.Fill(data, byte.MaxValue);
        Assert.Equal(0, InternetChecksum.Finish(InternetChecksum.Add(data, 0xFFFF)));
    }
}
