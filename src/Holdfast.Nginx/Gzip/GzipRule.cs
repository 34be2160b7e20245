using Holdfast.Config.Nginx.Model;
using Holdfast.Http.H1;
using Holdfast.Http.Headers;
using Holdfast.Nginx.Conditions;
using Holdfast.Nginx.Types;
using Holdfast.Primitives;

namespace Holdfast.Nginx.Gzip;

/// <summary>What <c>gzip</c> makes of an answer.</summary>
public enum GzipDecision : byte
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>It is not compressed for this client: with <c>gzip_vary</c> it gets the Vary header.</summary>
    VaryOnly,

    /// <summary>It is compressed, and gets the Vary header, too.</summary>
    Compress,
}

/// <summary>What the decision asks of an answer.</summary>
public readonly ref struct GzipAnswer
{
    /// <summary>Its status.</summary>
    public int Status { get; init; }

    /// <summary>Bytes of its body; -1: unknown.</summary>
    public long Length { get; init; }

    /// <summary>Its Content-Type; empty: it has none.</summary>
    public ReadOnlySpan<byte> Type { get; init; }

    /// <summary>Whether it is encoded already.</summary>
    public bool IsEncoded { get; init; }

    /// <summary>Its Expires; empty: it has none.</summary>
    public ReadOnlySpan<byte> Expires { get; init; }

    /// <summary>Its Cache-Control, all lines joined by ","; empty: it has none.</summary>
    public ReadOnlySpan<byte> CacheControl { get; init; }

    /// <summary>Whether it has a Last-Modified.</summary>
    public bool HasLastModified { get; init; }

    /// <summary>Whether it has an ETag.</summary>
    public bool HasTag { get; init; }
}

/// <summary><c>gzip</c> of a place: which answers to which requests are compressed.</summary>
public sealed class GzipRule
{
    [Flags]
    private enum Proxied
    {
        Off = 0,
        Expired = 1,
        NoCache = 2,
        NoStore = 4,
        Private = 8,
        NoLastModified = 16,
        NoTag = 32,
        Auth = 64,
        Any = 128,
    }

    private readonly TypeSet _types;
    private readonly long _bytesMin;
    private readonly Proxied _proxied;
    private readonly H1Version _versionMin;
    private readonly IRegex[] _disabled;
    private readonly bool _disablesMsie6;

    private GzipRule(GzipSettings settings, IRegexFactory regexes)
    {
        _types = new(settings.Types);
        _bytesMin = settings.BytesMin;
        _versionMin = settings.HttpVersion == "1.0" ? H1Version.Http10 : H1Version.Http11;
        _disablesMsie6 = settings.Disable.Contains("msie6");
        _disabled = [.. settings.Disable.Where(static word => word is not ("msie6" or "degradation"))
            .Select(word => regexes.Compile(word, ignoreCase: true))];
        foreach (string word in settings.Proxied)
        {
            _proxied |= word switch
            {
                "expired" => Proxied.Expired,
                "no-cache" => Proxied.NoCache,
                "no-store" => Proxied.NoStore,
                "private" => Proxied.Private,
                "no_last_modified" => Proxied.NoLastModified,
                "no_etag" => Proxied.NoTag,
                "auth" => Proxied.Auth,
                "any" => Proxied.Any,
                _ => Proxied.Off,
            };
        }
    }

    /// <summary>Compiles the directives; null: nothing is compressed.</summary>
    public static GzipRule? Compile(GzipSettings settings, IRegexFactory regexes)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(regexes);
        return settings.IsOn ? new(settings, regexes) : null;
    }

    /// <summary>Decides; for HEAD as for GET.</summary>
    /// <param name="head">The head of the request.</param>
    /// <param name="answer">The answer.</param>
    /// <param name="now">In seconds since 1970: the Date of the answer.</param>
    public GzipDecision Decide(HeadView head, in GzipAnswer answer, long now)
    {
        if (answer.Status is not (200 or 403 or 404) || answer.IsEncoded
            || (answer.Length >= 0 && answer.Length < _bytesMin) || !_types.Has(answer.Type))
        {
            return GzipDecision.None;
        }
        return IsWanted(head) && (head.Find(KnownHeader.Via) < 0 || IsForProxies(head, answer, now))
            ? GzipDecision.Compress : GzipDecision.VaryOnly;
    }

    /// <summary>Whether the client takes it, whatever the answer is; also for <c>gzip_static on</c>.</summary>
    private bool IsWanted(HeadView head)
    {
        int accepted = head.Find(KnownHeader.AcceptEncoding);
        if (accepted < 0 || head.Head.Version < _versionMin || !AcceptEncoding.HasGzip(head.ValueAt(accepted)))
        {
            return false;
        }
        ReadOnlySpan<byte> agent = head.First(KnownHeader.UserAgent);
        if (agent.IsEmpty)
        {
            return true;
        }
        Span<int> groups = stackalloc int[2];
        foreach (IRegex regex in _disabled)
        {
            if (regex.TryMatch(agent, 0, groups))
            {
                return false;
            }
        }
        return !(_disablesMsie6 && IsMsie6(agent));
    }

    /// <summary>Internet Explorer 4 to 6, which could not; 6 with its service pack could.</summary>
    private static bool IsMsie6(ReadOnlySpan<byte> agent)
    {
        int at = agent.IndexOf("MSIE "u8);
        return at >= 0 && agent[at..] is [_, _, _, _, _, var version, (byte)'.', _, ..]
            && (version is (byte)'4' or (byte)'5'
                || (version == '6' && agent[(at + 8)..].IndexOf("SV1"u8) < 0));
    }

    /// <summary>Whether an answer goes compressed to a proxy, which may give it to others.</summary>
    private bool IsForProxies(HeadView head, in GzipAnswer answer, long now)
    {
        if (_proxied is Proxied.Off or Proxied.Any)
        {
            return _proxied == Proxied.Any;
        }
        if (Has(Proxied.Any)
            || (Has(Proxied.Auth) && head.Find(KnownHeader.Authorization) >= 0))
        {
            return true;
        }
        if (!answer.Expires.IsEmpty)
        {
            return Has(Proxied.Expired) && HttpDate.TryParse(answer.Expires, out long expires)
                && expires < now;
        }
        if (!answer.CacheControl.IsEmpty)
        {
            return (Has(Proxied.NoCache) && HasWord(answer.CacheControl, "no-cache"u8))
                || (Has(Proxied.NoStore) && HasWord(answer.CacheControl, "no-store"u8))
                || (Has(Proxied.Private) && HasWord(answer.CacheControl, "private"u8));
        }
        return !(Has(Proxied.NoLastModified) && answer.HasLastModified)
            && !(Has(Proxied.NoTag) && answer.HasTag);
    }

    private bool Has(Proxied word) => (_proxied & word) != 0;

    private static bool HasWord(ReadOnlySpan<byte> list, ReadOnlySpan<byte> word)
    {
        foreach (ReadOnlySpan<byte> one in new ValueList(list))
        {
            if (HttpText.EqualsIgnoreCase(one, word))
            {
                return true;
            }
        }
        return false;
    }
}
