using Holdfast.Config.Nginx.Model;
using Holdfast.Nginx.Rewriting;

namespace Holdfast.Nginx.Requests;

/// <summary>Where a request stands: a server, a location, or a block of one whose condition holds.</summary>
/// <remarks>Made once, at load.</remarks>
public sealed record Place
{
    /// <summary>No place at all.</summary>
    public static Place None { get; } = new();

    /// <summary>What holds here; null: nothing was configured.</summary>
    public HttpSettings? Settings { get; init; }

    /// <summary>What makes the answer here; null: files do.</summary>
    public LocationContent? Content { get; init; }

    /// <summary>The path of the location, for which <c>proxy_pass</c> may put another one; else empty.</summary>
    public byte[] Path { get; init; } = [];

    /// <summary>Whether the location is found by a regular expression.</summary>
    public bool IsRegex { get; init; }

    /// <summary>What the rewrite module does here.</summary>
    public RewriteProgram Rewrite { get; init; } = RewriteProgram.Empty;

    /// <summary>What the engine has compiled of the settings; null: nothing.</summary>
    public object? Program { get; init; }

    /// <summary>The first name of the server: <c>$server_name</c>.</summary>
    public byte[] ServerName { get; init; } = [];
}
