using Holdfast.Config.Keepalived.Schema;

namespace Holdfast.Parity.Tests.KeepalivedCheck;

/// <summary>Virtual servers, their groups, real servers and checkers.</summary>
internal sealed partial class ConfigGenerator
{
    private static readonly (string Keyword, BlockKind Kind)[] s_checkers =
    [
        ("TCP_CHECK", BlockKind.TcpCheck), ("PING_CHECK", BlockKind.PingCheck), ("HTTP_GET", BlockKind.HttpCheck),
        ("SSL_GET", BlockKind.HttpCheck), ("SMTP_CHECK", BlockKind.SmtpCheck), ("DNS_CHECK", BlockKind.DnsCheck),
        ("UDP_CHECK", BlockKind.UdpCheck), ("MISC_CHECK", BlockKind.MiscCheck), ("FILE_CHECK", BlockKind.FileCheck),
    ];

    private string _method = "NAT";
    private string _protocol = "TCP";

    private void WriteVirtualServers(bool scripts)
    {
        if (_random.Next(6) == 0)
        {
            Open("SSL");
            SomeKeywords(BlockKind.Ssl, 3, static _ => true);
            Close();
        }
        int count = _random.Next(1, 4);
        for (int i = 0; i < count; i++)
        {
            _isV6 = _random.Next(4) == 0;
            string target = _random.Next(5) switch
            {
                0 => WriteGroup(i),
                1 => "fwmark " + (Mistake(8) ? _values.Pick("0", "abc", "4294967296", "-1") : N(i + 1)),
                _ => (_isV6 ? "2001:db8::" + N(i + 1) : "10.10.0." + N(i + 1)) + (Mistake(12) ? "" : " 80"),
            };
            WriteVirtualServer(Mistake(25) ? "10.10.0.300 80" : target, scripts);
        }
        _isV6 = false;
    }

    private string WriteGroup(int index)
    {
        string name = "group" + N(index);
        Open("virtual_server_group " + name);
        for (int i = 0; i < _random.Next(1, 3); i++)
        {
            Line(_isV6
                ? _values.Pick("2001:db8:1::1 80", "2001:db8:1::1-9 80", "2001:db8:1::1-2001:db8:1::ff 80",
                    "2001:db8:2::/120 80", Mistake(6) ? "2001:db8:2::1/120 80" : "2001:db8:3::2 80")
                : _values.Pick("10.11.0.1 80", "10.11.0.1-9 80", "10.11.0.1-10.11.1.2 80", "10.12.0.0/28 80",
                    Mistake(6) ? _values.Pick("10.11.0.9-1 80", "10.12.0.1/28 80", "10.12.0.0/33 80", "10.13.0.1",
                        "10.11.0.1-300 80", "10.11.0.1 99999", "fwmark 5 inet9", "nothing 80") : "10.11.0.7 80"));
        }
        if (_random.Next(6) == 0)
        {
            Line("fwmark " + _values.Number(10, 99));
        }
        Close();
        return "group " + name;
    }

    private void WriteVirtualServer(string target, bool scripts)
    {
        bool isMark = target.StartsWith("fwmark", StringComparison.Ordinal);
        Open("virtual_server " + target);
        _protocol = _values.Pick("TCP", "UDP", "tcp", "SCTP");
        if (isMark == Mistake(12))
        {
            Line("protocol " + _protocol);
        }
        string scheduler = _values.Pick("rr", "wlc", "sh", "mh", "lc");
        if (!Mistake(25))
        {
            Line(_values.Pick("lvs_sched ", "lb_algo ") + (Mistake(25) ? "none" : scheduler));
        }
        _method = _values.Pick("NAT", "DR", "TUN", "TUN type gue port 6080 csum", "TUN type gre");
        if (!Mistake(25))
        {
            Line(_values.Pick("lvs_method ", "lb_kind ") + (Mistake(15) ? _values.Pick("TUN type gue", "TUN csum",
                "TUN type", "TUN foo", "nat", "TUN type gre remcsum", "TUN type gue port 70000") : _method));
        }
        bool hashes = scheduler is "sh" or "mh";
        SomeKeywords(BlockKind.VirtualServer, _random.Next(9), n => n is not ("protocol" or "lvs_sched" or "lb_algo"
            or "lvs_method" or "lb_kind" or "sorry_server_inhibit" or "sorry_server_lvs_method" or "ip_family"
            or "quorum" or "hysteresis" or "sorry_server")
            && (scripts || n is not ("quorum_up" or "quorum_down"))
            && (hashes || !_calm || n is not ("hashed" or "sh-port" or "sh-fallback" or "mh-port" or "mh-fallback"))
            && (!isMark || !_calm || n is not ("ha_suspend" or "persistence_granularity"))
            && (n != "ops" || !_calm || (_protocol == "UDP" && !isMark)));
        WriteSorryServer(isMark);
        int weight = 0;
        int servers = Mistake(25) ? 0 : _random.Next(1, 4);
        for (int i = 0; i < servers; i++)
        {
            weight += WriteRealServer(i, isMark, scripts);
        }
        if (weight > 0 && _random.Next(3) == 0)
        {
            int quorum = Mistake(8) ? weight + 1 : _random.Next(1, weight + 1);
            Line("quorum " + N(quorum));
            Line("hysteresis " + N(Mistake(8) ? quorum : quorum - 1));
        }
        Close();
    }

    private void WriteSorryServer(bool isMark)
    {
        if (Mistake(30))
        {
            Line(_values.Pick("sorry_server_inhibit", "sorry_server_lvs_method DR", "sorry_server nowhere 80"));
        }
        if (_random.Next(4) != 0)
        {
            return;
        }
        string port = isMark && _method != "NAT" ? "" : Mistake(12) ? " 81" : " 80";
        Line("sorry_server " + (_isV6 != Mistake(20) ? "2001:db8::99" : "10.10.9.9") + port);
        if (_random.Next(3) == 0)
        {
            Line("sorry_server_inhibit");
        }
    }

    private int WriteRealServer(int index, bool isMark, bool scripts)
    {
        bool v6 = _isV6 != Mistake(15);
        string host = N(Mistake(20) ? 1 : index + 1);
        string port = isMark && _method != "NAT" && !Mistake(10) ? "" : Mistake(12) ? " 8080" : " 80";
        Open("real_server " + (Mistake(30) ? "10.20.0.x" : v6 ? "2001:db8:9::" + host : "10.20.0." + host) + port);
        int weight = _random.Next(1, 5);
        Line("weight " + N(weight));
        SomeKeywords(BlockKind.RealServer, _random.Next(6), n => n is not ("weight" or "lvs_method")
            && (scripts || n is not ("notify_up" or "notify_down")));
        for (int i = 0; i < _random.Next(3); i++)
        {
            WriteChecker(scripts);
        }
        Close();
        return weight;
    }

    private void WriteChecker(bool scripts)
    {
        (string keyword, BlockKind kind) = s_checkers[_random.Next(s_checkers.Length)];
        if (kind == BlockKind.MiscCheck && !scripts)
        {
            return;
        }
        Open(keyword);
        switch (kind)
        {
            case BlockKind.HttpCheck when !Mistake(20):
                WriteUrls();
                break;
            case BlockKind.MiscCheck when !Mistake(12):
                Line("misc_path " + _values.Pick("/bin/true", "\"/bin/true a b\""));
                break;
            case BlockKind.FileCheck when !Mistake(12):
                Line("track_file " + (_files.Count > 0 && !Mistake(10) ? _files[0] : "nothere"));
                break;
            default:
                break;
        }
        SomeKeywords(kind, _random.Next(6), n => n is not ("misc_path" or "track_file" or "user" or "bindto"
            or "connect_ip" or "min_reply_length" or "max_reply_length" or "nb_get_retry"));
        if (_random.Next(6) == 0 && kind is not (BlockKind.MiscCheck or BlockKind.FileCheck))
        {
            Line("connect_ip " + (_isV6 ? "2001:db8::7" : "10.30.0.1"));
            Line("bindto " + (_isV6 != Mistake(6) ? "2001:db8::8" : "10.30.0.2"));
        }
        if (_random.Next(6) == 0 && kind == BlockKind.UdpCheck)
        {
            Line("min_reply_length 10");
            Line("max_reply_length " + (Mistake(4) ? "5" : "20"));
        }
        Close();
    }

    private void WriteUrls()
    {
        for (int i = 0; i < _random.Next(1, 3); i++)
        {
            Open("url");
            if (!Mistake(25))
            {
                Line("path /page" + N(i));
            }
            SomeKeywords(BlockKind.Url, _random.Next(4), static n => n != "path");
            if (Mistake(15))
            {
                Line(_values.Pick("digest abc", "digest 0123456789abcdef0123456789abcdex", "status_code 99",
                    "status_code 300-200", "status_code 200,300", "status_code 200 x"));
            }
            Close();
        }
    }
}
