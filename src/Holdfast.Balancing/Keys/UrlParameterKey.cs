using Holdfast.Balancing.Hashing;

namespace Holdfast.Balancing.Keys;

/// <summary><c>balance url_param</c>: a parameter of the query string, or of a posted form.</summary>
/// <param name="name">The parameter's name, compared to the letter.</param>
public sealed class UrlParameterKey(ReadOnlyMemory<byte> name)
{
    /// <summary>The key in a request target; none if the parameter is absent.</summary>
    public HashKey Of(HashMethod method, ReadOnlySpan<byte> target)
    {
        int query = target.IndexOf((byte)'?');
        return query >= 0 && TryFind(target[(query + 1)..], out ReadOnlySpan<byte> value)
            ? method.Hash(value) : HashKey.None;
    }

    /// <summary>The key in the body of a POST (<c>check_post</c>); none if it is absent, or no form.</summary>
    /// <param name="method">How it is hashed.</param>
    /// <param name="body">The part of the body that has arrived.</param>
    public HashKey OfBody(HashMethod method, ReadOnlySpan<byte> body)
    {
        if (!TryFind(body, out ReadOnlySpan<byte> value))
        {
            return HashKey.None;
        }
        // A form is URL-encoded; anything else is not taken for a parameter by accident. Only the value's first
        // byte decides, as in the original: a blank there means an empty value.
        return value.IsEmpty || IsToken(value[0]) ? method.Hash(value)
            : value[0] is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n' ? method.Hash([]) : HashKey.None;
    }

    private bool TryFind(ReadOnlySpan<byte> parameters, out ReadOnlySpan<byte> value)
    {
        ReadOnlySpan<byte> wanted = name.Span;
        ReadOnlySpan<byte> rest = parameters;
        while (rest.Length > wanted.Length)
        {
            if (rest[wanted.Length] == '=' && rest.StartsWith(wanted))
            {
                value = rest[(wanted.Length + 1)..];
                int end = value.IndexOf((byte)'&');
                value = end < 0 ? value : value[..end];
                return true;
            }
            int next = rest.IndexOf((byte)'&');
            if (next < 0)
            {
                break;
            }
            rest = rest[(next + 1)..];
        }
        value = default;
        return false;
    }

    private static bool IsToken(byte b)
        => char.IsAsciiLetterOrDigit((char)b) || "!#$%&'*+-.^_`|~"u8.Contains(b);
}
