using System.Runtime.CompilerServices;
using Holdfast.Http.Headers;

namespace Holdfast.Http.H1;

/// <summary>
/// The protocols that a request offered to switch to, kept until its answer comes: 101 must choose one of them
/// (RFC 9110 section 7.8).
/// </summary>
public struct UpgradeOffer
{
    private const int OffersMax = 4;

    private Hashes _hashes;
    private int _count;

    /// <summary>What a request offers; only the first four protocols count.</summary>
    public static UpgradeOffer Of(HeadView request)
    {
        var offer = new UpgradeOffer();
        if (!request.OffersUpgrade)
        {
            return offer;
        }
        foreach (ReadOnlySpan<byte> protocol in request.Values("upgrade"u8))
        {
            if (offer._count < OffersMax && Upgrades.MayOffer(protocol))
            {
                offer._hashes[offer._count++] = Hash(protocol);
            }
        }
        return offer;
    }

    /// <summary>Whether every protocol that a 101 names was offered, and there is one.</summary>
    public readonly bool Allows(HeadView response)
    {
        bool names = false;
        foreach (ReadOnlySpan<byte> protocol in response.Values("upgrade"u8))
        {
            if (protocol.IsEmpty)
            {
                continue;
            }
            names = true;
            ReadOnlySpan<ulong> offered = _hashes;
            if (!offered[.._count].Contains(Hash(protocol)))
            {
                return false;
            }
        }
        return names;
    }

    /// <summary>FNV-1a: the answer comes from a server of ours, which has no use for a collision.</summary>
    private static ulong Hash(ReadOnlySpan<byte> text)
    {
        ulong hash = 14695981039346656037;
        foreach (byte b in text)
        {
            hash = (hash ^ HttpText.Lower(b)) * 1099511628211;
        }
        return hash;
    }

    [InlineArray(OffersMax)]
    private struct Hashes
    {
        private ulong _first;
    }
}

/// <summary>Which protocols a connection may be upgraded to.</summary>
internal static class Upgrades
{
    /// <summary>
    /// Whether a protocol is passed on. Not HTTP/2: the connection would go to a protocol that nobody here reads, past
    /// every rule, and RFC 9113 no longer has this upgrade.
    /// </summary>
    public static bool MayOffer(ReadOnlySpan<byte> protocol)
        => !protocol.IsEmpty && !HttpText.EqualsIgnoreCase(protocol, "h2c"u8)
            && !HttpText.EqualsIgnoreCase(protocol, "h2"u8) && !HttpText.EqualsIgnoreCase(protocol, "HTTP/2.0"u8);
}
