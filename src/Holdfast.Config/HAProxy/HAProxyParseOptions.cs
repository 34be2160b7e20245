using System.Collections.Frozen;

namespace Holdfast.Config.HAProxy;

/// <summary>What a command line adds to a haproxy.cfg.</summary>
public sealed record HAProxyParseOptions
{
    /// <summary>The version that we say we are: that of Debian 12, whose defaults ours are.</summary>
    public const string DefaultVersion = "2.6.12";

    /// <summary>
    /// Load a file with words that change behaviour and are not supported yet; they become warnings. Default false.
    /// </summary>
    public bool AcceptLoss { get; init; }

    /// <summary>
    /// Whether the file is to be run: then words that the proxy does not carry out yet are errors. Default false:
    /// one note says how many there are.
    /// </summary>
    public bool IsToRun { get; init; }

    /// <summary>What <c>version_atleast()</c> compares with. Default "2.6.12".</summary>
    public string Version { get; init; } = DefaultVersion;

    /// <summary>What <c>openssl_version_atleast()</c> compares with. Default "3.0.0".</summary>
    public string OpenSslVersion { get; init; } = "3.0.0";

    /// <summary>Name of the local peer (<c>-L</c>), <c>HAPROXY_LOCALPEER</c>. Default: not set.</summary>
    public string? LocalPeer { get; init; }

    /// <summary>What <c>feature()</c> and <c>enabled()</c> find. Default: what this program can do.</summary>
    public IReadOnlySet<string> Features { get; init; } = FrozenSet.Create(StringComparer.Ordinal,
        "ACCEPT4", "CPU_AFFINITY", "CRYPT_H", "EPOLL", "GETADDRINFO", "LIBCRYPT", "LINUX_TPROXY", "NS", "OPENSSL",
        "PCRE2", "POLL", "PROMEX", "REUSEPORT", "SLZ", "SYSTEMD", "TFO", "THREAD", "TPROXY");

    /// <summary>
    /// Whether files that the configuration names (error pages, maps, pattern lists) are read and must exist.
    /// Default true.
    /// </summary>
    public bool ReadsNamedFiles { get; init; } = true;

    /// <summary>
    /// Says what is wrong with a regular expression (its text, and whether case is ignored); null for nothing.
    /// Default: they are not looked at.
    /// </summary>
    public Func<string, bool, string?>? RegexProblem { get; init; }
}
