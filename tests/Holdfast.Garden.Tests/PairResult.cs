using Holdfast.Fuzz;
using Holdfast.Http.H1;

namespace Holdfast.Garden.Tests;

/// <summary>What an origin made of what a proxy has sent.</summary>
/// <param name="Proxy">The proxy.</param>
/// <param name="Origin">The origin.</param>
/// <param name="Connections">Connections between them.</param>
/// <param name="Requests">Requests on those connections, read strictly.</param>
/// <param name="Agreed">Those that the origin has seen just so.</param>
/// <param name="Unclear">Classes of which the proxy has sent something that is no request for a strict reader.</param>
/// <param name="Different">Classes of which the origin has seen another request, with both views.</param>
internal sealed record PairResult(
    string Proxy, string Origin, int Connections, int Requests, int Agreed, IReadOnlyList<string> Unclear,
    IReadOnlyList<string> Different)
{
    public static PairResult Of(
        string proxy, string origin, IReadOnlyList<TappedConnection> connections,
        Dictionary<string, List<string>> seenByAddress)
    {
        int requests = 0;
        int agreed = 0;
        List<string> unclear = [];
        List<string> different = [];
        foreach (TappedConnection connection in connections)
        {
            var reader = new PaperProxy(H1Leniency.None, answers: null);
            reader.Receive([.. connection.Sent]);
            string steps = reader.Finish();
            List<string> sent = [.. reader.Messages.Select(Brief)];
            IEnumerable<string> logged = seenByAddress.GetValueOrDefault(connection.Source, []).Select(Normal);
            // What follows an offer to change the protocol depends on the answer.
            bool isOffer = steps.EndsWith("upgrade", StringComparison.Ordinal)
                || steps.EndsWith("tunnel", StringComparison.Ordinal);
            List<string> seen = [.. isOffer ? logged.Take(sent.Count) : logged];
            requests += sent.Count;
            if (steps.Contains("refuse", StringComparison.Ordinal) || steps.Contains("cut", StringComparison.Ordinal)
                || steps.Contains("closed", StringComparison.Ordinal))
            {
                unclear.Add(connection.Exchange);
            }
            // One that has refused a request, or closed behind one, has seen fewer.
            if (seen.Count <= sent.Count && seen.SequenceEqual(sent.Take(seen.Count)))
            {
                agreed += seen.Count;
            }
            else
            {
                different.Add($"{connection.Exchange}: sent [{string.Join(", ", sent)}], "
                    + $"seen [{string.Join(", ", seen)}]");
            }
        }
        return new(proxy, origin, connections.Count, requests, agreed, unclear, different);
    }

    /// <summary>Method, target and host of "METHOD 0 target host framing 'payload'".</summary>
    private static string Brief(string message)
    {
        string[] words = message.Split(' ');
        return Normal($"{words[0]} {words[2]} {words[3]}");
    }

    /// <summary>
    /// "http://a/x" and "/x" with a host "a" mean the same, and servers log either; a host that stands in the target is
    /// the one that counts (RFC 9112 section 3.2.2).
    /// </summary>
    private static string Normal(string request)
    {
        string[] words = request.Split(' ', 3);
        int authority = words[1].IndexOf("://", StringComparison.Ordinal);
        if (words[0] == "CONNECT")
        {
            return $"{words[0]} {words[1]}";
        }
        if (authority < 0 || words[1].StartsWith('/'))
        {
            return request;
        }
        string rest = words[1][(authority + 3)..];
        int path = rest.IndexOfAny(['/', '?']);
        return path < 0 ? $"{words[0]} / {rest}" : $"{words[0]} {rest[path..]} {rest[..path]}";
    }
}
