using System.Globalization;
using Holdfast.Config.Keepalived.Schema;

namespace Holdfast.Parity.Tests.KeepalivedCheck;

/// <summary>Good and bad values for keywords, by the table.</summary>
internal sealed class ValueGenerator(Random random, bool calm)
{
    public string Good(KeywordSpec keyword, bool isV6)
    {
        ValueSpec spec = keyword.Value;
        return Special(keyword.Name, isV6) ?? spec.Kind switch
        {
            ValueKind.Switch => Pick("", "on", "off", "true", "false", "yes", "no"),
            ValueKind.Integer or ValueKind.Weight => Integer(spec),
            ValueKind.OptionalInteger => Pick("", Integer(spec)),
            ValueKind.Seconds or ValueKind.Milliseconds => Decimal(spec),
            ValueKind.OptionalSeconds => Pick("", Decimal(spec)),
            ValueKind.ExtraInterfaces => Pick("", "all ") + Decimal(spec),
            ValueKind.Choice => Pick(spec.Words),
            ValueKind.OptionalChoice => Pick("", Pick(spec.Words)),
            ValueKind.Address => isV6 ? "fe80::" + Number(1, 99) : "192.168.1." + Number(2, 99),
            ValueKind.AddressPort => "192.168.1." + Number(2, 99) + " " + Number(1, 9999),
            ValueKind.Script => Pick("/bin/true", "\"/bin/true a b\"", "\"/bin/true 'a b'\" root"),
            ValueKind.OptionalScript => Pick("", "/bin/true"),
            ValueKind.User => Pick("root", "root root"),
            ValueKind.Pairs => spec.Words[0] + " " + Number(1, 900),
            ValueKind.Text => spec.IsInterface ? Pick("eth0", "eth1") : "word" + Number(1, 9),
            ValueKind.Texts => "word" + Number(1, 9),
            _ => "",
        };
    }

    public string Bad(KeywordSpec keyword)
    {
        ValueSpec spec = keyword.Value;
        return spec.Kind switch
        {
            ValueKind.Integer or ValueKind.Weight or ValueKind.OptionalInteger => Pick("abc", "12x",
                ((long)spec.Max + 1).ToString(CultureInfo.InvariantCulture),
                ((long)spec.Min - 1).ToString(CultureInfo.InvariantCulture)),
            ValueKind.Seconds or ValueKind.Milliseconds or ValueKind.OptionalSeconds => Pick("abc", "1s", "-1",
                (spec.Max + 1).ToString(CultureInfo.InvariantCulture)),
            ValueKind.Switch => "maybe",
            ValueKind.Choice or ValueKind.OptionalChoice => "wrong",
            ValueKind.Address => Pick("1.2.3", "300.1.1.1", "xyz", "fe80::g"),
            _ => "",
        };
    }

    public string Pick(params string[] words) => words[random.Next(words.Length)];

    public string Number(int min, int max)
        => random.Next(min, max + 1).ToString(CultureInfo.InvariantCulture);

    private string Integer(ValueSpec spec)
    {
        long max = (long)Math.Min(spec.Max, spec.Min + 300);
        return random.NextInt64((long)spec.Min, max + 1).ToString(CultureInfo.InvariantCulture);
    }

    private string Decimal(ValueSpec spec)
    {
        decimal max = Math.Min(spec.Max, spec.Min + 20);
        int decimals = calm ? 0 : random.Next(3);
        decimal value = decimal.Round(spec.Min + ((max - spec.Min) * random.Next(101) / 100), decimals);
        value = calm ? Math.Max(1, value) : value;
        return Math.Clamp(value, spec.Min, max).ToString(CultureInfo.InvariantCulture);
    }

    private string? Special(string keyword, bool isV6) => keyword switch
    {
        "vrrp_mcast_group4" => "224.0.0." + Number(18, 30),
        "vrrp_mcast_group6" => "ff02::" + Number(12, 30),
        "mcast_dst_ip" => isV6 ? "ff02::" + Number(12, 30) : "224.0.0." + Number(18, 30),
        "advert_int" => Pick("1", "2", "3", "10"),
        "umask" => Pick("022", "0x1f", "IWGRP|IWOTH"),
        "vrrp_rx_bufs_policy" => Pick("MTU", "ADVERT", "100000"),
        "vrrp_cpu_affinity" or "checker_cpu_affinity" or "bfd_cpu_affinity" => Pick("0", "0 1"),
        "lb_kind" or "lvs_method" or "sorry_server_lvs_method" => Pick("NAT", "DR", "TUN"),
        "persistence_granularity" => isV6 ? "64" : "255.255.255.0",
        "notify_fifo" or "vrrp_notify_fifo" or "lvs_notify_fifo" => "/tmp/fifo-" + keyword + " root",
        "include_check" => Pick("", "read", "match", "+match -read"),
        "notification_email_from" => "me@example.com",
        "smtp_server" => "192.168.1.1 25",
        "init_file" => Pick("", "5", "5 overwrite", "overwrite"),
        "process" => Pick("sh", "sh -c", "\"a b\" c"),
        "file" => "/tmp/track-file",
        "auth_pass" => "pass" + Number(1, 99),
        "lvs_sync_daemon" => "eth0",
        "reload_time_file" => "/tmp/reload-time",
        "status_code" => Pick("200", "200-299 301"),
        "digest" => "0123456789abcdef0123456789abcdef",
        "payload" => Pick("0a0b0c", "0a 0b 0", "\"0A 0b\""),
        "require_reply" => Pick("", "0a0b", "0axx 5"),
        "regex_options" => Pick("caseless", "caseless multiline"),
        "regex_stack" => "1000 20000",
        "persistence_engine" => "sip",
        "type" => Pick("A", "mx", "SOA"),
        "name" => Pick("example.com", "example.com.", "www.example.org"),
        "use_vmac" => Pick("", "vrrp.1"),
        "use_ipvlan" => Pick("", "ipv1"),
        _ => null,
    };
}
