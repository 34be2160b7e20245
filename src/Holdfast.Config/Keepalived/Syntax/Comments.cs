using Holdfast.Config.Text;

namespace Holdfast.Config.Keepalived.Syntax;

/// <summary>Layer 2: takes comments off a physical line.</summary>
internal static class Comments
{
    /// <summary>
    /// The line without its comment and outer blanks. <c>\#</c> and <c>\!</c> outside double quotes give the
    /// character itself. The comment is handed out because a <c>#holdfast:</c> option is one.
    /// </summary>
    public static MappedText Remove(MappedText line, out MappedText? comment, out int unclosedQuote)
    {
        comment = null;
        unclosedQuote = -1;
        string text = line.Text;
        if (text.AsSpan().IndexOfAny('#', '!', '"') < 0)
        {
            return line.Trim();
        }
        int quote = -1;
        MappedTextBuilder? builder = null;
        int copied = 0;
        int end = text.Length;
        for (int i = 0; i < text.Length; i++)
        {
            char c = text[i];
            if (c == '"')
            {
                quote = quote < 0 ? i : -1;
            }
            else if (quote < 0 && c == '\\' && i + 1 < text.Length && text[i + 1] is '#' or '!')
            {
                builder ??= new MappedTextBuilder();
                builder.Append(line, copied, i - copied);
                copied = i + 1;
                i++;
            }
            else if (quote < 0 && c is '#' or '!')
            {
                comment = line.Slice(i, text.Length - i);
                end = i;
                break;
            }
        }
        unclosedQuote = quote;
        if (builder is null)
        {
            return line.Slice(0, end).Trim();
        }
        builder.Append(line, copied, end - copied);
        return builder.Build(line.FirstLine).Trim();
    }
}
