using System.Text;
using Holdfast.Nginx.Uris;

namespace Holdfast.Nginx.Tests.Uris;

/// <summary>Paths as locations see them.</summary>
public sealed class UriNormalizerTests
{
    private static readonly string[] s_pieces =
    [
        "/", "/", "//", ".", "..", "...", "/.", "/..", "/./", "/../", "a", "b.c", "-", "%2e", "%2E%2e", "%2f",
        "%2F", "%25", "%3F", "%23", "%41", "%20", "%C3%A9", "%0a", "%7f", "+", "&", "=", "?", "?x=%2F", "%", "%2",
        "%zz", "%00", "#", "~", ":", ";", "é",
    ];

    [Theory]
    [InlineData("/", "/")]
    [InlineData("/a//b/./c/../d", "/a/b/d")]
    [InlineData("/a/..", "/")]
    [InlineData("/a/.", "/a/")]
    [InlineData("/a/b/..", "/a/")]
    [InlineData("/%61%2Fb", "/a/b")]
    [InlineData("/a/%2e%2e/b", "/b")]
    [InlineData("/a%2F..%2Fb", "/b")]
    [InlineData("/a%3Fb", "/a?b")]
    [InlineData("/a%2541", "/a%41")]
    [InlineData("/a/...", "/a/...")]
    [InlineData("/..a", "/..a")]
    [InlineData("/a?b/../c", "/a")]
    [InlineData("/a#b", "/a")]
    public void Normalize_Path_IsDecodedAndResolved(string target, string path)
        => Assert.Equal(path, Normalize(target, mergeSlashes: true));

    [Theory]
    [InlineData("/..")]
    [InlineData("/a/../..")]
    [InlineData("/%00")]
    [InlineData("/%")]
    [InlineData("/%4")]
    [InlineData("/%4g")]
    public void Normalize_WhatIsNoPath_IsRefused(string target) => Assert.Null(Normalize(target, mergeSlashes: true));

    [Fact]
    public void Normalize_SlashesAreNotMerged_TheyStay()
        => Assert.Equal("/a//b/", Normalize("/a//b//..", mergeSlashes: false));

    [Fact]
    public void Normalize_RandomTargets_AsTheOriginal()
    {
        using var site = new NginxSite("""
            server { listen unix:@S@/s; location / { return 200 "$uri"; } }
            server { listen unix:@S@/apart; merge_slashes off; location / { return 200 "$uri"; } }
            """);
        var random = new Random(20_261_124);
        for (int i = 0; i < 1000; i++)
        {
            string target = "/" + string.Concat(random.GetItems(s_pieces, random.Next(1, 9)));
            bool merges = random.Next(2) == 0;
            (int status, string body) = site.Get(target, socket: merges ? "s" : "apart");
            string? ours = Normalize(target, merges);

            Assert.True(status == 400 ? ours is null : ours == body, $"{target} {merges}: {status} {body}, not {ours}");
        }
    }

    [Fact]
    public void Normalize_AnyBytes_NeverLeavesItsRoomNorTheRoot()
    {
        var random = new Random(7);
        byte[] alphabet = [.. "/./%2ef?#0a"u8];
        for (int i = 0; i < 20_000; i++)
        {
            byte[] target = [(byte)'/', .. random.GetItems(alphabet, random.Next(24))];
            byte[] path = new byte[target.Length];
            NormalizedPath result = UriNormalizer.Normalize(target, mergeSlashes: true, path);
            if (result.IsValid)
            {
                string text = Encoding.Latin1.GetString(path, 0, result.Length);
                Assert.StartsWith("/", text, StringComparison.Ordinal);
                Assert.DoesNotContain("/../", text + "/", StringComparison.Ordinal);
                Assert.DoesNotContain("//", text, StringComparison.Ordinal);
            }
        }
    }

    private static string? Normalize(string target, bool mergeSlashes)
    {
        byte[] bytes = Encoding.Latin1.GetBytes(target);
        byte[] path = new byte[bytes.Length];
        NormalizedPath result = UriNormalizer.Normalize(bytes, mergeSlashes, path);
        return result.IsValid ? Encoding.Latin1.GetString(path, 0, result.Length) : null;
    }
}
