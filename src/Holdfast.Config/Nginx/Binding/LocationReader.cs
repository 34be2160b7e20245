using System.Collections.Immutable;
using Holdfast.Config.Nginx.Model;
using Holdfast.Config.Nginx.Syntax;

namespace Holdfast.Config.Nginx.Binding;

/// <summary>The heads of locations and the names of servers.</summary>
internal static class LocationReader
{
    /// <summary>How a star is used in a name.</summary>
    public const string StarHelp = "a star stands for whole labels, first or last: *.example.com, www.example.*";

    /// <summary>How a location is found; null, and reported, when its head cannot be read.</summary>
    public static (LocationKind Kind, string Text, NginxRegex? Regex)? Head(
        BindContext context, NginxDirective directive)
    {
        (LocationKind kind, string text, bool ignoresCase)? head = directive.Count == 2
            ? WithModifier(directive[0], directive[1]) : Glued(directive[0]);
        if (head is not { } read)
        {
            context.Bad(directive, 0, $"invalid location modifier \"{directive[0]}\"",
                "=, ^~, ~ and ~* may stand before the text");
            return null;
        }
        NginxRegex? regex = read.kind == LocationKind.Regex ? context.Regex(
            directive, read.text, read.ignoresCase, directive.SpanOf(directive.Count - 1)) : null;
        return (read.kind, read.text, regex);
    }

    /// <summary>Whether it may stand inside another; reported when not.</summary>
    public static bool Fits(
        BindContext context, NginxDirective directive, (LocationKind Kind, string Text, NginxRegex? Regex) head,
        Location? outer)
    {
        if (outer is null)
        {
            return true;
        }
        string? problem = outer.Kind switch
        {
            LocationKind.Exact => $"location \"{head.Text}\" cannot be inside the exact location \"{outer.Text}\"",
            LocationKind.Named => $"location \"{head.Text}\" cannot be inside the named location \"{outer.Text}\"",
            _ when head.Kind == LocationKind.Named =>
                $"named location \"{head.Text}\" can be on the server level only",
            _ when head.Kind != LocationKind.Regex && outer.Kind != LocationKind.Regex
                && !head.Text.StartsWith(outer.Text, StringComparison.Ordinal) =>
                $"location \"{head.Text}\" is outside location \"{outer.Text}\"",
            _ => null,
        };
        if (problem is not null)
        {
            context.Bad(FindingCodes.Conflict, directive, directive.Count - 1, problem);
        }
        return problem is null;
    }

    /// <summary>The names of a server.</summary>
    public static ImmutableArray<ServerName> Names(BindContext context, IEnumerable<NginxDirective> directives)
    {
        ImmutableArray<ServerName>.Builder names = ImmutableArray.CreateBuilder<ServerName>();
        foreach (NginxDirective directive in directives)
        {
            for (int i = 0; i < directive.Count; i++)
            {
                if (Name(context, directive, i) is { } name)
                {
                    names.Add(name);
                }
            }
        }
        return names.ToImmutable();
    }

    private static ServerName? Name(BindContext context, NginxDirective directive, int index)
    {
        string written = directive[index];
        Primitives.SourceSpan span = directive.SpanOf(index);
        if (written.Contains('/', StringComparison.Ordinal) && !written.StartsWith('~'))
        {
            context.Findings.Report(FindingCodes.Ignored, directive, span,
                $"server name \"{written}\" has suspicious symbols", "a name has no slash");
        }
        if (written.StartsWith('~'))
        {
            if (written.Length == 1)
            {
                context.Bad(directive, index, $"empty regex in server name \"{written}\"");
                return null;
            }
            NginxRegex regex = context.Regex(directive, written[1..], ignoresCase: true, span);
            return new ServerName(ServerNameKind.Regex, written[1..], written, regex, span);
        }
        string text = written.ToLowerInvariant();
        if (text is "." or "*" or "*." || (text.StartsWith('*') && text[1] != '.'))
        {
            context.Bad(directive, index, $"server name \"{written}\" is invalid", StarHelp);
            return null;
        }
        return text switch
        {
            ['*', '.', ..] => new ServerName(ServerNameKind.LeadingWildcard, text[2..], written, null, span),
            ['.', ..] => new ServerName(ServerNameKind.DomainAndBelow, text[1..], written, null, span),
            [.., '.', '*'] => new ServerName(ServerNameKind.TrailingWildcard, text[..^2], written, null, span),
            _ => new ServerName(ServerNameKind.Exact, text, written, null, span),
        };
    }

    /// <summary>Whether a name has its star where none may stand; the original finds out when it makes its tables.
    /// </summary>
    public static bool IsInvalid(ServerName name)
        => name.Kind != ServerNameKind.Regex
            && (name.Text.Contains('*', StringComparison.Ordinal)
                || name.Text.Contains("..", StringComparison.Ordinal));

    private static (LocationKind, string, bool)? WithModifier(string modifier, string text) => modifier switch
    {
        "=" => (LocationKind.Exact, text, false),
        "^~" => (LocationKind.PrefixNoRegex, text, false),
        "~" => (LocationKind.Regex, text, false),
        "~*" => (LocationKind.Regex, text, true),
        _ => null,
    };

    private static (LocationKind, string, bool) Glued(string text) => text switch
    {
        ['=', .. var rest] => (LocationKind.Exact, rest, false),
        ['^', '~', .. var rest] => (LocationKind.PrefixNoRegex, rest, false),
        ['~', '*', .. var rest] => (LocationKind.Regex, rest, true),
        ['~', .. var rest] => (LocationKind.Regex, rest, false),
        ['@', ..] => (LocationKind.Named, text, false),
        _ => (LocationKind.Prefix, text, false),
    };
}
