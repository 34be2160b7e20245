namespace Holdfast.Config.Nginx;

/// <summary>What a command line adds to an nginx.conf.</summary>
public sealed record NginxParseOptions
{
    /// <summary>Directory of relative paths of logs, roots and temporary files, ending in a slash (<c>-p</c>).
    /// Default: that of Debian's package.</summary>
    public string Prefix { get; init; } = "/usr/share/nginx/";

    /// <summary>Directives that are read before the file (<c>-g</c>); empty: none.</summary>
    public string GlobalDirectives { get; init; } = "";

    /// <summary>
    /// Load a file with directives that change behaviour and are not supported; they become warnings. Default false.
    /// </summary>
    public bool AcceptLoss { get; init; }

    /// <summary>
    /// Whether the file is to be run: then directives that are not carried out yet are errors. Default false: one
    /// note says how many there are.
    /// </summary>
    public bool IsToRun { get; init; }

    /// <summary>
    /// Says what is wrong with a regular expression (its text, and whether case is ignored); null for nothing.
    /// Default: they are not looked at.
    /// </summary>
    public Func<string, bool, string?>? RegexProblem { get; init; }

    /// <summary>
    /// Whether a host name has an address. Default: names are not asked for.
    /// </summary>
    public Func<string, bool>? Resolves { get; init; }

    /// <summary>Whether a name without an address is an error, as it is to the original, or a warning. Default true.
    /// </summary>
    public bool NeedsHosts { get; init; } = true;
}
