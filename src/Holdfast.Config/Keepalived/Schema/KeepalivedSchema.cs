namespace Holdfast.Config.Keepalived.Schema;

/// <summary>The table of all keywords, built block by block when a block is first met.</summary>
/// <remarks>
/// keepalived.conf(5) and the parser's own list decide the names. A small file touches three or four blocks, so the
/// other tables are never built.
/// </remarks>
internal static partial class KeepalivedSchema
{
    private static readonly BlockSchema?[] s_blocks = new BlockSchema?[(int)BlockKind.BfdCheck + 1];

    /// <summary>All blocks in the order of the documentation.</summary>
    public static IEnumerable<BlockSchema> All
    {
        get
        {
            for (var kind = BlockKind.Top; kind <= BlockKind.BfdCheck; kind++)
            {
                yield return Get(kind);
            }
        }
    }

    public static BlockSchema Get(BlockKind kind) => s_blocks[(int)kind] ??= WithMissingValues(Build(kind));

    private static BlockSchema Build(BlockKind kind) => kind switch
    {
        BlockKind.Top => new(kind, "top level", TopKeywords()),
        BlockKind.Global => new(kind, "global_defs",
            [.. ProcessKeywords(), .. ScriptAndReportKeywords(), .. GlobalVrrpKeywords(), .. GlobalOtherKeywords()]),
        BlockKind.TrackGroup => new(kind, "track_group", TrackGroupKeywords()),
        BlockKind.SyncGroup => new(kind, "vrrp_sync_group", SyncGroupKeywords()),
        BlockKind.GarpGroup => new(kind, "garp_group", GarpGroupKeywords()),
        BlockKind.Instance => new(kind, "vrrp_instance", InstanceKeywords()),
        BlockKind.Authentication => new(kind, "authentication", AuthenticationKeywords()),
        BlockKind.AuthHmac => new(kind, "auth_hmac", AuthHmacKeywords()),
        BlockKind.Script => new(kind, "vrrp_script", ScriptKeywords()),
        BlockKind.TrackProcess => new(kind, "vrrp_track_process", TrackProcessKeywords()),
        BlockKind.TrackFile => new(kind, "track_file", TrackFileKeywords()),
        BlockKind.Bfd => new(kind, "bfd_instance", BfdKeywords()),
        BlockKind.Ssl => new(kind, "SSL", SslKeywords()),
        BlockKind.VirtualServer => new(kind, "virtual_server", VirtualServerKeywords()),
        BlockKind.RealServer => new(kind, "real_server", RealServerKeywords()),
        BlockKind.TcpCheck => new(kind, "TCP_CHECK", CheckerKeywords()),
        BlockKind.PingCheck => new(kind, "PING_CHECK", CheckerKeywords()),
        BlockKind.HttpCheck => new(kind, "HTTP_GET", [.. CheckerKeywords(), .. HttpKeywords()]),
        BlockKind.Url => new(kind, "url", UrlKeywords()),
        BlockKind.SmtpCheck => new(kind, "SMTP_CHECK", [.. CheckerKeywords(), .. SmtpKeywords()]),
        BlockKind.SmtpHost => new(kind, "host", SmtpHostKeywords()),
        BlockKind.DnsCheck => new(kind, "DNS_CHECK", [.. CheckerKeywords(), .. DnsKeywords()]),
        BlockKind.MiscCheck => new(kind, "MISC_CHECK", [.. CheckerTimerKeywords(), .. MiscKeywords()]),
        BlockKind.UdpCheck => new(kind, "UDP_CHECK", [.. CheckerKeywords(), .. UdpKeywords()]),
        BlockKind.FileCheck => new(kind, "FILE_CHECK", FileCheckKeywords()),
        BlockKind.BfdCheck => new(kind, "BFD_CHECK", BfdCheckKeywords()),
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "No such block."),
    };

    private static KeywordSpec Done(string name, ValueSpec value, string @default, string summary)
        => new(name, value, @default, SupportClass.Done, summary);

    private static KeywordSpec Cosmetic(string name, ValueSpec value, string @default, string summary)
        => new(name, value, @default, SupportClass.Cosmetic, summary);

    private static KeywordSpec Performance(string name, ValueSpec value, string @default, string summary)
        => new(name, value, @default, SupportClass.Performance, summary);

    private static KeywordSpec Behaviour(string name, ValueSpec value, string @default, string summary)
        => new(name, value, @default, SupportClass.Behaviour, summary);

    private static KeywordSpec Block(
        string name, ValueSpec value, BlockKind opens, SupportClass support, string summary)
        => new(name, value, "", support, summary) { Opens = opens, Repeats = true };
}
