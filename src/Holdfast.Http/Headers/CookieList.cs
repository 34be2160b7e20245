namespace Holdfast.Http.Headers;

/// <summary>
/// The cookies of a Cookie field, or the one of a Set-Cookie field with its attributes, in order. As HAProxy reads
/// them: ';' and ',' separate, but not inside quotes; blanks around names and values do not count; the quotes of a
/// value stay. A part without '=' has no name.
/// </summary>
public ref struct CookieList
{
    private readonly ReadOnlySpan<byte> _value;
    private int _next;

    /// <summary>Begins before the first one.</summary>
    public CookieList(ReadOnlySpan<byte> value)
    {
        _value = value;
    }

    /// <summary>Name of the current one; empty when it has no '='.</summary>
    public ReadOnlySpan<byte> Name { get; private set; }

    /// <summary>Value of the current one, its quotes included.</summary>
    public ReadOnlySpan<byte> Value { get; private set; }

    /// <summary>Where the current one's part begins: behind the separator before it.</summary>
    public int Start { get; private set; }

    /// <summary>Where its part ends: at the separator behind it, or at the end.</summary>
    public int End { get; private set; }

    /// <summary>Goes to the next one; false when there is none.</summary>
    public bool MoveNext()
    {
        if (_next > _value.Length)
        {
            return false;
        }
        Start = _next;
        End = Start + PartLength(_value[Start..]);
        _next = End + 1;
        ReadOnlySpan<byte> part = _value[Start..End];
        int equals = part.IndexOf((byte)'=');
        Name = equals < 0 ? [] : HttpText.Trim(part[..equals]);
        Value = equals < 0 ? [] : HttpText.Trim(part[(equals + 1)..]);
        return true;
    }

    private static int PartLength(ReadOnlySpan<byte> rest)
    {
        bool quoted = false;
        for (int i = 0; i < rest.Length; i++)
        {
            switch (rest[i])
            {
                case (byte)'"':
                    quoted = !quoted;
                    break;
                case (byte)'\\' when quoted:
                    i++;
                    break;
                case (byte)';' or (byte)',' when !quoted:
                    return i;
                default:
                    break;
            }
        }
        return rest.Length;
    }
}
