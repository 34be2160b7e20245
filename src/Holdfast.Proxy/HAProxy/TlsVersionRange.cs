using System.Collections.Immutable;
using Holdfast.Linux.OpenSsl;
using TlsModel = Holdfast.Config.HAProxy.Model.TlsSettings;

namespace Holdfast.Proxy.HAProxy;

/// <summary>Which versions of TLS a line allows.</summary>
/// <param name="Minimum">The lowest.</param>
/// <param name="Maximum">The highest; the default: the library's.</param>
/// <param name="Without">Versions between them that are not spoken.</param>
internal sealed record TlsVersionRange(TlsVersion Minimum, TlsVersion Maximum, ImmutableArray<TlsVersion> Without)
{
    private static readonly TlsVersion[] s_all
        = [TlsVersion.Ssl3, TlsVersion.Tls10, TlsVersion.Tls11, TlsVersion.Tls12, TlsVersion.Tls13];

    /// <summary>The range of a line: its own words, then those of global, then from TLS 1.2 on.</summary>
    internal static TlsVersionRange Of(TlsModel tls, ImmutableArray<string> defaults)
    {
        TlsVersion? minimum = VersionOf(tls.MinimumVersion) ?? Behind(defaults, "ssl-min-ver") ?? Forced(defaults);
        TlsVersion? maximum = VersionOf(tls.MaximumVersion) ?? Behind(defaults, "ssl-max-ver") ?? Forced(defaults);
        HashSet<TlsVersion> disabled =
        [
            .. tls.DisabledVersions.Select(VersionOf).OfType<TlsVersion>(),
            .. s_all.Where(version => defaults.Contains(NoWord(version))),
        ];
        if (minimum is null && maximum is null && disabled.Any(static v => v != TlsVersion.Ssl3))
        {
            // As the original: what is not switched off is on, from the lowest to the highest.
            TlsVersion[] left = [.. s_all.Where(v => v >= TlsVersion.Tls12 && !disabled.Contains(v))];
            TlsVersion[] old = [.. s_all.Where(v => v is TlsVersion.Tls10 or TlsVersion.Tls11
                && !disabled.Contains(v))];
            minimum = left.Length > 0 ? left[0] : old.FirstOrDefault(TlsVersion.Tls12);
            maximum = left.Length > 0 ? left[^1] : old.LastOrDefault(TlsVersion.Tls12);
        }
        return new TlsVersionRange(minimum ?? Lower(maximum), maximum ?? TlsVersion.Default,
            [.. disabled.Where(v => v > (minimum ?? TlsVersion.Tls12)).Order()]);
    }

    /// <summary>A version by its word, such as "TLSv1.2"; null: none.</summary>
    internal static TlsVersion? VersionOf(string? word) => word switch
    {
        "SSLv3" => TlsVersion.Ssl3,
        "TLSv1.0" => TlsVersion.Tls10,
        "TLSv1.1" => TlsVersion.Tls11,
        "TLSv1.2" => TlsVersion.Tls12,
        "TLSv1.3" => TlsVersion.Tls13,
        _ => null,
    };

    /// <summary>The lowest is TLS 1.2, unless even the highest is older.</summary>
    private static TlsVersion Lower(TlsVersion? maximum)
        => maximum is { } highest && highest < TlsVersion.Tls12 ? highest : TlsVersion.Tls12;

    private static TlsVersion? Behind(ImmutableArray<string> words, string word)
    {
        int at = words.LastIndexOf(word);
        return at >= 0 && at + 1 < words.Length ? VersionOf(words[at + 1]) : null;
    }

    private static TlsVersion? Forced(ImmutableArray<string> words)
    {
        foreach (TlsVersion version in s_all.Where(v => words.Contains($"force-{Word(v)}")))
        {
            return version;
        }
        return null;
    }

    private static string NoWord(TlsVersion version) => $"no-{Word(version)}";

    private static string Word(TlsVersion version) => version switch
    {
        TlsVersion.Ssl3 => "sslv3",
        TlsVersion.Tls10 => "tlsv10",
        TlsVersion.Tls11 => "tlsv11",
        TlsVersion.Tls12 => "tlsv12",
        _ => "tlsv13",
    };
}
