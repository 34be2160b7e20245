using Holdfast.Health.Scripts;
using Holdfast.Primitives;

namespace Holdfast.Proxy.Checks;

/// <summary>A check that can run: its script, and what the steps need. One for all servers of a backend.</summary>
/// <param name="Script">The steps.</param>
public sealed record CheckProgram(CheckScript Script)
{
    /// <summary>Connects, and nothing more.</summary>
    public static CheckProgram Plain { get; } = new(CheckScript.Plain);

    /// <summary>Bytes of an answer at most: <c>tune.bufsize</c>. Default 16384.</summary>
    public int SizeMax { get; init; } = 16_384;

    /// <summary>Whether steps have expressions, which need a context.</summary>
    internal bool NeedsContext { get; init; }

    /// <summary>What steps need to know of this host: its name.</summary>
    internal string HostName { get; init; } = "";
}

/// <summary>How a step of a script reaches the server, where it differs from the server's own way.</summary>
internal sealed record CheckRoute
{
    /// <summary>Another address; null: the server's.</summary>
    internal IpAddress? Address { get; init; }

    /// <summary>Another port; null: the server's.</summary>
    internal int? Port { get; init; }

    /// <summary>Another port by an expression; null: there is none.</summary>
    internal CheckNumber? PortNumber { get; init; }

    /// <summary>Whether the PROXY protocol comes first.</summary>
    internal bool SendsProxy { get; init; }

    /// <summary>Whether TLS is spoken.</summary>
    internal bool IsTls { get; init; }

    /// <summary>Name that the server is asked for; null: the server's own way.</summary>
    internal byte[]? ServerName { get; init; }
}
