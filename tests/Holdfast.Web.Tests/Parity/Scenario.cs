using System.Text;

namespace Holdfast.Web.Tests.Parity;

/// <summary>One written comparison: a configuration, files, peers, and what clients send.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Http">The http block; @S@ is the directory of sockets and files.</param>
/// <param name="Files">Files by their names.</param>
/// <param name="Peers">What peers answer, one text for each connection, by the name of their socket.</param>
/// <param name="Asks">What clients send, one connection each.</param>
public sealed record Scenario(string Name, string Http, IReadOnlyDictionary<string, string> Files,
    IReadOnlyDictionary<string, IReadOnlyList<string>> Peers, IReadOnlyList<string> Asks)
{
    /// <summary>Reads the scenarios of a file: see its first lines.</summary>
    public static IEnumerable<Scenario> ReadAll(string text)
    {
        foreach (string one in text.Split("\n=== ").Skip(1))
        {
            string[] parts = one.Split("\n--- ");
            var files = new Dictionary<string, string>();
            var peers = new Dictionary<string, IReadOnlyList<string>>();
            List<string> asks = [];
            string http = "";
            foreach (string part in parts.Skip(1))
            {
                int end = part.IndexOf('\n', StringComparison.Ordinal);
                string[] head = (end < 0 ? part : part[..end]).Split(' ');
                string body = end < 0 ? "" : part[(end + 1)..];
                switch (head[0])
                {
                    case "http":
                        http = body;
                        break;
                    case "file":
                        files[head[1]] = body;
                        break;
                    case "peer":
                        peers[head[1]] = [.. peers.GetValueOrDefault(head[1], []), Wire(body)];
                        break;
                    default:
                        asks.Add(Wire(body));
                        break;
                }
            }
            yield return new Scenario(parts[0].Trim(), http, files, peers, asks);
        }
    }

    public override string ToString() => Name;

    /// <summary>Lines end with CR LF; a backslash at the end of a line leaves that out; \n, \r, \t, \0 and \xHH are
    /// bytes.</summary>
    private static string Wire(string text)
    {
        var wire = new StringBuilder();
        foreach (string line in text.Split('\n'))
        {
            bool isJoined = line.EndsWith('\\');
            wire.Append(Unescape(isJoined ? line[..^1] : line)).Append(isJoined ? "" : "\r\n");
        }
        return wire.ToString();
    }

    private static string Unescape(string line)
    {
        var text = new StringBuilder();
        for (int i = 0; i < line.Length; i++)
        {
            if (line[i] != '\\' || i + 1 == line.Length)
            {
                text.Append(line[i]);
                continue;
            }
            switch (line[++i])
            {
                case 'n':
                    text.Append('\n');
                    break;
                case 'r':
                    text.Append('\r');
                    break;
                case 't':
                    text.Append('\t');
                    break;
                case '0':
                    text.Append('\0');
                    break;
                case 'x':
                    text.Append((char)Convert.ToByte(line.Substring(i + 1, 2), 16));
                    i += 2;
                    break;
                default:
                    text.Append(line[i]);
                    break;
            }
        }
        return text.ToString();
    }
}
