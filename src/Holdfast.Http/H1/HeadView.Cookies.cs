using Holdfast.Http.Headers;

namespace Holdfast.Http.H1;

/// <summary>Cookies of requests and responses; names are compared with their case.</summary>
public readonly ref partial struct HeadView
{
    /// <summary>The first cookie of a name in a request (HAProxy: req.cook).</summary>
    /// <param name="name">Its name.</param>
    /// <param name="value">Its value, quotes included.</param>
    public bool TryCookie(ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        for (int i = Find(KnownHeader.Cookie); i >= 0; i = Find(KnownHeader.Cookie, i))
        {
            var cookies = new CookieList(ValueAt(i));
            while (cookies.MoveNext())
            {
                if (cookies.Name.SequenceEqual(name))
                {
                    value = cookies.Value;
                    return true;
                }
            }
        }
        value = default;
        return false;
    }

    /// <summary>The value that a response gives to a cookie (HAProxy: res.cook).</summary>
    /// <param name="name">Its name.</param>
    /// <param name="value">Its value, quotes included.</param>
    /// <param name="index">The Set-Cookie field.</param>
    public bool TrySetCookie(ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value, out int index)
    {
        for (index = Find(KnownHeader.SetCookie); index >= 0; index = Find(KnownHeader.SetCookie, index))
        {
            // The parts behind the first one are attributes.
            var cookies = new CookieList(ValueAt(index));
            if (cookies.MoveNext() && cookies.Name.SequenceEqual(name))
            {
                value = cookies.Value;
                return true;
            }
        }
        value = default;
        return false;
    }

    /// <summary>
    /// Removes all cookies of a name from a request, with their attributes ("$Path=/" behind them). What is around them
    /// stays as it is; a field that held nothing else goes.
    /// </summary>
    public EditResult RemoveCookie(ReadOnlySpan<byte> name)
    {
        EditResult result = EditResult.Done;
        for (int i = Find(KnownHeader.Cookie); i >= 0 && result == EditResult.Done; i = Find(KnownHeader.Cookie, i))
        {
            while (result == EditResult.Done && !Head.Headers[i].IsRemoved
                && TryFindPart(ValueAt(i), name, out int start, out int end))
            {
                result = RemovePart(i, start, end);
            }
        }
        return result;
    }

    private static bool TryFindPart(ReadOnlySpan<byte> value, ReadOnlySpan<byte> name, out int start, out int end)
    {
        start = -1;
        end = 0;
        var cookies = new CookieList(value);
        while (cookies.MoveNext())
        {
            if (start < 0 && cookies.Name.SequenceEqual(name))
            {
                start = cookies.Start;
            }
            else if (start >= 0 && cookies.Name is not [(byte)'$', ..])
            {
                break;
            }
            end = cookies.End;
        }
        return start >= 0;
    }

    private EditResult RemovePart(int index, int start, int end)
    {
        ReadOnlySpan<byte> value = ValueAt(index);
        bool isFirst = start == 0;
        if (isFirst && end == value.Length)
        {
            RemoveAt(index);
            return EditResult.Done;
        }
        if (end == value.Length)
        {
            return SetValueAt(index, value[..(start - 1)]);
        }
        int next = end + 1;
        while (next < value.Length && HttpText.IsBlank(value[next]))
        {
            next++;
        }
        return ReplaceInValue(index, start, next, isFirst ? default : " "u8);
    }
}
