using System.Buffers;
using System.Text;

namespace Holdfast.Http.Headers;

/// <summary>Which bytes may stand where in a message (RFC 9110 section 5.6), and how text is compared.</summary>
public static class HttpText
{
    /// <summary>Carriage return.</summary>
    public const byte Cr = (byte)'\r';

    /// <summary>Line feed.</summary>
    public const byte Lf = (byte)'\n';

    /// <summary>Space.</summary>
    public const byte Sp = (byte)' ';

    /// <summary>Horizontal tab.</summary>
    public const byte Tab = (byte)'\t';

    /// <summary>tchar: what names and methods are made of.</summary>
    internal static readonly SearchValues<byte> Token = SearchValues.Create(
        "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"u8);

    /// <summary>Control bytes: none may stand in a value, a tab excepted.</summary>
    internal static readonly SearchValues<byte> Control = SearchValues.Create(ControlBytes());

    /// <summary>What a target may be made of: visible ASCII but '#', for a fragment is never sent.</summary>
    internal static readonly SearchValues<byte> Target = SearchValues.Create(Visible(without: "#"u8));

    /// <summary>What a host with its port may be made of: RFC 3986 section 3.2, without user and comma.</summary>
    internal static readonly SearchValues<byte> Authority = SearchValues.Create(
        "-._~%!$&'()*+;=:[]0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"u8);

    /// <summary>Whether the text is a token: not empty, and made of tchar only.</summary>
    public static bool IsToken(ReadOnlySpan<byte> text) => !text.IsEmpty && !text.ContainsAnyExcept(Token);

    /// <summary>
    /// Whether the text may stand as a field value: no control byte but tabs, and no white space at its ends.
    /// </summary>
    public static bool IsFieldValue(ReadOnlySpan<byte> text)
        => !text.ContainsAny(Control) && (text.IsEmpty || (!IsBlank(text[0]) && !IsBlank(text[^1])));

    /// <summary>Whether the text may stand as a request target: visible ASCII, no fragment, not empty.</summary>
    public static bool IsTarget(ReadOnlySpan<byte> text) => !text.IsEmpty && !text.ContainsAnyExcept(Target);

    /// <summary>Space or tab.</summary>
    public static bool IsBlank(byte value) => value is Sp or Tab;

    /// <summary>Without the spaces and tabs at both ends.</summary>
    public static ReadOnlySpan<byte> Trim(ReadOnlySpan<byte> text) => text.Trim(" \t"u8);

    /// <summary>Equal, the case of ASCII letters aside.</summary>
    public static bool EqualsIgnoreCase(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b)
    {
        if (a.Length != b.Length)
        {
            return false;
        }
        // Not Ascii.EqualsIgnoreCase: that calls two texts different when both hold the same non-ASCII byte.
        for (int i = 0; i < a.Length; i++)
        {
            if (Lower(a[i]) != Lower(b[i]))
            {
                return false;
            }
        }
        return true;
    }

    /// <summary>A byte with an upper case ASCII letter made lower case.</summary>
    public static byte Lower(byte value) => (uint)(value - 'A') <= 'Z' - 'A' ? (byte)(value | 0x20) : value;

    /// <summary>Copies text, its ASCII letters made lower case, to the start of <paramref name="to"/>.</summary>
    internal static void CopyLower(ReadOnlySpan<byte> from, Span<byte> to)
    {
        if (Ascii.ToLower(from, to, out _) == OperationStatus.Done)
        {
            return;
        }
        for (int i = 0; i < from.Length; i++)
        {
            to[i] = Lower(from[i]);
        }
    }

    private static byte[] ControlBytes()
        => [.. Enumerable.Range(0, 256).Where(b => b is (< 0x20 and not Tab) or 0x7F).Select(b => (byte)b)];

    private static byte[] Visible(ReadOnlySpan<byte> without)
    {
        var bytes = new List<byte>();
        for (byte b = 0x21; b < 0x7F; b++)
        {
            if (!without.Contains(b))
            {
                bytes.Add(b);
            }
        }
        return [.. bytes];
    }
}
