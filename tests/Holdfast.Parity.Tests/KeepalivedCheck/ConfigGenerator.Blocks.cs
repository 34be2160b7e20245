using Holdfast.Config.Keepalived.Schema;

namespace Holdfast.Parity.Tests.KeepalivedCheck;

/// <summary>The blocks.</summary>
internal sealed partial class ConfigGenerator
{
    private void WriteGlobal(bool scripts)
    {
        if (!scripts && _random.Next(3) == 0)
        {
            return;
        }
        Open("global_defs");
        if (scripts)
        {
            if (!Mistake(12))
            {
                Line("enable_script_security");
            }
            Line("script_user root");
        }
        bool Accept(string name) => name is not ("enable_script_security" or "script_user" or "include_check")
            && (scripts || !name.Contains("script", StringComparison.Ordinal));
        SomeKeywords(BlockKind.Global, _random.Next(12), Accept);
        Close();
    }

    private void WriteTrackers()
    {
        for (int i = 0; i < _random.Next(3); i++)
        {
            _scripts.Add("chk" + N(i));
            Open("vrrp_script chk" + N(i));
            Line(_values.Pick("script /bin/true", "script \"/bin/true x\"", "script \"/bin/sh -c 'exit 0'\""));
            SomeKeywords(BlockKind.Script, _random.Next(6), static n => n != "script");
            Close();
        }
        for (int i = 0; i < _random.Next(2); i++)
        {
            _files.Add("file" + N(i));
            Open("track_file file" + N(i));
            Line("file /tmp/track-file");
            SomeKeywords(BlockKind.TrackFile, _random.Next(3), static n => n == "weight");
            Close();
        }
        for (int i = 0; i < _random.Next(2); i++)
        {
            _processes.Add("proc" + N(i));
            Open("vrrp_track_process proc" + N(i));
            Line("process sh");
            SomeKeywords(BlockKind.TrackProcess, _random.Next(5), static n => n != "process");
            Close();
        }
    }

    private void WriteInstance(int index, bool scripts)
    {
        _isV6 = !_calm && _random.Next(5) == 0;
        string name = Mistake(80) && index > 0 ? "VI_0" : "VI_" + N(index);
        _instances.Add(name);
        Open("vrrp_instance " + name);
        Line("interface " + (Mistake(40) ? "eth9" : "eth0"));
        Line("virtual_router_id " + (Mistake(40) ? "51" : N(51 + index)));
        bool Accept(string n) => n is not ("interface" or "virtual_router_id" or "lvs_sync_daemon_interface"
            or "track_src_ip" or "native_ipv6" or "vrf")
            && (scripts || !n.StartsWith("notify", StringComparison.Ordinal))
            && (n is not ("unicast_src_ip" or "unicast_ttl" or "check_unicast_src" or "old_unicast_checksum"
                or "mcast_src_ip" or "state" or "nopreempt" or "preempt_delay" or "strict_mode" or "accept"
                or "use_ipvlan" or "use_vmac" or "use_vmac_addr" or "vmac_xmit_base") || _random.Next(5) == 0);
        SomeKeywords(BlockKind.Instance, _random.Next(16), Accept);
        WriteAuthentication();
        WriteTrackLists();
        if (_random.Next(_calm ? 12 : 6) == 0)
        {
            Open("unicast_peer");
            Line((_isV6 ? "fe80::" : "192.168.1.") + _values.Number(2, 9) + _values.Pick("", " min_ttl 10 max_ttl 20"));
            Close();
        }
        WriteAddresses(index);
        WriteRoutes("virtual_routes", "virtual_rules", rare: 6);
        Close();
    }

    private void WriteAuthentication()
    {
        if (_isV6 || _random.Next(3) != 0)
        {
            return;
        }
        Open("authentication");
        Line("auth_type " + _values.Pick("PASS", "PASS", "PASS", "AH"));
        Line("auth_pass " + (Mistake(15) ? "123456789" : "1111"));
        Close();
    }

    private void WriteTrackLists()
    {
        TrackList("track_script", _scripts);
        TrackList("track_file", _files);
        TrackList("track_process", _processes);
        if (_random.Next(5) == 0)
        {
            TrackList("track_interface", [Mistake(10) ? "eth0" : "eth1"]);
        }
    }

    private void TrackList(string keyword, List<string> names)
    {
        if (names.Count == 0 || _random.Next(2) == 0)
        {
            return;
        }
        Open(keyword);
        foreach (string name in names)
        {
            string weight = Mistake(15) ? " weight 300" : _values.Pick("", " weight 10", " weight -5 reverse");
            Line((Mistake(25) ? "nothere" : name) + weight);
        }
        Close();
    }

    private void WriteAddresses(int index)
    {
        Open("virtual_ipaddress");
        for (int i = 0; i < _random.Next(1, 4); i++)
        {
            bool v6 = _isV6 != Mistake(25);
            string address = v6 ? $"fe80::{N(index)}:{N(i + 1)}" : $"10.{N(index)}.{N(i)}.1";
            Line(Mistake(30) ? "10.1.2.300" : address + _values.Pick(
                "", _calm ? " dev eth1" : v6 ? "/64" : "/24", " dev eth1", " dev eth0",
                " no_track", " scope link", " dev eth0 label eth0:1", " brd 10.0.0.255", " preferred_lft forever"));
        }
        Close();
        if (_random.Next(5) == 0)
        {
            Open("virtual_ipaddress_excluded");
            Line($"10.200.{N(index)}.1/24 dev eth1");
            Line($"2001:db8::{N(index)} dev eth1");
            Close();
        }
    }

    private void WriteRoutes(string routes, string rules, int rare)
    {
        if (_calm)
        {
            WriteCalmRoutes(routes, rules, rare);
            return;
        }
        if (_random.Next(rare) == 0)
        {
            Open(routes);
            Line("10.50.0.0/16 " + _values.Pick("dev eth0", "via 192.168.1.1 dev eth0", "via 192.168.1.1",
                "dev eth0 table 100 metric 5", "dev eth0 scope link src 192.168.1.10", "dev eth0 mtu lock 1400",
                "dev eth0 proto bird",
                    "table 10 nexthop via 192.168.1.1 dev eth0 weight 1 nexthop via 10.9.0.1 dev eth1"));
            Line(_values.Pick("default via 192.168.1.1 dev eth0 table 7", "blackhole 10.60.0.0/16 no_track",
                "src 192.168.1.10 to 10.61.0.0/16 via 192.168.1.2 dev eth0",
                    "0.0.0.0/0 gw 192.168.1.1 dev eth0 table 9"));
            Close();
        }
        if (_random.Next(rare) == 0)
        {
            Open(rules);
            Line("from 10.50.0.0/16 table 100" + _values.Pick(" preference 100", " priority 100", " pref 100", ""));
            Line("to 10.51.0.0/16 " + _values.Pick("table main", "lookup 7", "fwmark 4 table 5", "iif eth0 table 5",
                "tos 16 table 5", "blackhole", "sport 10-20 table 5", "ipproto tcp table 8") + " preference 101");
            Close();
        }
    }

    private void WriteCalmRoutes(string routes, string rules, int rare)
    {
        if (_random.Next(rare) == 0)
        {
            Open(routes);
            Line("10.50.0.0/16 " + _values.Pick("dev eth0", "via 192.168.1.1 dev eth0", "dev eth0 table 100 metric 5",
                "dev eth0 scope link src 192.168.1.10", "dev eth0 mtu lock 1400", "dev eth0 protocol bird",
                "dev eth0 onlink", "dev eth0 tos 16", "dev eth0 priority 3", "dev eth0 window 10 rtt 20 advmss 30",
                "dev eth0 initcwnd 10 features ecn", "dev eth0 quickack 1", "dev eth0 congctl cubic",
                "dev eth0 hoplimit 5 rto_min 10", Mistake(3) ? "dev eth0 scope nix" : "dev eth0 realms 3/4"));
            Close();
        }
        if (_random.Next(rare) == 0)
        {
            Open(rules);
            Line(_values.Pick("from", "to") + " 10.51.0.0/16 preference 101 " + _values.Pick("table main", "lookup 7",
                "fwmark 4 table 5", "fwmark 4/12 table 5", "iif eth0 table 5", "tos 16 table 5", "blackhole",
                "sport 10-20 table 5", "ipproto tcp table 8", "ip_proto udp dport 53 table 8", "goto 200",
                "uidrange 1-10 table 4", "suppress_prefixlength 0 table 5", "protocol 12 table 3", "not table 3",
                "realms 3/4 table 3", "prohibit", "nop", "oif eth1 table 6", Mistake(3) ? "table nix" : "unreachable"));
            Close();
        }
    }

    private void WriteStatics()
    {
        WriteRoutes("static_routes", "static_rules", rare: 10);
        if (_random.Next(10) == 0)
        {
            Open("static_ipaddress");
            Line("10.77.0.1/24 dev eth1");
            Close();
        }
        if (_random.Next(10) == 0)
        {
            Open("interface_up_down_delays");
            Line(_values.Pick("eth0 1 2", "eth1 0.5", Mistake(3) ? "eth9 1" : "eth0 1"));
            Close();
        }
        if (_random.Next(10) == 0)
        {
            Open("garp_group");
            Line("interface eth0");
            SomeKeywords(BlockKind.GarpGroup, 2, static n => n.EndsWith("interval", StringComparison.Ordinal));
            Close();
        }
    }
}
