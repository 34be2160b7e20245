using System.Text;

namespace Holdfast.Linux.Netlink;

/// <summary>Names seen so far, so that the same name in a thousand messages is one string.</summary>
internal sealed class NameTable
{
    private const int NamesMax = 4096;
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);
    private readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> _lookup;

    internal NameTable() => _lookup = _names.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>The string with these bytes.</summary>
    internal string Intern(ReadOnlySpan<byte> utf8)
    {
        Span<char> text = stackalloc char[64];
        if (utf8.Length > text.Length)
        {
            return Encoding.UTF8.GetString(utf8);
        }
        text = text[..Encoding.UTF8.GetChars(utf8, text)];
        if (_lookup.TryGetValue(text, out string? known))
        {
            return known;
        }
        if (_names.Count == NamesMax)
        {
            _names.Clear(); // names that come and go must not gather for ever
        }
        string name = new(text);
        _names.Add(name);
        return name;
    }
}
