using Holdfast.Health.Servers;
using Holdfast.Linux.Sockets;
using Holdfast.Proxy.Checks;

namespace Holdfast.Proxy.Options;

/// <summary>How the health of a server is found out, besides when: <see cref="ServerOptions.Check"/>.</summary>
public sealed record HealthOptions
{
    /// <summary>What a check does; null: it connects.</summary>
    public CheckProgram? Program { get; init; }

    /// <summary>A program that is run instead; null: none (<c>option external-check</c>).</summary>
    public ExternalCheckOptions? External { get; init; }

    /// <summary>How long a check may connect, besides its interval, in milliseconds; negative: as long as that.
    /// Default.</summary>
    public long ConnectMilliseconds { get; init; } = -1;

    /// <summary>How long it may wait for answers once connected (<c>timeout check</c>), in milliseconds; negative: all
    /// of it takes an interval at most. Default.</summary>
    public long ReadMilliseconds { get; init; } = -1;

    /// <summary>Whether checks begin with the PROXY protocol (<c>check-send-proxy</c>). Default: no.</summary>
    public bool SendsProxy { get; init; }

    /// <summary>Whether that is version 2. Default: 1.</summary>
    public bool UsesProxyVersion2 { get; init; }

    /// <summary>
    /// Whether checks speak TLS by the server's own way, as <see cref="ServerOptions.CheckTls"/> says. Default: no.
    /// </summary>
    public bool UsesTls { get; init; }

    /// <summary>The agent beside the server; null: none.</summary>
    public AgentOptions? Agent { get; init; }

    /// <summary>How traffic is observed. Default: not at all.</summary>
    public ErrorObserverModel Observer { get; init; } = new();

    /// <summary>The server whose state this one has (<c>track</c>), by backend and name; null: its own.</summary>
    public (string Backend, string Server)? Track { get; init; }
}

/// <summary><c>agent-check</c>.</summary>
/// <param name="Endpoint">Where the agent listens.</param>
/// <param name="Program">What is sent and read.</param>
public sealed record AgentOptions(SocketEndpoint Endpoint, CheckProgram Program)
{
    /// <summary>Between two questions. Default 2 s.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(2);
}

/// <summary><c>option external-check</c>.</summary>
/// <param name="Command">Path of the program.</param>
/// <param name="Path">PATH in its environment. Default: empty.</param>
public sealed record ExternalCheckOptions(string Command, string Path)
{
    /// <summary>Address of the proxy's first listener; empty: it has none.</summary>
    public string ProxyAddress { get; init; } = "";

    /// <summary>Its port; 0: it has none.</summary>
    public int ProxyPort { get; init; }

    /// <summary>What the server speaks: "h1" or "tcp".</summary>
    public string Protocol { get; init; } = "tcp";

    /// <summary>Whether connections to the server use TLS.</summary>
    public bool IsTls { get; init; }
}

/// <summary>What holds for all checks of a process.</summary>
public sealed record CheckSettings
{
    /// <summary>By how many percent intervals differ by chance (<c>spread-checks</c>), 0 to 50. Default 0.</summary>
    public int SpreadPercent { get; init; }

    /// <summary>Whether headers of the PROXY protocol, version 2, name addresses (pp2-never-send-local). Default: no.
    /// </summary>
    public bool NeverSendsLocal { get; init; }

    /// <summary>Within how many milliseconds all first checks begin (<c>max-spread-checks</c>); 0: within an interval.
    /// Default.</summary>
    public long FirstMilliseconds { get; init; }
}
