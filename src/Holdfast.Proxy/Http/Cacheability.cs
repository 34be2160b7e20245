using Holdfast.Http.H1;
using Holdfast.Http.Headers;

namespace Holdfast.Proxy.Http;

/// <summary>Whether a cache between us and the client may keep a response, as far as HAProxy looks.</summary>
internal static class Cacheability
{
    /// <param name="response">The response as rules have left it.</param>
    /// <param name="asked">The method that the client has asked by.</param>
    /// <param name="status">The status that the server has sent.</param>
    internal static bool MayBeCached(HeadView response, RequestMethod asked, int status)
    {
        bool may = asked is RequestMethod.Get or RequestMethod.Head or RequestMethod.Options
            && status is 200 or 203 or 204 or 206 or 300 or 301 or 404 or 405 or 410 or 414 or 501;
        foreach (ReadOnlySpan<byte> word in response.Values("pragma"u8))
        {
            may &= !HttpText.EqualsIgnoreCase(word, "no-cache"u8);
        }
        // Without a validator or a time to live nobody may keep it (RFC 9111 section 3).
        bool hasLife = response.Find("expires"u8) >= 0 || response.Find("etag"u8) >= 0
            || response.Find("last-modified"u8) >= 0;
        foreach (ReadOnlySpan<byte> word in response.Values("cache-control"u8))
        {
            hasLife |= HttpText.EqualsIgnoreCase(word[..Math.Min(8, word.Length)], "max-age="u8)
                || HttpText.EqualsIgnoreCase(word[..Math.Min(9, word.Length)], "s-maxage="u8);
            may &= !HttpText.EqualsIgnoreCase(word, "private"u8) && !HttpText.EqualsIgnoreCase(word, "no-cache"u8)
                && !HttpText.EqualsIgnoreCase(word, "no-store"u8) && !HttpText.EqualsIgnoreCase(word, "max-age=0"u8)
                && !HttpText.EqualsIgnoreCase(word, "s-maxage=0"u8);
            may |= HttpText.EqualsIgnoreCase(word, "public"u8);
        }
        return may && hasLife;
    }
}
