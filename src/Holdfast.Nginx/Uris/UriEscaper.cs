using System.Buffers;

namespace Holdfast.Nginx.Uris;

/// <summary>Which bytes are written as "%XX".</summary>
public enum EscapeSet
{
    /// <summary>Of a path that was decoded, before it is sent on or put into a redirect.</summary>
    Path,

    /// <summary>Of arguments: "&amp;", "+" and "?" too.</summary>
    Arguments,

    /// <summary>All but letters, digits and "-._~".</summary>
    Component,
}

/// <summary>Writes bytes that may not stand in a URI as "%XX".</summary>
public static class UriEscaper
{
    private static readonly SearchValues<byte> s_path = Except(" \"#%<>?\\^`{|}"u8);
    private static readonly SearchValues<byte> s_arguments = Except(" \"#%&+<>?\\^`{|}"u8);

    private static readonly SearchValues<byte> s_component = SearchValues.Create(
        "-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"u8);

    /// <summary>Bytes that the escaped text has.</summary>
    public static int LengthOf(ReadOnlySpan<byte> text, EscapeSet set)
    {
        SearchValues<byte> kept = KeptBy(set);
        int length = text.Length;
        for (int at; (at = text.IndexOfAnyExcept(kept)) >= 0; text = text[(at + 1)..])
        {
            length += 2;
        }
        return length;
    }

    /// <summary>Escapes a text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="set">What is escaped.</param>
    /// <param name="to">Where it is written; at least three times as long as the text, or as long as
    /// <see cref="LengthOf"/> says.</param>
    /// <returns>Bytes written.</returns>
    public static int Escape(ReadOnlySpan<byte> text, EscapeSet set, Span<byte> to)
    {
        SearchValues<byte> kept = KeptBy(set);
        int length = 0;
        for (int at; (at = text.IndexOfAnyExcept(kept)) >= 0; text = text[(at + 1)..])
        {
            text[..at].CopyTo(to[length..]);
            length += at;
            to[length++] = (byte)'%';
            HexPair.Write(text[at], to[length..]);
            length += HexPair.Length;
        }
        text.CopyTo(to[length..]);
        return length + text.Length;
    }

    private static SearchValues<byte> KeptBy(EscapeSet set) => set switch
    {
        EscapeSet.Path => s_path,
        EscapeSet.Arguments => s_arguments,
        _ => s_component,
    };

    private static SearchValues<byte> Except(ReadOnlySpan<byte> escaped)
    {
        List<byte> kept = [];
        for (int one = 0x21; one < 0x7F; one++)
        {
            if (!escaped.Contains((byte)one))
            {
                kept.Add((byte)one);
            }
        }
        return SearchValues.Create([.. kept]);
    }
}
