namespace Holdfast.Http.ClientHello;

/// <summary>The protocol names of an ALPN extension, in the client's order (RFC 7301 section 3.1).</summary>
public ref struct AlpnList
{
    private readonly ReadOnlySpan<byte> _list;
    private int _next;

    /// <summary>Begins before the first name.</summary>
    public AlpnList(ReadOnlySpan<byte> list)
    {
        _list = list;
    }

    /// <summary>The name that <see cref="MoveNext"/> found.</summary>
    public ReadOnlySpan<byte> Current { get; private set; }

    /// <summary>Itself: a foreach over the names.</summary>
    public readonly AlpnList GetEnumerator() => this;

    /// <summary>Goes to the next name; false when there is none.</summary>
    public bool MoveNext()
    {
        if (_next >= _list.Length || _list[_next] > _list.Length - _next - 1)
        {
            return false;
        }
        Current = _list.Slice(_next + 1, _list[_next]);
        _next += 1 + Current.Length;
        return true;
    }

    /// <summary>Whether the list is well-formed: not empty, and no name is.</summary>
    internal static bool IsValid(ReadOnlySpan<byte> list)
    {
        var names = new AlpnList(list);
        while (names.MoveNext())
        {
            if (names.Current.IsEmpty)
            {
                return false;
            }
        }
        return !list.IsEmpty && names._next == list.Length;
    }
}
