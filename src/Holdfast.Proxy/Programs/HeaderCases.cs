using System.Collections.Frozen;
using System.Text;
using Holdfast.Config.HAProxy.Model;

namespace Holdfast.Proxy.Programs;

/// <summary>How names of fields are spelled for peers that read case: <c>h1-case-adjust</c>. Immutable.</summary>
public sealed class HeaderCases
{
    private readonly FrozenDictionary<string, byte[]> _names;
    private readonly FrozenDictionary<string, byte[]>.AlternateLookup<ReadOnlySpan<char>> _lookup;
    private readonly int _longest;

    /// <summary>Takes pairs of names that differ by case alone.</summary>
    internal HeaderCases(IEnumerable<KeyValuePair<string, string>> names)
    {
        _names = names.ToFrozenDictionary(
            static n => n.Key.ToLowerInvariant(), static n => ByteText.ToBytes(n.Value), StringComparer.Ordinal);
        _lookup = _names.GetAlternateLookup<ReadOnlySpan<char>>();
        _longest = _names.Keys.Select(static n => n.Length).DefaultIfEmpty().Max();
    }

    /// <summary>Spells the names of a head, or of trailers, in place.</summary>
    /// <param name="text">Lines with CR LF behind; a start line has no colon before its first blank.</param>
    internal void Apply(Span<byte> text)
    {
        Span<char> name = stackalloc char[_longest];
        while (!text.IsEmpty)
        {
            int end = text.IndexOf((byte)'\n') + 1;
            end = end == 0 ? text.Length : end;
            int colon = text[..end].IndexOfAny((byte)':', (byte)' ');
            if (colon > 0 && colon <= _longest && text[colon] == ':')
            {
                _ = Encoding.Latin1.GetChars(text[..colon], name);
                if (_lookup.TryGetValue(name[..colon], out byte[]? spelled))
                {
                    spelled.CopyTo(text);
                }
            }
            text = text[end..];
        }
    }
}
