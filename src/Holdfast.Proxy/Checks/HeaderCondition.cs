using System.Text;
using Holdfast.Health.Scripts;
using Holdfast.Http.H1;

namespace Holdfast.Proxy.Checks;

/// <summary>How a header's name or value is compared.</summary>
/// <param name="Method">str, beg, end, sub or reg.</param>
/// <param name="Text">What it is compared with.</param>
/// <param name="Regex">For reg; null otherwise.</param>
internal sealed record HeaderTest(string Method, CheckText Text, CheckRegex? Regex);

/// <summary><c>http-check expect hdr</c> and <c>fhdr</c>: some field has the name, and the value.</summary>
/// <param name="name">Test of the name, whose case does not matter.</param>
/// <param name="value">Test of the value; null: any.</param>
/// <param name="isWhole">Whether a field is one value; otherwise a list of them, separated by commas.</param>
internal sealed class HeaderCondition(HeaderTest name, HeaderTest? value, bool isWhole)
{
    private const int TextMax = 1024;

    internal bool Holds(CheckSession session)
    {
        if (session.Response is not CheckResponse { Head: { } head })
        {
            return false;
        }
        Span<byte> nameText = stackalloc byte[TextMax];
        Span<byte> valueText = stackalloc byte[TextMax];
        int nameLength = 0, valueLength = 0;
        if (!name.Text(session, nameText, out nameLength)
            || (value is not null && !value.Text(session, valueText, out valueLength)))
        {
            return false;
        }
        Ascii.ToLowerInPlace(nameText[..nameLength], out _);
        HeadView view = head.On(session.Received);
        Span<byte> lower = stackalloc byte[TextMax];
        for (int i = 0; i < head.Headers.Count; i++)
        {
            ReadOnlySpan<byte> field = view.NameAt(i);
            if (field.Length > lower.Length)
            {
                continue;
            }
            Ascii.ToLower(field, lower, out int length);
            if (Matches(name, lower[..length], nameText[..nameLength])
                && (value is null || HasValue(view.ValueAt(i), valueText[..valueLength])))
            {
                return true;
            }
        }
        return false;
    }

    private static bool Matches(HeaderTest test, ReadOnlySpan<byte> subject, ReadOnlySpan<byte> pattern)
        => test.Method switch
        {
            "beg" => subject.StartsWith(pattern),
            "end" => subject.EndsWith(pattern),
            "sub" => subject.IndexOf(pattern) >= 0,
            "reg" => test.Regex!(subject),
            _ => subject.SequenceEqual(pattern),
        };

    private bool HasValue(ReadOnlySpan<byte> field, ReadOnlySpan<byte> pattern)
    {
        if (isWhole)
        {
            return Matches(value!, field, pattern);
        }
        while (true)
        {
            int comma = CommaOf(field);
            ReadOnlySpan<byte> one = (comma < 0 ? field : field[..comma]).Trim(" \t"u8);
            if (Matches(value!, one, pattern))
            {
                return true;
            }
            if (comma < 0)
            {
                return false;
            }
            field = field[(comma + 1)..];
        }
    }

    /// <summary>The first comma outside of quotes.</summary>
    private static int CommaOf(ReadOnlySpan<byte> field)
    {
        bool isQuoted = false;
        for (int i = 0; i < field.Length; i++)
        {
            if (field[i] == '"')
            {
                isQuoted = !isQuoted;
            }
            else if (isQuoted && field[i] == '\\')
            {
                i++;
            }
            else if (!isQuoted && field[i] == ',')
            {
                return i;
            }
        }
        return -1;
    }
}
