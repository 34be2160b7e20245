using System.Collections.Frozen;
using System.Globalization;
using Holdfast.Config.HAProxy.Binding;
using Holdfast.Config.HAProxy.Model;
using Holdfast.Config.HAProxy.Schema;
using Holdfast.Config.Text;
using Holdfast.Primitives;

namespace Holdfast.Config.HAProxy;

/// <summary>
/// A server as <c>add server</c> of the runtime API words it: what a line of the file says, with fewer words allowed.
/// No default-server line counts. Section 9.3 of the manual has the words.
/// </summary>
/// <param name="Server">What it says.</param>
/// <param name="Track">The server whose state it takes over; null: none.</param>
public sealed record AddedServerLine(ServerModel Server, (string Backend, string Server)? Track)
{
    private const string Allowed = """
        agent-addr agent-check agent-inter agent-port agent-send allow-0rtt alpn addr backup ca-file check check-alpn
        check-proto check-send-proxy check-sni check-ssl check-via-socks4 ciphers ciphersuites crl-file crt disabled
        downinter enabled error-limit fall fastinter force-sslv3 force-tlsv10 force-tlsv11 force-tlsv12 force-tlsv13
        id inter maxconn maxqueue minconn no-ssl-reuse no-sslv3 no-tlsv10 no-tlsv11 no-tlsv12 no-tlsv13
        no-tls-tickets npn observe on-error on-marked-down on-marked-up pool-low-conn pool-max-conn pool-purge-delay
        port proto proxy-v2-options rise send-proxy send-proxy-v2 send-proxy-v2-ssl send-proxy-v2-ssl-cn slowstart sni
        source ssl ssl-max-ver ssl-min-ver tfo tls-tickets track usesrc interface verify verifyhost weight ws
        """;

    private static readonly FrozenSet<string> s_allowed
        = Allowed.Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries).ToFrozenSet(StringComparer.Ordinal);

    /// <summary>Reads the words.</summary>
    /// <param name="backend">The backend.</param>
    /// <param name="words">Name, address, options.</param>
    /// <param name="problem">What is wrong, in the original's words where it has some; null: nothing.</param>
    public static AddedServerLine? TryParse(ProxyModel backend, IReadOnlyList<string> words, out string? problem)
    {
        ArgumentNullException.ThrowIfNull(backend);
        ArgumentNullException.ThrowIfNull(words);
        problem = ProblemOf(words);
        if (problem is not null)
        {
            return null;
        }
        List<string> line = [.. words];
        (string, string)? track = TakeTrack(line, backend);
        HAProxyParseResult parsed = Parse(backend, line);
        problem = parsed.Diagnostics.Where(static one => one.Severity == Severity.Error)
            .Select(one => Bare(one.Message, words[0])).FirstOrDefault();
        if (problem is not null || parsed.Model.FindBackend(backend.Name) is not { Servers: [var server] })
        {
            problem ??= "'server' expects <name> and <addr>[:<port>] as arguments.";
            return null;
        }
        return new AddedServerLine(server with { Id = line.Contains("id") ? server.Id : 0 }, track);
    }

    /// <summary>Without what names the line, which there is none of.</summary>
    public static string Bare(string message, string name)
    {
        ArgumentNullException.ThrowIfNull(message);
        foreach (string prefix in (string[])[$"'server {name}' : ", $"'server {name}': "])
        {
            message = message.StartsWith(prefix, StringComparison.Ordinal) ? message[prefix.Length..] : message;
        }
        return message;
    }

    private static string? ProblemOf(IReadOnlyList<string> words)
    {
        if (words.Count < 2)
        {
            return "'server' expects <name> and <addr>[:<port>] as arguments.";
        }
        foreach (char c in words[0])
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('_' or '-' or '.' or ':'))
            {
                return $"character '{c}' is not permitted in server name '{words[0]}'.";
            }
        }
        bool isValue = false;
        for (int index = 2; index < words.Count; index++)
        {
            string word = words[index];
            if (!isValue && KeywordTable.Find(KeywordGroup.Server, word) is null)
            {
                return $"unknown keyword '{word}'" + (KeywordTable.Nearest(KeywordGroup.Server, word) is { } near
                    ? $"; did you mean '{near}' maybe ?" : "");
            }
            if (!isValue && !s_allowed.Contains(word))
            {
                return $"'{word}' option is not accepted for dynamic server";
            }
            if (!isValue && word == "weight" && WeightProblem(words, index) is { } weight)
            {
                return weight;
            }
            isValue = !isValue && LineOptions.ArgumentsOf(KeywordGroup.Server, word) > 0;
        }
        return null;
    }

    private static string? WeightProblem(IReadOnlyList<string> words, int index)
        => index + 1 < words.Count
            && int.TryParse(words[index + 1], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture,
                out int weight)
            && weight is < 0 or > 256 ? string.Create(CultureInfo.InvariantCulture,
                $"weight of server {words[0]} is not within 0 and 256 ({weight})..") : null;

    private static (string, string)? TakeTrack(List<string> line, ProxyModel backend)
    {
        int at = line.IndexOf("track", 2);
        if (at < 0 || at + 1 >= line.Count)
        {
            return null;
        }
        string[] parts = line[at + 1].Split('/', 2);
        line.RemoveRange(at, 2);
        return parts.Length == 2 ? (parts[0], parts[1]) : (backend.Name, parts[0]);
    }

    /// <summary>The line in a file of its own, where no other line can change what it says.</summary>
    private static HAProxyParseResult Parse(ProxyModel backend, List<string> line)
    {
        const string Path = "add-server";
        string text = $"backend {Quoted(backend.Name)}\n mode {(backend.Mode == ProxyMode.Http ? "http" : "tcp")}\n"
            + $" server {string.Join(' ', line.Select(Quoted))}\n";
        return HAProxyParser.Parse([Path], MemoryConfigFiles.Of(Path, text), new HAProxyParseOptions
        {
            IsToRun = true,
        });
    }

    private static string Quoted(string word) => $"'{word.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
