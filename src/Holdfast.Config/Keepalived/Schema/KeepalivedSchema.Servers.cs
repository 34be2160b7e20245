using static Holdfast.Config.Keepalived.Schema.ValueSpec;

namespace Holdfast.Config.Keepalived.Schema;

/// <summary>virtual_server, real_server and the checkers.</summary>
internal static partial class KeepalivedSchema
{
    private static readonly ValueSpec s_schedulers = Choice(
        "rr", "wrr", "lc", "wlc", "lblc", "sh", "mh", "dh", "fo", "ovf", "lblcr", "sed", "nq", "twos");

    private static readonly ValueSpec s_methods = Custom(ValueKind.Texts,
        "NAT|DR|TUN [type ipip|gue port N|gre] [nocsum|csum|remcsum]");

    private static KeywordSpec[] VirtualServerKeywords() =>
    [
        Done("ip_family", Choice("inet", "inet6"), "of the address", "Family of a mark"),
        .. CheckTimers(),
        Done("inhibit_on_failure", None, "off", "Weight 0 instead of removal"),
        Done("lb_algo", s_schedulers, "wlc", "Scheduler"),
        Done("lvs_sched", s_schedulers, "wlc", "Scheduler"),
        Done("hashed", None, "off", "IPVS service flag"),
        Done("ops", None, "off", "One-packet scheduling"),
        Done("flag-1", None, "off", "Scheduler flag 1"),
        Done("flag-2", None, "off", "Scheduler flag 2"),
        Done("flag-3", None, "off", "Scheduler flag 3"),
        Done("sh-port", None, "off", "Hash the port, too"),
        Done("sh-fallback", None, "off", "Another server when the hashed one is down"),
        Done("mh-port", None, "off", "Hash the port, too"),
        Done("mh-fallback", None, "off", "Another server when the hashed one is down"),
        Done("lb_kind", s_methods, "NAT", "Forwarding method"),
        Done("lvs_method", s_methods, "NAT", "Forwarding method"),
        Done("persistence_engine", Name, "", "Persistence engine, such as sip"),
        Done("persistence_timeout", OptionalInteger(1, 2678400), "360", "Seconds of persistence"),
        Done("persistence_granularity", AnyWord, "/32", "Netmask or prefix of persistence"),
        Done("protocol", AnyCaseChoice("TCP", "UDP", "SCTP"), "UDP", "Protocol"),
        Done("ha_suspend", None, "off", "Check only while the address is here"),
        Done("smtp_alert", Switch, "smtp_alert_checker", "Mail on a change of state"),
        Done("virtualhost", Name, "", "Host name of HTTP checks"),
        Cosmetic("snmp_name", Name, "", "Name in SNMP"),
        Done("alpha", None, "off", "Servers are down until checked"),
        Done("omega", None, "off", "Run the down scripts at the end"),
        Done("quorum_up", Script, "", "Run when there are enough servers") with { KeepsFirst = true },
        Done("quorum_down", Script, "", "Run when there are not") with { KeepsFirst = true },
        Done("quorum", Integer(1, uint.MaxValue), "1", "Weight that must be up"),
        Done("hysteresis", Integer(0, uint.MaxValue), "0", "Margin of the quorum"),
        Done("weight", Integer(1, 2147483647), "1", "Default weight of real servers"),
        Done("sorry_server", AddressPort, "", "Server used while there is no quorum"),
        Done("sorry_server_inhibit", None, "off", "inhibit_on_failure for it"),
        Done("sorry_server_lvs_method", s_methods, "lvs_method", "Forwarding method for it"),
        Block("real_server", ServerBlock, BlockKind.RealServer, SupportClass.Done, "A server of the service"),
    ];

    private static KeywordSpec[] RealServerKeywords() =>
    [
        Done("weight", Integer(0, 2147483647), "1", "Share of the load"),
        Done("lvs_method", s_methods, "of the service", "Forwarding method"),
        Done("uthreshold", Integer(0, uint.MaxValue), "0", "Connections at which it gets no more"),
        Done("lthreshold", Integer(0, uint.MaxValue), "0", "Connections at which it gets more again"),
        Done("inhibit_on_failure", Switch, "off", "Weight 0 instead of removal"),
        Done("notify_up", Script, "", "Run when it comes up") with { KeepsFirst = true },
        Done("notify_down", Script, "", "Run when it goes down") with { KeepsFirst = true },
        Done("alpha", Switch, "of the service", "Down until checked"),
        .. CheckTimers(),
        Done("smtp_alert", Switch, "of the service", "Mail on a change of state"),
        Done("virtualhost", Name, "of the service", "Host name of HTTP checks"),
        Cosmetic("snmp_name", Name, "", "Name in SNMP"),
        Checker("TCP_CHECK", BlockKind.TcpCheck, "A connection succeeds"),
        Checker("PING_CHECK", BlockKind.PingCheck, "An ICMP echo is answered"),
        Checker("HTTP_GET", BlockKind.HttpCheck, "An HTTP answer is right"),
        Checker("SSL_GET", BlockKind.HttpCheck, "An HTTPS answer is right"),
        Checker("SMTP_CHECK", BlockKind.SmtpCheck, "A mail server greets"),
        Checker("DNS_CHECK", BlockKind.DnsCheck, "A name is resolved"),
        Checker("MISC_CHECK", BlockKind.MiscCheck, "A script succeeds"),
        Checker("UDP_CHECK", BlockKind.UdpCheck, "A datagram is answered"),
        Checker("FILE_CHECK", BlockKind.FileCheck, "A file's number is a weight"),
        Block("BFD_CHECK", ValueSpec.Block, BlockKind.BfdCheck, SupportClass.Behaviour, "A BFD session is up"),
    ];

    private static KeywordSpec[] CheckTimers() =>
    [
        Done("retry", Integer(1, uint.MaxValue), "1", "Tries after a failure"),
        Done("delay_before_retry", Seconds(0, 18446744073709), "1", "Time before another try"),
        Done("warmup", Seconds(0, 18446744073709), "delay_loop", "Random time before the first check"),
        Done("connect_timeout", Seconds(0.000001m, 4294), "5", "Time limit of a connection"),
        Done("delay_loop", Seconds(0.000001m, 18446744073709), "60", "Time between checks"),
    ];

    private static KeywordSpec[] CheckerTimerKeywords() =>
    [
        Done("retry", Integer(0, uint.MaxValue), "1", "Tries after a failure"),
        Done("delay_before_retry", Seconds(0, 18446744073709), "1", "Time before another try"),
        Done("warmup", Seconds(0, 18446744073709), "delay_loop", "Random time before the first check"),
        Done("delay_loop", Seconds(0.000001m, 18446744073709), "of the server", "Time between checks"),
        Done("alpha", Switch, "of the server", "Down until checked"),
        Done("log_all_failures", Switch, "checker_log_all_failures", "Log every failure"),
    ];

    private static KeywordSpec[] CheckerKeywords() =>
    [
        .. CheckerTimerKeywords(),
        Done("connect_ip", Address, "of the server", "Address to check"),
        Done("connect_port", Integer(1, 65535), "of the server", "Port to check"),
        Done("bindto", Address, "", "Own address"),
        Done("bind_port", Integer(1, 65535), "", "Own port"),
        Done("bind_if", Interface, "", "Own interface"),
        Done("connect_timeout", Seconds(0.000001m, 4294), "of the server", "Time limit of a connection"),
        Done("fwmark", Integer(0, uint.MaxValue), "0", "Mark of the packets"),
    ];

    private static KeywordSpec[] HttpKeywords() =>
    [
        Done("nb_get_retry", Integer(0, uint.MaxValue), "1", "Old name") with { ReplacedBy = "retry" },
        Done("virtualhost", Name, "of the server", "Host name"),
        Done("http_protocol", AnyCaseChoice("1.0", "1.1", "1.0C"), "1.0", "HTTP version"),
        Done("enable_sni", Switch, "off", "Send the host name in TLS"),
        Done("sni_name", Name, "virtualhost", "Name sent in TLS") with { IsNewer = true },
        Done("fast_recovery", Switch, "off", "Up after the first success"),
        Done("tls_compliant", Switch, "off", "Insist on a proper end of TLS") with { IsNewer = true },
        Block("url", ValueSpec.Block, BlockKind.Url, SupportClass.Done, "A page that is fetched"),
    ];

    private static KeywordSpec[] UrlKeywords() =>
    [
        Done("path", FilePath, "mandatory", "Path of the page"),
        Done("digest", AnyWord, "", "MD5 of the body in hex"),
        Done("status_code", Texts, "200-299", "Codes and ranges that are right"),
        Done("virtualhost", Name, "of the check", "Host name"),
        Done("regex", AnyWord, "", "Must match the body"),
        Done("regex_no_match", None, "off", "Must not match"),
        Done("regex_options", Texts, "", "PCRE2 options"),
        Done("regex_min_offset", Integer(0, uint.MaxValue), "0", "First byte of a match"),
        Done("regex_max_offset", Integer(1, uint.MaxValue), "", "Last byte of a match"),
        Done("regex_stack", Custom(ValueKind.Texts, "START MAX"), "", "Stack of the PCRE2 JIT"),
        Done("tls_compliant", Switch, "of the check", "Insist on a proper end of TLS")
            with { IsNewer = true },
    ];

    private static KeywordSpec[] SmtpKeywords() =>
    [
        Done("helo_name", Name, "smtpchecker.keepalived.org", "Name in HELO"),
        Block("host", ValueSpec.Block, BlockKind.SmtpHost, SupportClass.Done, "Old: another address to check"),
    ];

    private static KeywordSpec[] SmtpHostKeywords() => [.. CheckerKeywords()];

    private static KeywordSpec[] DnsKeywords() =>
    [
        Done("type", AnyCaseChoice("A", "NS", "CNAME", "SOA", "MX", "TXT", "AAAA", "RRSIG", "DNSKEY"), "SOA",
            "Type of the question"),
        Done("name", Name, ".", "Name of the question") with { KeepsFirst = true },
    ];

    private static KeywordSpec[] MiscKeywords() =>
    [
        Done("misc_path", Script, "mandatory", "The script"),
        Done("misc_timeout", Seconds(0, 4294), "delay_loop", "Time limit") with { WasWhole = true },
        Done("misc_dynamic", None, "off", "The exit code is the weight"),
        Done("user", User, "script_user", "Who runs it"),
    ];

    private static KeywordSpec[] UdpKeywords() =>
    [
        Done("payload", Texts, "", "Bytes sent, in hex"),
        Done("require_reply", OptionalTexts, "off", "Bytes expected, in hex with x for any"),
        Done("min_reply_length", Integer(0, 65535), "0", "Least length of the reply"),
        Done("max_reply_length", Integer(0, 65535), "255", "Greatest length of the reply"),
    ];

    private static KeywordSpec[] FileCheckKeywords() =>
    [
        Done("track_file", Name, "mandatory", "Name of the track_file"),
        Done("weight", Weight(-2147483647, 2147483647), "of the file", "Factor"),
    ];

    private static KeywordSpec[] BfdCheckKeywords() =>
    [
        Behaviour("name", Name, "mandatory", "Name of the bfd_instance"),
        Behaviour("alpha", Switch, "of the server", "Down until checked"),
    ];

    private static KeywordSpec Checker(string name, BlockKind opens, string summary)
        => Block(name, ValueSpec.Block, opens, SupportClass.Done, summary);
}
