namespace Holdfast.Balancing.Persistence;

/// <summary>Cookies inside a <c>Cookie</c> field's value, in place.</summary>
public static class CookieField
{
    /// <summary>Finds a cookie.</summary>
    /// <param name="field">The field's value.</param>
    /// <param name="name">The cookie's name, compared to the letter.</param>
    /// <param name="value">Its value, without blanks; quotes stay.</param>
    /// <param name="removal">
    /// What to cut out to remove it so that its neighbours stay as they are: with the separator before it; the first of
    /// several with the separator and the blanks behind it.
    /// </param>
    /// <returns>Whether it is there.</returns>
    public static bool TryFind(
        ReadOnlySpan<byte> field, ReadOnlySpan<byte> name, out Range value, out Range removal)
    {
        int begin = 0;
        return TryNext(field, name, ref begin, out value, out removal);
    }

    /// <summary>Finds the next cookie of a name, like <see cref="TryFind"/>.</summary>
    /// <param name="field">The field's value.</param>
    /// <param name="name">The cookie's name, compared to the letter.</param>
    /// <param name="begin">Where the pair begins that is looked at first; then where the one behind the cookie begins.
    /// </param>
    /// <param name="value">Its value, without blanks; quotes stay.</param>
    /// <param name="removal">What to cut out to remove it.</param>
    /// <returns>Whether there is one.</returns>
    public static bool TryNext(
        ReadOnlySpan<byte> field, ReadOnlySpan<byte> name, ref int begin, out Range value, out Range removal)
    {
        while (begin <= field.Length)
        {
            int end = EndOf(field, begin);
            ReadOnlySpan<byte> pair = field[begin..end];
            int equals = pair.IndexOf((byte)'=');
            if (equals >= 0 && pair[..equals].Trim(" \t"u8).SequenceEqual(name))
            {
                int from = begin + equals + 1;
                ReadOnlySpan<byte> text = field[from..end];
                int leading = text.Length - text.TrimStart(" \t"u8).Length;
                int length = text.Trim(" \t"u8).Length;
                value = (from + leading)..(from + leading + length);
                removal = Removal(field, begin, end);
                begin = end + 1;
                return true;
            }
            begin = end + 1;
        }
        (value, removal) = (default, default);
        return false;
    }

    /// <summary>The end of a pair: its separator, or the end of the field. Separators in quotes do not count.</summary>
    private static int EndOf(ReadOnlySpan<byte> field, int begin)
    {
        bool isQuoted = false;
        for (int at = begin; at < field.Length; at++)
        {
            if (field[at] == '\\' && isQuoted)
            {
                at++;
            }
            else if (field[at] == '"')
            {
                isQuoted = !isQuoted;
            }
            else if (!isQuoted && field[at] is (byte)';' or (byte)',')
            {
                return at;
            }
        }
        return field.Length;
    }

    private static Range Removal(ReadOnlySpan<byte> field, int begin, int end)
    {
        if (begin > 0)
        {
            return (begin - 1)..end;
        }
        int next = Math.Min(field.Length, end + 1);
        while (next < field.Length && field[next] is (byte)' ' or (byte)'\t')
        {
            next++;
        }
        return 0..next;
    }
}
