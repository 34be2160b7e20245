using System.Text;
using Holdfast.Nginx.Conditions;

namespace Holdfast.Nginx.Tests.Conditions;

/// <summary>Dates of headers.</summary>
public sealed class HttpDateTests
{
    [Theory]
    [InlineData("Sun, 06 Nov 1994 08:49:37 GMT", 784_111_777)]
    [InlineData("Sunday, 06-Nov-94 08:49:37 GMT", 784_111_777)]
    [InlineData("Sun Nov  6 08:49:37 1994", 784_111_777)]
    [InlineData("Sun Nov 16 08:49:37 1994", 784_975_777)]
    [InlineData("Thu, 29 Feb 2024 00:00:00 GMT", 1_709_164_800)]
    [InlineData("Thu, 01-Jan-70 00:00:00 GMT", 0)]
    [InlineData("Thu, 01-Jan-69 00:00:00 GMT", 3_124_224_000)]
    public void TryParse_EachForm_IsTheSecond(string text, long expected)
    {
        Assert.True(HttpDate.TryParse(Encoding.ASCII.GetBytes(text), out long seconds));
        Assert.Equal(expected, seconds);
    }

    [Theory]
    [InlineData("")]
    [InlineData("0")]
    [InlineData("Sun, 06 Nov 1994 08:49:60 GMT")]
    [InlineData("Sun, 06 Nov 1994 24:00:00 GMT")]
    [InlineData("Wed, 29 Feb 2023 00:00:00 GMT")]
    [InlineData("Sun, 6 Nov 1994 08:49:37 GMT")]
    [InlineData("Sun, 06 Nov-1994 08:49:37 GMT")]
    [InlineData("Sun, 06 nov 1994 08:49:37 GMT")]
    [InlineData("Sun, 06 Nov 1994 08:49:3")]
    [InlineData("Sun, 00 Nov 1994 08:49:37 GMT")]
    public void TryParse_NoDate_IsRefused(string text)
        => Assert.False(HttpDate.TryParse(Encoding.ASCII.GetBytes(text), out _));

    [Fact]
    public void Write_AnySecond_IsReadAgain()
    {
        Span<byte> text = stackalloc byte[HttpDate.Length];
        for (long seconds = 0; seconds < 4_000_000_000; seconds += 12_345_671)
        {
            HttpDate.Write(seconds, text);

            Assert.True(HttpDate.TryParse(text, out long read), Encoding.ASCII.GetString(text));
            Assert.Equal(seconds, read);
        }
        HttpDate.Write(784_111_777, text);
        Assert.Equal("Sun, 06 Nov 1994 08:49:37 GMT", Encoding.ASCII.GetString(text));
    }
}
