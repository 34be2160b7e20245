namespace Holdfast.UserMode.Tests.Lives;

/// <summary>Checkers of real servers.</summary>
internal sealed partial class LifeGenerator
{
    // A script costs the slow guest an eighth of a second, each time.
    private const int ScriptsMax = 1;

    private void AddCheckers(ServerDraft server, bool isPortless, int number, int index)
    {
        int count = Chance(8) ? 0 : Chance(5) ? 2 : 1;
        for (int i = 0; i < count; i++)
        {
            string name = $"{N(number)}x{N(index)}x{N(i)}";
            TargetKind kind = Pick(TargetKind.Tcp, TargetKind.Tcp, TargetKind.Tcp, TargetKind.Tcp, TargetKind.Http,
                TargetKind.Http, TargetKind.File, TargetKind.File, TargetKind.Script, TargetKind.Udp, TargetKind.Dns,
                TargetKind.Smtp, TargetKind.Ping);
            if (kind == TargetKind.Script && ++_scripts > ScriptsMax)
            {
                kind = TargetKind.Tcp;
            }
            server.Checkers.Add(kind switch
            {
                TargetKind.File => NewFileChecker(name),
                TargetKind.Script => NewScriptChecker(name),
                _ => NewNetworkChecker(kind, server, i, isPortless),
            });
        }
    }

    private CheckerDraft NewNetworkChecker(TargetKind kind, ServerDraft server, int index, bool isPortless)
    {
        // Each checker has its own port, so that one can fail without the others.
        int port = index == 0 && !isPortless ? 80 : 8000 + index;
        string connect = port == 80 ? "" : $"            connect_port {N(port)}\n";
        string own = kind switch
        {
            TargetKind.Http => NewUrls(),
            TargetKind.Udp => "            payload 01 02\n            require_reply\n",
            TargetKind.Dns => $"            type {Pick("A", "SOA", "TXT")}\n            name example.org\n",
            _ => "",
        };
        string keyword = kind switch
        {
            TargetKind.Http => "HTTP_GET",
            TargetKind.Smtp => "SMTP_CHECK",
            TargetKind.Udp => "UDP_CHECK",
            TargetKind.Dns => "DNS_CHECK",
            TargetKind.Ping => "PING_CHECK",
            _ => "TCP_CHECK",
        };
        return new CheckerDraft(kind, $"{server.Address} {N(port)}",
            $"        {keyword} {{\n{own}{(kind == TargetKind.Ping ? "" : connect)}{NewTimers()}        }}\n");
    }

    private string NewTimers()
        => $"            delay_before_retry 0.1\n            retry {N(_random.Next(1, 3))}\n"
            + $"            delay_loop {Pick("0.3", "0.4", "0.5")}\n";

    private string NewUrls()
    {
        string protocol = Chance(3) ? "            http_protocol 1.1\n" : "";
        string fast = Chance(2) ? "            fast_recovery\n" : "";
        string check = Pick("status_code 200", "", "digest 098f6bcd4621d373cade4e832627b4f6", "regex t.st",
            "status_code 200-299");
        string second = Chance(3) ? "            url {\n                path /second\n            }\n" : "";
        return $"{protocol}{fast}            url {{\n                path /\n"
            + (check.Length > 0 ? $"                {check}\n" : "") + $"            }}\n{second}";
    }

    private CheckerDraft NewFileChecker(string name)
    {
        bool isWeight = _random.Next(3) > 0;
        int factor = isWeight ? Pick(1, 1, 2, -1) : 0;
        return new CheckerDraft(TargetKind.File, $"f{name}",
            $"        FILE_CHECK {{\n            track_file f{name}\n            weight {N(factor)}\n        }}\n")
        {
            IsWeight = isWeight,
        };
    }

    private CheckerDraft NewScriptChecker(string name)
    {
        bool isDynamic = _random.Next(3) > 0;
        return new CheckerDraft(TargetKind.Script, $"s{name}",
            $"        MISC_CHECK {{\n            misc_path \"@/script s{name}\"\n            misc_timeout 60\n"
            + (isDynamic ? "            misc_dynamic\n" : "") + "            delay_loop 1\n        }\n")
        {
            IsWeight = isDynamic,
        };
    }
}
