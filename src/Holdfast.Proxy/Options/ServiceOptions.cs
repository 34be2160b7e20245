namespace Holdfast.Proxy.Options;

/// <summary>A service of this process, which sessions reach as a backend with one server.</summary>
/// <remarks>
/// So answers of any size go out as a server's do: with back-pressure, to HEAD and to HTTP/1.0, logged and counted. No
/// file can name these backends; their server's address is set by whoever serves them.
/// </remarks>
/// <param name="Backend">Name of the backend.</param>
/// <param name="Proxy">The proxy whose page it is; null: metrics.</param>
/// <param name="MayChange">Whether its clients may change states.</param>
public sealed record ServiceOptions(string Backend, string? Proxy, bool MayChange)
{
    /// <summary>The backend of metrics.</summary>
    public const string Metrics = "<metrics>";

    /// <summary>The backend of a proxy's page.</summary>
    internal static string PageOf(string proxy, bool mayChange) => mayChange ? $"<admin {proxy}>" : $"<stats {proxy}>";
}
