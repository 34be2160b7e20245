using Holdfast.Http.H1;
using Holdfast.Http.Headers;

namespace Holdfast.Http.Tests.H1;

/// <summary>Cookies read and removed; the results are those that HAProxy 2.6 was seen to give.</summary>
public sealed class CookieTests
{
    [Theory]
    [InlineData("a=1; SRV=s1; b=2", "s1", "a=1; b=2")]
    [InlineData("SRV=s1; b=2", "s1", "b=2")]
    [InlineData("a=1; SRV=s1", "s1", "a=1")]
    [InlineData("SRV=s1", "s1", null)]
    [InlineData("a=1;SRV=s1;b=2", "s1", "a=1; b=2")]
    [InlineData("a=1;  SRV=s1 ;  b=2", "s1", "a=1; b=2")]
    [InlineData("SRV=s1; SRV=s2; x=y", "s1", "x=y")]
    [InlineData("a=\"x; SRV=q\"; SRV=s1; z=1", "s1", "a=\"x; SRV=q\"; z=1")]
    [InlineData("a=1, SRV=s1, b=2", "s1", "a=1, b=2")]
    [InlineData("a; SRV = s1 ; b=2", "s1", "a; b=2")]
    [InlineData("a=1; $Path=/; SRV=s1; $Version=1; b=2", "s1", "a=1; $Path=/; b=2")]
    [InlineData("SRV=; b=2", "", "b=2")]
    [InlineData("srv=s1; b=2", null, "srv=s1; b=2")]
    [InlineData("SRV=\"s1\"; b=2", "\"s1\"", "b=2")]
    [InlineData("a=1; SRV; b=2", null, "a=1; SRV; b=2")]
    [InlineData("a=1;;SRV=s1;;b=2", "s1", "a=1;; ;b=2")]
    [InlineData("SRV=\"s;1", "\"s;1", null)]
    public void Cookie_Removed_LeavesItsNeighbours(string field, string? value, string? left)
    {
        string text = $"GET / HTTP/1.1\r\nHost: a\r\nCookie: {field}\r\nX: y\r\n\r\n";
        (H1Head head, _) = Parsed.Request(text);
        HeadView view = head.On(Parsed.Bytes(text));

        bool found = view.TryCookie("SRV"u8, out ReadOnlySpan<byte> read);
        Assert.Equal(value, found ? Parsed.Text(read) : null);
        Assert.Equal(EditResult.Done, view.RemoveCookie("SRV"u8));
        int index = view.Find(KnownHeader.Cookie);
        Assert.Equal(left, index < 0 ? null : Parsed.Text(view.ValueAt(index)));
        Assert.False(view.TryCookie("SRV"u8, out _));
    }

    [Fact]
    public void Cookie_InSecondField_IsFoundAndRemoved()
    {
        const string Text = "GET / HTTP/1.1\r\nHost: a\r\nCookie: a=1\r\nCookie: SRV=s1; b=2\r\n\r\n";
        (H1Head head, _) = Parsed.Request(Text);
        HeadView view = head.On(Parsed.Bytes(Text));

        Assert.True(view.TryCookie("SRV"u8, out _));
        view.RemoveCookie("SRV"u8);
        Assert.Equal(2, view.CountFields("cookie"u8));
        Assert.True(view.TryCookie("b"u8, out _));
    }

    [Fact]
    public void SetCookie_Read_IsTheFirstPartOnly()
    {
        const string Text = "HTTP/1.1 200 OK\r\nSet-Cookie: a=1; path=/\r\nSet-Cookie: SRV=s1; path=x\r\n\r\n";
        (H1Head head, _) = Parsed.Response(Text);
        HeadView view = head.On(Parsed.Bytes(Text));

        Assert.True(view.TrySetCookie("SRV"u8, out ReadOnlySpan<byte> value, out int index));
        Assert.Equal(("s1", 1), (Parsed.Text(value), index));
        Assert.False(view.TrySetCookie("path"u8, out _, out _));
    }
}
