using System.Text;
using Holdfast.Balancing.Persistence;
using Holdfast.Balancing.Tests.Original;

namespace Holdfast.Balancing.Tests.Persistence;

/// <summary>Cookies beside the original: what the server sees, and what the client gets.</summary>
public sealed class CookieParityTests
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);
    private static readonly CookieSettings[] Settings =
    [
        new() { Name = "SRV" },
        new() { Name = "SRV", IsIndirect = true, IsNoCache = true },
        new() { Name = "SRV", IsIndirect = true, IsPostOnly = true, IsHttpOnly = true, IsSecure = true },
        new() { Name = "SRV", IsPreserved = true, Domains = [".a.example", ".b.example"] },
        new() { Name = "SRV", MaxIdle = Hour, Attributes = ["SameSite=None", "x=y"] },
        new() { Name = "SRV", IsIndirect = true, MaxLife = Hour },
        new() { Name = "SRV", IsIndirect = true, MaxIdle = Hour / 2, MaxLife = Hour },
        new() { Name = "SRV", Mode = CookieMode.Rewrite },
        new() { Name = "SRV", IsIndirect = true, IsPreserved = true },
        new() { Name = "SRV", Mode = CookieMode.Prefix },
    ];

    public static TheoryData<int> Indexes => [.. Enumerable.Range(0, Settings.Length)];

    [Theory]
    [MemberData(nameof(Indexes))]
    public void Cookies_SeededRequests_AreTheOriginals(int index)
    {
        CookieSettings settings = Settings[index];
        using var haproxy = new Haproxy(Text(settings));
        using var asker = new HttpAsker(haproxy);
        var random = new Random(BackendSpec.Seed + index);
        for (int step = 0; step < 250; step++)
        {
            long before = UnixNow();
            string? field = Field(random, before);
            bool sets = random.Next(4) == 0;
            Ask ask = new("/")
            {
                Method = random.Next(3) == 0 ? "POST" : "GET",
                Body = "",
                Headers = [field is null ? "x-no: 1" : $"Cookie: {field}", sets ? "x-set: 1" : "x-no: 2"],
            };
            (string head, string server) = asker.Exchange("b", ask);
            string original = Normal(Header(head, "x-seen"), Header(head, "set-cookie"),
                Header(head, "cache-control"));
            // The original looks at the clock when it wakes up: its second may be the one before ours.
            IEnumerable<string> ours = Enumerable.Range(-1, (int)(UnixNow() - before) + 2)
                .Select(late => Predict(settings, field, sets, ask.Method == "POST", server, before + late));
            Assert.True(ours.Contains(original),
                $"{Text(settings)}\n{ask.Method} cookie '{field}' sets {sets} from {server}\noriginal {original}\n"
                + $"ours     {string.Join('\n', ours)}");
        }
    }

    private static long UnixNow() => TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();

    private static string Text(CookieSettings s)
    {
        var text = new StringBuilder("backend b\n  balance roundrobin\n  cookie SRV ")
            .Append(s.Mode.ToString().ToLowerInvariant())
            .Append(s.IsIndirect ? " indirect" : "").Append(s.IsNoCache ? " nocache" : "")
            .Append(s.IsPostOnly ? " postonly" : "").Append(s.IsPreserved ? " preserve" : "")
            .Append(s.IsHttpOnly ? " httponly" : "").Append(s.IsSecure ? " secure" : "")
            .Append(s.MaxIdle is { } idle ? $" maxidle {(int)idle.TotalSeconds}s" : "")
            .Append(s.MaxLife is { } life ? $" maxlife {(int)life.TotalSeconds}s" : "")
            .Append(string.Concat(s.Domains.Select(static d => $" domain {d}")))
            .Append(string.Concat(s.Attributes.Select(static a => $" attr \"{a}\""))).Append('\n');
        for (int server = 1; server <= 3; server++)
        {
            text.Append($"  server s{server} unix@@DIRECTORY@/c{server} ");
            text.Append(server < 3 ? $"cookie v{server}\n" : "\n");
        }
        for (int server = 1; server <= 3; server++)
        {
            string answer = "http-request return status 200 content-type text/plain "
                + $"hdr x-seen \"%[req.fhdr(cookie)]\" string s{server}";
            text.Append($"frontend c{server}\n  bind unix@@DIRECTORY@/c{server}\n  {answer} "
                + "hdr set-cookie \"SRV=own; path=/own\" if { hdr(x-set) -m found }\n").Append($"  {answer}\n");
        }
        return text.ToString();
    }

    private static string? Field(Random random, long now)
    {
        string Date(int offset)
        {
            byte[] date = new byte[CookieDate.Length];
            CookieDate.Write(now + offset, date);
            return Encoding.ASCII.GetString(date);
        }
        int[] offsets = [0, -8, -600, -2400, -3000, -5000, 600, 100_000];
        string value = random.Next(9) switch
        {
            0 => "v1",
            1 => "v2",
            2 => "v9",
            3 => $"v1|{Date(offsets[random.Next(8)])}",
            4 or 5 => $"v2|{Date(offsets[random.Next(8)])}|{Date(offsets[random.Next(8)])}",
            6 => "v1~application",
            7 => "v1|bad|worse",
            _ => "",
        };
        return random.Next(6) switch
        {
            0 => null,
            1 => "other=1",
            2 => $"SRV={value}; b=2",
            3 => $"a=1; SRV={value}",
            4 => $"a=1; SRV={value}; b=\"x;y\"",
            _ => $"SRV={value}",
        };
    }

    private static string Predict(
        CookieSettings settings, string? field, bool sets, bool isPost, string server, long now)
    {
        byte[] bytes = Encoding.Latin1.GetBytes(field ?? "");
        string seen = field ?? "";
        RequestCookie cookie = default;
        bool reached = false;
        if (CookieField.TryFind(bytes, "SRV"u8, out Range value, out Range removal))
        {
            cookie = RequestCookie.Parse(settings, bytes.AsSpan(value), now);
            reached = Encoding.Latin1.GetString(cookie.Server) == $"v{server[1..]}" && server != "s3";
            Range cut = settings.Mode == CookieMode.Prefix && cookie.HasPrefix
                ? value.Start..(value.Start.Value + cookie.Server.Length + 1) : removal;
            (int start, int length) = cut.GetOffsetAndLength(bytes.Length);
            bool cuts = cookie.HasPrefix || (settings.Mode == CookieMode.Insert && settings.IsIndirect);
            seen = cuts ? seen.Remove(start, length) : seen;
        }
        bool hasValue = server != "s3";
        string set = "";
        bool isProvided = false;
        if (sets)
        {
            ResponseCookieState own = ResponseCookie.DecideServers(settings, reached, hasValue);
            set = own switch
            {
                ResponseCookieState.Deleted => "",
                ResponseCookieState.Rewritten when settings.Mode == CookieMode.Prefix
                    => $"SRV=v{server[1..]}~own; path=/own",
                ResponseCookieState.Rewritten => $"SRV=v{server[1..]}; path=/own",
                _ => "SRV=own; path=/own",
            };
            isProvided = own == ResponseCookieState.Provided;
        }
        // These answers say nothing of their freshness, so no cache may keep them, and nothing is added.
        const string Cache = "";
        if (ResponseCookie.Decide(settings, cookie, reached, isPost, hasValue, isProvided, false, now)
            is ResponseCookieState.Inserted or ResponseCookieState.Updated)
        {
            byte[] room = new byte[300];
            int length = ResponseCookie.Write(
                settings, hasValue ? Encoding.ASCII.GetBytes($"v{server[1..]}") : [], cookie, now, room);
            set += Encoding.ASCII.GetString(room, 0, length);
        }
        return Normal(seen, set, Cache);
    }

    private static string Normal(string seen, string set, string cache) => $"seen '{seen}' set '{set}' cache '{cache}'";

    private static string Header(string head, string name)
        => string.Concat(head.Split("\r\n")
            .Where(l => l.StartsWith($"{name}:", StringComparison.OrdinalIgnoreCase))
            .Select(l => l[(name.Length + 1)..].Trim()));
}
