namespace Holdfast.Proxy.Tests.Checks.Original;

/// <summary>A check, and the peer that it meets.</summary>
/// <param name="Name">Name of the backend.</param>
/// <param name="Lines">Lines of the backend, one each.</param>
/// <param name="Peer">What the peer does: see <see cref="CheckPeer"/>; null: nobody listens.</param>
/// <param name="Options">More options of the server; "@PORT@" is the peer's port.</param>
internal sealed record CheckCase(string Name, string[] Lines, string? Peer, string Options = "")
{
    /// <summary>Whether the peer speaks TLS.</summary>
    internal bool IsTls { get; init; }

    /// <summary>The server line's address and options; null: the peer, checked once.</summary>
    internal string? Server { get; init; }

    /// <summary>Whether it is a listen section, at a Unix socket.</summary>
    internal bool IsListen { get; init; }

    /// <summary>Log lines that there must be of it.</summary>
    internal int LineCount { get; init; } = 1;
}

/// <summary>What is seen of a check from outside.</summary>
/// <param name="Sent">Bytes of each connection, one behind the other.</param>
/// <param name="Status">Its code, such as L7OK.</param>
/// <param name="Lines">Log lines about the server, times and ports taken out.</param>
internal sealed record CheckSight(string Sent, string Status, string Lines);
