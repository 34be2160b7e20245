namespace Holdfast.ProxyBench;

/// <summary>TLS of a row's clients: TLS 1.3, a certificate with a key of P-256.</summary>
internal enum RowTls
{
    /// <summary>None.</summary>
    None,

    /// <summary>Each handshake is a whole one.</summary>
    Whole,

    /// <summary>Handshakes resume the last session.</summary>
    Resumed,
}

/// <summary>One kind of load.</summary>
/// <param name="Name">For the table.</param>
/// <param name="IsTcp">Whether proxies only relay.</param>
/// <param name="Connections">Clients at the same time.</param>
/// <param name="KeepsAlive">Whether clients use their connections again.</param>
/// <param name="Path">What they ask for: its number is the size of the response.</param>
/// <param name="Tls">Whether clients speak TLS, and how their handshakes are.</param>
/// <param name="Rate">Requests per second; 0: as many as can be.</param>
internal sealed record BenchRow(
    string Name, bool IsTcp, int Connections, bool KeepsAlive, string Path, int Rate = 0,
    RowTls Tls = RowTls.None)
{
    // 9,800 clients and as many connections to the origin are what 20,000 files of a process allow.
    internal static IReadOnlyList<BenchRow> All { get; } =
    [
        new("small", false, 16, true, "/128"),
        new("1000", false, 1000, true, "/128"),
        new("9800", false, 9800, true, "/128"),
        new("idle", false, 9800, true, "/128", Rate: 1000),
        new("close", false, 32, false, "/128"),
        new("10k", false, 64, true, "/10240"),
        new("1m", false, 16, true, "/1048576"),
        new("rate", false, 64, true, "/128", Rate: 5000),
        new("tcp", true, 64, true, "/128"),
        new("tcp-close", true, 32, false, "/128"),
        new("tcp-1m", true, 16, true, "/1048576"),
        new("tls", false, 64, true, "/128", Tls: RowTls.Whole),
        new("tls-10k", false, 64, true, "/10240", Tls: RowTls.Whole),
        new("tls-1m", false, 16, true, "/1048576", Tls: RowTls.Whole),
        new("tls-new", false, 16, false, "/128", Tls: RowTls.Whole),
        new("tls-again", false, 16, false, "/128", Tls: RowTls.Resumed),
    ];
}
