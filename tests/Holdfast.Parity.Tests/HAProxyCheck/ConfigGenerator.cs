using System.Text;

namespace Holdfast.Parity.Tests.HAProxyCheck;

/// <summary>Makes a haproxy.cfg from a seed; two of three have mistakes.</summary>
internal sealed class ConfigGenerator(int seed)
{
    private static readonly (string Places, string Text)[] s_lines = [.. ConfigLines.All.Split('\n')
        .Select(static l => l.Split(": ", 2)).Select(static p => (p[0], p[1]))];

    private static readonly string[] s_badWords =
        ["0", "-1", "99999", "5min", "1.5s", "abc", "\"\"", "%[src", "1:", "{"];

    private static readonly string[] s_endings =
        ["if", "unless", "x", "if TRUE", "if nosuch", "if { src", "\"", "#c"];

    private static readonly string[] s_tails = ["x", ")", "(", ",lower", ",foo", "\"", "\\"];

    private readonly Random _random = new(seed);
    private readonly StringBuilder _text = new("userlist people\n user a insecure-password b\n");

    public string Generate()
    {
        double rate = _random.Next(4) switch { 0 or 1 => 0, 2 => 0.1, _ => 0.2 };
        if (_random.Next(2) == 0)
        {
            Section("global", 'G', 0, 4, rate);
        }
        if (_random.Next(5) > 0)
        {
            Section("defaults", 'D', 1, 7, rate);
        }
        Section("backend app", 'B', 1, 6, rate);
        int frontends = _random.Next(1, 3);
        for (int i = 0; i < frontends; i++)
        {
            Section(string.Create(null, $"frontend f{i}"), 'F', 1, 7, rate);
        }
        if (_random.Next(2) == 0)
        {
            Section("listen l", 'L', 1, 8, rate);
        }
        return _text.ToString();
    }

    private void Section(string head, char place, int least, int most, double rate)
    {
        _text.Append(head).Append('\n').Append(place switch
        {
            'D' => " mode http\n timeout client 1s\n timeout server 1s\n timeout connect 1s\n",
            'B' => " stick-table type ip size 1k store gpc0\n server s1 127.0.0.1:80 check\n",
            'F' or 'L' => " bind :8079\n",
            _ => "",
        });
        string[] pool = [.. s_lines.Where(l => l.Places.Contains(place)).Select(static l => l.Text)];
        for (int count = _random.Next(least, most); count > 0; count--)
        {
            string line = Pick(pool);
            _text.Append(' ').Append(_random.NextDouble() < rate ? Mutate(line) : line).Append('\n');
        }
    }

    private string Mutate(string line)
    {
        List<string> words = [.. line.Split(' ')];
        int at = _random.Next(words.Count);
        switch (_random.Next(9))
        {
            case 0:
                words.RemoveAt(at);
                break;
            case 1:
                words.Insert(at, words[at]);
                break;
            case 2 when words[at].Length > 2:
                words[at] = words[at].Remove(_random.Next(1, words[at].Length), 1);
                break;
            case 3:
                words.RemoveRange(at + 1, words.Count - at - 1);
                break;
            case 4:
                words[at] = Pick(s_badWords);
                break;
            case 5:
                words.Add(Pick(s_endings));
                break;
            case 6:
                return s_lines[_random.Next(s_lines.Length)].Text;
            case 7:
                words[at] += Pick(s_tails);
                break;
            default:
                words.Insert(0, _random.Next(2) == 0 ? "no" : "default");
                break;
        }
        return string.Join(' ', words);
    }

    private string Pick(string[] list) => list[_random.Next(list.Length)];
}
