using System.Text;
using Holdfast.Http.Headers;

namespace Holdfast.Nginx.Types;

/// <summary>Types of contents that a filter is for: <c>gzip_types</c>, <c>sub_filter_types</c> and the like.</summary>
public sealed class TypeSet
{
    private readonly HashSet<byte[]> _types;
    private readonly HashSet<byte[]>.AlternateLookup<ReadOnlySpan<byte>> _by;
    private readonly bool _hasAll;

    /// <summary>A set of them; "*" is all.</summary>
    public TypeSet(IEnumerable<string> types)
    {
        ArgumentNullException.ThrowIfNull(types);
        _types = new(types.Select(Encoding.UTF8.GetBytes), BytesComparer.Folded);
        _by = _types.GetAlternateLookup<ReadOnlySpan<byte>>();
        _hasAll = _by.Contains("*"u8);
    }

    /// <summary>Whether a content is of one of the types.</summary>
    /// <param name="contentType">Its Content-Type; what stands behind a ";" does not count. Empty: it has none.</param>
    public bool Has(ReadOnlySpan<byte> contentType)
    {
        if (contentType.IsEmpty)
        {
            return false;
        }
        int end = contentType.IndexOf((byte)';');
        return _hasAll || _by.Contains((end < 0 ? contentType : contentType[..end]).TrimEnd((byte)' '));
    }
}
