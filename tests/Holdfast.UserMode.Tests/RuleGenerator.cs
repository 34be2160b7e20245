using System.Globalization;
using System.Text;

namespace Holdfast.UserMode.Tests;

/// <summary>Random tables as ipvsadm command lines, the same for the same seed.</summary>
internal sealed class RuleGenerator(int seed)
{
    private static readonly string[] Schedulers =
        ["rr", "wrr", "lc", "wlc", "lblc", "lblcr", "dh", "sh", "sed", "nq", "fo", "ovf", "mh"];

    private static readonly string[] Masks = ["255.255.255.0", "255.255.255.255", "0.0.0.0", "255.0.255.0", "24"];
    private static readonly string[] V6Masks = ["1", "64", "127", "128"];
    private static readonly string[] Weights = ["0", "1", "5", "100", "65536", "2147483647"];
    private static readonly string[] Ports = ["80", "http", "443", "53", "65535", "8080", "domain"];

    private static readonly string[] Listings =
    [
        "-L -n --stats", "-L -n --rate", "-L -n --thresholds", "-L -n --persistent-conn", "-L -n --tun-info",
        "-L -n --nosort", "-L -n --nosort --tun-info", "-L -n --stats --exact", "-L -n --rate --exact", "-L", "-S",
        "-L --stats", "-l --thresholds", "-L --tun-info --persistent-conn", "-L -n -c", "-L --daemon", "-Z",
    ];

    private readonly Random _random = new(seed);
    private readonly List<(string Name, bool IsV6, bool HasPort)> _services = [];

    /// <summary>A whole state: cleared, built, changed here and there, with mistakes, and listed.</summary>
    internal string State(int number)
    {
        StringBuilder text = new();
        text.Append("-C\n");
        text.Append(Build());
        text.Append(CultureInfo.InvariantCulture, $"--set {number + 1} 2 3\n-L --timeout\n-L -n\n-S -n\n");
        foreach (string listing in Shuffled(Listings).Take(3))
        {
            text.Append(listing).Append('\n');
        }
        if (_services.Count > 0)
        {
            // A listing of a service that was removed above would end the program.
            string name = Pick(_services).Name;
            text.Append($"-A {name} -s rr -p 5\n-L -n {name}\n");
        }
        return text.ToString();
    }

    /// <summary>Only what builds the table.</summary>
    internal string Build()
    {
        _services.Clear();
        StringBuilder text = new();
        int services = _random.Next(1, 6);
        for (int i = 0; i < services; i++)
        {
            AddService(text);
        }
        int changes = _random.Next(4);
        for (int i = 0; i < changes; i++)
        {
            (string name, bool isV6, bool hasPort) = Pick(_services);
            text.Append(_random.Next(5) switch
            {
                0 => $"-E {name} -s {Pick(Schedulers)}{(hasPort ? "" : " -p 9")}\n",
                1 => $"-e {name} -r {Server(isV6)} -w 7 -i\n",
                2 => $"-d {name} -r {Server(isV6)}\n",
                3 => $"-A {name} -s rr -p 5\n",
                _ => $"-D {name}\n",
            });
        }
        return text.ToString();
    }

    private void AddService(StringBuilder text)
    {
        bool isV6 = _random.Next(3) == 0;
        int kind = _random.Next(10);
        bool isMark = kind >= 8;
        bool isUdp = kind is >= 5 and < 7;
        string option = isUdp ? "-u" : kind == 7 ? "--sctp-service" : "-t";
        bool hasPort = isMark || _random.Next(8) > 0;
        string port = isUdp ? "53" : kind == 7 ? "5000" : Pick(Ports);
        string name = isMark
            ? string.Create(CultureInfo.InvariantCulture, $"-f {Mark()}{(isV6 ? " -6" : "")}")
            : $"{option} {Endpoint(isV6 ? Ipv6() : Ipv4(), hasPort ? port : "0")}";
        string scheduler = Pick(Schedulers);
        text.Append($"-A {name} -s {scheduler}");
        if (!hasPort || _random.Next(3) == 0)
        {
            text.Append(_random.Next(2) == 0 ? " -p"
                : string.Create(CultureInfo.InvariantCulture, $" -p {_random.Next(1, 100000)}"));
            text.Append(_random.Next(2) == 0 ? $" -M {Pick(isV6 ? V6Masks : Masks)}" : "");
            text.Append(_random.Next(4) == 0 ? " --pe sip" : "");
        }
        text.Append(isUdp && _random.Next(3) == 0 ? " -o" : "");
        if (_random.Next(4) == 0)
        {
            string prefix = scheduler is "sh" or "mh" ? scheduler : "";
            text.Append(prefix.Length > 0 ? $" -b {prefix}-port,{prefix}-fallback" : " -b flag-3,flag-1");
        }
        text.Append('\n');
        _services.Add((name, isV6, hasPort));
        int servers = _random.Next(7);
        for (int i = 0; i < servers; i++)
        {
            AddServer(text, name, isV6);
        }
    }

    private void AddServer(StringBuilder text, string service, bool isV6)
    {
        string[] methods =
        [
            "", "-g", "-m", "-i", "-i --tun-type ipip", "-i --tun-type gue --tun-port 6080",
            "-i --tun-type gue --tun-port 1 --tun-csum", "-i --tun-type gue --tun-port 65535 --tun-remcsum",
            "-i --tun-type gue --tun-port 7 --tun-nocsum", "-i --tun-type gre", "-i --tun-type gre --tun-csum",
        ];
        string method = Pick(methods);
        bool isOther = method.StartsWith("-i", StringComparison.Ordinal) && _random.Next(4) == 0;
        text.Append($"-a {service} -r {Server(isOther ? !isV6 : isV6)} {method}");
        text.Append(_random.Next(2) == 0 ? $" -w {Pick(Weights)}" : "");
        if (_random.Next(3) == 0)
        {
            int upper = _random.Next(1, 100000);
            text.Append(CultureInfo.InvariantCulture, $" -x {upper}");
            text.Append(_random.Next(2) == 0
                ? string.Create(CultureInfo.InvariantCulture, $" -y {_random.Next(upper + 2)}") : "");
        }
        text.Append('\n');
    }

    private string Server(bool isV6) => _random.Next(3) == 0 && !isV6 ? Ipv4()
        : Endpoint(isV6 ? Ipv6() : Ipv4(), _random.Next(2) == 0 ? "8080" : "80");

    // Few enough that some meet, wide enough that the order of the listing shows how it is made.
    private string Ipv4() => _random.Next(6) switch
    {
        0 => "10.1.1.1",
        1 => "10.1.1.2",
        _ => string.Create(CultureInfo.InvariantCulture,
            $"{_random.Next(1, 224)}.{_random.Next(256)}.{_random.Next(3)}.{_random.Next(1, 4)}"),
    };

    private string Ipv6() => _random.Next(4) switch
    {
        0 => "2001:db8::1",
        1 => string.Create(CultureInfo.InvariantCulture, $"2001:db8:0:{_random.Next(3)}::{_random.Next(1, 9):x}"),
        _ => string.Create(CultureInfo.InvariantCulture,
            $"{_random.Next(0x2000, 0xFC00):x}:{_random.Next(0x10000):x}:1:2:{_random.Next(0x10000):x}:4:5:6"),
    };

    private uint Mark() => _random.Next(3) == 0 ? (uint)_random.NextInt64(1, uint.MaxValue) : (uint)_random.Next(1, 9);

    private static string Endpoint(string address, string port)
        => address.Contains(':', StringComparison.Ordinal) ? $"[{address}]:{port}" : $"{address}:{port}";

    private T Pick<T>(IReadOnlyList<T> items) => items[_random.Next(items.Count)];

    private string[] Shuffled(IReadOnlyList<string> items)
    {
        string[] copy = [.. items];
        _random.Shuffle(copy);
        return copy;
    }
}
