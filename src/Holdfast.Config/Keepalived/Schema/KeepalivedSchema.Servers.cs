using static Holdfast.Config.Keepalived.Schema.ValueSpec;

namespace Holdfast.Config.Keepalived.Schema;

/// <summary>virtual_server, real_server and the checkers: read completely, not acted on yet.</summary>
internal static partial class KeepalivedSchema
{
    private static readonly ValueSpec s_schedulers = Choice(
        "rr", "wrr", "lc", "wlc", "lblc", "sh", "mh", "dh", "fo", "ovf", "lblcr", "sed", "nq", "twos");

    private static readonly ValueSpec s_methods = Custom(ValueKind.Texts,
        "NAT|DR|TUN [type ipip|gue port N|gre] [nocsum|csum|remcsum]");

    private static KeywordSpec[] VirtualServerKeywords() =>
    [
        Behaviour("ip_family", Choice("inet", "inet6"), "of the address", "Family of a mark"),
        .. CheckTimers(),
        Behaviour("inhibit_on_failure", None, "off", "Weight 0 instead of removal"),
        Behaviour("lb_algo", s_schedulers, "wlc", "Scheduler"),
        Behaviour("lvs_sched", s_schedulers, "wlc", "Scheduler"),
        Behaviour("hashed", None, "off", "IPVS service flag"),
        Behaviour("ops", None, "off", "One-packet scheduling"),
        Behaviour("flag-1", None, "off", "Scheduler flag 1"),
        Behaviour("flag-2", None, "off", "Scheduler flag 2"),
        Behaviour("flag-3", None, "off", "Scheduler flag 3"),
        Behaviour("sh-port", None, "off", "Hash the port, too"),
        Behaviour("sh-fallback", None, "off", "Another server when the hashed one is down"),
        Behaviour("mh-port", None, "off", "Hash the port, too"),
        Behaviour("mh-fallback", None, "off", "Another server when the hashed one is down"),
        Behaviour("lb_kind", s_methods, "NAT", "Forwarding method"),
        Behaviour("lvs_method", s_methods, "NAT", "Forwarding method"),
        Behaviour("persistence_engine", Name, "", "Persistence engine, such as sip"),
        Behaviour("persistence_timeout", OptionalInteger(1, 2678400), "360", "Seconds of persistence"),
        Behaviour("persistence_granularity", AnyWord, "/32", "Netmask or prefix of persistence"),
        Behaviour("protocol", AnyCaseChoice("TCP", "UDP", "SCTP"), "UDP", "Protocol"),
        Behaviour("ha_suspend", None, "off", "Check only while the address is here"),
        Behaviour("smtp_alert", Switch, "smtp_alert_checker", "Mail on a change of state"),
        Behaviour("virtualhost", Name, "", "Host name of HTTP checks"),
        Behaviour("snmp_name", Name, "", "Name in SNMP"),
        Behaviour("alpha", None, "off", "Servers are down until checked"),
        Behaviour("omega", None, "off", "Run the down scripts at the end"),
        Behaviour("quorum_up", Script, "", "Run when there are enough servers") with { KeepsFirst = true },
        Behaviour("quorum_down", Script, "", "Run when there are not") with { KeepsFirst = true },
        Behaviour("quorum", Integer(1, uint.MaxValue), "1", "Weight that must be up"),
        Behaviour("hysteresis", Integer(0, uint.MaxValue), "0", "Margin of the quorum"),
        Behaviour("weight", Integer(1, 2147483647), "1", "Default weight of real servers"),
        Behaviour("sorry_server", AddressPort, "", "Server used while there is no quorum"),
        Behaviour("sorry_server_inhibit", None, "off", "inhibit_on_failure for it"),
        Behaviour("sorry_server_lvs_method", s_methods, "lvs_method", "Forwarding method for it"),
        Block("real_server", ServerBlock, BlockKind.RealServer, SupportClass.Behaviour, "A server of the service"),
    ];

    private static KeywordSpec[] RealServerKeywords() =>
    [
        Behaviour("weight", Integer(0, 2147483647), "1", "Share of the load"),
        Behaviour("lvs_method", s_methods, "of the service", "Forwarding method"),
        Behaviour("uthreshold", Integer(0, uint.MaxValue), "0", "Connections at which it gets no more"),
        Behaviour("lthreshold", Integer(0, uint.MaxValue), "0", "Connections at which it gets more again"),
        Behaviour("inhibit_on_failure", Switch, "off", "Weight 0 instead of removal"),
        Behaviour("notify_up", Script, "", "Run when it comes up") with { KeepsFirst = true },
        Behaviour("notify_down", Script, "", "Run when it goes down") with { KeepsFirst = true },
        Behaviour("alpha", Switch, "of the service", "Down until checked"),
        .. CheckTimers(),
        Behaviour("smtp_alert", Switch, "of the service", "Mail on a change of state"),
        Behaviour("virtualhost", Name, "of the service", "Host name of HTTP checks"),
        Behaviour("snmp_name", Name, "", "Name in SNMP"),
        Checker("TCP_CHECK", BlockKind.TcpCheck, "A connection succeeds"),
        Checker("PING_CHECK", BlockKind.PingCheck, "An ICMP echo is answered"),
        Checker("HTTP_GET", BlockKind.HttpCheck, "An HTTP answer is right"),
        Checker("SSL_GET", BlockKind.HttpCheck, "An HTTPS answer is right"),
        Checker("SMTP_CHECK", BlockKind.SmtpCheck, "A mail server greets"),
        Checker("DNS_CHECK", BlockKind.DnsCheck, "A name is resolved"),
        Checker("MISC_CHECK", BlockKind.MiscCheck, "A script succeeds"),
        Checker("UDP_CHECK", BlockKind.UdpCheck, "A datagram is answered"),
        Checker("FILE_CHECK", BlockKind.FileCheck, "A file's number is a weight"),
        Checker("BFD_CHECK", BlockKind.BfdCheck, "A BFD session is up"),
    ];

    private static KeywordSpec[] CheckTimers() =>
    [
        Behaviour("retry", Integer(1, uint.MaxValue), "1", "Tries after a failure"),
        Behaviour("delay_before_retry", Seconds(0, 18446744073709), "1", "Time before another try"),
        Behaviour("warmup", Seconds(0, 18446744073709), "delay_loop", "Random time before the first check"),
        Behaviour("connect_timeout", Seconds(0.000001m, 4294), "5", "Time limit of a connection"),
        Behaviour("delay_loop", Seconds(0.000001m, 18446744073709), "60", "Time between checks"),
    ];

    private static KeywordSpec[] CheckerTimerKeywords() =>
    [
        Behaviour("retry", Integer(0, uint.MaxValue), "1", "Tries after a failure"),
        Behaviour("delay_before_retry", Seconds(0, 18446744073709), "1", "Time before another try"),
        Behaviour("warmup", Seconds(0, 18446744073709), "delay_loop", "Random time before the first check"),
        Behaviour("delay_loop", Seconds(0.000001m, 18446744073709), "of the server", "Time between checks"),
        Behaviour("alpha", Switch, "of the server", "Down until checked"),
        Behaviour("log_all_failures", Switch, "checker_log_all_failures", "Log every failure"),
    ];

    private static KeywordSpec[] CheckerKeywords() =>
    [
        .. CheckerTimerKeywords(),
        Behaviour("connect_ip", Address, "of the server", "Address to check"),
        Behaviour("connect_port", Integer(1, 65535), "of the server", "Port to check"),
        Behaviour("bindto", Address, "", "Own address"),
        Behaviour("bind_port", Integer(1, 65535), "", "Own port"),
        Behaviour("bind_if", Interface, "", "Own interface"),
        Behaviour("connect_timeout", Seconds(0.000001m, 4294), "of the server", "Time limit of a connection"),
        Behaviour("fwmark", Integer(0, uint.MaxValue), "0", "Mark of the packets"),
    ];

    private static KeywordSpec[] HttpKeywords() =>
    [
        Behaviour("nb_get_retry", Integer(0, uint.MaxValue), "1", "Old name") with { ReplacedBy = "retry" },
        Behaviour("virtualhost", Name, "of the server", "Host name"),
        Behaviour("http_protocol", AnyCaseChoice("1.0", "1.1", "1.0C"), "1.0", "HTTP version"),
        Behaviour("enable_sni", Switch, "off", "Send the host name in TLS"),
        Behaviour("sni_name", Name, "virtualhost", "Name sent in TLS") with { IsNewer = true },
        Behaviour("fast_recovery", Switch, "off", "Up after the first success"),
        Behaviour("tls_compliant", Switch, "off", "Insist on a proper end of TLS") with { IsNewer = true },
        Block("url", ValueSpec.Block, BlockKind.Url, SupportClass.Behaviour, "A page that is fetched"),
    ];

    private static KeywordSpec[] UrlKeywords() =>
    [
        Behaviour("path", FilePath, "mandatory", "Path of the page"),
        Behaviour("digest", AnyWord, "", "MD5 of the body in hex"),
        Behaviour("status_code", Texts, "200-299", "Codes and ranges that are right"),
        Behaviour("virtualhost", Name, "of the check", "Host name"),
        Behaviour("regex", AnyWord, "", "Must match the body"),
        Behaviour("regex_no_match", None, "off", "Must not match"),
        Behaviour("regex_options", Texts, "", "PCRE2 options"),
        Behaviour("regex_min_offset", Integer(0, uint.MaxValue), "0", "First byte of a match"),
        Behaviour("regex_max_offset", Integer(1, uint.MaxValue), "", "Last byte of a match"),
        Behaviour("regex_stack", Custom(ValueKind.Texts, "START MAX"), "", "Stack of the PCRE2 JIT"),
        Behaviour("tls_compliant", Switch, "of the check", "Insist on a proper end of TLS")
            with { IsNewer = true },
    ];

    private static KeywordSpec[] SmtpKeywords() =>
    [
        Behaviour("helo_name", Name, "smtpchecker.keepalived.org", "Name in HELO"),
        Block("host", ValueSpec.Block, BlockKind.SmtpHost, SupportClass.Behaviour, "Old: another address to check"),
    ];

    private static KeywordSpec[] SmtpHostKeywords() => [.. CheckerKeywords()];

    private static KeywordSpec[] DnsKeywords() =>
    [
        Behaviour("type", AnyCaseChoice("A", "NS", "CNAME", "SOA", "MX", "TXT", "AAAA", "RRSIG", "DNSKEY"), "SOA",
            "Type of the question"),
        Behaviour("name", Name, ".", "Name of the question") with { KeepsFirst = true },
    ];

    private static KeywordSpec[] MiscKeywords() =>
    [
        Behaviour("misc_path", Script, "mandatory", "The script"),
        Behaviour("misc_timeout", Seconds(0, 4294), "delay_loop", "Time limit") with { WasWhole = true },
        Behaviour("misc_dynamic", None, "off", "The exit code is the weight"),
        Behaviour("user", User, "script_user", "Who runs it"),
    ];

    private static KeywordSpec[] UdpKeywords() =>
    [
        Behaviour("payload", Texts, "", "Bytes sent, in hex"),
        Behaviour("require_reply", OptionalTexts, "off", "Bytes expected, in hex with x for any"),
        Behaviour("min_reply_length", Integer(0, 65535), "0", "Least length of the reply"),
        Behaviour("max_reply_length", Integer(0, 65535), "255", "Greatest length of the reply"),
    ];

    private static KeywordSpec[] FileCheckKeywords() =>
    [
        Behaviour("track_file", Name, "mandatory", "Name of the track_file"),
        Behaviour("weight", Weight(-2147483647, 2147483647), "of the file", "Factor"),
    ];

    private static KeywordSpec[] BfdCheckKeywords() =>
    [
        Behaviour("name", Name, "mandatory", "Name of the bfd_instance"),
        Behaviour("alpha", Switch, "of the server", "Down until checked"),
    ];

    private static KeywordSpec Checker(string name, BlockKind opens, string summary)
        => Block(name, ValueSpec.Block, opens, SupportClass.Behaviour, summary);
}
