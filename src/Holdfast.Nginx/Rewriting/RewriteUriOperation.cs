using Holdfast.Config.Nginx.Model;
using Holdfast.Nginx.Requests;
using Holdfast.Nginx.Texts;
using Holdfast.Nginx.Uris;

namespace Holdfast.Nginx.Rewriting;

/// <summary><c>rewrite</c></summary>
/// <remarks>
/// What stands before the replacement's "?" is a path, and is not escaped; captures behind it are, when the client's
/// target had escapes; in a redirect all captures are, and the whole is unescaped up to its "?".
/// </remarks>
internal sealed class RewriteUriOperation(
    CompiledRegex regex, CompiledText replacement, bool dropsArguments, RewriteFlag flag) : RewriteOperation
{
    private readonly bool _hasOwnArguments = replacement.Parts.ToArray()
        .Any(static part => part.Literal?.Contains((byte)'?') == true);

    private bool IsRedirect => flag is RewriteFlag.Redirect or RewriteFlag.Permanent;

    internal override bool Run(Request request, ref RewriteRun run)
    {
        if (!regex.TryMatchAnew(request, request.Path.Span))
        {
            return true;
        }
        TextBuilder text = request.Builders.Rent();
        int arguments = Put(request, text);
        bool goesOn = IsRedirect ? Redirect(request, text, ref run) : Change(request, text, arguments, ref run);
        request.Builders.Return();
        return goesOn;
    }

    /// <returns>Where the arguments begin; negative: there is no "?".</returns>
    private int Put(Request request, TextBuilder text)
    {
        int arguments = -1;
        foreach (CompiledText.Part part in replacement.Parts)
        {
            ReadOnlySpan<byte> value = part.Read(request, out _);
            if (part.Literal is not null && !IsRedirect)
            {
                // Each "?" of the text itself is where the arguments begin; the last one counts.
                for (int at; (at = value.IndexOf((byte)'?')) >= 0; value = value[(at + 1)..])
                {
                    text.Put(value[..at]);
                    arguments = text.Length;
                }
            }
            else if (part.Capture > 0 && request.HasEscapes && (IsRedirect || arguments >= 0))
            {
                text.Advance(UriEscaper.Escape(value, EscapeSet.Arguments, text.Room(value.Length * 3)));
                continue;
            }
            text.Put(value);
        }
        return arguments;
    }

    private bool Redirect(Request request, TextBuilder text, ref RewriteRun run)
    {
        TextBuilder address = request.Builders.Rent();
        Unescape(text.Text, address);
        if (!dropsArguments && !request.Arguments.IsEmpty)
        {
            address.Put(_hasOwnArguments ? (byte)'&' : (byte)'?');
            address.Put(request.Arguments.Span);
        }
        run.Status = flag == RewriteFlag.Permanent ? 301 : 302;
        run.Text = request.Arena.Keep(address.Text);
        run.HasText = true;
        request.Builders.Return();
        return false;
    }

    private bool Change(Request request, TextBuilder text, int arguments, ref RewriteRun run)
    {
        ReadOnlySpan<byte> path = arguments < 0 ? text.Text : text.Text[..arguments];
        if (path.IsEmpty)
        {
            run.Problem = "the rewritten URI has a zero length";
            return false;
        }
        if (arguments >= 0)
        {
            if (!dropsArguments && !request.Arguments.IsEmpty)
            {
                text.Put((byte)'&');
                text.Put(request.Arguments.Span);
            }
            request.SetArguments(text.Text[arguments..]);
        }
        else if (dropsArguments)
        {
            request.SetArguments(default);
        }
        request.SetPath(text.Text[..path.Length]);
        request.IsInternal = true;
        run.HasNewPath = flag != RewriteFlag.Break;
        request.BeginsWithLocation &= flag != RewriteFlag.Break;
        return flag == RewriteFlag.None;
    }

    /// <summary>Decodes what the escapes of captures have made, up to the "?": what a redirect says is escaped once.
    /// </summary>
    private static void Unescape(ReadOnlySpan<byte> text, TextBuilder to)
    {
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] == '?')
            {
                to.Put(text[i..]);
                return;
            }
            if (text[i] != '%' || !HexPair.TryRead(text[(i + 1)..], out byte value))
            {
                to.Put(text[i]);
                continue;
            }
            if (value == '?')
            {
                to.Put(value);
                to.Put(text[(i + 3)..]); // the original's mistake, if it is one: the rest stays as it is
                return;
            }
            if (value is <= (byte)'%' or >= 0x7F)
            {
                to.Put(text.Slice(i, 3)); // what may not stand there stays escaped
            }
            else
            {
                to.Put(value);
            }
            i += 2;
        }
    }
}
