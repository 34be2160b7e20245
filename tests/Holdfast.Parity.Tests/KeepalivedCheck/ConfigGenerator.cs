using System.Globalization;
using System.Text;
using Holdfast.Config.Keepalived.Schema;

namespace Holdfast.Parity.Tests.KeepalivedCheck;

/// <summary>Writes random configurations from the keyword table, with a known number of random mistakes.</summary>
internal sealed partial class ConfigGenerator
{
    // Words that act on the machine even in a test run, or whose verdict depends on it rather than on the text.
    private static readonly HashSet<string> s_leftOut = new(StringComparer.Ordinal)
    {
        "net_namespace", "net_namespace_ipvs", "namespace_with_ipsets", "config_save_dir", "tmp_config_directory",
        "instance", "use_pid_dir", "snmp_socket", "reload_file", "startup_script", "shutdown_script",
        "vrrp_iptables", "vrrp_ipsets", "disable_local_igmp", "static_ipaddress", "static_routes",
        "static_rules", "linkbeat_use_polling",
    };

    private static readonly HashSet<string> s_oftenWarned = new(StringComparer.Ordinal)
    {
        "unicast_src_ip", "unicast_ttl", "check_unicast_src", "old_unicast_checksum", "mcast_src_ip", "mcast_dst_ip",
        "vmac_xmit_base", "use_ipvlan", "use_vmac", "strict_mode", "vrrp_strict", "nopreempt", "preempt_delay",
        "accept", "lvs_sync_daemon", "hysteresis", "quorum", "vrrp_rx_bufs_policy", "promote_secondaries",
        "quorum_max", "reload_time_file", "include_check", "unicast_fault_no_peer", "state", "priority",
        "lvs_notify_fifo_script", "notify_fifo_script", "vrrp_notify_fifo_script",
    };

    private readonly Random _random;
    private readonly bool _calm;
    private readonly ValueGenerator _values;
    private readonly StringBuilder _text = new();
    private readonly List<string> _scripts = [];
    private readonly List<string> _files = [];
    private readonly List<string> _processes = [];
    private readonly List<string> _instances = [];
    private int _mistakes;
    private int _indent;
    private bool _isV6;

    public ConfigGenerator(int seed)
    {
        _random = new Random(seed);

        // Every other file has nothing that the original warns of unless there is a mistake, so that one mistake
        // alone decides its verdict.
        _calm = seed % 2 == 0;
        _values = new ValueGenerator(_random, _calm);
        int dice = _random.Next(100);
        _mistakes = dice < 30 ? 0 : dice < 80 ? 1 : dice < 95 ? 2 : 5;
    }

    /// <summary>A file that is about virtual servers only.</summary>
    public string GenerateServers()
    {
        bool scripts = _random.Next(2) == 0;
        WriteGlobal(scripts);
        if (_random.Next(2) == 0)
        {
            _files.Add("file0");
            Open("track_file file0");
            Line("file /tmp/track-file");
            Close();
        }
        WriteVirtualServers(scripts);
        return _text.ToString();
    }

    public string Generate()
    {
        bool scripts = _random.Next(2) == 0;
        WriteGlobal(scripts);
        if (scripts)
        {
            WriteTrackers();
        }
        int instances = _random.Next(1, 4);
        for (int i = 0; i < instances; i++)
        {
            WriteInstance(i, scripts);
        }
        if (instances > 1 && _random.Next(3) == 0)
        {
            Open("vrrp_sync_group G1");
            Open("group");
            _instances.ForEach(n => Line(n));
            Close();
            SomeKeywords(BlockKind.SyncGroup, scripts ? 2 : 0, n => n.StartsWith("notify", StringComparison.Ordinal));
            Close();
        }
        WriteStatics();
        if (_random.Next(3) == 0)
        {
            WriteVirtualServers(scripts);
        }
        return _text.ToString();
    }

    private bool Mistake(int chance)
    {
        if (_mistakes > 0 && _random.Next(chance) == 0)
        {
            _mistakes--;
            return true;
        }
        return false;
    }

    private void Line(string text)
    {
        if (Mistake(60))
        {
            text = Damage(text);
        }
        _text.Append(' ', _indent * 4).Append(text);
        if (_random.Next(30) == 0)
        {
            _text.Append(_values.Pick("  # a comment", " ! another", "#glued"));
        }
        _text.Append('\n');
    }

    private string Damage(string text)
    {
        string[] words = text.Split(' ');
        switch (_random.Next(7))
        {
            case 0:
                int at = _random.Next(words[0].Length);
                words[0] = words[0].Remove(at, 1).Insert(at, "q");
                return string.Join(' ', words);
            case 1:
                return text + " }";
            case 2:
                return text.Replace(" {", "", StringComparison.Ordinal);
            case 3:
                return text + " \"open";
            case 4:
                return words[0];
            case 5:
                return "unknown_word " + text;
            default:
                return text + " extra";
        }
    }

    private void Open(string text)
    {
        switch (_random.Next(10))
        {
            case 0:
                Line(text);
                Line("{");
                break;
            default:
                Line(text + " {");
                break;
        }
        _indent++;
    }

    private void Close()
    {
        _indent--;
        if (!Mistake(150))
        {
            Line("}");
        }
    }

    private void SomeKeywords(BlockKind kind, int count, Func<string, bool> accept)
    {
        KeywordSpec[] keywords = KeepalivedSchema.Get(kind).Keywords;
        var used = new HashSet<string>(StringComparer.Ordinal);
        for (int i = 0; i < count; i++)
        {
            KeywordSpec keyword = keywords[_random.Next(keywords.Length)];
            if (!keyword.Value.OpensBlock && !s_leftOut.Contains(keyword.Name) && accept(keyword.Name)
                && (!keyword.IsNewer || (!_calm && _random.Next(20) == 0))
                && (!_calm || (keyword.ReplacedBy is null && !s_oftenWarned.Contains(keyword.Name)))
                && used.Add(keyword.Name))
            {
                Keyword(keyword);
            }
        }
    }

    private void Keyword(KeywordSpec keyword)
    {
        string value = Mistake(25) ? _values.Bad(keyword) : _values.Good(keyword, _isV6);
        Line($"{keyword.Name} {value}".TrimEnd());
    }

    private static string N(int number) => number.ToString(CultureInfo.InvariantCulture);
}
