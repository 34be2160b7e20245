using System.Text;
using Holdfast.Balancing.Persistence;

namespace Holdfast.Balancing.Tests.Persistence;

public sealed class CookieDateTests
{
    [Theory]
    [InlineData(0, "AAAAA")]
    [InlineData(3, "AAAAA")]
    [InlineData(4, "AAAAB")]
    [InlineData(62 * 4, "AAAA+")]
    [InlineData(63 * 4, "AAAA/")]
    [InlineData(64 * 4, "AAABA")]
    public void Date_WrittenAndRead_IsTheUnit(long seconds, string text)
    {
        byte[] date = new byte[CookieDate.Length];
        CookieDate.Write(seconds, date);

        Assert.Equal(seconds / 4 * 4, CookieDate.Read(date));
        Assert.Equal(text, Encoding.ASCII.GetString(date));
    }

    [Theory]
    [InlineData("AAAA")]
    [InlineData("AAAAAA")]
    [InlineData("AAAA-")]
    [InlineData("AA AA")]
    public void Date_OfOtherCharacters_IsNone(string text)
        => Assert.Null(CookieDate.Read(Encoding.ASCII.GetBytes(text)));
}
