namespace Holdfast.Http.Headers;

/// <summary>
/// The members of a comma-separated value, in order, without the blanks around them; empty ones are members too.
/// A comma inside quotes separates nothing.
/// </summary>
public ref struct ValueList
{
    private readonly ReadOnlySpan<byte> _value;
    private int _next;

    /// <summary>Begins before the first member.</summary>
    public ValueList(ReadOnlySpan<byte> value)
    {
        _value = value;
    }

    /// <summary>The member that <see cref="MoveNext"/> found.</summary>
    public ReadOnlySpan<byte> Current => _value[Start..End];

    /// <summary>Where the current member begins in the value.</summary>
    public int Start { get; private set; }

    /// <summary>Where the current member ends in the value.</summary>
    public int End { get; private set; }

    /// <summary>Itself: a foreach over the members.</summary>
    public readonly ValueList GetEnumerator() => this;

    /// <summary>Goes to the next member; false when there is none.</summary>
    public bool MoveNext()
    {
        if (_next > _value.Length)
        {
            return false;
        }
        int start = _next;
        int end = start + LengthOfMember(_value[start..]);
        _next = end + 1;
        while (start < end && HttpText.IsBlank(_value[start]))
        {
            start++;
        }
        while (end > start && HttpText.IsBlank(_value[end - 1]))
        {
            end--;
        }
        (Start, End) = (start, end);
        return true;
    }

    private static int LengthOfMember(ReadOnlySpan<byte> rest)
    {
        int comma = rest.IndexOfAny((byte)',', (byte)'"');
        if (comma < 0 || rest[comma] == ',')
        {
            return comma < 0 ? rest.Length : comma;
        }
        bool quoted = false;
        for (int i = comma; i < rest.Length; i++)
        {
            byte b = rest[i];
            if (b == '"')
            {
                quoted = !quoted;
            }
            else if (b == '\\' && quoted)
            {
                i++;
            }
            else if (b == ',' && !quoted)
            {
                return i;
            }
        }
        return rest.Length;
    }
}
