using System.Globalization;
using System.Text;
using Holdfast.Config.Keepalived.Model;
using Holdfast.Linux.Pcre;

namespace Holdfast.Runtime.Checks.Probes;

/// <summary>One URL of an HTTP check, ready to be asked for.</summary>
internal sealed class HttpPage : IDisposable
{
    private readonly PcreRegex? _regex;

    internal HttpPage(HttpCheckModel check, HttpUrlModel url)
    {
        Model = url;
        Request = Encoding.UTF8.GetBytes(Format(check, url));
        if (url.Regex is { } regex)
        {
            _regex = PcreRegex.TryCompile(regex.Pattern, regex.Options, regex.OffsetMax, regex.StackStart,
                regex.StackMax, out string? problem);
            Problem = problem is null ? null : $"regex '{regex.Pattern}': {problem}";
        }
    }

    internal HttpUrlModel Model { get; }

    /// <summary>The bytes that are sent.</summary>
    internal byte[] Request { get; }

    /// <summary>Why it cannot be judged; null when it can.</summary>
    internal string? Problem { get; }

    internal bool NeedsDigest => !Model.Digest.IsEmpty;

    internal bool NeedsBody => _regex is not null;

    public void Dispose() => _regex?.Dispose();

    /// <summary>Judges a whole answer.</summary>
    internal ProbeResult Judge(int status, ReadOnlySpan<byte> digest, ReadOnlySpan<byte> body)
    {
        bool isWanted = false;
        foreach (StatusRange range in Model.StatusCodes)
        {
            isWanted |= range.Contains(status);
        }
        if (!isWanted)
        {
            return new ProbeResult(ProbeOutcome.Status, status);
        }
        if (NeedsDigest && !digest.SequenceEqual(Model.Digest.AsSpan()))
        {
            return new ProbeResult(ProbeOutcome.Digest);
        }
        if (_regex is null)
        {
            return ProbeResult.Success;
        }
        bool matches = _regex.IsMatch(body, (int)Math.Min(Model.Regex!.OffsetMin, int.MaxValue));
        return matches != Model.Regex.IsForbidden ? ProbeResult.Success
            : new ProbeResult(matches ? ProbeOutcome.ForbiddenMatch : ProbeOutcome.NoMatch);
    }

    /// <summary>The request, header for header as the original sends it.</summary>
    private static string Format(HttpCheckModel check, HttpUrlModel url)
    {
        string version = check.Protocol == HttpCheckProtocol.Http11 ? "1.1" : "1.0";
        string close = check.Protocol == HttpCheckProtocol.Http10 ? "" : "Connection: close\r\n";
        string address = check.Connection.Address.IsV6 ? $"[{check.Connection.Address}]"
            : check.Connection.Address.ToString();
        string host = url.VirtualHost
            ?? string.Create(CultureInfo.InvariantCulture, $"{address}:{check.Connection.Port}");
        return $"GET {url.Path} HTTP/{version}\r\nUser-Agent: KeepAliveClient\r\n{close}Host: {host}\r\n\r\n";
    }
}
