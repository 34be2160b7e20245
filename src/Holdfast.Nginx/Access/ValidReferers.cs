using System.Text;
using Holdfast.Config.Nginx.Model;
using Holdfast.Http.Headers;
using Holdfast.Nginx.Servers;
using Holdfast.Primitives;

namespace Holdfast.Nginx.Access;

/// <summary><c>valid_referers</c>: what <c>$invalid_referer</c> is.</summary>
public sealed class ValidReferers
{
    private const int HostMax = 256;

    /// <summary>Bytes of "http://i.ru": what is shorter names no host.</summary>
    private const int UrlMin = 11;

    private readonly HostMasks<byte[]> _hosts = new();
    private readonly List<IRegex> _regexes = [];
    private readonly List<IRegex> _serverRegexes = [];
    private readonly bool _isNoneValid;
    private readonly bool _isBlockedValid;
    private bool _hasNames;

    /// <summary>Compiles the words of the directive.</summary>
    /// <param name="words">The words.</param>
    /// <param name="serverNames">Names of the server, for <c>server_names</c>.</param>
    /// <param name="regexes">Compiles regular expressions.</param>
    public ValidReferers(
        IEnumerable<string> words, IReadOnlyList<ServerName> serverNames, IRegexFactory regexes)
    {
        ArgumentNullException.ThrowIfNull(words);
        ArgumentNullException.ThrowIfNull(serverNames);
        ArgumentNullException.ThrowIfNull(regexes);
        foreach (string word in words)
        {
            switch (word)
            {
                case "none":
                    _isNoneValid = true;
                    break;
                case "blocked":
                    _isBlockedValid = true;
                    break;
                case "server_names":
                    AddServerNames(serverNames, regexes);
                    break;
                case ['~', .. var pattern]:
                    _regexes.Add(regexes.Compile(pattern, ignoreCase: true));
                    break;
                default:
                    int slash = word.IndexOf('/', StringComparison.Ordinal);
                    string host = slash < 0 ? word : word[..slash];
                    AddHost(host, slash < 0 ? [] : Encoding.UTF8.GetBytes(word[slash..]));
                    break;
            }
        }
        _hasNames |= _regexes.Count > 0 || _serverRegexes.Count > 0;
    }

    /// <summary>Whether a request may come from where it says.</summary>
    /// <param name="referer">The Referer header.</param>
    /// <param name="isThere">Whether there is one.</param>
    public bool IsValid(ReadOnlySpan<byte> referer, bool isThere)
    {
        if (!_hasNames)
        {
            return true;
        }
        if (!isThere)
        {
            return _isNoneValid;
        }
        ReadOnlySpan<byte> rest = AfterScheme(referer);
        if (rest.IsEmpty)
        {
            return _isBlockedValid;
        }
        int end = rest.IndexOfAny((byte)'/', (byte)':');
        end = end < 0 ? rest.Length : end;
        if (end > HostMax)
        {
            return false;
        }
        if (_hosts.Find(rest[..end]) is { } prefix)
        {
            int slash = rest.IndexOf((byte)'/');
            return prefix.Length == 0 || (slash >= 0 && rest[slash..].StartsWith(prefix));
        }
        return Matches(rest, end);
    }

    private bool Matches(ReadOnlySpan<byte> rest, int hostLength)
    {
        Span<int> groups = stackalloc int[2];
        if (_serverRegexes.Count > 0)
        {
            Span<byte> host = stackalloc byte[HostMax];
            for (int i = 0; i < hostLength; i++)
            {
                host[i] = HttpText.Lower(rest[i]);
            }
            foreach (IRegex regex in _serverRegexes)
            {
                if (regex.TryMatch(host[..hostLength], 0, groups))
                {
                    return true;
                }
            }
        }
        foreach (IRegex regex in _regexes)
        {
            if (regex.TryMatch(rest, 0, groups))
            {
                return true;
            }
        }
        return false;
    }

    /// <summary>What stands behind "http://" or "https://"; empty: it is no such address.</summary>
    private static ReadOnlySpan<byte> AfterScheme(ReadOnlySpan<byte> referer)
    {
        ReadOnlySpan<byte> plain = "http://"u8;
        ReadOnlySpan<byte> secure = "https://"u8;
        return referer.Length < UrlMin ? default
            : HttpText.EqualsIgnoreCase(referer[..plain.Length], plain) ? referer[plain.Length..]
            : HttpText.EqualsIgnoreCase(referer[..secure.Length], secure) ? referer[secure.Length..] : default;
    }

    private void AddServerNames(IReadOnlyList<ServerName> names, IRegexFactory regexes)
    {
        foreach (ServerName name in names)
        {
            if (name.Regex is { } regex)
            {
                _serverRegexes.Add(regexes.Compile(regex.Pattern, regex.IgnoresCase));
            }
            else if (name.Text.Length > 0)
            {
                AddHost(name.Written, []);
            }
        }
    }

    private void AddHost(string host, byte[] prefix)
        => _hasNames |= _hosts.TryAdd(Encoding.UTF8.GetBytes(host.ToLowerInvariant()), prefix);
}
