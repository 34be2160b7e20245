using System.Globalization;
using Holdfast.Config.Keepalived.Schema;

namespace Holdfast.Parity.Tests.KeepalivedCheck;

/// <summary>One file for each keyword and each kind of value: limits, beyond them, none, a wrong one.</summary>
internal static class KeywordProbes
{
    private static readonly HashSet<string> s_leftOut = new(StringComparer.Ordinal)
    {
        "net_namespace", "net_namespace_ipvs", "namespace_with_ipsets", "config_save_dir", "tmp_config_directory",
        "instance", "use_pid_dir", "startup_script", "shutdown_script", "include_check",
    };

    public static IEnumerable<(string Name, string Text)> All()
    {
        foreach ((BlockKind kind, string before, string after) in Frames())
        {
            foreach (KeywordSpec keyword in KeepalivedSchema.Get(kind).Keywords)
            {
                if (keyword.Value.OpensBlock || keyword.IsNewer || s_leftOut.Contains(keyword.Name))
                {
                    continue;
                }
                int index = 0;
                foreach (string value in Values(keyword.Value))
                {
                    string name = $"{kind}-{keyword.Name}-{index++}".Replace('/', '_');
                    yield return (name, $"{before}\n{keyword.Name} {value}".TrimEnd() + $"\n{after}\n");
                }
            }
        }
    }

    private static IEnumerable<string> Values(ValueSpec spec)
    {
        yield return "";
        switch (spec.Kind)
        {
            case ValueKind.None or ValueKind.Switch:
                yield return "maybe";
                yield return "off";
                break;
            case ValueKind.Integer or ValueKind.OptionalInteger or ValueKind.Weight:
                foreach (decimal number in (decimal[])[spec.Min, spec.Max, spec.Min - 1, spec.Max + 1])
                {
                    yield return number.ToString(CultureInfo.InvariantCulture);
                }
                yield return "12x";
                yield return "1.5";
                break;
            case ValueKind.Seconds or ValueKind.OptionalSeconds or ValueKind.Milliseconds or ValueKind.ExtraInterfaces:
                foreach (decimal number in (decimal[])[spec.Min, spec.Max, spec.Max + 1, 2])
                {
                    yield return number.ToString(CultureInfo.InvariantCulture);
                }
                yield return "-1";
                yield return "1.5";
                yield return "1.1234567";
                yield return "abc";
                break;
            case ValueKind.Choice or ValueKind.OptionalChoice:
                yield return spec.Words[0];
                yield return spec.Words[^1];
                yield return spec.Words[0].ToLowerInvariant();
                yield return spec.Words[0].ToUpperInvariant();
                yield return "wrong";
                break;
            case ValueKind.Address:
                yield return "10.1.1.1";
                yield return "fe80::1";
                yield return "10.1.1.1/24";
                yield return "xyz";
                break;
            case ValueKind.User:
                yield return "root";
                yield return "root root";
                break;
            case ValueKind.Script or ValueKind.OptionalScript:
                yield return "/bin/true";
                yield return "\"/bin/true a\" root root";
                break;
            case ValueKind.Text or ValueKind.OptionalText:
                yield return "eth0";
                yield return "eth0 eth1";
                break;
            default:
                break;
        }
    }

    private static IEnumerable<(BlockKind Kind, string Before, string After)> Frames()
    {
        const string Global = "global_defs {\nenable_script_security\nscript_user root\n";
        const string Instance = "vrrp_instance VI_1 {\ninterface eth0\nvirtual_router_id 51\n";
        const string Addresses = "virtual_ipaddress {\n10.9.9.9\n}\n}\n";
        const string Service = "virtual_server 10.9.9.9 80 {\nprotocol TCP\nlvs_sched rr\nlvs_method NAT\n";
        const string Real = "real_server 10.9.9.8 80 {\n";
        yield return (BlockKind.Global, Global, "}\n" + Instance + Addresses);
        yield return (BlockKind.Instance, Global + "}\n" + Instance, Addresses);
        yield return (BlockKind.Authentication, Global + "}\n" + Instance + "authentication {", "}\n" + Addresses);
        yield return (BlockKind.Script, Global + "}\nvrrp_script chk {\nscript /bin/true", "}\n" + Instance
            + Addresses);
        yield return (BlockKind.TrackFile, Global + "}\ntrack_file f {\nfile /tmp/f", "}\n" + Instance + Addresses);
        yield return (BlockKind.TrackProcess, Global + "}\nvrrp_track_process p {\nprocess sh",
            "}\n" + Instance + Addresses);
        yield return (BlockKind.GarpGroup, Global + "}\ngarp_group {\ninterface eth1\ngarp_interval 1\n",
            "}\n" + Instance + Addresses);
        yield return (BlockKind.SyncGroup, Global + "}\n" + Instance + Addresses
            + Instance.Replace("VI_1", "VI_2").Replace("51", "52") + Addresses
            + "vrrp_sync_group G {\ngroup {\nVI_1\nVI_2\n}\n", "}");
        yield return (BlockKind.Bfd, Global + "}\nbfd_instance b {\nneighbor_ip 10.9.0.9\n", "}\n" + Instance
            + Addresses);
        yield return (BlockKind.VirtualServer, Global + "}\n" + Service, Real + "}\n}");
        yield return (BlockKind.RealServer, Global + "}\n" + Service + Real, "}\n}");
        yield return (BlockKind.TcpCheck, Global + "}\n" + Service + Real + "TCP_CHECK {", "}\n}\n}");
        yield return (BlockKind.HttpCheck, Global + "}\n" + Service + Real + "HTTP_GET {\nurl {\npath /\n}\n",
            "}\n}\n}");
        yield return (BlockKind.MiscCheck, Global + "}\n" + Service + Real + "MISC_CHECK {\nmisc_path /bin/true\n",
            "}\n}\n}");
        yield return (BlockKind.DnsCheck, Global + "}\n" + Service + Real + "DNS_CHECK {", "}\n}\n}");
        yield return (BlockKind.PingCheck, Global + "}\n" + Service + Real + "PING_CHECK {", "}\n}\n}");
        yield return (BlockKind.SmtpCheck, Global + "}\n" + Service + Real + "SMTP_CHECK {", "}\n}\n}");
        yield return (BlockKind.SmtpHost, Global + "}\n" + Service + Real + "SMTP_CHECK {\nhost {", "}\n}\n}\n}");
        yield return (BlockKind.UdpCheck, Global + "}\n" + Service + Real + "UDP_CHECK {", "}\n}\n}");
        yield return (BlockKind.Url, Global + "}\n" + Service + Real + "HTTP_GET {\nurl {\npath /\n", "}\n}\n}\n}");
        yield return (BlockKind.FileCheck, Global + "}\ntrack_file f {\nfile /tmp/f\n}\n" + Service + Real
            + "FILE_CHECK {\ntrack_file f\n", "}\n}\n}");
        yield return (BlockKind.BfdCheck, Global + "}\nbfd_instance b {\nneighbor_ip 10.9.0.9\n}\n" + Service + Real
            + "BFD_CHECK {\nname b\n", "}\n}\n}");
        yield return (BlockKind.Ssl, Global + "}\n" + Instance + Addresses + "SSL {", "}");
    }
}
