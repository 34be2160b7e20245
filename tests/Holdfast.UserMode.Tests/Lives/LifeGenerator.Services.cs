namespace Holdfast.UserMode.Tests.Lives;

/// <summary>Virtual servers and their real servers.</summary>
internal sealed partial class LifeGenerator
{
    private static readonly string[] s_schedulers =
        ["rr", "wrr", "lc", "wlc", "lblc", "lblcr", "dh", "sh", "sed", "nq", "fo", "ovf", "mh"];

    private ServiceDraft NewService()
    {
        int number = ++_next;
        bool isV6 = Chance(4);
        int kind = _random.Next(12);
        bool isMark = kind is 8 or 9;
        bool isEveryPort = kind == 10;
        string protocol = isMark || isEveryPort ? "TCP" : Pick("TCP", "TCP", "UDP", "SCTP");
        string target = kind switch
        {
            < 5 => $"{VirtualAddress(isV6, number, 1)} 80",
            < 8 => $"group group{N(number)}",
            < 10 => $"fwmark {N(number)}",
            10 => VirtualAddress(isV6, number, 1),
            _ => $"{VirtualAddress(isV6, number, 2)} 443",
        };
        // Only NAT changes ports, and a mark has none: what has several kinds of entries takes NAT.
        bool changesPort = kind == 11 || (kind is >= 5 and < 8 && Chance(2));
        ServiceDraft service = new(number, target)
        {
            ChangesPort = changesPort,
            IsV6 = isV6,
            IsMark = isMark,
            IsEveryPort = isEveryPort,
            Protocol = protocol,
            Method = changesPort ? "NAT" : NewMethod(),
            Scheduler = Pick(s_schedulers),
            Alpha = Chance(4),
        };
        if (kind is >= 5 and < 8)
        {
            service.Group = NewGroup(number, isV6, changesPort);
        }
        AddServiceKeywords(service);
        int servers = _random.Next(1, 5);
        for (int i = 0; i < servers; i++)
        {
            service.Servers.Add(NewServer(service, i + 1));
        }
        SetQuorum(service);
        if (Chance(2))
        {
            service.Sorry = NewSorry(service);
        }
        return service;
    }

    private string NewMethod() => Pick("NAT", "NAT", "DR", "DR", "TUN", "TUN type ipip", "TUN type gue port 6080",
        "TUN type gue port 6080 csum", "TUN type gue port 6081 remcsum", "TUN type gre", "TUN type gre csum");

    private string NewGroup(int number, bool isV6, bool changesPort)
    {
        string name = $"virtual_server_group group{N(number)} {{\n";
        int lines = _random.Next(1, 4);
        for (int i = 0; i < lines; i++)
        {
            int block = 16 * (i + 1);
            string first = VirtualAddress(isV6, number, block);
            // Not marks alone, which have no protocol.
            name += "    " + (_random.Next(!changesPort ? 3 : i == 0 ? 4 : 5) switch
            {
                0 => $"{first} 80",
                1 => $"{first}-{(isV6 ? Hex(block + 3) : N(block + 3))} 80",
                2 => $"{first}/{(isV6 ? "126" : "30")} 80",
                3 => $"{first}-{VirtualAddress(isV6, number, block + 2)} 8080",
                _ => $"fwmark {N((100 * number) + i)}",
            }) + "\n";
        }
        return name + "}\n";
    }

    private void AddServiceKeywords(ServiceDraft service)
    {
        SortedDictionary<string, string> words = service.Keywords;
        if (service.IsEveryPort || Chance(4))
        {
            words["persistence_timeout"] = Chance(4) && !service.IsEveryPort ? "" : N(_random.Next(1, 100000));
            // The original forgets the mask in the entries of groups (docs/differences/virtual-servers.md).
            if (Chance(2) && service.Group.Length == 0)
            {
                words["persistence_granularity"] = service.IsV6 ? Pick("64", "128", "48")
                    : Pick("255.255.255.0", "255.255.255.255", "255.255.0.0");
            }
        }
        string[] flags = service.Scheduler is "sh" or "mh"
            ? [$"{service.Scheduler}-port", $"{service.Scheduler}-fallback"] : ["flag-1", "flag-2", "flag-3"];
        foreach (string flag in flags)
        {
            if (Chance(6))
            {
                words[flag] = "";
            }
        }
        if (service is { Protocol: "UDP", IsMark: false } && Chance(3))
        {
            words["ops"] = "";
        }
        foreach (string word in (string[])["inhibit_on_failure", "omega"])
        {
            if (Chance(4))
            {
                words[word] = "";
            }
        }
        if (service.IsMark && service.IsV6)
        {
            words["ip_family"] = "inet6";
        }
    }

    private ServerDraft NewServer(ServiceDraft service, int index)
    {
        bool isPortless = service.IsEveryPort || (service.IsMark && service.Method != "NAT");
        ServerDraft server = new(ServerAddress(service.IsV6, service.Number, index), isPortless ? "" : "80")
        {
            Weight = Chance(8) ? 0 : _random.Next(1, 6),
        };
        if (Chance(5))
        {
            int upper = _random.Next(1, 1000);
            server.Keywords["uthreshold"] = N(upper);
            if (Chance(2))
            {
                server.Keywords["lthreshold"] = N(_random.Next(upper));
            }
        }
        if (Chance(6))
        {
            server.Keywords["inhibit_on_failure"] = "";
        }
        if (Chance(6) && service is { IsEveryPort: false, IsMark: false, ChangesPort: false })
        {
            server.Keywords["lvs_method"] = NewMethod();
        }
        AddCheckers(server, isPortless, service.Number, index);
        return server;
    }

    private void SetQuorum(ServiceDraft service)
    {
        long sum = service.Servers.Sum(static s => s.Weight);
        if (sum == 0)
        {
            service.Servers[0].Weight = sum = 3;
        }
        service.Quorum = sum > 1 && Chance(2) ? _random.NextInt64(1, sum + 1) : 1;
        service.Hysteresis = service.Quorum > 1 && Chance(2)
            ? _random.NextInt64(0, Math.Min(service.Quorum, sum - service.Quorum + 1)) : 0;
    }

    private string NewSorry(ServiceDraft service)
    {
        bool isPortless = service.IsEveryPort || (service.IsMark && service.Method != "NAT");
        string text = $"sorry_server {ServerAddress(service.IsV6, service.Number, 99)}{(isPortless ? "" : " 80")}\n";
        if (Chance(3))
        {
            text += "    sorry_server_inhibit\n";
        }
        return text + (Chance(3) && service is { IsEveryPort: false, IsMark: false, ChangesPort: false }
            ? $"    sorry_server_lvs_method {NewMethod()}\n" : "");
    }

    private static string VirtualAddress(bool isV6, int number, int last)
        => isV6 ? $"2001:db8:10:{Hex(number)}::{Hex(last)}" : $"10.10.{N(number)}.{N(last)}";

    private static string ServerAddress(bool isV6, int number, int last)
        => isV6 ? $"2001:db8:20:{Hex(number)}::{Hex(last)}" : $"10.20.{N(number)}.{N(last)}";

    private static string Hex(int value) => value.ToString("x", System.Globalization.CultureInfo.InvariantCulture);
}
