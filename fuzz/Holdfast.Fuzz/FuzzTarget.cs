using Holdfast.Fuzz.Targets;

namespace Holdfast.Fuzz;

/// <summary>One parser under fuzzing: bytes in; a fault of ours is an exception.</summary>
/// <param name="Name">Its name, and that of its corpus folder.</param>
/// <param name="Words">Texts that mean something to it, for the mutator.</param>
/// <param name="Run">Parses, and checks what must hold of whatever came out.</param>
public sealed record FuzzTarget(string Name, string[] Words, FuzzAction Run)
{
    private static readonly string[] HttpWords =
    [
        "\r\n", "\n", "\r", "\0", " ", "\t", ":", ",", ";", "HTTP/1.1", "HTTP/1.0", "GET", "HEAD", "CONNECT", "chunked",
        "Content-Length: 5\r\n", "Transfer-Encoding: chunked\r\n", "Host: a\r\n", "Connection: close\r\n", "\r\n\r\n",
        "Upgrade: websocket\r\n", "http://a/", "0\r\n", "5;a=b\r\n", "ffffffff", "18446744073709551616", "\"", "*",
    ];

    /// <summary>All of them.</summary>
    public static IReadOnlyList<FuzzTarget> All { get; } =
    [
        new("request", HttpWords, HeadTarget.Request),
        new("response", HttpWords, HeadTarget.Response),
        new("edit", HttpWords, EditTarget.Run),
        new("stream",
            [.. HttpWords, "POST / HTTP/1.1\r\nHost: a\r\n", "GET / HTTP/1.1\r\nHost: a\r\n\r\n"], StreamTarget.Run),
        new("chunk", HttpWords, ChunkTarget.Run),
        new("proxy", ["PROXY ", "TCP4", "TCP6", "UNKNOWN", "\r\n", "\r\n\r\n\0\r\nQUIT\n", "::1", "255.255.255.255"],
            ProxyTarget.Run),
        new("hello", ["\u0016\u0003\u0001", "\0\0", "\0\u0010", "\0+", "h2", "http/1.1", "\u0003\u0004"],
            HelloTarget.Run),
        new("keepalived",
            [
                "{", "}", "\n", "\"", "'", "!", "#", "$", "${", "@host", "~SEQ(i,1,3)", "$A=", "include ",
                "vrrp_instance ", "virtual_server ", "real_server ", "virtual_ipaddress ",
                "track_script ", "global_defs ", "\\", "-1", "1e9",
            ],
            KeepalivedTarget.Run),
        new("nginx",
            [
                "{", "}", ";", "\n", "\"", "'", "#", "$", "${", "\\", "~", "=", "@", "*.", "include nginx.conf;",
                "http {", "server {", "location / {", "if ($a = b) {",
                "listen ", "proxy_pass http://", "map $a $b {", "1d", "4k",
            ],
            NginxTarget.Run),
    ];

    /// <summary>The one of this name.</summary>
    public static FuzzTarget Named(string name)
        => All.FirstOrDefault(t => t.Name == name) ?? throw new ArgumentException($"no target is called '{name}'");
}

/// <summary>Parses bytes and checks the result.</summary>
public delegate void FuzzAction(ReadOnlySpan<byte> input);

/// <summary>What must hold did not.</summary>
public sealed class FuzzFaultException(string message) : Exception(message)
{
    /// <summary>Throws when a condition does not hold.</summary>
    public static void Unless(bool holds, string message)
    {
        if (!holds)
        {
            throw new FuzzFaultException(message);
        }
    }
}
