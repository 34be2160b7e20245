using System.Text;
using Holdfast.HAProxy.Rules;

namespace Holdfast.HAProxy.Tests;

/// <summary>Normalizers of targets; what haproxy 2.6.12 makes of the same texts was noted once.</summary>
public sealed class UriNormalizerTests
{
    private delegate int Normalizer(ReadOnlySpan<byte> text, Span<byte> to);

    [Theory]
    [InlineData("/#foo", "/%23foo")]
    [InlineData("/a#b#c?x#", "/a%23b%23c?x%23")]
    public void EncodeFragment_OfATarget_IsTheOriginals(string text, string expected)
        => Assert.Equal(expected, Run(text, UriNormalizers.EncodeFragment));

    [Theory]
    [InlineData("/#foo", "/")]
    [InlineData("/a?b#c", "/a?b")]
    [InlineData("/a#b?c", "/a")]
    public void StripFragment_OfATarget_IsTheOriginals(string text, string expected)
        => Assert.Equal(expected, Run(text, UriNormalizers.StripFragment));

    [Theory]
    [InlineData("//", "/")]
    [InlineData("/a///b//", "/a/b/")]
    public void MergeSlashes_OfAPath_IsTheOriginals(string text, string expected)
        => Assert.Equal(expected, Run(text, UriNormalizers.MergeSlashes));

    [Theory]
    [InlineData("/.", "/")]
    [InlineData("/./bar/", "/bar/")]
    [InlineData("/a/./././b", "/a/b")]
    [InlineData("/.well-known/", "/.well-known/")]
    [InlineData("/a//./", "/a//")]
    [InlineData("/..", "/..")]
    public void StripDots_OfAPath_IsTheOriginals(string text, string expected)
        => Assert.Equal(expected, Run(text, UriNormalizers.StripDots));

    [Theory]
    [InlineData("/foo/../", "/", "/")]
    [InlineData("/foo/bar/../", "/foo/", "/foo/")]
    [InlineData("/../bar/", "/../bar/", "/bar/")]
    [InlineData("/bar/../../", "/../", "/")]
    [InlineData("/foo//../", "/foo/", "/foo/")]
    [InlineData("/foo/..", "/", "/")]
    [InlineData("/..", "/../", "/")]
    [InlineData("/a/b/..", "/a/", "/a/")]
    [InlineData("/a/b/c/../../../../x", "/../x", "/x")]
    [InlineData("/../a/../..", "/../../", "/")]
    [InlineData("/...", "/...", "/...")]
    [InlineData("/a..", "/a..", "/a..")]
    public void StripDoubleDots_OfAPath_IsTheOriginals(string text, string expected, string full)
    {
        Assert.Equal(expected, Run(text, static (t, to) => UriNormalizers.StripDoubleDots(t, to, isFull: false)));
        Assert.Equal(full, Run(text, static (t, to) => UriNormalizers.StripDoubleDots(t, to, isFull: true)));
    }

    [Theory]
    [InlineData("/%61dmin", "/admin", true)]
    [InlineData("/foo%3Fbar=baz", "/foo%3Fbar=baz", true)]
    [InlineData("/%7e%7E%2d", "/~~-", true)]
    [InlineData("/%%36%36", "/%66", false)]
    [InlineData("/%ZZ", "/%ZZ", false)]
    [InlineData("/%4", "/%4", false)]
    public void DecodeUnreserved_OfATarget_IsTheOriginals(string text, string expected, bool isValid)
    {
        Assert.Equal(expected, Run(text, static (t, to) => UriNormalizers.DecodeUnreserved(t, to, isStrict: false)));
        Assert.Equal(isValid ? expected : null,
            Run(text, static (t, to) => UriNormalizers.DecodeUnreserved(t, to, isStrict: true)));
    }

    [Theory]
    [InlineData("/%6f", "/%6F", true)]
    [InlineData("/%2f?%2f", "/%2F?%2F", true)]
    [InlineData("/%a%2f", "/%a%2F", false)]
    [InlineData("/%", "/%", false)]
    public void UpperCodes_OfATarget_IsTheOriginals(string text, string expected, bool isValid)
    {
        Assert.Equal(expected, Run(text, static (t, to) => UriNormalizers.UpperCodes(t, to, isStrict: false)));
        Assert.Equal(isValid ? expected : null,
            Run(text, static (t, to) => UriNormalizers.UpperCodes(t, to, isStrict: true)));
    }

    [Theory]
    [InlineData("c=3&a=1&b=2", "a=1&b=2&c=3")]
    [InlineData("aaa=3&a=1&aa=2", "a=1&aa=2&aaa=3")]
    [InlineData("a=3&b=4&a=1&b=5&a=2", "a=3&a=1&a=2&b=4&b=5")]
    [InlineData("", "")]
    [InlineData("&", "")]
    [InlineData("b&a=&&a", "&a=&a&b")]
    [InlineData("B&a&Z", "B&Z&a")]
    public void SortQuery_OfParameters_IsTheOriginals(string text, string expected)
        => Assert.Equal(expected, Run(text, UriNormalizers.SortQuery));

    [Fact]
    public void SortQuery_OfManyParameters_KeepsThoseOfOneNameInOrder()
    {
        string[] parameters = [.. Enumerable.Range(0, 5000).Select(static i => $"n{i * 7919 % 97:00}={i}")];
        string sorted = Run(string.Join('&', parameters), UriNormalizers.SortQuery)!;
        Assert.Equal(parameters.OrderBy(static p => p[..3], StringComparer.Ordinal), sorted.Split('&'));
    }

    /// <returns>Null: the text is invalid.</returns>
    private static string? Run(string text, Normalizer normalizer)
    {
        byte[] to = new byte[(3 * text.Length) + 1];
        int length = normalizer(Encoding.ASCII.GetBytes(text), to);
        return length < 0 ? null : Encoding.ASCII.GetString(to, 0, length);
    }
}
