using System.Collections.Immutable;

namespace Holdfast.Config.HAProxy.Model;

/// <summary>The global section.</summary>
public sealed record GlobalModel
{
    /// <summary><c>maxconn</c>; null: by the limit of descriptors.</summary>
    public int? MaxConnections { get; init; }

    /// <summary><c>maxconnrate</c>, connections a second; 0: no limit.</summary>
    public int MaxConnectionRate { get; init; }

    /// <summary><c>maxsessrate</c>, sessions a second; 0: no limit.</summary>
    public int MaxSessionRate { get; init; }

    /// <summary><c>maxsslconn</c>; 0: by memory.</summary>
    public int MaxTlsConnections { get; init; }

    /// <summary><c>maxsslrate</c>, TLS sessions a second; 0: no limit.</summary>
    public int MaxTlsRate { get; init; }

    /// <summary><c>ulimit-n</c>; null: by maxconn.</summary>
    public int? DescriptorLimit { get; init; }

    /// <summary><c>nbthread</c>; null: one a core.</summary>
    public int? Threads { get; init; }

    /// <summary><c>daemon</c>. Default false.</summary>
    public bool IsDaemon { get; init; }

    /// <summary><c>master-worker</c>. Default false.</summary>
    public bool IsMasterWorker { get; init; }

    /// <summary><c>user</c> or <c>uid</c>; null: not changed.</summary>
    public string? User { get; init; }

    /// <summary><c>group</c> or <c>gid</c>; null: not changed.</summary>
    public string? Group { get; init; }

    /// <summary><c>chroot</c>; null: none.</summary>
    public string? Chroot { get; init; }

    /// <summary><c>pidfile</c>; null: none.</summary>
    public string? PidFile { get; init; }

    /// <summary><c>hard-stop-after</c> in milliseconds; null: never.</summary>
    public long? HardStopAfter { get; init; }

    /// <summary><c>grace</c> in milliseconds: soft stops wait so long. Default 0.</summary>
    public long Grace { get; init; }

    /// <summary><c>log</c> lines.</summary>
    public ImmutableArray<LogTarget> Logs { get; init; } = [];

    /// <summary><c>log-tag</c>. Default haproxy.</summary>
    public string LogTag { get; init; } = "haproxy";

    /// <summary><c>log-send-hostname</c>: the name, empty for that of the host; null: not sent.</summary>
    public string? LogHostName { get; init; }

    /// <summary><c>node</c>; null: the host name.</summary>
    public string? Node { get; init; }

    /// <summary><c>description</c>; null: none.</summary>
    public string? Description { get; init; }

    /// <summary><c>localpeer</c>; null: the host name.</summary>
    public string? LocalPeer { get; init; }

    /// <summary><c>stats socket</c> lines.</summary>
    public ImmutableArray<BindModel> StatsSockets { get; init; } = [];

    /// <summary><c>stats timeout</c> in milliseconds. Default 10 s.</summary>
    public long StatsTimeout { get; init; } = 10_000;

    /// <summary><c>stats maxconn</c>. Default 10.</summary>
    public int StatsMaxConnections { get; init; } = 10;

    /// <summary><c>spread-checks</c>, percent. Default 0.</summary>
    public int SpreadChecks { get; init; }

    /// <summary><c>max-spread-checks</c> in milliseconds; null: no limit.</summary>
    public long? MaxSpreadChecks { get; init; }

    /// <summary><c>external-check</c>. Default false.</summary>
    public bool AllowsExternalChecks { get; init; }

    /// <summary><c>insecure-fork-wanted</c>. Default false.</summary>
    public bool AllowsFork { get; init; }

    /// <summary><c>tune.bufsize</c> in bytes. Default 16384.</summary>
    public int BufferSize { get; init; } = 16_384;

    /// <summary><c>tune.maxrewrite</c> in bytes. Default 1024.</summary>
    public int MaxRewrite { get; init; } = 1024;

    /// <summary><c>tune.http.maxhdr</c>. Default 101.</summary>
    public int MaxHeaders { get; init; } = 101;

    /// <summary><c>tune.http.logurilen</c>. Default 1023.</summary>
    public int LogUriLength { get; init; } = 1023;

    /// <summary><c>tune.http.cookielen</c>. Default 63.</summary>
    public int CookieLength { get; init; } = 63;

    /// <summary>
    /// <c>h1-case-adjust</c> and its file: names in lower case, and as they are written for peers that read case.
    /// </summary>
    public ImmutableDictionary<string, string> HeaderCases { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary><c>ca-base</c>; null: none.</summary>
    public string? CaBase { get; init; }

    /// <summary><c>crt-base</c>; null: none.</summary>
    public string? CertificateBase { get; init; }

    /// <summary><c>ssl-server-verify none</c>: servers' certificates are not looked at. Default false.</summary>
    public bool TrustsServers { get; init; }

    /// <summary>
    /// Every other setting by its keyword, in the order of the text: <c>ssl-default-bind-options</c>,
    /// <c>server-state-file</c> and so on.
    /// </summary>
    public ImmutableArray<GenericStatement> Settings { get; init; } = [];

    /// <summary><c>set-var</c> and <c>set-var-fmt</c>, in order.</summary>
    public ImmutableArray<RuleModel> Variables { get; init; } = [];

    /// <summary>Whether a word that is only on or off is on; null: it does not stand there.</summary>
    public bool? Flag(string keyword)
        => Settings.LastOrDefault(s => s.Keyword == keyword) is { } found ? !found.IsNegated : null;

    /// <summary>Arguments of the last line with a keyword that is kept as words; null when there is none.</summary>
    public ImmutableArray<string>? Setting(string keyword)
        => Settings.LastOrDefault(s => s.Keyword == keyword)?.Arguments;
}
