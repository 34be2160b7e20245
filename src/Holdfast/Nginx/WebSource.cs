using Holdfast.Config.Nginx;

namespace Holdfast.Nginx;

/// <summary>An nginx.conf that a daemon runs, and what its command line says about it.</summary>
/// <param name="Path">The file.</param>
internal sealed record WebSource(string Path)
{
    /// <summary>Directory of relative paths, ending in a slash (<c>-p</c>). Default: that of Debian's package.
    /// </summary>
    internal string Prefix { get; init; } = new NginxParseOptions().Prefix;

    /// <summary>Directives of the command line (<c>-g</c>). Default none.</summary>
    internal string Directives { get; init; } = "";

    /// <summary>The error log where the file names none (<c>-e</c>). Default standard error.</summary>
    internal string ErrorLog { get; init; } = "stderr";

    /// <summary>Whether directives that are not supported only warn.</summary>
    internal bool AcceptsLoss { get; init; }

    /// <summary>How it is parsed.</summary>
    internal NginxParseOptions ParseOptions => new()
    {
        Prefix = Prefix,
        GlobalDirectives = Directives,
        AcceptLoss = AcceptsLoss,
        NeedsHosts = false,
    };
}
